"""A scanner's token: a few minutes' leave that it signs with its certified key, and shows with each scan.

Its signature is looked at once, not with each of the hundreds of scans it is shown with. 85 bytes, as 114 letters of base 64:
version 1 | scanner 16 | end 4 | signature 64. Signed is the scope, the visit party's own address and what stands before the
signature: a token for one installation is worth nothing at another.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from dure.services.checkin.types import ScannerId
from dure.services.checkin.types.doors import TokenUnfit

VERSION: Final = b"\x01"
LIFETIME_SECONDS_MAX: Final = 15 * 60
SKEW_SECONDS: Final = 60  # a scanner's clock may be ahead by so much
SIGNATURE_BYTES: Final = 64
TOKEN_BYTES: Final = 1 + 16 + 4 + SIGNATURE_BYTES
TEXT_LENGTH: Final = -(-TOKEN_BYTES * 8 // 6)
_TEXT: Final = re.compile(f"[A-Za-z0-9_-]{{{TEXT_LENGTH}}}", re.ASCII)
_SCOPE: Final = b"dure.checkin/1 scanner "

type Sign = Callable[[bytes], bytes]
"""bytes -> the scanner's Ed25519 signature over them."""


@dataclass(frozen=True, slots=True)
class Token:
    """Which scanner says that it is there, and until when that is worth something."""

    scanner: ScannerId
    until: int  # seconds since 1970
    signature: bytes

    @property
    def said(self) -> bytes:
        """What stands before the signature."""
        return VERSION + self.scanner.bytes + self.until.to_bytes(4)


def signed(scanner: UUID, until: int, origin: str, sign: Sign) -> str:
    """The text of a token. What a scanner's browser does as well (static/checkin/door.js)."""
    said = VERSION + scanner.bytes + until.to_bytes(4)
    return base64.urlsafe_b64encode(said + sign(_spelled(said, origin))).rstrip(b"=").decode()


def read(text: str) -> Token:
    """The token in a text; whether somebody signed it is not looked at yet. Raises TokenUnfit."""
    if not _TEXT.fullmatch(text):
        raise TokenUnfit()
    raw = base64.urlsafe_b64decode(text + "==")
    if raw[:1] != VERSION or base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise TokenUnfit()
    return Token(ScannerId(UUID(bytes=raw[1:17])), int.from_bytes(raw[17:21]), raw[21:])


def check_age(token: Token, at: datetime) -> None:
    """Whether it holds still, and for no longer than a token may. Raises TokenUnfit."""
    now = at.timestamp()
    if not now < token.until <= now + LIFETIME_SECONDS_MAX + SKEW_SECONDS:
        raise TokenUnfit()


def check_signature(token: Token, public: bytes, origin: str) -> None:
    """Whether this scanner's key signed it, for this place. Raises TokenUnfit."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(token.signature, _spelled(token.said, origin))
    except (InvalidSignature, ValueError):
        raise TokenUnfit() from None


def _spelled(said: bytes, origin: str) -> bytes:
    return _SCOPE + origin.encode() + b" " + said
