"""Sealed bytes. Three ways, and for each only this one place:

- `seal`: AES-256-GCM under a key derived for one purpose from the installation's secret, bound to one subject;
- `seal_under`: the same under a key that the caller holds (one with an end date), bound to a context;
- `seal_to`: to whoever holds the private half of a key (HPKE, RFC 9180: X25519, HKDF-SHA256, AES-256-GCM), bound to a
  context; 48 bytes longer than what is sealed.

So no seal fits another record.
"""

import hmac
import os
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from dure.kit import keys

NONCE_BYTES = 12
VERSION = b"\x01"
LETTER_OVERHEAD: Final = 48  # bytes: the sender's one-time public key and the tag
PUBLIC_BYTES: Final = 32
CONTEXTS_MAX: Final = 256
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
# The same suite by its numbers (RFC 9180, sections 4.1 and 5.1), for `Opener`.
_KEM: Final = b"HPKE-v1KEM\x00\x20"
_HPKE: Final = b"HPKE-v1HPKE\x00\x20\x00\x01\x00\x02"


class SealBroken(ValueError):
    """The bytes were changed, belong to another subject, or were sealed under another secret key."""


def seal(purpose: str, subject: UUID, plain: bytes) -> bytes:
    """`plain` so that only `unseal` with the same purpose and subject gives it back."""
    return seal_under(keys.derived(purpose), _bound(purpose, subject), plain)


def unseal(purpose: str, subject: UUID, sealed: bytes) -> bytes:
    """What was sealed. Raises SealBroken."""
    return unseal_under(keys.derived(purpose), _bound(purpose, subject), sealed)


def seal_under(key: bytes, context: bytes, plain: bytes) -> bytes:
    """`plain` so that only `unseal_under` with the same 32 bytes of `key` and the same `context` gives it back."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, context)


def unseal_under(key: bytes, context: bytes, sealed: bytes) -> bytes:
    """What was sealed under `key`. Raises SealBroken."""
    version, nonce, rest = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if version != VERSION or len(nonce) != NONCE_BYTES:
        raise SealBroken("unknown version of a seal")
    try:
        return AESGCM(key).decrypt(nonce, rest, context)
    except InvalidTag:
        raise SealBroken("a seal does not fit") from None


def public_half(private: bytes) -> bytes:
    """The 32 bytes to seal to, of 32 private ones (X25519)."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal_to(public: bytes, context: bytes, plain: bytes) -> bytes:
    """`plain` so that only the holder of the private half reads it, in the same `context`. Raises SealBroken for no key."""
    try:
        return _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), context)
    except ValueError:
        raise SealBroken("no public key to seal to") from None


def unseal_from(private: bytes, context: bytes, sealed: bytes) -> bytes:
    """What was sealed to the public half of `private`. Raises SealBroken."""
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), context)
    except (InvalidTag, ValueError):
        raise SealBroken("a letter does not open") from None


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens many letters to one private half, each as `unseal_from` does: what follows from the key alone is worked out once.

    For hot rooms. It does not know when its key ends: whoever keeps it looks at that.
    """

    private: X25519PrivateKey = field(repr=False)
    public: bytes

    def __call__(self, context: bytes, sealed: bytes) -> bytes:
        """What is in a letter. Raises SealBroken."""
        enc, rest = sealed[:PUBLIC_BYTES], sealed[PUBLIC_BYTES:]
        try:
            met = self.private.exchange(X25519PublicKey.from_public_bytes(enc))
            extracted = hmac.digest(b"", _KEM + b"eae_prk" + met, "sha256")
            shared = hmac.digest(
                extracted, b"\x00\x20" + _KEM + b"shared_secret" + enc + self.public + b"\x01", "sha256"
            )
            secret = hmac.digest(shared, _HPKE + b"secret", "sha256")
            schedule = _schedule(context)
            key = hmac.digest(secret, b"\x00\x20" + _HPKE + b"key" + schedule, "sha256")
            nonce = hmac.digest(secret, b"\x00\x0c" + _HPKE + b"base_nonce" + schedule, "sha256")[:NONCE_BYTES]
            return AESGCM(key).decrypt(nonce, rest, None)
        except (InvalidTag, ValueError):
            raise SealBroken("a letter does not open") from None


def opener(private: bytes) -> Opener:
    """What opens letters to the public half of 32 private bytes."""
    key = X25519PrivateKey.from_private_bytes(private)
    return Opener(key, key.public_key().public_bytes_raw())


@lru_cache(maxsize=CONTEXTS_MAX)
def _schedule(context: bytes) -> bytes:
    """Base mode and context, as key and nonce are expanded with them."""
    no_psk = hmac.digest(b"", _HPKE + b"psk_id_hash", "sha256")
    return b"\x00" + no_psk + hmac.digest(b"", _HPKE + b"info_hash" + context, "sha256") + b"\x01"


def _bound(purpose: str, subject: UUID) -> bytes:
    return purpose.encode() + b"|" + subject.bytes
