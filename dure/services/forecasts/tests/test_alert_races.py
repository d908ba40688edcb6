"""Two processes, and one that is killed, while alerts leave and are told: a number used once, signed once, told once, nobody
forgotten. On committed rows.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from dure.base.refusals import Refusal
from dure.foundations.channels.types import SendingState
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, OrgKind, OrgRole
from dure.kit import tx
from dure.kit.testing import dies_at
from dure.services.forecasts import actions, models, queries
from dure.services.forecasts.rules import cap
from dure.services.forecasts.rules.cap import desk
from dure.services.forecasts.types import AlertId, DeskKind, Issue, IssueState, Pin, Severity

from . import making
from .making import BY, MORNING, at, key
from .test_issuing import Desk, new
from .test_races import wait_for_somebody_to_wait

READERS = 6
UNDO = timedelta(seconds=desk.UNDO_SECONDS)
LEFT = MORNING + UNDO
STATEMENTS_LEAST = 8
TOGETHER_SECONDS = 2.0
WAIT_SECONDS_MAX = 30
WORDING = actions.AlertWording(lambda kept, what: "경보", "말", "보기", lambda alert: f"/forecasts/alerts/{alert}/")


@pytest.fixture
def office(transactional_db: None) -> Desk:
    making.ground()
    making.channel()
    with at(MORNING - timedelta(hours=1)):
        agency, officer = folk.verified_organisation(folk.person("예시 담당"), kind=OrgKind.AGENCY, name="예시군청")
        for number in range(READERS):
            making.reader(f"독자 {number}")
        return Desk(agency, officer, folk.member(agency, officer, OrgRole.OWNER))


def sent(of: Desk, by: Actor | None = None, **changed: object) -> Issue:
    """On its way: it leaves ten seconds after MORNING."""
    with at(MORNING):
        draft = actions.write_issue(by or of.officer, new(of, **changed), key=key())
        return actions.send_issue(by or of.officer, draft.id, key=key())


def issued(of: Desk, **changed: Any) -> AlertId:
    draft = sent(of, **changed)
    with at(LEFT):
        assert actions.issue_due(BY) == 1
    found = queries.issue(of.officer, draft.id).alert
    assert found is not None
    return found


def together[Done](*works: Callable[[], Done]) -> list[Done]:
    """Each in a thread and on a connection of its own, at once."""

    def run(work: Callable[[], Done]) -> Done:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [one.result(WAIT_SECONDS_MAX) for one in [pool.submit(run, work) for work in works]]


@contextmanager
def unlocked(meeting: threading.Barrier) -> Iterator[None]:
    """In this thread nothing is locked; who has read what would be locked waits until the others have read it, too."""

    def strip(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        free = sql.replace("pg_advisory_xact_lock(", "pg_try_advisory_xact_lock(").partition(" FOR UPDATE")[0]
        done = execute(free, params, many, context)
        if free != sql:
            with suppress(threading.BrokenBarrierError):
                meeting.wait(TOGETHER_SECONDS)
        return done

    with connection.execute_wrapper(strip):
        yield


def leaves(seconds: int = 0, meeting: threading.Barrier | None = None, most: int = 20) -> Callable[[], int]:
    """What one worker does, by its own clock."""

    def work() -> int:
        with at(LEFT + timedelta(seconds=seconds)):
            if meeting is None:
                return actions.issue_due(BY, most)
            with unlocked(meeting):
                return actions.issue_due(BY, most)

    return work


def tells(most: int = 2, meeting: threading.Barrier | None = None) -> Callable[[], int]:
    """What one worker does; answers how many rounds it wrote, -1 when the database would not take one."""

    def work() -> int:
        rounds = 0
        with at(LEFT + timedelta(seconds=1)):
            try:
                if meeting is None:
                    while actions.tell_alerts(BY, WORDING, most):
                        rounds += 1
                else:
                    with unlocked(meeting):
                        actions.tell_alerts(BY, WORDING, most)
                        rounds += 1
            except IntegrityError:
                return -1
        return rounds

    return work


def numbers() -> list[str]:
    return sorted(models.Alert.objects.values_list("identifier", flat=True))


def assert_signed_once_each(count: int) -> None:
    """So many alerts, each with a number of its own and the signature of our one certificate; each issue has one of them."""
    assert numbers() == [f"예시군청{number:010}" for number in range(1, count + 1)]
    (certificate,) = queries.own_certificates()
    for row in models.Alert.objects.all():
        cap.verify(bytes(row.content), [Pin(queries.own_sender(), certificate)])
    rows = models.Issue.objects.filter(state=IssueState.ISSUED)
    assert len(set(rows.values_list("alert", flat=True))) == rows.count() == count


def assert_everybody_once(alert: AlertId) -> None:
    rows = models.Notice.objects.filter(alert=alert)
    assert rows.count() == rows.values("reader").distinct().count() == READERS
    assert sum(one.count for one in making.sendings()) == READERS
    assert len(making.sendings()) == models.Letter.objects.count()


def test_two_workers_let_one_issue_leave_once(office: Desk) -> None:
    sent(office)
    assert sorted(together(leaves(), leaves(1))) == [0, 1]
    assert_signed_once_each(1)


def test_two_workers_never_use_a_number_twice(office: Desk) -> None:
    for headline in ("하나", "둘", "셋", "넷"):
        sent(office, headline=headline * 2)
    assert sum(together(leaves(0, most=2), leaves(1, most=2))) == 4
    assert_signed_once_each(4)


def test_without_locks_one_issue_is_signed_twice_under_one_number(office: Desk) -> None:
    """The twin: what the locks are for."""
    sent(office)
    meeting = threading.Barrier(2)
    assert together(leaves(0, meeting, 1), leaves(1, meeting, 1)) == [1, 1]
    assert numbers() == ["예시군청0000000001"] * 2


def test_killed_at_any_statement_of_leaving_nothing_is_half_issued(office: Desk) -> None:
    draft = sent(office)
    statement = 1
    with at(LEFT):
        while dies_at(statement, lambda: actions.issue_due(BY)):
            states = set(models.Issue.objects.values_list("state", flat=True))
            alerts = models.Alert.objects.count()
            # it left, or it did not: the last statements of all look for what else is due, after it has left
            assert (states, alerts) in (({IssueState.SENT}, 0), ({IssueState.ISSUED}, 1))
            statement += 1
    assert statement > STATEMENTS_LEAST
    assert_signed_once_each(1)
    found = queries.issue(office.officer, draft.id).alert
    assert found is not None
    together(tells())  # whoever died between leaving and telling: the next minute tells
    assert_everybody_once(found)


def test_an_update_killed_at_any_statement_ends_nothing_before_it_left(office: Desk) -> None:
    first = issued(office)
    together(tells(READERS))  # one letter
    with at(MORNING + timedelta(minutes=5)):
        draft = actions.write_issue(office.officer, new(office, kind=DeskKind.ALL_CLEAR, replaces=first), key=key())
        actions.send_issue(office.officer, draft.id, key=key())
    statement = 1
    with at(MORNING + timedelta(minutes=5) + UNDO):
        while dies_at(statement, lambda: actions.issue_due(BY)):
            row = models.Alert.objects.get(id=first)
            stopped = models.Letter.objects.filter(stopped_at__isnull=False).count()
            has_left = models.Alert.objects.count() == 2
            assert (row.ended_at is not None, stopped == 1) == (has_left, has_left)
            statement += 1
    assert statement > STATEMENTS_LEAST
    assert_signed_once_each(2)


def test_two_workers_tell_everybody_once(office: Desk) -> None:
    alert = issued(office)
    together(tells(), tells())
    assert_everybody_once(alert)


def test_two_alerts_are_told_by_two_workers_side_by_side(office: Desk) -> None:
    alerts = [issued(office, headline="하나하나"), issued(office, headline="둘둘")]
    together(tells(), tells())
    for alert in alerts:
        assert models.Notice.objects.filter(alert=alert).count() == READERS


def test_without_locks_the_second_worker_would_tell_everybody_again_and_the_table_does_not_let_it(office: Desk) -> None:
    """The twin: both choose the same readers; only that a notice is unique keeps them from hearing twice."""
    alert = issued(office)
    meeting = threading.Barrier(2)
    assert sorted(together(tells(READERS, meeting), tells(READERS, meeting))) == [-1, 1]
    assert models.Notice.objects.filter(alert=alert).count() == READERS


def test_killed_at_any_statement_of_telling_nobody_is_half_told_or_forgotten(office: Desk) -> None:
    alert = issued(office)
    with at(LEFT + timedelta(seconds=1)):
        statement = 1
        while dies_at(statement, lambda: actions.tell_alerts(BY, WORDING)):
            assert (models.Notice.objects.count(), models.Letter.objects.count(), making.sendings()) == (0, 0, [])
            assert models.Alert.objects.get(id=alert).tell_at == LEFT
            statement += 1
    assert statement > STATEMENTS_LEAST
    assert_everybody_once(alert)


def test_killed_in_a_later_round_the_first_readers_do_not_hear_again(office: Desk) -> None:
    alert = issued(office)
    with at(LEFT + timedelta(seconds=1)):
        assert actions.tell_alerts(BY, WORDING, 2) == 2
        statement = 1
        while dies_at(statement, lambda: actions.tell_alerts(BY, WORDING, 2)):
            assert models.Notice.objects.count() == 2
            statement += 1
        assert models.Notice.objects.count() == 4
    together(tells())
    assert_everybody_once(alert)


def test_whoever_ends_an_alert_waits_for_the_round_and_stops_what_it_wrote(office: Desk) -> None:
    first = issued(office)
    with at(LEFT):
        draft = actions.write_issue(
            office.officer, new(office, kind=DeskKind.CANCEL, replaces=first, note="잘못 보냄"), key=key()
        )
        actions.send_issue(office.officer, draft.id, key=key())

    def end() -> int:
        try:
            with at(LEFT + UNDO):
                return actions.issue_due(BY)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with at(LEFT + timedelta(seconds=1)), transaction.atomic(), tx.hosted():
            actions.tell_alerts(BY, WORDING)
            later = pool.submit(end)
            wait_for_somebody_to_wait()
        assert later.result(WAIT_SECONDS_MAX) == 1
    assert [one.state for one in making.sendings()] == [SendingState.STOPPED]
    with at(LEFT + UNDO):
        while actions.tell_alerts(BY, WORDING):
            pass
    assert models.Notice.objects.exclude(alert=first).count() == READERS  # each of them hears that it was a mistake


def test_by_clocks_that_differ_it_leaves_or_is_taken_back_and_never_both(office: Desk) -> None:
    draft = sent(office)

    def take_back() -> int:
        with at(LEFT - timedelta(milliseconds=1)):
            try:
                actions.take_issue_back(office.other, draft.id)
            except Refusal:
                return 0
            return 10

    done = sum(together(take_back, leaves()))
    state = queries.issue(office.officer, draft.id).state
    assert (done, state, models.Alert.objects.count()) in ((10, IssueState.TAKEN_BACK, 0), (1, IssueState.ISSUED, 1))


def test_two_who_agree_at_once_are_one_second_person(office: Desk) -> None:
    asked = sent(office, severity=Severity.EXTREME)
    others = [office.other, folk.member(office.agency, office.officer, OrgRole.OWNER)]

    def agrees(by: Actor) -> Callable[[], str]:
        def work() -> str:
            with at(MORNING):
                try:
                    actions.agree_issue(by, asked.id, key=key())
                except Refusal as no:
                    return type(no).__name__
            return "agreed"

        return work

    assert sorted(together(*map(agrees, others))) == ["IssueClosed", "agreed"]
    with at(LEFT):
        assert actions.issue_due(BY) == 1
    assert_signed_once_each(1)
