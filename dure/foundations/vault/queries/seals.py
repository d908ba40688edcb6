"""Sealed private facts: under a dated key, or to its public half. The context is bound: no seal fits another record."""

from collections.abc import Sequence
from typing import Final

from dure.foundations.vault.types import KeyName, OpenedKey, SealUnfit
from dure.kit import keys, seals

from .keys import opened

__all__ = ["public_half", "seal", "seal_letter", "seal_many", "subkey", "unseal", "unseal_letter", "unseal_many"]

SEAL: Final = "vault.seal.v1"
LETTER: Final = "vault.letter.v1"


def seal(name: KeyName, context: bytes, plain: bytes) -> bytes:
    """`plain` under a dated key: readable in the same context, until the key ends. Raises what `opened` raises."""
    return seal_many(name, ((context, plain),))[0]


def seal_many(name: KeyName, things: Sequence[tuple[bytes, bytes]]) -> tuple[bytes, ...]:
    """Each (context, plain) under a dated key, which is looked up once: inside a transaction a look-up asks the database.

    Raises what `opened` raises.
    """
    key = keys.derived_from(opened(name).secret, SEAL)
    return tuple(seals.seal_under(key, _bound(name, context), plain) for context, plain in things)


def unseal(name: KeyName, context: bytes, sealed: bytes) -> bytes:
    """What was sealed under a dated key. Raises SealUnfit and what `opened` raises."""
    return unseal_many(name, ((context, sealed),))[0]


def unseal_many(name: KeyName, things: Sequence[tuple[bytes, bytes]]) -> tuple[bytes, ...]:
    """What was sealed, of each (context, sealed); the key is looked up once. Raises SealUnfit and what `opened` raises."""
    key = keys.derived_from(opened(name).secret, SEAL)
    try:
        return tuple(seals.unseal_under(key, _bound(name, context), sealed) for context, sealed in things)
    except seals.SealBroken:
        raise SealUnfit(name=str(name)) from None


def public_half(name: KeyName) -> bytes:
    """The 32 bytes (X25519) with which anybody seals to a dated key. Raises what `opened` raises."""
    return seals.public_half(_private(opened(name)))


def seal_letter(public: bytes, context: bytes, plain: bytes) -> bytes:
    """`plain` for whoever holds the private half (HPKE); 48 bytes longer. Raises SealUnfit when `public` is no key."""
    try:
        return seals.seal_to(public, context, plain)
    except seals.SealBroken:
        raise SealUnfit(name="public") from None


def unseal_letter(name: KeyName, context: bytes, sealed: bytes) -> bytes:
    """What was sealed to the public half of a dated key. Raises SealUnfit and what `opened` raises."""
    key = opened(name)
    try:
        return seals.unseal_from(_private(key), context, sealed)
    except seals.SealBroken:
        raise SealUnfit(name=str(name)) from None


def subkey(name: KeyName, purpose: str) -> bytes:
    """32 bytes for one more use of a dated key (an authenticator). Do not keep them: they do not know their end.

    Raises what `opened` raises.
    """
    return keys.derived_from(opened(name).secret, f"vault.subkey.v1.{purpose}")


def _private(key: OpenedKey) -> bytes:
    return keys.derived_from(key.secret, LETTER)


def _bound(name: KeyName, context: bytes) -> bytes:
    return str(name).encode() + b"|" + context
