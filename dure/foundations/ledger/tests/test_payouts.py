"""Payouts on their way to the bank: one live file each, two people, bytes that stay, a booking to the won."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, InternalError, transaction

from dure.base import clock, ids
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.ledger import actions, commands, models, queries
from dure.foundations.ledger.rules import payouts as rules
from dure.foundations.ledger.types import (
    BankLine,
    BankReferenceKnown,
    FileForm,
    FileState,
    FileWant,
    LineState,
    NewPayout,
    PayeeChanged,
    PayeeUnwritable,
    PayoutDiffers,
    PayoutInFile,
    PayoutSumDiffers,
    PayoutWaits,
    PostingId,
    SameSteward,
    WrongFileState,
)
from dure.foundations.people.tests import making
from dure.foundations.people.types import ConflictOfInterest, OrgRole, PlatformRole
from dure.kit import tx
from dure.kit.diagnosis import Level
from dure.kit.testing import Meet, race
from dure.kit.verify import silent

from .paying import BY
from .paying_out import NUMBER, a_payout, a_town, came_back, confirmed, prepared, released, set_account, whole
from .test_payments import held

in_the_database = pytest.mark.django_db


def found() -> set[str]:
    return {finding.check for check in commands.verify_checks() for finding in check.run(silent)}


def states(town: Any, file: Any) -> tuple[FileState, list[LineState]]:
    seen = whole(town, file)
    return seen.file.state, [line.state for line in seen.lines]


def test_every_state_is_reached_and_only_the_open_ones_lead_on() -> None:
    reached = {FileState.PREPARED, FileState.RETURNED, *rules.STATES.values()}
    assert reached == set(FileState)
    assert not any(state is FileState.DROPPED for state, _want in rules.STATES)
    assert all(want is FileWant.READ for state, want in rules.STATES if state is FileState.RETURNED)


@in_the_database
def test_from_a_payout_to_the_bank_and_into_the_book() -> None:
    town = a_town()
    one, two = a_payout(town, 10_000), a_payout(town, 25_000, "봄 씨앗")
    assert [(each.amount, each.ready) for each in queries.payouts_waiting(town.one)] == [(10_000, True), (25_000, True)]
    file = prepared(town, one, two)
    assert queries.payouts_waiting(town.one) == ()
    assert states(town, file) == (FileState.PREPARED, [LineState.LISTED] * 2)
    actions.release_payouts(town.two, file, key="release")
    assert states(town, file) == (FileState.RELEASED, [LineState.SENT] * 2)
    actions.confirm_payouts(town.one, file, BankLine(35_000, " KB  7 "), key="confirm")
    assert states(town, file) == (FileState.CONFIRMED, [LineState.PAID] * 2)
    assert whole(town, file).file.bank_reference == "KB 7"
    assert (held("bank:platform"), held("bank:partners")) == (35_000, -35_000)
    assert queries.balance(queries.posting(PostingId(one)).transfers[0].credit).held == 10_000, (
        "the partner owes a report of it still"
    )
    assert [step.want for step in whole(town, file).steps] == ["prepare", "release", "confirm"]
    assert found() == set()


@in_the_database
def test_the_bytes_are_written_once_and_every_reader_is_written_down(settings: Any) -> None:
    settings.DURE = replace(settings.DURE, operator_account=("004", "11122233344455"), operator_name="두레")
    town = a_town()
    file = released(town)
    digests = {paper.form: paper.sha256 for paper in whole(town, file).papers}
    assert set(digests) == set(FileForm)
    contents = [actions.read_payouts(town.one, file, FileForm.CSV) for _ in range(2)]
    assert contents[0] == contents[1]
    assert NUMBER.replace("-", "").encode() in contents[0]
    settings.DURE = replace(settings.DURE, operator_name="다른 이름")
    set_account(town, "99999999999")
    assert actions.read_payouts(town.two, file, FileForm.CSV) == contents[0]
    assert b"pain.001.001.09" in actions.read_payouts(town.two, file, FileForm.PAIN)
    assert [step.by for step in whole(town, file).steps if step.want is FileWant.READ] == [
        town.one.person,
        town.one.person,
        town.two.person,
        town.two.person,
    ]
    for sealed in models.PayoutPaper.objects.values_list("sealed", flat=True):
        assert NUMBER.replace("-", "").encode() not in bytes(sealed)
    assert found() == set()


@in_the_database
def test_without_an_account_of_our_own_there_is_no_message(settings: Any) -> None:
    settings.DURE = replace(settings.DURE, operator_account=("", ""))
    town = a_town()
    file = released(town)
    assert [paper.form for paper in whole(town, file).papers] == [FileForm.CSV]
    with pytest.raises(NotFound):
        actions.read_payouts(town.one, file, FileForm.PAIN)


@in_the_database
def test_two_people_and_none_with_a_stake() -> None:
    town = a_town()
    file = prepared(town)
    with pytest.raises(SameSteward):
        actions.release_payouts(town.one, file, key="same")
    insider = making.fresh(making.member(town.payee, town.owner, OrgRole.STAFF))
    insider = making.with_role(insider, PlatformRole.STEWARD)
    with pytest.raises(ConflictOfInterest):
        actions.release_payouts(insider, file, key="insider")
    with pytest.raises(ConflictOfInterest):
        actions.prepare_payouts(insider, [a_payout(town)], key="insider")
    for stranger in (making.person(), making.auditor(), town.owner, BY):
        with pytest.raises(NotAllowed):
            actions.release_payouts(stranger, file, key=f"no-{ids.new()}")
        with pytest.raises(NotAllowed):
            actions.prepare_payouts(stranger, [a_payout(town)], key=f"no-{ids.new()}")
    assert queries.payout_file(making.auditor(), file).file.state is FileState.PREPARED
    with pytest.raises(NotAllowed):
        queries.payout_file(town.owner, file)
    with pytest.raises(NotAllowed):
        queries.payouts_waiting(making.person())
    released_ = actions.release_payouts(town.two, file, key="two")
    with pytest.raises(NotAllowed):
        actions.read_payouts(making.auditor(), released_, FileForm.CSV)


@in_the_database
def test_the_same_again_has_one_effect() -> None:
    town = a_town()
    payout = a_payout(town)
    assert actions.prepare_payouts(town.one, [payout], key="k") == actions.prepare_payouts(town.one, [payout], key="k")
    file = whole(town, actions.prepare_payouts(town.one, [payout], key="k")).file.id
    with pytest.raises(PayoutInFile):
        actions.prepare_payouts(town.two, [payout], key="other")
    for _ in range(2):
        actions.release_payouts(town.two, file, key="r")
        actions.confirm_payouts(town.one, file, BankLine(10_000, "KB-1"), key="c")
    with pytest.raises(WrongFileState):
        actions.release_payouts(town.two, file, key="another")
    with pytest.raises(WrongFileState):
        actions.confirm_payouts(town.one, file, BankLine(10_000, "KB-2"), key="another")
    assert held("bank:partners") == -10_000
    with transaction.atomic():
        actions.ask_payout(BY, NewPayout(payout, town.payee, 10_000, "겨울 난방"))
        with pytest.raises(PayoutDiffers):
            actions.ask_payout(BY, NewPayout(payout, town.payee, 10_001, "겨울 난방"))
    assert models.Payout.objects.count() == 1


@in_the_database
def test_what_cannot_be_chosen_is_refused() -> None:
    town = a_town()
    payout = a_payout(town)
    with pytest.raises(BadValue):
        actions.prepare_payouts(town.one, [], key="none")
    with pytest.raises(BadValue):
        actions.prepare_payouts(town.one, [payout, payout], key="twice")
    with pytest.raises(NotFound):
        actions.prepare_payouts(town.one, [payout, ids.new()], key="unknown")
    set_account(town, "5555555555", confirmed=False)
    assert [each.ready for each in queries.payouts_waiting(town.one)] == [False]
    with pytest.raises(PayoutWaits):
        actions.prepare_payouts(town.one, [payout], key="unconfirmed")
    set_account(town, "5555555555", holder="=1+1")
    with pytest.raises(PayeeUnwritable):
        actions.prepare_payouts(town.one, [payout], key="formula")


@in_the_database
def test_a_dropped_file_frees_its_payouts_and_is_never_released() -> None:
    town = a_town()
    payout = a_payout(town)
    file = prepared(town, payout)
    actions.drop_payouts(town.two, file, key="drop")
    assert states(town, file) == (FileState.DROPPED, [LineState.DROPPED])
    with pytest.raises(WrongFileState):
        actions.release_payouts(town.two, file, key="late")
    with pytest.raises(WrongFileState):
        actions.read_payouts(town.two, file, FileForm.CSV)
    again = released(town, payout)
    with pytest.raises(WrongFileState):
        actions.drop_payouts(town.two, again, key="too late")
    assert found() == set()


@in_the_database
def test_another_bank_account_since_the_preparing_is_refused() -> None:
    town = a_town()
    file = prepared(town)
    set_account(town, "7777777777")
    with pytest.raises(PayeeChanged):
        actions.release_payouts(town.two, file, key="r")
    assert states(town, file)[0] is FileState.PREPARED


@in_the_database
def test_what_came_back_goes_again_with_the_next_file_under_another_id() -> None:
    town = a_town()
    one, two = a_payout(town, 10_000), a_payout(town, 25_000)
    file = released(town, one, two)
    came_back(town, file)
    assert states(town, file) == (FileState.RELEASED, [LineState.RETURNED, LineState.SENT])
    with pytest.raises(PayoutSumDiffers) as refused:
        actions.confirm_payouts(town.one, file, BankLine(35_000, "KB-1"), key="c")
    assert (refused.value.expected, refused.value.given) == (25_000, 35_000)
    actions.confirm_payouts(town.one, file, BankLine(25_000, "KB-1"), key="c2")
    waits = queries.payouts_waiting(town.one)
    assert [(each.id, each.returned) for each in waits] == [(one, 1)]
    set_account(town, "8888888888")
    second = confirmed(town, one, reference="KB-2")
    assert whole(town, second).lines[0].id != whole(town, file).lines[0].id
    assert held("bank:partners") == -35_000
    with pytest.raises(WrongFileState):
        came_back(town, file)
    assert found() == set()


@in_the_database
def test_what_comes_back_after_it_had_arrived_is_taken_out_of_the_book_again() -> None:
    town = a_town()
    file = confirmed(town)
    came_back(town, file)
    assert states(town, file) == (FileState.RETURNED, [LineState.RETURNED])
    assert held("bank:partners") == 0
    assert len(queries.payouts_waiting(town.one)) == 1
    with pytest.raises(WrongFileState):
        came_back(town, file)
    assert found() == set()


@in_the_database
def test_how_far_a_payout_has_come_is_known_at_every_step() -> None:
    town = a_town()
    payout = a_payout(town)

    def place() -> str:
        way = queries.payout_way(payout)
        return f"{way.place} {way.why}".strip() if way else ""

    assert queries.payout_way(ids.new()) is None
    assert place() == "waits"
    file = prepared(town, payout)
    assert place() == "waits"
    actions.drop_payouts(town.two, file, key="drop")
    assert place() == "waits"
    file = released(town, payout)
    assert place() == "bank"
    came_back(town, file)
    assert place() == "returned 계좌 해지"
    prepared_again = prepared(town, payout)
    assert place() == "waits"
    actions.release_payouts(town.two, prepared_again, key="again")
    actions.confirm_payouts(town.one, prepared_again, BankLine(10_000, "KB-5"), key="confirm")
    assert place() == "arrived"


@in_the_database
def test_doctor_tells_of_payouts_that_wait_for_long() -> None:
    town = a_town()
    a_payout(town)
    said = {one.subject: one for one in commands.diagnoses()}
    assert said["payouts"].level is Level.OK
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        said = {one.subject: one for one in commands.diagnoses()}
        assert said["payouts"].level is Level.WARNING
        assert "1 payout was approved" in said["payouts"].found


@in_the_database
def test_a_number_of_the_bank_confirms_one_file() -> None:
    town = a_town()
    confirmed(town)
    second = released(town)
    with pytest.raises(BankReferenceKnown):
        actions.confirm_payouts(town.one, second, BankLine(10_000, "KB-1"), key="again")
    with pytest.raises(BadValue):
        actions.confirm_payouts(town.one, second, BankLine(10_000, "  "), key="empty")


@in_the_database
def test_the_database_keeps_what_was_released_whoever_writes() -> None:
    town = a_town()
    file = released(town)
    changes = (
        lambda: models.PayoutPaper.objects.update(sha256="0" * 64),
        lambda: models.PayoutPaper.objects.all().delete(),
        lambda: models.PayoutStep.objects.update(note="x"),
        lambda: models.PayoutLine.objects.update(amount=1),
        lambda: models.PayoutFile.objects.update(total=1),
        lambda: models.PayoutFile.objects.filter(id=file).update(released_by=town.one.person),
        lambda: models.PayoutFile.objects.filter(id=file).update(released_by=None, state="prepared"),
        lambda: models.Payout.objects.update(amount=1),
    )
    for change in changes:
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            change()
    assert found() == set()


@in_the_database
def test_verify_finds_each_way_a_payout_can_be_broken(settings: Any) -> None:
    settings.DURE = replace(settings.DURE, operator_account=("", ""))
    town = a_town()
    file = released(town)

    def broken(change: Any) -> set[str]:
        try:
            with transaction.atomic():
                change()
                raise LookupError(found())
        except LookupError as seen:
            return set(seen.args[0])

    rows = models.PayoutFile.objects.filter(id=file)
    lost = models.Payout(id=ids.new(), payee_id=town.payee, amount=5, title="x", at=whole(town, file).file.prepared_at)
    assert broken(lambda: lost.save(force_insert=True)) == {"ledger.payouts"}, "to be paid, and not in the book"
    assert broken(lambda: rows.update(state="confirmed", bank_reference="x", confirmed_by=town.one.person)) == {
        "ledger.payouts"
    }
    assert broken(lambda: models.PayoutLine.objects.update(state="paid")) == {"ledger.payouts"}
    paper = models.PayoutPaper.objects.get(form="csv")
    other = {"sealed": b"\x01" + bytes(paper.sealed)[1:][::-1], "sha256": paper.sha256, "size": paper.size}
    assert broken(lambda: models.PayoutPaper.objects.create(id=ids.new(), file_id=file, form="xml", **other)) == {
        "ledger.payouts"
    }, "bytes that cannot be opened"


def prepare_at_once(*, locked: bool) -> tuple[str, ...]:
    town = a_town()
    payout = a_payout(town)

    def run(meet: Meet) -> str:
        with transaction.atomic(), tx.hosted():
            actions.prepare_payouts(town.one, [payout], key=ids.new().hex)
            meet()
        return "prepared"

    return race(run, run, locked=locked).names


@pytest.mark.django_db(transaction=True)
def test_two_stewards_at_once_put_a_payout_into_one_file() -> None:
    assert prepare_at_once(locked=True) == ("PayoutInFile", "prepared")
    assert models.PayoutLine.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_only_the_database_keeps_it_out_of_a_second_file() -> None:
    with pytest.raises(IntegrityError, match="ledger_payout_line_live"):
        prepare_at_once(locked=False)
    assert models.PayoutLine.objects.count() == 1


def confirm_and_return_at_once(*, locked: bool) -> tuple[str, ...]:
    town = a_town()
    file = released(town)
    line = whole(town, file).lines[0].id

    def confirm(meet: Meet) -> str:
        with transaction.atomic(), tx.hosted():
            actions.confirm_payouts(town.one, file, BankLine(10_000, "KB-1"), key="c")
            meet()
        return "confirmed"

    def send_back(meet: Meet) -> str:
        with transaction.atomic(), tx.hosted():
            actions.return_payout(town.two, line, "계좌 해지", key="b")
            meet()
        return "returned"

    return race(confirm, send_back, locked=locked).names


@pytest.mark.django_db(transaction=True)
def test_confirmed_and_come_back_at_once_ends_in_one_truth() -> None:
    names = confirm_and_return_at_once(locked=True)
    assert names in (("confirmed", "returned"), ("PayoutSumDiffers", "returned"), ("WrongFileState", "returned"))
    assert names[0] != "confirmed" or held("bank:partners") == 0, "its account is opened by the first confirmation"
    assert found() == set()
