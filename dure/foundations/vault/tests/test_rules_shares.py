"""Two of three make the secret, one says nothing, a false one is named."""

import os
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.foundations.vault import queries, rules
from dure.foundations.vault.types import (
    SECRET_BYTES_MAX,
    BadDeal,
    FalseShare,
    KeyName,
    KeyUse,
    Moment,
    OpenedKey,
    Share,
    ShareCommitments,
    ShareUnfit,
    TooFewShares,
)

CONTEXT = b"authority|2026-11-01"
secrets = st.binary(min_size=1, max_size=SECRET_BYTES_MAX)


def slow_product(one: int, other: int) -> int:
    """GF(2^8) as the standard writes it, bit by bit: the twin of the arithmetic in one large integer."""
    result = 0
    for bit in range(8):
        if other >> bit & 1:
            result ^= one << bit
    for bit in range(14, 7, -1):
        if result >> bit & 1:
            result ^= 0x11B << (bit - 8)
    return result


def test_all_products_are_those_of_the_field() -> None:
    row = int.from_bytes(bytes(range(256)))
    for factor in range(256):
        made = rules.times(factor, row, 256).to_bytes(256)
        assert made == bytes(slow_product(factor, byte) for byte in range(256))


def test_the_published_vector() -> None:
    """draft-mcgrew-tss-03, section 9: two of two."""
    secret, one, two = (bytes.fromhex(text) for text in ("7465737400", "B9FA07E185", "F5409B4511"))
    assert rules.combined((1, one), (2, two)) == secret
    slope = bytes(a ^ b for a, b in zip(secret, one, strict=True))
    assert rules.points(secret, slope)[:2] == (one, two)


@given(secrets)
def test_any_two_make_the_secret_in_any_order(secret: bytes) -> None:
    deal = queries.dealt(CONTEXT, secret)
    for pair in permutations(deal.shares, 2):
        assert queries.recombined(CONTEXT, pair, deal.commitments) == secret
    assert queries.recombined(CONTEXT, deal.shares, deal.commitments) == secret


@given(secrets, st.integers(0, 2))
def test_one_alone_does_not(secret: bytes, who: int) -> None:
    deal = queries.dealt(CONTEXT, secret)
    with pytest.raises(TooFewShares):
        queries.recombined(CONTEXT, [deal.shares[who]] * 2, deal.commitments)
    with pytest.raises(TooFewShares):
        queries.recombined(CONTEXT, [], deal.commitments)


@given(st.binary(min_size=4, max_size=4), st.binary(min_size=4, max_size=4), st.integers(0, 2))
def test_one_share_fits_every_secret_there_is(secret: bytes, other: bytes, who: int) -> None:
    """For each share of one secret there is exactly one slope that makes it a share of any other secret."""
    slope = os.urandom(4)
    share = rules.points(secret, slope)[who]
    inverse = next(n for n in range(256) if slow_product(n, who + 1) == 1)
    needed = bytes(slow_product(inverse, a ^ b) for a, b in zip(other, share, strict=True))
    assert rules.points(other, needed)[who] == share


@pytest.mark.parametrize("secret", [b"\x00" * 32, b"\xff" * 32])
def test_the_bytes_of_a_share_are_evenly_spread_whatever_the_secret(secret: bytes) -> None:
    for who in range(3):
        counts: Counter[int] = Counter()
        for _ in range(2_000):
            counts.update(queries.dealt(CONTEXT, secret).shares[who].body[:32])
        mean = 2_000 * 32 / 256
        chi = sum((counts[byte] - mean) ** 2 / mean for byte in range(256))
        assert 150 < chi < 380, chi  # 255 degrees of freedom: beyond this once in a million


@given(secrets, st.integers(0, 2), st.integers(0, 1_000), st.integers(1, 255))
def test_a_changed_share_is_named(secret: bytes, who: int, place: int, by: int) -> None:
    deal = queries.dealt(CONTEXT, secret)
    honest = deal.shares[who]
    body = bytearray(honest.body)
    body[place % len(body)] ^= by
    shares = [replace(one, body=bytes(body)) if one is honest else one for one in deal.shares]
    with pytest.raises(FalseShare) as refused:
        queries.recombined(CONTEXT, shares, deal.commitments)
    assert refused.value.holder == who + 1


def test_a_share_of_another_secret_or_holder_is_named() -> None:
    deal, other = queries.dealt(CONTEXT, b"one"), queries.dealt(CONTEXT, b"two")
    for false in (
        other.shares[1],
        replace(deal.shares[1], holder=3),
        replace(deal.shares[0], holder=2),
        Share(0, b"", b""),
        Share(4, deal.shares[0].body, deal.shares[0].blinding),
    ):
        with pytest.raises(FalseShare) as refused:
            queries.recombined(CONTEXT, [deal.shares[0], false], deal.commitments)
        assert refused.value.holder == false.holder
    with pytest.raises(FalseShare):
        queries.check_share(b"another context", deal.shares[0], deal.commitments)


def test_a_dealer_who_deals_from_two_lines_is_found_out() -> None:
    deal, other = queries.dealt(CONTEXT, b"same length"), queries.dealt(CONTEXT, b"length same")
    crooked = (deal.shares[0], deal.shares[1], other.shares[2])
    commitments = ShareCommitments(
        shares=(*deal.commitments.shares[:2], other.commitments.shares[2]), secret=deal.commitments.secret
    )
    assert queries.recombined(CONTEXT, crooked[:2], commitments) == b"same length"
    for pair in ((crooked[0], crooked[2]), (crooked[1], crooked[2])):
        with pytest.raises(BadDeal):
            queries.recombined(CONTEXT, pair, commitments)


@given(secrets)
def test_the_commitments_tell_no_short_secret(secret: bytes) -> None:
    """They are salted: the same secret never has the same."""
    one, two = queries.dealt(CONTEXT, secret).commitments, queries.dealt(CONTEXT, secret).commitments
    assert not {one.secret, *one.shares} & {two.secret, *two.shares}


@given(secrets)
def test_a_share_goes_through_bytes_and_back(secret: bytes) -> None:
    for share in queries.dealt(CONTEXT, secret).shares:
        wire = queries.written_share(share)
        assert queries.read_share(wire) == share
        for at in (0, 1, 2, len(wire) // 2, len(wire) - 1):
            with pytest.raises(ShareUnfit):
                queries.read_share(wire[:at] + bytes([wire[at] ^ 0x40]) + wire[at + 1 :])


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(wire: bytes) -> None:
    with pytest.raises(ShareUnfit):
        queries.read_share(wire)


def test_lengths_are_bounded() -> None:
    for secret in (b"", bytes(SECRET_BYTES_MAX + 1)):
        with pytest.raises(ShareUnfit):
            queries.dealt(CONTEXT, secret)


def test_nothing_secret_stands_in_what_is_shown_of_a_deal() -> None:
    """repr writes bytes as b'...' and escapes: whatever part of a body is looked for, it is looked for so."""
    deal = queries.dealt(CONTEXT, b"plainly visible")
    name, ends = KeyName("visits", "rows", date(2026, 11, 1)), Moment(date(2026, 11, 29))
    opened = OpenedKey(name, ends, KeyUse.OWN, b"plainly visible")
    shown = repr(deal) + repr(opened)
    for share in deal.shares:
        for secret in (share.body, share.blinding, b"plainly visible"):
            assert repr(secret)[2:-1] not in shown
            assert secret.hex() not in shown
    assert all(repr(print_)[2:-1] in shown for print_ in deal.commitments.shares)  # so it would be found


@pytest.mark.parametrize("false", [1, 2, 3])
def test_a_dealer_who_takes_one_share_out_of_use_is_found_when_all_three_are_there(false: int) -> None:
    """Whoever deals can put in a share of another line with a fingerprint to fit; two of the right line still open."""
    deal, other = queries.dealt(CONTEXT, b"seed of the hour"), queries.dealt(CONTEXT, b"seed of another.")
    shares, prints = list(deal.shares), list(deal.commitments.shares)
    shares[false - 1], prints[false - 1] = other.shares[false - 1], other.commitments.shares[false - 1]
    commitments = ShareCommitments(tuple(prints), deal.commitments.secret)
    good = [share for share in shares if share.holder != false]
    assert queries.recombined(CONTEXT, good, commitments) == b"seed of the hour"
    for all_three in permutations(shares):
        with pytest.raises(BadDeal):
            queries.recombined(CONTEXT, all_three, commitments)
