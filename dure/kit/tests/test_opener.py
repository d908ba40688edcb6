"""Opening many letters to one key: the same answers as the library's own HPKE gives, for every letter and every change of it."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given
from hypothesis import strategies as st

from dure.kit import seals

PRIVATE = bytes(range(1, 33))
PUBLIC = seals.public_half(PRIVATE)
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
OPEN = seals.opener(PRIVATE)


@given(st.binary(max_size=300), st.binary(max_size=100))
def test_it_opens_what_the_library_seals(plain: bytes, context: bytes) -> None:
    sealed = SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(PUBLIC), context)
    assert (
        OPEN(context, sealed) == plain == SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(PRIVATE), context)
    )


@given(st.integers(0, (48 + 20) * 8 - 1))
def test_no_bit_can_be_changed(bit: int) -> None:
    sealed = bytearray(seals.seal_to(PUBLIC, b"context", b"twenty bytes of text"))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(seals.SealBroken):
        OPEN(b"context", bytes(sealed))


def test_the_topmost_bit_of_the_senders_key_is_bound() -> None:
    sealed = bytearray(seals.seal_to(PUBLIC, b"context", b"text"))
    sealed[31] ^= 0x80
    with pytest.raises(seals.SealBroken):
        OPEN(b"context", bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(32), bytes(48), bytes(200)])
def test_what_is_no_letter_is_refused(sealed: bytes) -> None:
    with pytest.raises(seals.SealBroken):
        OPEN(b"context", sealed)


def test_another_context_and_another_key_do_not_open() -> None:
    sealed = seals.seal_to(PUBLIC, b"context", b"text")
    with pytest.raises(seals.SealBroken):
        OPEN(b"other", sealed)
    with pytest.raises(seals.SealBroken):
        seals.opener(bytes(range(2, 34)))(b"context", sealed)
