"""Sealed bytes: AES-256-GCM under a key derived for one purpose, bound to one subject, so that no seal fits another record."""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dure.kit import keys

NONCE_BYTES = 12
VERSION = b"\x01"


class SealBroken(ValueError):
    """The bytes were changed, belong to another subject, or were sealed under another secret key."""


def seal(purpose: str, subject: UUID, plain: bytes) -> bytes:
    """`plain` so that only `unseal` with the same purpose and subject gives it back."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(keys.derived(purpose)).encrypt(nonce, plain, _bound(purpose, subject))


def unseal(purpose: str, subject: UUID, sealed: bytes) -> bytes:
    """What was sealed. Raises SealBroken."""
    version, nonce, rest = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if version != VERSION:
        raise SealBroken("unknown version of a seal")
    try:
        return AESGCM(keys.derived(purpose)).decrypt(nonce, rest, _bound(purpose, subject))
    except InvalidTag:
        raise SealBroken("a seal does not fit") from None


def _bound(purpose: str, subject: UUID) -> bytes:
    return purpose.encode() + b"|" + subject.bytes
