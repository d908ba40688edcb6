"""HTTP messages between programs that know each other's Ed25519 keys (RFC 9421, with Content-Digest of RFC 9530).

One form and no other: of a request the method, the authority, the path and the digest of the body are signed, with the moment,
a nonce used once and the name of who signs; of an answer the status and the digest, with the nonce of its request. So a
message cannot be changed, sent on to another party, kept for a minute or sent twice, and an answer belongs to its question.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dure.base.refusals import Refusal
from dure.kit import keys

PURPOSE: Final = "kit.signed.v1"
SKEW: Final = timedelta(seconds=60)  # clocks of machines that speak to each other differ by less
NONCE_BYTES: Final = 16
PUBLIC_BYTES: Final = 32
HEADER_LENGTH_MAX: Final = 400
REQUEST: Final = ("@method", "@authority", "@path", "content-digest")
ANSWER: Final = ("@status", "content-digest")
_INPUT: Final = re.compile(
    r"dure=(?P<params>\((?P<parts>[^()]*)\);created=(?P<created>[0-9]{1,12});nonce=\"(?P<nonce>[0-9a-f]{32})\""
    r";keyid=\"(?P<sender>[a-z]{1,30})\";alg=\"ed25519\")"
)
_SIGNATURE: Final = re.compile(r"dure=:([A-Za-z0-9+/]{86}==):")


class NotSigned(Refusal):
    """The message does not carry a signature of somebody who is known here, over exactly what came. `why`: a word for a log."""

    why: str


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed a message, and the nonce that it may be taken once under."""

    sender: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as it is signed."""

    method: str
    authority: str  # host and port, as whoever is asked calls itself
    path: str  # without a query: there is none
    body: bytes

    def values(self) -> dict[str, str]:
        """What is signed of it, by name."""
        return {
            "@method": self.method,
            "@authority": self.authority.lower(),
            "@path": self.path,
            "content-digest": digest(self.body),
        }


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, as it is signed."""

    status: int
    body: bytes

    def values(self) -> dict[str, str]:
        """What is signed of it, by name."""
        return {"@status": str(self.status), "content-digest": digest(self.body)}


def own_key() -> Ed25519PrivateKey:
    """The key with which this installation signs: derived from its secret."""
    return Ed25519PrivateKey.from_private_bytes(keys.derived(PURPOSE))


def public_of(secret: str) -> str:
    """The public half, in hexadecimal digits, of who has this DURE_SECRET_KEY: for those who are to know it."""
    private = Ed25519PrivateKey.from_private_bytes(keys.derived_from(secret.encode(), PURPOSE))
    return private.public_key().public_bytes_raw().hex()


def fresh_nonce() -> str:
    """A nonce for one message."""
    return secrets.token_hex(NONCE_BYTES)


def digest(body: bytes) -> str:
    """The value of Content-Digest."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def headers(
    message: Asked | Answered, private: Ed25519PrivateKey, sender: str, at: datetime, nonce: str
) -> dict[str, str]:
    """The headers with which a message goes out."""
    parts = REQUEST if isinstance(message, Asked) else ANSWER
    listed = " ".join(f'"{part}"' for part in parts)
    params = f'({listed});created={int(at.timestamp())};nonce="{nonce}";keyid="{sender}";alg="ed25519"'
    signature = private.sign(_base(message.values(), parts, params))
    return {
        "Content-Digest": digest(message.body),
        "Signature-Input": f"dure={params}",
        "Signature": f"dure=:{base64.b64encode(signature).decode()}:",
    }


def check(message: Asked | Answered, given: Mapping[str, str], known: Mapping[str, str], at: datetime) -> Signed:
    """Who signed this message. `known`: public halves by name; `given`: its headers, their names in small letters.

    That the nonce was never seen before (of an answer: is the request's) is the caller's to look at. Raises NotSigned.
    """
    parts = REQUEST if isinstance(message, Asked) else ANSWER
    said = _INPUT.fullmatch(given.get("signature-input", "")[: HEADER_LENGTH_MAX + 1])
    found = _SIGNATURE.fullmatch(given.get("signature", "")[: HEADER_LENGTH_MAX + 1])
    if said is None or found is None:
        raise NotSigned(why="headers")
    if said["parts"] != " ".join(f'"{part}"' for part in parts):
        raise NotSigned(why="parts")
    if not hmac.compare_digest(given.get("content-digest", "").encode(), digest(message.body).encode()):
        raise NotSigned(why="digest")
    if abs(at.timestamp() - int(said["created"])) > SKEW.total_seconds():
        raise NotSigned(why="time")
    if said["sender"] not in known:
        raise NotSigned(why="sender")
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(known[said["sender"]]))
        public.verify(base64.b64decode(found[1]), _base(message.values(), parts, said["params"]))
    except (InvalidSignature, ValueError):
        raise NotSigned(why="signature") from None
    return Signed(said["sender"], said["nonce"])


def _base(values: Mapping[str, str], parts: tuple[str, ...], params: str) -> bytes:
    """The signature base of RFC 9421, section 2.5."""
    lines = [f'"{part}": {values[part]}' for part in parts]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode()
