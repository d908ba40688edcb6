"""Who is reminded, when, of what: against a brute-force answer; once, under two workers and a crash; and where one chooses it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.base import clock, ids
from dure.base.refusals import BadValue
from dure.foundations.channels.rules import law
from dure.foundations.channels.types import AdLooksLikeInfo, ChannelId
from dure.foundations.people.types import Actor, PersonId
from dure.kit.testing import race
from dure.services.pledges import actions, models, tasks
from dure.services.pledges.rules import reminding as rules
from dure.services.pledges.types import Pledge, Window

from . import making
from .making import BY, Ground, held_open, key, person_of
from .test_telling import asked_of_outbox, channel, greeted, letters, open_channel

__all__ = ["channel"]  # a fixture
LETTER = actions.Letter(key="reminder", text="오늘: #{names}", about=None)
HOURS = (8, 9, 20)
STATES = ("counts", "late", "accepted", "rejected", "appealed", "refused", "withdrawn")


def joined_titles(titles: Collection[str]) -> str:
    return "|".join(titles)


def reminded(most: int = 100) -> dict[PersonId, list[str]]:
    return {one.person: sorted(one.projects) for one in actions.remind(BY, LETTER, joined_titles, most)}


# Rules


@given(st.integers(0, 1_439), st.integers(1, 1_440))
def test_nobody_chooses_an_hour_at_night_or_outside_the_window(start: int, until: int) -> None:
    window = Window(min(start, until - 1), until)
    for hour in range(-1, 25):
        fits = law.NIGHT_ENDS.hour <= hour < law.NIGHT_BEGINS.hour and window.start <= hour * 60 < window.until
        assert (hour in rules.hours_of(window)) == fits
        if fits:
            assert rules.check_hour(hour, window) == hour
        else:
            with pytest.raises(BadValue):
                rules.check_hour(hour, window)


@given(st.dates(date(1970, 1, 2), date(2100, 1, 1)), st.integers(0, 1_439))
def test_a_reminder_goes_out_in_the_half_hour_after_its_hour_by_day(day: date, minute: int) -> None:
    at = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=clock.SEOUL)
    hour = rules.due_hour(at)
    if hour is not None:
        begun = datetime.combine(at.date(), time(hour), tzinfo=clock.SEOUL)
        assert begun <= at < rules.too_late(at) == begun + timedelta(minutes=30)
        assert not law.is_night(at)
        assert not law.is_night(rules.too_late(at))
    else:
        assert law.is_night(at) or at.minute >= 29


# Against a brute-force answer


@dataclass(frozen=True)
class Part:
    """One pledge of a made-up world."""

    window: tuple[int, int]
    days_a_week: int
    own: tuple[bool, int | None]
    proofs: Mapping[int, str]  # how many days ago, and what became of it
    state: str = "joined"
    project: str = "open"


windows = st.sampled_from(
    [(0, 1_440), (300, 480), (480, 490), (480, 540), (530, 1_210), (1_200, 1_230), (1_260, 1_440)]
)
owns = st.one_of(st.just((False, None)), st.just((True, None)), st.sampled_from(HOURS).map(lambda hour: (True, hour)))
parts = st.builds(
    Part,
    windows,
    st.integers(1, 7),
    owns,
    st.dictionaries(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 7]), st.sampled_from(STATES), max_size=8),
    st.sampled_from(["joined"] * 6 + ["stopped", "settled", "left"]),
    st.sampled_from(["open"] * 6 + ["cancelled"]),
)
people = st.lists(
    st.tuples(st.sampled_from([None, *HOURS]), st.lists(parts, min_size=3, max_size=3)), min_size=3, max_size=3
)
moments = st.tuples(
    st.sampled_from([0, 1, 3, 6, 7, 8, 14, 50, 98, 99, 100, 101]),
    st.sampled_from([479, 480, 480, 485, 489, 508, 509, 545, 545, 545, 1_200, 1_215, 1_228, 1_229, 1_260]),
)


def expected(everywhere: int | None, mine: list[Part], day: int, minute: int) -> list[str]:
    """Of which projects somebody is to be reminded, thought through one by one."""
    waits, is_time = [], False
    for number, part in enumerate(mine):
        hour = part.own[1] if part.own[0] else everywhere
        start, until = part.window
        week = [one for one in range(1, 101) if (one - 1) // 7 == (day - 1) // 7]
        done = [one for one in week if part.proofs.get(day - one) in ("counts", "accepted")]
        if (
            hour is not None
            and start <= hour * 60 < until
            and 1 <= day <= 100
            and minute + 1 < until
            and part.state == "joined"
            and part.project == "open"
            and part.proofs.get(0, "withdrawn") == "withdrawn"
            and len(done) < ceil(Fraction(len(week) * part.days_a_week, 7))
        ):
            waits.append(str(number))
            is_time |= hour * 60 <= minute < hour * 60 + 29
    return waits if is_time else []


def lay_out(
    ground: Ground, pledges: list[list[Pledge]], world: list[tuple[int | None, list[Part]]], today: int
) -> None:
    """Make the rows say what the made-up world is."""
    for mine, (everywhere, found) in zip(pledges, world, strict=True):
        if everywhere is not None:
            models.ReminderHour.objects.create(person_id=mine[0].person, hour=everywhere)
        for pledge, part in zip(mine, found, strict=True):
            models.Project.objects.filter(id=pledge.project).update(
                window_start=part.window[0],
                window_until=part.window[1],
                days_a_week=part.days_a_week,
                state=part.project,
            )
            if part.own[0]:
                models.ReminderHour.objects.create(person_id=pledge.person, pledge_id=pledge.id, hour=part.own[1])
            models.Proof.objects.bulk_create(
                models.Proof(id=ids.new(), pledge_id=pledge.id, day=today - ago, state=state)
                for ago, state in part.proofs.items()
                if 1 <= today - ago <= 100
            )
            models.Pledge.objects.filter(id=pledge.id).update(state=part.state)


@pytest.fixture
def nine(ground: Ground) -> list[list[Pledge]]:
    """Three people, each in three projects of their own."""
    found: list[list[Pledge]] = []
    for by in ground.people[:3]:
        mine = []
        for number in range(3):
            project = making.open_project(ground.season, ground.leader, ground.stewards[0], title=f"약속 {number}")
            models.Project.objects.filter(id=project.id).update(title=str(number))
            mine.append(making.joined(by, project))
        found.append(mine)
    return found


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=people, moment=moments)
def test_who_is_due_is_what_thinking_it_through_says(
    ground: Ground, nine: list[list[Pledge]], channel: ChannelId, world: Any, moment: tuple[int, int]
) -> None:
    day, minute = moment
    with transaction.atomic(), making.on_day(ground, day, minute):
        lay_out(ground, nine, world, day)
        wanted = {
            mine[0].person: titles
            for mine, (everywhere, found) in zip(nine, world, strict=True)
            if (titles := expected(everywhere, found, day, minute))
        }
        assert reminded() == wanted
        assert reminded() == {}  # once a day
        transaction.set_rollback(True)


# Once, whatever happens


@pytest.fixture
def early(ground: Ground, channel: ChannelId) -> tuple[Ground, list[Actor]]:
    """Three who are in, are friends of the channel and asked for nine o'clock."""
    return ground, asking(ground)


def asking(ground: Ground) -> list[Actor]:
    found = list(ground.people[:3])
    for by in found:
        making.joined(by, ground.project)
        actions.set_reminder(by, 9, key=key())
    greeted(*found)
    return found


def test_each_is_reminded_once_a_day_by_one_sending(early: tuple[Ground, list[Actor]]) -> None:
    ground, people = early
    for day in (1, 2):
        for minute in (540, 541, 560):
            with making.on_day(ground, day, minute):
                tasks.remind(0)
    sent = letters()
    assert [to for _words, to in sent] == [{person_of(by) for by in people}] * 2
    said = asked_of_outbox("SELECT variables::text FROM channels_dispatch")
    assert all(ground.project.title in row[0] for row in said)


def test_a_worker_that_slept_sends_nothing_late(early: tuple[Ground, list[Actor]]) -> None:
    ground, _people = early
    for minute in (539, 569, 570, 599, 600, 1_439):
        with making.on_day(ground, 1, minute):
            assert tasks.remind(0) == 0
    with making.on_day(ground, 1, 568):
        assert tasks.remind(0) == 3
    [(ends,)] = asked_of_outbox("SELECT expires_at FROM channels_sending WHERE key LIKE 'pledges:reminder:%'")
    with making.on_day(ground, 1, 570):
        assert ends == clock.now()  # nor does the outbox


def test_nobody_is_reminded_without_having_asked(ground: Ground, channel: ChannelId) -> None:
    by = ground.people[0]
    making.joined(by, ground.project)
    greeted(by)
    for hour in range(24):
        with making.on_day(ground, 1, hour * 60):
            assert tasks.remind(0) == 0


def killed_before_the_commit() -> None:
    with transaction.atomic():
        assert len(reminded()) == 3
        raise RuntimeError("killed")


def test_a_crash_between_row_and_message_undoes_both(early: tuple[Ground, list[Actor]]) -> None:
    ground, people = early
    with making.on_day(ground, 1, 545):
        with pytest.raises(AdLooksLikeInfo), transaction.atomic():
            actions.remind(BY, actions.Letter(key="reminder", text="반값 할인 #{names}", about=None), joined_titles)
        with pytest.raises(RuntimeError):
            killed_before_the_commit()
        assert (models.Reminder.objects.count(), letters()) == (0, [])
        assert len(reminded()) == 3
    [(_words, to)] = letters()
    assert to == {person_of(by) for by in people}


def test_of_many_each_is_reminded_once_some_at_a_time(early: tuple[Ground, list[Actor]]) -> None:
    ground, people = early
    with making.on_day(ground, 1, 545):
        rounds = [reminded(most=2) for _round in range(3)]
    assert [len(found) for found in rounds] == [2, 1, 0]
    assert {person for found in rounds for person in found} == {person_of(by) for by in people}


def test_however_many_are_due_it_takes_as_many_statements(early: tuple[Ground, list[Actor]]) -> None:
    ground, _people = early
    counts = []
    for most in (1, 2):
        with making.on_day(ground, 1, 545), CaptureQueriesContext(connection) as caught:
            assert len(reminded(most)) == most
        counts.append(len(caught))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_two_workers_remind_each_once(real_ground: Ground) -> None:
    open_channel()
    people = asking(real_ground)

    def work() -> int:
        return len(reminded())

    names = race(*(held_open(work, lambda: making.on_day(real_ground, 1, 545)) for _ in range(2))).names
    assert names == ("0", "3")
    [(_words, to)] = letters()
    assert to == {person_of(by) for by in people}


def test_the_table_itself_keeps_a_second_reminder_of_a_day_out(ground: Ground) -> None:
    person, day = person_of(ground.people[0]), clock.today()
    models.Reminder.objects.create(person_id=person, day=day)
    with pytest.raises(IntegrityError, match="pledges_reminder_pkey"), transaction.atomic():
        models.Reminder(person_id=person, day=day).save(force_insert=True)
    models.Reminder.objects.create(person_id=person, day=day + timedelta(days=1))


def test_a_title_that_reads_like_an_offer_is_left_out(early: tuple[Ground, list[Actor]]) -> None:
    ground, people = early
    models.Project.objects.filter(id=ground.project.id).update(title="반값 할인 걷기")
    with making.on_day(ground, 1, 545):
        tasks.remind(0)
    said = asked_of_outbox("SELECT variables::text FROM channels_dispatch")
    assert len(said) == len(people)
    assert not any("할인" in row[0] for row in said)


def test_long_titles_of_many_projects_fit_into_one_message() -> None:
    assert len(tasks._named(["가" * 60] * 9)) <= 200
    assert tasks._named(["하나", "둘"]) == "하나, 둘"


def test_without_a_channel_nothing_is_written_down(ground: Ground) -> None:
    asking(ground)
    with making.on_day(ground, 1, 545):
        assert tasks.remind(0) == 0
    assert not models.Reminder.objects.exists()
