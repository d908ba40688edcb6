"""The account of a deposit reads like a bank's: every line, both columns, what was in it before and what is left."""

import csv
import io
from html import unescape

import pytest
from django.urls import reverse

from dure.base.refusals import NotAllowed
from dure.foundations.ledger import actions as ledger
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import show
from dure.kit.visiting import browser, text
from dure.services.pledges import queries
from dure.services.pledges.types import Pledge, ReturnState

from . import disputing, making
from .making import BY, Ground

pytestmark = pytest.mark.django_db


@pytest.fixture
def fee(db: None) -> Ground:
    return making.ground(fee_percent=10)


def rows_of(by: Actor, pledge: Pledge) -> list[list[str]]:
    answer = browser(by).get(reverse("pledges:account_csv", args=[pledge.id]))
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_account_begins_and_ends_with_nothing_and_every_line_adds_up(fee: Ground) -> None:
    by, pledge = disputing.settled(fee, kept=63)
    found = queries.deposit_account(by, pledge.id)
    assert [(one.what, one.won, one.left) for one in found.lines] == [
        ("deposit", 10_000, 10_000),
        ("donation", -3_330, 6_670),
        ("fee", -370, 6_300),
        ("refund", -6_300, 0),
    ]
    assert (found.came, found.went, found.left) == (10_000, 10_000, 0)


def test_the_page_says_date_what_amount_balance_and_how_it_was_worked_out(fee: Ground) -> None:
    by, pledge = disputing.settled(fee, kept=63)
    page = unescape(text(browser(by), "pledges:account", pledge.id))
    receiver = fee.season.receivers[0].name
    for said in ("10,000원", "3,330원", "370원", "6,300원", receiver, show.moment(making.settled_at(fee))):
        assert said in page, said
    assert "10,000원 × 63 ÷ 100 = 6,300원" in page
    assert f"{making.settled_at(fee).year}년" in page  # paper is kept longer than a year
    assert reverse("pledges:account", args=[pledge.id]) in text(browser(by), "pledges:pledge", pledge.id)


def test_the_file_has_the_same_lines_in_two_columns(fee: Ground) -> None:
    by, pledge = disputing.settled(fee, kept=63)
    head, *rows = rows_of(by, pledge)
    assert len(head) == 5
    assert [row[2:] for row in rows] == [
        ["10000", "", "10000"],
        ["", "3330", "6670"],
        ["", "370", "6300"],
        ["", "6300", "0"],
    ]
    assert fee.season.receivers[0].name in rows[1][1]


def test_a_refund_is_on_its_way_until_the_provider_gave_it_back(fee: Ground) -> None:
    by, pledge = disputing.settled(fee, kept=63)
    assert [one.state for one in queries.deposit_account(by, pledge.id).refunds] == [ReturnState.ASKED]
    ledger.settle_refunds(BY)
    [one] = queries.deposit_account(by, pledge.id).refunds
    assert (one.state, one.won) == (ReturnState.RETURNED, 6_300)
    assert one.returned_at is not None


def test_what_was_put_right_stands_below_what_it_puts_right(fee: Ground) -> None:
    by, pledge = disputing.settled(fee, kept=63)
    disputing.corrected(fee, by, pledge, 64, 65)
    found = queries.deposit_account(by, pledge.id)
    assert [one.what for one in found.lines[4:6]] == ["donation_back", "fee_back"]
    assert found.left == 0
    assert sum(one.won for one in found.refunds) == 6_500
    page = unescape(text(browser(by), "pledges:account", pledge.id))
    assert "10,000원 × 65 ÷ 100 = 6,500원" in page
    for won in ("−6,500원", "−3,150원", "−350원"):  # what stands in the end, beside what was paid
        assert won in page, won
    assert "정산 이의를 거쳐" in page


def test_before_the_season_is_settled_the_deposit_is_left_in_it(fee: Ground) -> None:
    by = fee.people[0]
    pledge = making.joined(by, fee.project, making.NO)
    assert queries.deposit_account(by, pledge.id).left == 10_000
    waiting = making.asked(fee.people[1], fee.project)
    assert "10,000" not in text(browser(fee.people[1]), "pledges:account", waiting.id)


@pytest.mark.parametrize("name", ["pledges:account", "pledges:account_csv"])
def test_the_account_is_its_owner_s_stewards_and_auditors(fee: Ground, name: str) -> None:
    by, pledge = disputing.settled(fee)
    seen = {by: 200, fee.stewards[0]: 200, folk.auditor(): 200, fee.leader: 403, fee.people[1]: 403}
    for who, status in seen.items():
        assert browser(who).get(reverse(name, args=[pledge.id])).status_code == status
    assert browser().get(reverse(name, args=[pledge.id])).status_code == 303
    with pytest.raises(NotAllowed):
        queries.deposit_account(fee.people[1], pledge.id)
