"""A posting is taken back once, whole, and only while its money is there."""

from dataclasses import replace

import pytest

from dure.base import ids
from dure.base.refusals import BadValue
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import (
    FEE,
    REVERSAL,
    AccountClosed,
    AlreadyReversed,
    InsufficientFunds,
    LotDrawn,
    NewPosting,
    NewResolution,
    NewReversal,
    NotReversible,
    PostingExistsWithDifferent,
    PostingId,
    PostingUnknown,
    TransferId,
)

from .conftest import BY, NOW, move, single

pytestmark = pytest.mark.django_db


def undo(posting: PostingId, reason: str = "by mistake") -> NewReversal:
    return NewReversal(id=PostingId(ids.new()), posting=posting, at=NOW, reason=reason)


def held(*accounts) -> tuple[int, ...]:
    return tuple(queries.balance(account).held for account in accounts)


def test_the_same_money_goes_back(bank, box) -> None:
    gift = actions.post(BY, single(bank, box, 100, funder=ids.new()))
    back = actions.reverse(BY, undo(gift.id))
    assert held(bank, box) == (0, 0)
    (leg,) = back.transfers
    assert (leg.reverses, leg.kind, leg.reason) == (gift.transfers[0].id, REVERSAL, "by mistake")
    assert (leg.funder, leg.ref) == (gift.transfers[0].funder, gift.transfers[0].ref)
    assert queries.posting(back.id) == back


def test_all_legs_go_back_together(bank, box, partner) -> None:
    legs = (move(bank, box, 100), move(box, partner, 100, kind=FEE))
    linked = actions.post(BY, NewPosting(id=PostingId(ids.new()), transfers=legs, at=NOW))
    back = actions.reverse(BY, undo(linked.id))
    assert held(bank, box, partner) == (0, 0, 0)
    assert [leg.reverses for leg in back.transfers] == [legs[1].id, legs[0].id]
    assert queries.posting(back.id) == back


def test_it_goes_back_once(bank, box) -> None:
    gift = actions.post(BY, single(bank, box, 100))
    asked = undo(gift.id)
    back = actions.reverse(BY, asked)
    assert actions.reverse(BY, asked) == back
    with pytest.raises(PostingExistsWithDifferent) as refusal:
        actions.reverse(BY, replace(asked, reason="another one"))
    assert refusal.value.field == "reason"
    with pytest.raises(AlreadyReversed) as again:
        actions.reverse(BY, undo(gift.id))
    assert again.value == AlreadyReversed(posting=gift.id, reversal=back.id)


def test_what_was_spent_cannot_go_back(bank, box, partner) -> None:
    gift = actions.post(BY, single(bank, box, 100))
    actions.post(BY, single(box, partner, 30))
    with pytest.raises(LotDrawn) as refusal:
        actions.reverse(BY, undo(gift.id))
    assert refusal.value == LotDrawn(transfer=gift.transfers[0].id, drawn=30)


def test_what_is_reserved_cannot_go_back(bank, box, partner) -> None:
    gift = actions.post(BY, single(bank, box, 100))
    actions.pend(BY, single(box, partner, 30))
    with pytest.raises(InsufficientFunds) as refusal:
        actions.reverse(BY, undo(gift.id))
    assert refusal.value == InsufficientFunds(account=box, available=70)


def test_a_reversal_is_final_and_says_why(bank, box) -> None:
    gift = actions.post(BY, single(bank, box, 100))
    with pytest.raises(BadValue):
        actions.reverse(BY, undo(gift.id, reason=""))
    back = actions.reverse(BY, undo(gift.id))
    with pytest.raises(NotReversible):
        actions.reverse(BY, undo(back.id))
    with pytest.raises(PostingUnknown):
        actions.reverse(BY, undo(PostingId(ids.new())))


def test_an_id_that_stands_for_something_else_is_named(bank, box) -> None:
    gift, other = actions.post(BY, single(bank, box, 100)), actions.post(BY, single(bank, box, 5))
    with pytest.raises(PostingExistsWithDifferent) as refusal:
        actions.reverse(BY, replace(undo(gift.id), id=other.id))
    assert refusal.value.field == "reverses"


def test_a_posted_reservation_goes_back_like_any_other(bank, box) -> None:
    pending = actions.pend(BY, single(bank, box, 100)).transfers[0]
    posted = actions.post_pending(BY, NewResolution(id=TransferId(ids.new()), pending=pending.id, at=NOW))
    actions.reverse(BY, undo(posted.posting))
    assert held(bank, box) == (0, 0)


def test_nothing_goes_back_into_a_closed_account(bank, box, partner) -> None:
    actions.post(BY, single(bank, box, 100))
    out = actions.post(BY, single(box, partner, 100))
    actions.close_account(BY, box, NOW)
    with pytest.raises(AccountClosed):
        actions.reverse(BY, undo(out.id))
