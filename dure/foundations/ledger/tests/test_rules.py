"""The decisions by property."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base import ids
from dure.base.money import Money
from dure.base.refusals import BadValue, NotAllowed, Refusal
from dure.foundations.ledger import rules
from dure.foundations.ledger.rules import Interval
from dure.foundations.ledger.types import (
    GENESIS,
    GIFT,
    REVERSAL,
    AccountId,
    Balance,
    BreakKind,
    Head,
    InsufficientFunds,
    Limit,
    NewAccount,
    NewPosting,
    NewTransfer,
    Phase,
    Posting,
    PostingId,
    Transfer,
    TransferId,
    account_id,
)
from dure.foundations.people.types import NOBODY, Actor, PersonId, system

NOW = datetime(2026, 5, 1, tzinfo=UTC)
A, B, C = (AccountId(UUID(int=n)) for n in (1, 2, 3))
amounts = st.integers(1, 10**12)


@st.composite
def balances(draw: st.DrawFn) -> Balance:
    """Any balance that its limit allows."""
    limit = draw(st.sampled_from(Limit))
    less, more = sorted((draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))))
    reserved = draw(st.integers(0, more - less))
    other = draw(st.integers(0, 10**6))
    if limit is Limit.CREDITS_MUST_NOT_EXCEED_DEBITS:
        return Balance(A, "KRW", limit, more, less, other, reserved)
    return Balance(A, "KRW", limit, less, more, reserved, other)


def keeps(balance: Balance) -> bool:
    match balance.limit:
        case Limit.DEBITS_MUST_NOT_EXCEED_CREDITS:
            return balance.debits_posted + balance.debits_pending <= balance.credits_posted
        case Limit.CREDITS_MUST_NOT_EXCEED_DEBITS:
            return balance.credits_posted + balance.credits_pending <= balance.debits_posted
    return True


@given(balances(), st.integers(0, 10**6), st.booleans(), st.sampled_from([Phase.SINGLE, Phase.PENDING, Phase.POST]))
def test_a_limit_is_never_broken_and_refuses_exactly_what_would_break_it(balance, amount, leaves, phase) -> None:
    out, into = (amount, 0) if leaves else (0, amount)
    pending = phase is Phase.PENDING
    wanted = replace(
        balance,
        debits_posted=balance.debits_posted + (0 if pending else out),
        credits_posted=balance.credits_posted + (0 if pending else into),
        debits_pending=balance.debits_pending + (out if pending else 0),
        credits_pending=balance.credits_pending + (into if pending else 0),
    )
    if keeps(wanted):
        assert rules.after(balance, out=out, into=into, phase=phase) == wanted
    else:
        with pytest.raises(InsufficientFunds) as refusal:
            rules.after(balance, out=out, into=into, phase=phase)
        assert 0 <= refusal.value.available < amount


@given(st.lists(st.tuples(st.sampled_from([A, B, C]), st.sampled_from([A, B, C]), st.integers(1, 50)), max_size=20))
def test_settling_moves_money_and_makes_none(moves: Sequence[tuple[AccountId, AccountId, int]]) -> None:
    start = {
        A: Balance(A, "KRW"),
        B: Balance(B, "KRW", Limit.DEBITS_MUST_NOT_EXCEED_CREDITS),
        C: Balance(C, "KRW", Limit.DEBITS_MUST_NOT_EXCEED_CREDITS),
    }
    transfers = [NewTransfer(TransferId(ids.new()), a, b, Money(n), GIFT) for a, b, n in moves if a != b]
    try:
        then = rules.settle(start, transfers, Phase.SINGLE)
    except InsufficientFunds:
        return
    assert sum(balance.held for balance in then.values()) == 0
    assert then[B].held >= 0
    assert then[C].held >= 0
    assert start[A].held == 0


def pending(amount: int, expires_at: datetime | None) -> Transfer:
    new = TransferId(ids.new())
    return Transfer(new, 1, PostingId(new), 1, 1, A, B, Money(amount), GIFT, Phase.PENDING, NOW, expires_at=expires_at)


@given(
    st.sampled_from([None, *rules.NEXT[Phase.PENDING]]),
    st.sampled_from(Phase),
    st.integers(-5, 15),
    st.none() | st.integers(-3, 3),
)
def test_a_reservation_ends_once_in_time_and_within_its_amount(found, to, amount, hours) -> None:
    asked = pending(10, None if hours is None else NOW + timedelta(hours=hours))
    due = hours is not None and hours <= 0
    fine = found is None and to in rules.NEXT[Phase.PENDING] and 0 < amount <= 10
    fine = fine and {Phase.POST: not due, Phase.VOID: True, Phase.EXPIRE: due}.get(to, False)
    try:
        rules.may_resolve(asked, found, to, NOW, amount)
    except Refusal:
        assert not fine
    else:
        assert fine


def test_every_phase_stands_in_the_state_table() -> None:
    assert set(rules.NEXT) == set(Phase)
    assert all(not rules.NEXT[after] for each in Phase for after in rules.NEXT[each])


def test_mirroring_is_last_first_and_has_ids_of_its_own() -> None:
    legs = tuple(
        Transfer(TransferId(ids.new()), n, PostingId(UUID(int=9)), n, 2, A, B, Money(n), GIFT, Phase.SINGLE, NOW)
        for n in (1, 2)
    )
    back: tuple[NewTransfer, ...] = rules.mirrored(Posting(PostingId(UUID(int=9)), legs), PostingId(UUID(int=10)))
    assert [(each.debit, each.credit, each.amount.minor, each.kind) for each in back] == [
        (B, A, 2, REVERSAL),
        (B, A, 1, REVERSAL),
    ]
    assert len({each.id for each in back} | {leg.id for leg in legs}) == 4


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"transfers": ()}, "transfers"),
        ({"reason": "x" * 201}, "reason"),
        ({"id": PostingId(UUID(int=5))}, "id"),
    ],
)
def test_a_posting_has_a_shape(change, field) -> None:
    new = NewPosting.of(NewTransfer(TransferId(ids.new()), A, B, Money(1), GIFT), at=NOW)
    rules.check_posting(new)
    with pytest.raises(BadValue) as refusal:
        rules.check_posting(replace(new, **change))
    assert refusal.value.field == field


@pytest.mark.parametrize("code", ["", "Box", "box 1", "x" * 101, ":box", "박스"])
def test_an_account_has_a_speakable_code(code) -> None:
    with pytest.raises(BadValue):
        rules.check_account(NewAccount(code=code, limit=Limit.NONE))


def test_somebody_answers_for_every_move() -> None:
    rules.may_book(system("seal"))
    rules.may_book(Actor(person=PersonId(ids.new())))
    with pytest.raises(NotAllowed):
        rules.may_book(NOBODY)


def test_an_account_has_the_same_id_for_ever() -> None:
    assert account_id("provider:sandbox") == UUID("0cd86241-0082-860b-9676-f5b20d9aee2e")
    assert account_id("provider:sandbox") == account_id("provider:sandbox") != account_id("provider:other")


# Intervals.


@given(st.lists(amounts, max_size=30))
def test_intervals_tile_the_line(given_amounts) -> None:
    tiles = rules.intervals(given_amounts)
    assert [len(tile) for tile in tiles] == given_amounts
    assert all(a.end == b.start for a, b in pairwise(tiles))
    whole = rules.merged(tiles)
    assert sum(len(tile) for tile in whole) == sum(given_amounts)
    assert len(whole) <= 1


spans = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda pair: Interval(min(pair), max(pair)))


@given(spans, spans)
def test_meeting_is_mutual_and_exact(a, b) -> None:
    shared = rules.meet(a, b)
    assert shared == rules.meet(b, a)
    both = set(range(a.start, a.end)) & set(range(b.start, b.end))
    assert set(range(shared.start, shared.end) if shared else ()) == both


@given(st.lists(st.integers(1, 20), min_size=1, max_size=12), st.integers(0, 240), st.integers(0, 11))
def test_what_is_drawn_of_a_lot_is_what_a_queue_gives(lots, drawn, place) -> None:
    place %= len(lots)
    drawn = min(drawn, sum(lots))
    queue = rules.Queue()
    for number, lot in enumerate(lots):
        queue.give(UUID(int=number), lot)
    parts, missing = queue.take(drawn)
    assert missing == 0
    of_lot = sum(part for lot, part in parts if lot == UUID(int=place))
    assert rules.drawn_of(lots[place], sum(lots[place + 1 :]), sum(lots) - drawn) == of_lot
    assert queue.left() == sum(lots) - drawn


# The chain.

texts = st.lists(st.text(alphabet="abc|01-", min_size=1, max_size=8), min_size=1, max_size=8)


def walk(links: Sequence[rules.Link]) -> list[tuple[int, BreakKind]]:
    walked = rules.Walk()
    for link in links:
        walked.step(link)
    walked.end()
    return [(each.position, each.kind) for each in walked.breaks]


@given(texts, st.data())
def test_one_flipped_bit_is_located(canonical, data) -> None:
    links = list(rules.links(Head(), ((ids.new(), text) for text in canonical)))
    assert walk(links) == []
    place = data.draw(st.integers(0, len(links) - 1))
    link = links[place]
    if data.draw(st.booleans()):
        byte, bit = data.draw(st.integers(0, 31)), data.draw(st.integers(0, 7))
        flipped = bytes(each ^ (1 << bit if n == byte else 0) for n, each in enumerate(link.hash))
        links[place] = rules.Link(link.position, link.transfer, flipped, link.canonical)
        kind = BreakKind.TRANSFER_CHANGED if place == len(links) - 1 else BreakKind.HASH_CHANGED
    else:
        links[place] = rules.Link(link.position, link.transfer, link.hash, f"{link.canonical}!")
        kind = BreakKind.TRANSFER_CHANGED
    assert walk(links) == [(place + 1, kind)]


@given(texts.filter(lambda found: len(found) > 1), st.data())
def test_a_link_that_was_taken_out_is_located(canonical, data) -> None:
    links = list(rules.links(Head(), ((ids.new(), text) for text in canonical)))
    place = data.draw(st.integers(0, len(links) - 2))
    del links[place]
    assert walk(links)[0] == (place + 1, BreakKind.LINK_MISSING)


def test_a_head_is_written_and_read() -> None:
    head = Head(7, bytes(range(32)))
    assert Head.parse(f" {head}\n") == head
    assert Head().hash == GENESIS
    for wrong in ("", "7", "7:00", "x:" + "0" * 64):
        with pytest.raises(ValueError, match=r"head|invalid literal"):
            Head.parse(wrong)
