"""Sealed private facts: under a dated key, or to its public half. The context is bound: no seal fits another record."""

from collections.abc import Sequence
from typing import Final

from dure.foundations.vault import rules
from dure.foundations.vault.types import KeyName, KeyUse, Moment, NoPublicHalf, OpenedKey, SealUnfit
from dure.kit import keys, seals

from .keys import opened, private_of, public_of

__all__ = [
    "key_letter",
    "letter_context",
    "letter_opener",
    "public_half",
    "seal",
    "seal_letter",
    "seal_many",
    "subkey",
    "unseal",
    "unseal_letter",
    "unseal_many",
]

SEAL: Final = "vault.seal.v1"


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
    """The 32 bytes (X25519) with which anybody seals to a dated key. Raises NoPublicHalf and what `opened` raises.

    Hand it out with `told_key(name)`, by which everybody checks (`check_public`) that it is the one in the log.
    """
    return public_of(_with_half(opened(name)).secret)


def seal_letter(public: bytes, context: bytes, plain: bytes) -> bytes:
    """`plain` for whoever holds the private half (HPKE); 48 bytes longer. Raises SealUnfit when `public` is no key."""
    try:
        return seals.seal_to(public, context, plain)
    except seals.SealBroken:
        raise SealUnfit(name="public") from None


def unseal_letter(name: KeyName, context: bytes, sealed: bytes) -> bytes:
    """What was sealed to the public half of a dated key. Raises SealUnfit, NoPublicHalf and what `opened` raises."""
    key = _with_half(opened(name))
    try:
        return seals.unseal_from(private_of(key.secret), context, sealed)
    except seals.SealBroken:
        raise SealUnfit(name=str(name)) from None


def letter_opener(name: KeyName) -> seals.Opener:
    """What opens many letters to a dated key, one after the other; raises SealBroken for one that does not fit. For hot rooms.

    Do not keep it for longer than HELD_SECONDS, and look at the age of the key with each letter: it does not know its end.
    Raises NoPublicHalf and what `opened` raises.
    """
    return seals.opener(private_of(_with_half(opened(name)).secret))


def subkey(name: KeyName, purpose: str) -> bytes:
    """32 bytes for one more use of a dated key (an authenticator). Do not keep them: they do not know their end.

    Raises what `opened` raises.
    """
    return keys.derived_from(opened(name).secret, f"vault.subkey.v1.{purpose}")


def key_letter(name: KeyName, public: bytes) -> bytes:
    """A copy of a key for another party, sealed to the public half of that party's key of the day (`check_public` first).

    It goes with `told_key(name)`; `take_key` takes it in. Raises SealUnfit and what `opened` raises.
    """
    key = opened(name)
    return seal_letter(public, letter_context(name, key.ends), key.secret)


def letter_context(name: KeyName, ends: Moment) -> bytes:
    """What the letter with a key is bound to."""
    return b"dure.vault.copy.v1|" + rules.bound(name, ends)


def _with_half(key: OpenedKey) -> OpenedKey:
    if key.use is not KeyUse.LETTERS:
        raise NoPublicHalf(name=str(key.name))
    return key


def _bound(name: KeyName, context: bytes) -> bytes:
    return str(name).encode() + b"|" + context
