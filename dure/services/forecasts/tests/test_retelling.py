"""A message about several subjects that was stopped or is over: what is still true is told anew to whom it did not reach."""

from datetime import timedelta

import pytest
from django.db import connection

from dure.foundations.channels import actions as channels
from dure.foundations.channels.types import Lane
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.kit.testing import dies_at
from dure.services.forecasts import actions, models
from dure.services.forecasts.types import Field, ImpactLevel, NewPlace

from . import making
from .making import MORNING, Said, at, hear, kinds, tell

WORDING = actions.Wording(
    lambda notice, zones: "예보가 바뀌었어요", "말", "보기", "/forecasts/", lambda changes, zones: "말"
)
BOTH_DAYS = (Said(3), Said(3, day="20260722"))
WORSE = (Said(3, issued="202607201145"), Said(4, day="20260722", issued="202607201145"))


@pytest.fixture
def ground(db: None) -> None:
    making.ground()
    making.channel()


@pytest.fixture
def committed(transactional_db: None) -> None:
    making.ground()
    making.channel()


def told_and_stopped() -> Actor:
    """Warned of two days at once; ten minutes later the second one is worse."""
    with at(MORNING):
        by = making.reader()
        hear(*BOTH_DAYS)
        tell()
    assert kinds(by) == [("first", 3), ("first", 3)]
    return by


def test_what_is_still_true_of_a_stopped_message_is_told_again(ground: None) -> None:
    by = told_and_stopped()
    with at(MORNING + timedelta(minutes=10)):
        hear(*WORSE)
        tell()
    newest = making.told(by)[0]
    assert [(one.subject.day.day, one.kind.value, one.level.value) for one in newest.changes] == [
        (22, "upgrade", 4),
        (21, "first", 3),
    ]
    with at(MORNING + timedelta(minutes=30)):
        assert tell() == 0


@pytest.mark.parametrize(
    "reached",
    [
        "UPDATE channels_dispatch SET opened_at = now()",
        (
            "INSERT INTO channels_attempt (dispatch_id, route, rung, dealer, key, state, code, at, won)"
            " SELECT id, 'push', 1, '', 'k', 'delivered', '', now(), 0 FROM channels_dispatch"
        ),
    ],
)
def test_whom_it_reached_hears_of_what_changed_alone(ground: None, reached: str) -> None:
    by = told_and_stopped()
    with connection.cursor() as cursor:
        cursor.execute(reached)
    with at(MORNING + timedelta(minutes=10)):
        hear(*WORSE)
        tell()
    assert [one.subject.day.day for one in making.told(by)[0].changes] == [22]


def test_what_another_answer_changed_as_well_is_not_told_as_it_was(ground: None) -> None:
    by = told_and_stopped()
    with at(MORNING + timedelta(minutes=10)):
        hear(Said(2, issued="202607201145"), Said(4, day="20260722", issued="202607201145"))
        tell()
    newest = making.told(by)[0]
    assert [(one.subject.day.day, one.kind.value, one.level.value) for one in newest.changes] == [
        (22, "upgrade", 4),
        (21, "downgrade", 2),
    ]


def test_what_waited_for_the_morning_until_its_first_day_was_over_is_told_without_that_day(ground: None) -> None:
    """A reader in New York: it is night in Seoul, so nothing rings, and at midnight the first day is over."""
    with at(MORNING):
        by = making.reader()
        actions.set_reader(by, 8, "America/New_York", key=making.key())
        hear(Said(2, day="20260720"), Said(2))
    evening = MORNING.replace(hour=21, minute=0)  # eight in the morning over there
    with at(evening):
        tell()
        send()
    assert len(making.told(by)[0].changes) == 2
    with at(evening + timedelta(hours=3)):
        tell()
    assert [one.subject.day.day for one in making.told(by)[0].changes] == [21]
    assert len(making.told(by)) == 2


def test_who_has_two_places_that_moved_is_not_told_twice_when_they_are_taken_one_by_one(ground: None) -> None:
    """What the first round wrote already says what the second round is about."""
    with at(MORNING):
        by = making.reader()
        actions.choose_place(by, NewPlace(making.SOUTH, Field.HEALTH, ImpactLevel.CAUTION), key=making.key())
        hear(Said(3), Said(4, zone="SAMPLE02"))
        while actions.ask_moved(making.BY, 1):
            tell_by_actions()
            actions.retell(making.BY)
            tell_by_actions()
    assert kinds(by) == [("first", 4), ("first", 3)]
    assert [one.state for one in making.sendings()] == ["open"]


def tell_by_actions() -> None:
    """Without what `tasks.tell` does before."""
    while actions.tell_next(making.BY, WORDING):
        pass


def test_killed_at_any_statement_nobody_is_forgotten(committed: None) -> None:
    by = told_and_stopped()
    with at(MORNING + timedelta(minutes=10)):
        hear(*WORSE)
        statement = 1
        while dies_at(statement, lambda: actions.retell(making.BY)):
            assert models.Told.objects.filter(level=3).count() == 2
            statement += 1
        tell()
    assert [one.subject.day.day for one in making.told(by)[0].changes] == [22, 21]
    assert statement > 5


def send() -> None:
    """What senders do without any dealer."""
    with tx.durable():
        while channels.cut_batch(making.BY, (), tuple(Lane)).count:
            pass
