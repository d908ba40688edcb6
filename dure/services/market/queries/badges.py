"""The installation's key for badges: Ed25519, derived from its secret, the same on every process."""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dure.kit import keys

PURPOSE: Final = "market.badges.v1"
ALGORITHM: Final = "EdDSA"


def badge_key() -> Mapping[str, str]:
    """The public key as a JSON Web Key (RFC 8037); its id is the key's thumbprint (RFC 7638)."""
    raw = _key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key = {"crv": "Ed25519", "kty": "OKP", "x": _text(raw)}
    thumbprint = hashlib.sha256(json.dumps(key, separators=(",", ":"), sort_keys=True).encode()).digest()
    return {**key, "alg": ALGORITHM, "use": "sig", "kid": _text(thumbprint)}


def signed_badge(claims: bytes, key_at: str) -> str:
    """Claims in JSON as a signed token. `key_at` is the address at which the public key can be read."""
    return jwt.PyJWS().encode(claims, _key(), algorithm=ALGORITHM, headers={"typ": "JWT", "kid": key_at})


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.derived(PURPOSE))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
