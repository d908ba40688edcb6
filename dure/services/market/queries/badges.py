"""The installation's key for badges: Ed25519, derived from its secret, the same on every process."""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

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


def signed_badge(credential: Mapping[str, Any], key_at: str) -> str:
    """A credential as a VC-JWT (Open Badges 3.0, section 8.2): its members are the claims, beside the registered ones.

    `key_at` is the address at which the public key can be read.
    """
    began = datetime.fromisoformat(credential["validFrom"])
    registered = {"iss": credential["issuer"]["id"], "jti": credential["id"], "nbf": int(began.timestamp())}
    return jwt.encode({**credential, **registered}, _key(), algorithm=ALGORITHM, headers={"typ": "JWT", "kid": key_at})


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.derived(PURPOSE))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
