"""Keys derived from the installation's one secret: a key of its own for each purpose, so that none can stand in for another.

Changing DURE_SECRET_KEY changes all of them: what was sealed can then no longer be opened, what was signed no longer holds.
"""

import secrets
from functools import cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES = 32


def derived(purpose: str) -> bytes:
    """The key for `purpose` ("ledger.receipts.v1"). HKDF-SHA256 (RFC 5869) over the secret; the same on every process."""
    return _derive(settings.SECRET_KEY, purpose)


def fresh() -> bytes:
    """A new key, from the machine's chance."""
    return secrets.token_bytes(KEY_BYTES)


def derived_from(secret: bytes, purpose: str) -> bytes:
    """The key for `purpose` from a secret that the caller holds; not remembered here."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"dure." + purpose.encode()).derive(secret)


@cache
def _derive(secret: str, purpose: str) -> bytes:
    return derived_from(secret.encode(), purpose)
