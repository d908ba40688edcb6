"""Clocks that are wrong: nothing is lost by them, and everything goes on as soon as they are right."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from dure.base.actors import NOBODY, Actor, PlatformRole, system
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.vault import actions, commands, models, queries, rules
from dure.foundations.vault.queries import folders
from dure.foundations.vault.tests.test_keys import BY, DAY, END, SECRET, findings, later, on
from dure.foundations.vault.types import BadEnd, ClockJumped, ClockWentBack, KeyDestroyed, KeyEnded, KeyName, Sweep

STEWARD = Actor(person=None, roles=frozenset({PlatformRole.STEWARD}))
SHELL = system("shell.trust_clock")

pytestmark = pytest.mark.django_db(transaction=True)


def days(count: int) -> timedelta:
    return timedelta(days=count)


@pytest.fixture
def keys() -> dict[KeyName, bytes]:
    """Keys of 28 days, as check-in has them: the oldest ones end tomorrow, in two days, in three; today is DAY + 27."""
    made: dict[KeyName, bytes] = {}
    for age in (0, 1, 2, 13, 27):
        name = KeyName("visits", "rows", DAY + days(age))
        with later(name.day), transaction.atomic():
            actions.make_key(BY, name, END + days(age))
            made[name] = queries.seal(name, b"row", SECRET)
    return made


def opening(keys: dict[KeyName, bytes]) -> list[KeyName]:
    queries.forget_opened()
    return [name for name, sealed in keys.items() if queries.unseal(name, b"row", sealed) == SECRET]


def sweep() -> Sweep:
    with transaction.atomic():
        return actions.destroy_keys(BY)


def trust(by: Actor, day: date) -> None:
    with transaction.atomic():
        actions.trust_clock(by, day)


TODAY = DAY + timedelta(days=27)


@pytest.mark.parametrize("ahead", [4, 30, 4_000])
def test_a_clock_that_ran_ahead_and_was_put_right_has_done_nothing(keys: dict[KeyName, bytes], ahead: int) -> None:
    with on(TODAY + days(ahead)):
        with pytest.raises(ClockJumped):
            sweep()
        queries.forget_opened()
        for name, sealed in keys.items():  # whoever asks meanwhile is refused by age, and writes no day down
            try:
                assert queries.unseal(name, b"row", sealed) == SECRET
            except KeyEnded:
                assert name.day + days(28) <= TODAY + days(ahead)
        with pytest.raises(ClockJumped), transaction.atomic():
            actions.make_key(BY, KeyName("visits", "rows", TODAY + days(ahead)), TODAY + days(ahead + 28))
    with on(TODAY):  # on the same day
        assert opening(keys) == list(keys)
        assert sweep() == Sweep()
        with transaction.atomic():
            actions.make_key(BY, KeyName("visits", "passes", TODAY), TODAY + days(3))
    assert findings("vault.ended") == []


def test_a_small_leap_destroys_what_ends_in_it_and_the_rest_goes_on_when_somebody_says_so(
    keys: dict[KeyName, bytes],
) -> None:
    with on(TODAY + days(2)):
        assert len(sweep().gone) == 2
    with on(TODAY):
        with pytest.raises(ClockWentBack):
            opening(keys)
        assert "dure keys trust-clock" in commands.diagnoses()[0].todo
        trust(STEWARD, TODAY)
        left = dict(list(keys.items())[2:])
        assert opening(left) == list(left)
        assert sweep() == Sweep()


def test_a_wrong_day_read_once_is_taken_back(keys: dict[KeyName, bytes]) -> None:
    with on(TODAY + days(1)):
        last = KeyName("visits", "rows", TODAY)
        queries.forget_opened()
        queries.unseal(last, b"row", keys[last])
        assert queries.day_seen() == TODAY + days(1)
    with on(TODAY):
        with pytest.raises(ClockWentBack):
            opening(keys)
        trust(SHELL, TODAY)
        assert opening(keys) == list(keys)


def test_opening_writes_down_the_next_day_at_most(keys: dict[KeyName, bytes]) -> None:
    last = KeyName("visits", "rows", TODAY)
    for ahead, seen in ((2, 0), (5, 0), (1, 1), (3, 1), (2, 2)):
        with on(TODAY + days(ahead)):
            queries.forget_opened()
            queries.unseal(last, b"row", keys[last])
            assert queries.day_seen() == TODAY + days(seen), ahead


def test_a_clock_that_went_back_opens_makes_and_destroys_nothing(keys: dict[KeyName, bytes]) -> None:
    with on(TODAY - days(1)):
        for call in (
            lambda: opening(keys),
            lambda: actions.make_key(BY, KeyName("visits", "x", DAY), END),
            lambda: actions.destroy_keys(BY),
        ):
            with pytest.raises(ClockWentBack), transaction.atomic():
                call()


def test_after_a_long_sleep_destroying_waits_for_a_word(keys: dict[KeyName, bytes]) -> None:
    day = TODAY + days(10)
    with on(day):
        with pytest.raises(ClockJumped):
            sweep()
        assert "dure keys trust-clock" in commands.diagnoses()[0].todo
        for by in (NOBODY, Actor(person=None, roles=frozenset({PlatformRole.AUDITOR}))):
            with pytest.raises(NotAllowed):
                trust(by, day)
        with pytest.raises(BadValue):
            trust(STEWARD, day - days(1))
        trust(STEWARD, day)
        assert len(sweep().gone) == 3


def test_every_log_tells_who_vouched_for_the_clock(keys: dict[KeyName, bytes]) -> None:
    with on(TODAY + days(10)):
        with transaction.atomic():
            actions.open_log(BY, "identity")
        trust(STEWARD, TODAY + days(10))
    with on(TODAY):
        trust(SHELL, TODAY)
    for log in ("visits", "identity"):
        size = queries.head(log).checkpoint.size
        told = [json.loads(one.body) for one in queries.entries(log, size - 2)]
        assert told == [
            {"kind": rules.TRUSTED, "day": str(TODAY + days(10)), "seen": str(TODAY), "by": "steward"},
            {"kind": rules.TRUSTED, "day": str(TODAY), "seen": str(TODAY + days(10)), "by": "shell"},
        ]


def test_who_takes_his_word_back_vouched_for_nothing(keys: dict[KeyName, bytes]) -> None:
    with on(TODAY + days(10)):
        with transaction.atomic():
            actions.trust_clock(STEWARD, TODAY + days(10))
            transaction.set_rollback(True)
        assert queries.day_seen() == TODAY


def test_folder_and_database_each_remember_the_day(keys: dict[KeyName, bytes], keys_folder: Path) -> None:
    models.SeenDay.objects.all().delete()
    assert queries.day_seen() == TODAY
    with on(TODAY), transaction.atomic():
        actions.make_key(BY, KeyName("visits", "passes", TODAY), TODAY + days(3))
    (keys_folder / folders.SEEN).unlink()
    assert queries.day_seen() == TODAY


def test_a_key_destroyed_by_a_wrong_clock_does_not_come_back(keys: dict[KeyName, bytes]) -> None:
    with on(TODAY + days(1)):
        [gone] = sweep().gone
    with on(TODAY):
        trust(STEWARD, TODAY)
        with pytest.raises(KeyDestroyed):
            opening({gone.name: keys[gone.name]})


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2036, 1, 1)])
def test_a_new_place_begins_on_no_impossible_day(day: date) -> None:
    name = KeyName("visits", "rows", day)
    with on(day), pytest.raises((ClockJumped, ClockWentBack)), transaction.atomic():
        actions.make_key(BY, name, day + days(28))
    assert queries.day_seen() is None


def test_a_place_that_was_kept_in_a_shed_for_years_begins_with_a_word() -> None:
    day = date(2036, 1, 1)
    with on(day):
        trust(SHELL, day)
        with transaction.atomic():
            actions.make_key(BY, KeyName("visits", "rows", day), day + days(28))
        with pytest.raises(BadEnd), transaction.atomic():
            actions.make_key(BY, KeyName("visits", "more", day), day)
        assert queries.opened(KeyName("visits", "rows", day))
