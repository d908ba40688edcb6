"""A sponsor's deposit: with the bank's reference, by two stewards where it is large, and back while it is still there."""

from uuid import UUID

import pytest

from dure.base.refusals import BadValue
from dure.foundations.people.tests import making as folk
from dure.kit.visiting import browser, form
from dure.services.giving import actions, queries
from dure.services.giving.types import DepositKnown, DepositOver, DepositSpent, DepositState, MatchKind, SamePerson

from . import making
from .making import Town, key
from .test_pages import url


def fund_of(town: Town) -> UUID:
    return actions.open_fund(town.stewards[0], "Fund", None, key=key())


def left() -> tuple[int, int]:
    (fund,) = queries.funds()
    return fund.available, fund.given


def test_a_small_deposit_counts_at_once_and_its_reference_once(town: Town) -> None:
    fund, steward = fund_of(town), town.stewards[0]
    actions.top_up(steward, fund, 9_999_999, "국민 0101", key=key())
    assert left() == (9_999_999, 0)
    with pytest.raises(DepositKnown):
        actions.top_up(town.stewards[1], fund, 5, " 국민  0101 ", key=key())
    for reference in ("", "abc", "x" * 61, "a\u0000bcd"):
        with pytest.raises(BadValue):
            actions.top_up(steward, fund, 5, reference, key=key())


def test_a_large_deposit_counts_when_another_steward_confirms_it(town: Town) -> None:
    one, two = town.stewards
    deposit = actions.top_up(one, fund_of(town), 10_000_000, "국민 0102", key=key())
    assert left() == (0, 0)
    with pytest.raises(SamePerson):
        actions.confirm_deposit(one, deposit, key=key())
    actions.confirm_deposit(two, deposit, key=key())
    assert left() == (10_000_000, 0)
    with pytest.raises(DepositOver):
        actions.confirm_deposit(two, deposit, key=key())


def test_a_mistake_goes_back_as_long_as_the_money_is_there_and_may_be_entered_anew(town: Town) -> None:
    fund, steward = fund_of(town), town.stewards[0]
    wrong = actions.top_up(steward, fund, 5_000_000, "국민 0103", key=key())
    actions.take_deposit_back(steward, wrong, "a nought too many", key=key())
    assert left() == (0, 0)
    with pytest.raises(DepositOver):
        actions.take_deposit_back(steward, wrong, "a nought too many", key=key())
    right = actions.top_up(steward, fund, 500_000, "국민 0103", key=key())
    box = making.opened(town)
    actions.cheer(folk.person(), box, MatchKind.SHARE, "", key=key())
    assert left() == (499_900, 100)
    with pytest.raises(DepositSpent):
        actions.take_deposit_back(steward, right, "a nought too many", key=key())
    assert not queries.findings("giving.cheers", "verify_cheers")


def test_one_that_waits_is_dropped_without_a_trace_in_the_book(town: Town) -> None:
    deposit = actions.top_up(town.stewards[0], fund_of(town), 20_000_000, "국민 0104", key=key())
    actions.take_deposit_back(town.stewards[0], deposit, "typed twice", key=key())
    assert [one.state for one in queries.deposits(town.stewards[1])] == [DepositState.DROPPED]
    with pytest.raises(DepositOver):
        actions.confirm_deposit(town.stewards[1], deposit, key=key())


def test_the_desk_asks_for_the_reference_and_shows_what_waits(town: Town) -> None:
    fund, (one, two) = fund_of(town), town.stewards
    page = url("funds")
    empty = browser(one).post(url("top_up", fund), form(amount="10000000", reference=""))
    assert empty.status_code == 422
    assert "10000000" in empty.content.decode() or "10,000,000" in empty.content.decode()
    assert browser(one).post(url("top_up", fund), form(amount="10000000", reference="국민 0105")).status_code == 303
    assert "/confirm/" not in browser(one).get(page).content.decode()
    assert "/confirm/" in browser(two).get(page).content.decode()
    (deposit,) = queries.deposits(two)
    assert browser(two).post(url("confirm_deposit", deposit.id), form()).status_code == 303
    assert left() == (10_000_000, 0)
    assert browser(two).post(url("take_deposit_back", deposit.id), form(why="")).status_code == 422
    assert browser(two).post(url("take_deposit_back", deposit.id), form(why="wrong fund")).status_code == 303
    assert left() == (0, 0)
