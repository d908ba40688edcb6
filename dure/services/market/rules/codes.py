"""What the QR code of a coupon says: who may use it, for what, how long, and our signature under it.

ECDSA over P-256 with SHA-256, because every telephone's browser can check it with the public key alone (docs/decisions/088).
The text is base 32 (RFC 4648, without padding): capitals and digits only, which make a smaller QR code than base 64.
"""

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dure.base.ids import SPEAKABLE
from dure.services.market.types import CampaignId, CouponId, NotACoupon, Signed

VERSION: Final = b"\x01"
SCOPE: Final = b"dure.market.coupon|"  # nothing else that we sign begins like this
BODY_BYTES: Final = 1 + 16 + 16 + 4 + 4
HALF_BYTES: Final = 32  # of a signature: r and s, as WebCrypto wants them
TOKEN_BYTES: Final = BODY_BYTES + 2 * HALF_BYTES
TOKEN_LENGTH: Final = -(-TOKEN_BYTES * 8 // 5)
CODE_LENGTH: Final = 8
CODE: Final = re.compile(f"[{SPEAKABLE}]{{{CODE_LENGTH}}}")
_HASH: Final = ec.ECDSA(SHA256(), deterministic_signing=True)


def private_key(seed: bytes) -> ec.EllipticCurvePrivateKey:
    """The installation's key for coupons, from 32 secret bytes; the same on every process."""
    order = ec.SECP256R1().group_order
    return ec.derive_private_key(int.from_bytes(seed) % (order - 1) + 1, ec.SECP256R1())


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    """The public key as browsers import it ("raw": 04 x y, 65 bytes)."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sign(key: ec.EllipticCurvePrivateKey, said: Signed) -> str:
    """The text of the QR code. The same coupon has the same text each time (RFC 6979)."""
    body = _body(said)
    r, s = decode_dss_signature(key.sign(SCOPE + body, _HASH))
    raw = body + r.to_bytes(HALF_BYTES) + s.to_bytes(HALF_BYTES)
    return base64.b32encode(raw).decode().rstrip("=")


def read(key: ec.EllipticCurvePublicKey, token: str) -> Signed:
    """What the text says, when the signature is ours. Raises NotACoupon."""
    raw = _bytes_of(token)
    body, signature = raw[:BODY_BYTES], raw[BODY_BYTES:]
    r, s = int.from_bytes(signature[:HALF_BYTES]), int.from_bytes(signature[HALF_BYTES:])
    try:
        key.verify(encode_dss_signature(r, s), SCOPE + body, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        raise NotACoupon() from None
    if body[:1] != VERSION:
        raise NotACoupon()
    return Signed(
        coupon=CouponId(UUID(bytes=body[1:17])),
        campaign=CampaignId(UUID(bytes=body[17:33])),
        valid_from=_moment(body[33:37]),
        valid_until=_moment(body[37:41]),
    )


def spoken_code(typed: str) -> str:
    """A code as somebody typed it: small letters, blanks and hyphens are taken out. Raises NotACoupon."""
    code = re.sub(r"[\s-]", "", typed).upper()
    if not CODE.fullmatch(code):
        raise NotACoupon()
    return code


def is_token(typed: str) -> bool:
    """Whether what was read or typed has the length of a QR code's text."""
    return len(typed.strip()) == TOKEN_LENGTH


def _body(said: Signed) -> bytes:
    times = (said.valid_from, said.valid_until)
    return VERSION + said.coupon.bytes + said.campaign.bytes + b"".join(int(at.timestamp()).to_bytes(4) for at in times)


def _bytes_of(token: str) -> bytes:
    text = token.strip().upper()
    if len(text) != TOKEN_LENGTH or not text.isascii():
        raise NotACoupon()
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error:
        raise NotACoupon() from None
    if base64.b32encode(raw).decode().rstrip("=") != text:  # bits that belong to nothing: one coupon has one text
        raise NotACoupon()
    return raw


def _moment(seconds: bytes) -> datetime:
    return datetime.fromtimestamp(int.from_bytes(seconds), UTC)
