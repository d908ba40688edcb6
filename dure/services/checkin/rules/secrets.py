"""One keyed function for everything that has to look like chance: HMAC-SHA256 over parts that cannot run into each other."""

import hmac
from typing import Final

KEY_BYTES: Final = 32
SCOPE: Final = b"dure.checkin/1"
_SCOPE: Final = len(SCOPE).to_bytes(2) + SCOPE


def derived(key: bytes, use: bytes, *parts: bytes) -> bytes:
    """32 bytes that only a holder of `key` can make; another use, or the same bytes cut elsewhere, gives others."""
    if len(key) < KEY_BYTES // 2:
        raise ValueError("a key has at least 16 bytes")
    said = _SCOPE + len(use).to_bytes(2) + use
    for part in parts:
        said += len(part).to_bytes(2) + part
    return hmac.digest(key, said, "sha256")
