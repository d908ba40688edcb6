"""Receipts: issued by a qualified body only, once for each donation, numbered without gaps, taken back with the gift."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock, ids
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.models import DonationReceipt as ReceiptRow
from dure.foundations.ledger.models import ReceiptSeries
from dure.foundations.ledger.rules import receipts as rules
from dure.foundations.ledger.types import (
    DonationReceipt,
    DonorIdentity,
    IdentityGone,
    IdentityNumberInvalid,
    NewDonation,
    NothingToReceipt,
    NotQualified,
    ReceiptAlreadyReversed,
    ReceiptConsentMissing,
)
from dure.foundations.people import actions as people_actions
from dure.foundations.people import queries as people_queries
from dure.foundations.people.tests import making
from dure.foundations.people.types import NOBODY, Actor, Origin, ReceiptCode
from dure.kit import tx
from dure.kit.testing import Meet, race

from .paying import BY
from .test_payments import told

pytestmark = pytest.mark.django_db
WHO = DonorIdentity("홍길동", "가람군 솔내면 솔내리 12", "900101-1234567")


def a_donor(name: str = "홍길동") -> Actor:
    donor = making.person(name)
    (consent,) = [each for each in people_queries.consents_of(donor.person) if each.text.purpose == rules.CONSENT]  # type: ignore[arg-type]  # an actor of these tests is a person
    with tx.durable():
        people_actions.give_consent(donor, rules.CONSENT, consent.text.version, Origin("test"))
    return donor


def a_receiver(code: ReceiptCode = ReceiptCode.GENERAL) -> tuple[UUID, Actor]:
    return making.verified_organisation(making.person("박대표"), receipt_code=code)


def donated(donor: Actor, receiver: UUID, amount: int = 10_000, on: date = date(2026, 3, 2)) -> NewDonation:
    assert donor.person is not None
    new = NewDonation(id=ids.new(), donor=donor.person, receiver=receiver, on=on, amount=amount, note="겨울 난방")
    with tx.durable():
        actions.record_donations(BY, (new,))
        actions.record_donations(BY, (new,))  # told twice, noted once
    return new


def issued(donor: Actor, receiver: UUID, by: Actor | None = None, year: int = 2026) -> DonationReceipt:
    assert donor.person is not None
    with tx.durable():
        return actions.issue_receipt(by or donor, donor.person, receiver, year, WHO)


def reversed_gift(gift: NewDonation, amount: int | None = None) -> None:
    with tx.durable():
        actions.reverse_donation(BY, gift.id, "gift refunded", amount)


def balance(donor: Actor, receiver: UUID) -> tuple[int, int]:
    (entitlement,) = queries.entitlements(donor, donor.person, 2026)  # type: ignore[arg-type]  # an actor of these tests is a person
    assert entitlement.receiver == receiver
    return entitlement.donated, entitlement.receipted


def test_a_receipt_attests_every_open_donation_of_the_year() -> None:
    donor, (receiver, _) = a_donor(), a_receiver()
    donated(donor, receiver, 30_000, date(2026, 1, 1))
    donated(donor, receiver, 20_000, date(2026, 12, 31))
    donated(donor, receiver, 5_000, date(2025, 12, 31))
    receipt = issued(donor, receiver)
    assert (receipt.total, [line.amount for line in receipt.lines]) == (50_000, [30_000, 20_000])
    assert receipt.issuer.code == "40"
    assert receipt.issuer.id == receiver
    assert receipt.number == f"{clock.today().year}-000001"
    assert balance(donor, receiver) == (50_000, 50_000)
    with pytest.raises(NothingToReceipt):
        issued(donor, receiver)
    donated(donor, receiver, 1_000)
    assert issued(donor, receiver).number.endswith("-000002")
    assert balance(donor, receiver) == (51_000, 51_000)


def test_only_a_qualified_body_issues() -> None:
    donor = a_donor()
    plain, _ = a_receiver(ReceiptCode.NONE)
    unverified, _ = making.organisation(making.person("박대표"), receipt_code=ReceiptCode.GENERAL)
    for receiver in (plain, unverified):
        donated(donor, receiver)
        with pytest.raises(NotQualified):
            issued(donor, receiver)
    with pytest.raises(NotFound), tx.durable():
        actions.issue_receipt(BY, donor.person, ids.new(), 2026, WHO)  # type: ignore[arg-type]  # an actor of these tests is a person


def test_a_receipt_needs_the_donors_consent() -> None:
    donor, (receiver, _) = making.person(), a_receiver()
    donated(donor, receiver)
    with pytest.raises(ReceiptConsentMissing):
        issued(donor, receiver)


@pytest.mark.parametrize("who", ["donor", "owner", "steward", "system", "stranger", "auditor", "nobody"])
def test_who_may_issue_and_see_and_take_back(who: str) -> None:
    donor, (receiver, owner) = a_donor(), a_receiver()
    by = {
        "donor": donor,
        "owner": owner,
        "steward": making.steward(),
        "system": BY,
        "stranger": making.person("이웃"),
        "auditor": making.auditor(),
        "nobody": NOBODY,
    }[who]

    def allowed(what: Any) -> bool:
        try:
            with tx.durable():
                what()
        except NotAllowed:
            return False
        return True

    donated(donor, receiver)
    assert allowed(lambda: issued(donor, receiver, by)) == (who in ("donor", "owner", "steward", "system"))
    if who not in ("donor", "owner", "steward", "system"):
        issued(donor, receiver)
    (receipt,) = queries.donation_receipts_of(donor, donor.person)  # type: ignore[arg-type]  # an actor of these tests is a person
    assert allowed(lambda: queries.donation_receipt(by, receipt.id)) == (who not in ("stranger", "nobody"))
    assert allowed(lambda: queries.donor_identity(by, receipt.id)) == (who in ("donor", "owner", "system"))
    own = queries.annual_statement
    assert allowed(lambda: own(by, donor.person, 2026)) == (who in ("donor", "steward", "system", "auditor"))  # type: ignore[arg-type]  # an actor of these tests is a person
    assert allowed(lambda: actions.reverse_receipt(by, receipt.id, "")) == (who in ("owner", "steward", "system"))


def test_a_refunded_gift_takes_its_receipt_back_and_leaves_one_for_the_rest() -> None:
    donor, (receiver, _) = a_donor(), a_receiver()
    gone, kept = donated(donor, receiver, 30_000), donated(donor, receiver, 20_000)
    first = issued(donor, receiver)
    reversed_gift(gone)
    reversed_gift(gone)
    second, old = queries.donation_receipts_of(donor, donor.person)  # type: ignore[arg-type]  # an actor of these tests is a person
    assert (old.id, old.live, old.reversed_why) == (first.id, False, "gift refunded")
    assert (second.replaces, second.total, second.lines[0].donation) == (first.id, 20_000, kept.id)
    assert balance(donor, receiver) == (20_000, 20_000)
    assert [news["replaced_by"] for news in told("ReceiptReversed")] == [str(second.id)]
    reversed_gift(kept)
    assert all(not each.live for each in queries.donation_receipts_of(donor, donor.person))  # type: ignore[arg-type]  # an actor of these tests is a person
    assert balance(donor, receiver) == (0, 0)


def test_a_part_given_back_leaves_a_receipt_for_the_part_kept() -> None:
    donor, (receiver, _) = a_donor(), a_receiver()
    gift = donated(donor, receiver, 30_000)
    issued(donor, receiver)
    reversed_gift(gift, 10_000)
    assert balance(donor, receiver) == (20_000, 20_000)
    reversed_gift(gift, 90_000)
    assert balance(donor, receiver) == (0, 0)


def test_a_receipt_taken_back_by_its_issuer_can_be_issued_again() -> None:
    donor, (receiver, owner) = a_donor(), a_receiver()
    donated(donor, receiver)
    receipt = issued(donor, receiver)
    with tx.durable():
        actions.reverse_receipt(owner, receipt.id, "wrong address")
    assert balance(donor, receiver) == (10_000, 0)
    assert issued(donor, receiver).number.endswith("-000002")
    with pytest.raises(ReceiptAlreadyReversed), tx.durable():
        actions.reverse_receipt(owner, receipt.id, "again")


def test_a_failed_issue_leaves_no_gap() -> None:
    donor, (receiver, _) = a_donor(), a_receiver()
    donated(donor, receiver)

    def fails() -> None:
        with tx.durable():
            actions.issue_receipt(donor, donor.person, receiver, 2026, WHO)  # type: ignore[arg-type]  # an actor of these tests is a person
            raise RuntimeError("the power goes off")

    with pytest.raises(RuntimeError):
        fails()
    assert issued(donor, receiver).number.endswith("-000001")


def test_the_identity_is_sealed_and_purged_after_five_years() -> None:
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=clock.SEOUL), tick=False) as travel:
        donor, (receiver, _) = a_donor(), a_receiver()
        donated(donor, receiver)
        receipt = issued(donor, receiver)
        row = ReceiptRow.objects.get(id=receipt.id)
        assert row.sealed_identity is not None
        for secret in ("홍길동", "9001011234567", "솔내면"):
            assert secret.encode() not in bytes(row.sealed_identity)
        assert queries.donor_identity(donor, receipt.id).number == "9001011234567"
        assert row.keep_identity_until == date(2031, 3, 2)
        with pytest.raises(NotAllowed), tx.durable():
            actions.forget_donor_identity(BY, receipt.id)
        travel.shift(timedelta(days=5 * 365 + 1))
        with tx.durable():
            assert actions.purge_donor_identities(BY) == 0
        travel.shift(timedelta(days=1))
        with tx.durable():
            assert actions.purge_donor_identities(BY) == 1
        with pytest.raises(IdentityGone):
            queries.donor_identity(donor, receipt.id)
        again = queries.donation_receipt(donor, receipt.id)
        assert (again.has_identity, again.total) == (False, 10_000)


def test_a_statement_adds_up() -> None:
    donor, (one, _), (two, _) = a_donor(), a_receiver(), a_receiver(ReceiptCode.SPECIAL)
    donated(donor, one, 30_000)
    gift = donated(donor, two, 12_000_000)
    issued(donor, two)
    reversed_gift(gift, 1_000_000)
    statement = queries.annual_statement(donor, donor.person, 2026)  # type: ignore[arg-type]  # an actor of these tests is a person
    assert (statement.donated, statement.receipted) == (11_030_000, 11_000_000)
    assert statement.credit == 1_500_000 + 300_000
    assert {each.open for each in statement.entitlements} == {0, 30_000}
    assert queries.donation_years(donor, donor.person) == (2026,)  # type: ignore[arg-type]  # an actor of these tests is a person


@pytest.mark.parametrize(
    "identity",
    [
        replace(WHO, number="900101-123456"),
        replace(WHO, number="901301-1234567"),
        replace(WHO, number="991231-3234567"),  # born 2099
        replace(WHO, number="123-45-67890"),
        replace(WHO, number="９001011234567"),
    ],
)
def test_a_number_that_is_none_is_refused(identity: DonorIdentity) -> None:
    with pytest.raises(IdentityNumberInvalid):
        rules.clean_identity(identity, date(2026, 3, 2))


def test_an_identity_is_cleaned() -> None:
    clean = rules.clean_identity(DonorIdentity(" 홍  길동 ", " 가람군  1 ", "124-81-00998"), date(2026, 3, 2))
    assert clean == DonorIdentity("홍 길동", "가람군 1", "1248100998")
    assert rules.masked(clean.number) == "124-81-*****"
    assert rules.masked("9001011234567") == "900101-1******"
    assert rules.written("9001011234567") == "900101-1234567"
    for bad in (DonorIdentity("", "x"), DonorIdentity("x", " "), DonorIdentity("가" * 61, "x")):
        with pytest.raises(BadValue):
            rules.clean_identity(bad, date(2026, 3, 2))


@given(st.from_regex(r"[0-9]{0,14}", fullmatch=True))
def test_masking_never_shows_the_last_half(number: str) -> None:
    if len(number) == 13:
        assert number[7:] not in rules.masked(number)


def issue_at_once(donor: Actor, receiver: UUID, meet: Meet) -> str:
    with tx.durable():
        number = actions.issue_receipt(donor, donor.person, receiver, 2026, WHO).number  # type: ignore[arg-type]  # an actor of these tests is a person
        meet()
    return number[-6:]


@pytest.mark.django_db(transaction=True)
def test_two_receipts_at_once_get_two_numbers_without_a_gap() -> None:
    one, two, (receiver, _) = a_donor(), a_donor("임꺽정"), a_receiver()
    for donor in (one, two):
        donated(donor, receiver)
    found = race(lambda meet: issue_at_once(one, receiver, meet), lambda meet: issue_at_once(two, receiver, meet))
    assert found.names == ("000001", "000002")


@pytest.mark.django_db(transaction=True)
def test_the_same_number_for_two_is_real_without_the_lock() -> None:
    one, two, (receiver, _) = a_donor(), a_donor("임꺽정"), a_receiver()
    for donor in (one, two):
        donated(donor, receiver)
    ReceiptSeries.objects.create(issuer=receiver, year=clock.today().year)

    def next_number(meet: Meet) -> str:
        with tx.durable():
            series = ReceiptSeries.objects.select_for_update().get(issuer=receiver)
            meet()
            return str(series.last + 1)

    assert race(next_number, next_number, locked=False).names == ("1", "1")


@pytest.mark.django_db(transaction=True)
def test_the_same_donations_are_never_on_two_receipts() -> None:
    donor, (receiver, owner) = a_donor(), a_receiver()
    donated(donor, receiver)

    def by_owner(meet: Meet) -> str:
        with tx.durable():
            actions.issue_receipt(owner, donor.person, receiver, 2026, WHO)  # type: ignore[arg-type]  # an actor of these tests is a person
            meet()
        return "issued"

    def by_donor(meet: Meet) -> str:
        issue_at_once(donor, receiver, meet)
        return "issued"

    assert race(by_donor, by_owner).names == ("NothingToReceipt", "issued")
    assert balance(donor, receiver) == (10_000, 10_000)


def test_an_export_is_whole_however_much_somebody_gave() -> None:
    donor, (receiver, _) = a_donor(), a_receiver()
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO ledger_donation (id, donor_id, receiver, year, "on", amount, reversed, note, kind)'
            " SELECT gen_random_uuid(), %s, %s, 2026, '2026-03-02', 1000, 0, '', 'money' FROM generate_series(1, 50001)",
            [donor.person, receiver],
        )
    with zipfile.ZipFile(io.BytesIO(b"".join(people_actions.export(donor)))) as archive:
        assert len(json.loads(archive.read("ledger.json"))["donations"]) == 50_001
