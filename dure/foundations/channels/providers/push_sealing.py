"""Sealing for Web Push: what only one browser can read (RFC 8291, RFC 8188 aes128gcm), and who we are (RFC 8292, VAPID).

Written for speed: one call of each primitive a message, the parts of a browser's key read once. A message has a key pair
and a salt of its own, as RFC 8291 asks.
"""

import base64
import hmac
import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
ECDH = ec.ECDH()
POINT_BYTES = 65
AUTH_BYTES = 16
SALT_BYTES = 16
RECORD_BYTES = 4_096
TOKEN_LASTS = timedelta(hours=12)  # RFC 8292: at most a day
TOKEN_RENEWED = timedelta(hours=1)  # before its end
TOKENS_MAX = 100
_HEAD = RECORD_BYTES.to_bytes(4, "big") + bytes([POINT_BYTES])
_KEY_LABEL = b"Content-Encoding: aes128gcm\x00\x01"
_NONCE_LABEL = b"Content-Encoding: nonce\x00\x01"
_WEB_PUSH = b"WebPush: info\x00"
_LAST_RECORD = b"\x02"


class BadSubscription(ValueError):
    """The keys of a browser are none."""


def seal(plain: bytes, p256dh: bytes, auth: bytes) -> bytes:
    """`plain` for the browser with these keys. Raises BadSubscription."""
    return seal_with(plain, p256dh, auth, ec.generate_private_key(CURVE), os.urandom(SALT_BYTES))


def seal_with(plain: bytes, p256dh: bytes, auth: bytes, own: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """The same with a given key pair and salt, each good for one message only."""
    if len(auth) != AUTH_BYTES:
        raise BadSubscription("auth")
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, p256dh)
    except ValueError:
        raise BadSubscription("p256dh") from None
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    secret = hmac.digest(auth, own.exchange(ECDH, theirs), "sha256")
    input_key = hmac.digest(secret, _WEB_PUSH + p256dh + point + b"\x01", "sha256")
    extracted = hmac.digest(salt, input_key, "sha256")
    key = hmac.digest(extracted, _KEY_LABEL, "sha256")[:16]
    nonce = hmac.digest(extracted, _NONCE_LABEL, "sha256")[:12]
    return salt + _HEAD + point + AESGCM(key).encrypt(nonce, plain + _LAST_RECORD, None)


class Voice:
    """Us, to push services: a key, and a token of it for each service, made once in a while."""

    def __init__(self, private: int, contact: str, now: Callable[[], datetime]) -> None:
        """`private`: the number of a P-256 key. `contact`: mailto: or https: where a service can complain."""
        self._key = ec.derive_private_key(private, CURVE)
        self._contact, self._now = contact, now
        self.public = padless(self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    def authorisation(self, origin: str) -> str:
        """The header for a push service."""
        now = self._now()
        made = self._tokens.get(origin)
        if made is None or made[1] <= now:
            made = self._made(origin, now)
        return made[0]

    def _made(self, origin: str, now: datetime) -> tuple[str, datetime]:
        with self._lock:
            if len(self._tokens) >= TOKENS_MAX:
                self._tokens.clear()
            ends = now + TOKEN_LASTS
            claims = {"aud": origin, "exp": int(ends.timestamp()), "sub": self._contact}
            token = jwt.encode(claims, self._key, algorithm="ES256")
            self._tokens[origin] = (f"vapid t={token}, k={self.public}", ends - TOKEN_RENEWED)
            return self._tokens[origin]


def padless(raw: bytes) -> str:
    """base64url without padding, as all of Web Push writes bytes."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpadded(said: str) -> bytes:
    return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))
