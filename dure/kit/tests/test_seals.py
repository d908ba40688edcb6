"""Seals open with the same purpose, subject and secret only."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.kit import seals

ONE, TWO = UUID(int=1), UUID(int=2)


@given(st.binary(max_size=300))
def test_what_was_sealed_comes_back(plain: bytes) -> None:
    assert seals.unseal("a", ONE, seals.seal("a", ONE, plain)) == plain


def test_a_seal_fits_nothing_else() -> None:
    sealed = seals.seal("a", ONE, b"900101-1234567")
    assert b"900101" not in sealed
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for purpose, subject, held in (("b", ONE, sealed), ("a", TWO, sealed), ("a", ONE, changed), ("a", ONE, b"")):
        with pytest.raises(seals.SealBroken):
            seals.unseal(purpose, subject, held)


def test_the_same_thing_is_never_sealed_the_same_way() -> None:
    assert seals.seal("a", ONE, b"x") != seals.seal("a", ONE, b"x")
