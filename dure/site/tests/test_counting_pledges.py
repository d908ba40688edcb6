"""What a settled season adds to the figures: counted anew here from the rows themselves; and nothing that is somebody's own."""

from collections.abc import Iterable

import pytest

from dure.base import ids
from dure.foundations.impact import queries
from dure.kit import delivery
from dure.kit.outbox import kind_of
from dure.services.pledges import actions, models
from dure.services.pledges.rules import days
from dure.services.pledges.tests import making
from dure.services.pledges.tests.making import Ground, key
from dure.services.pledges.types import (
    MeetingCalled,
    MeetingCancelled,
    MeetingMoved,
    MeetingSeatGiven,
    SeasonSettled,
)
from dure.site import counting_pledges
from dure.site.wiring import wiring

NAMES = ("people_keeping", "days_kept", "deposits_given", "deposits_returned")


@pytest.fixture
def ground(db: None) -> Ground:
    queries.forget_kept()
    return making.ground(people=7, fee_percent=10)


def values(ground: Ground) -> list[int | None]:
    """The figures on the day on which the season is settled: a day to come is in none."""
    with making.after_review(ground):
        queries.forget_kept()
        return [queries.figure(name).value for name in NAMES]


def kept_on(ground: Ground) -> tuple[int, int]:
    with making.after_review(ground):
        queries.forget_kept()
        found = queries.figure("kept_on")
        return found.part, found.whole


def settled(ground: Ground, kept: Iterable[int], givers: int) -> None:
    """The first people in two projects, each with so many days from the end of the season; so many of them give."""
    second = making.open_project(ground.season, ground.leader, ground.stewards[0], title="책 읽기", capacity=9)
    models.Project.objects.filter(id=ground.project.id).update(capacity=9)
    for number, (by, many) in enumerate(zip(ground.people, kept, strict=False)):
        for project in (ground.project, second) if number == 0 else (ground.project,):
            pledge = making.joined(by, project, ground.consent if number < givers else making.NO)
            models.Proof.objects.bulk_create(
                models.Proof(id=ids.new(), pledge_id=pledge.id, day=day, state="counts")
                for day in range(days.SEASON_DAYS - many + 1, days.SEASON_DAYS + 1)
            )
    making.settled(ground)
    delivery.run_until_idle(wiring)


def test_the_figures_follow_from_the_rows(ground: Ground) -> None:
    settled(ground, (100, 63, 41, 9, 0, 22, 1), givers=6)
    by_person: dict[object, int] = {}
    won = {"deposit": 0, "back": 0, "given": 0}
    for pledge in models.Pledge.objects.filter(state="settled"):
        proved = set(models.Proof.objects.filter(pledge=pledge, state="counts").values_list("day", flat=True))
        by_person[pledge.person_id] = by_person.get(pledge.person_id, 0) + len(proved)
        back = pledge.deposit * len(proved) // 100 if pledge.gives else pledge.deposit
        won["deposit"] += pledge.deposit
        won["back"] += back
        won["given"] += (pledge.deposit - back) - (pledge.deposit - back) * 10 // 100
    assert values(ground) == [sum(1 for many in by_person.values() if many), 336, won["given"], won["back"]]
    assert values(ground)[:2] == [6, 336]
    assert kept_on(ground) == (7, 8), "deposits, and whoever proved nothing did not keep on"
    assert queries.differences() == ()


def test_who_stopped_before_the_last_two_weeks_did_not_keep_on(ground: Ground) -> None:
    for by in ground.people[:5]:
        pledge = making.joined(by, ground.project)
        last = days.SEASON_DAYS - (0 if by is ground.people[0] else 14)
        models.Proof.objects.create(id=ids.new(), pledge_id=pledge.id, day=last, state="counts")
        rejected = models.Proof(id=ids.new(), pledge_id=pledge.id, day=95, state="refused")
        rejected.save(force_insert=True)
    making.settled(ground)
    delivery.run_until_idle(wiring)
    assert kept_on(ground) == (1, 5)


def test_a_season_of_four_people_is_in_no_figure(ground: Ground) -> None:
    settled(ground, (100, 63, 41, 9), givers=4)
    assert values(ground) == [0, 0, 0, 0]
    assert kept_on(ground) == (0, 0)


def test_where_four_people_gave_no_won_are_told(ground: Ground) -> None:
    settled(ground, (100, 63, 41, 9, 5, 22), givers=4)
    assert values(ground) == [6, 340, 0, 0]


def test_told_twice_it_counts_once(ground: Ground) -> None:
    settled(ground, (100, 63, 41, 9, 5, 22), givers=6)
    before = values(ground)
    at = models.Season.objects.values_list("settled_at", flat=True).get(id=ground.season.id)
    assert at is not None
    for _ in range(2):
        counting_pledges.season_settled(SeasonSettled(ground.season.id, 7, 0, 0, 0, at), ids.new())
    assert values(ground) == before
    assert before[0] == 6


def test_a_project_that_was_cancelled_adds_nothing(ground: Ground) -> None:
    for by in ground.people:
        models.Project.objects.filter(id=ground.project.id).update(capacity=9)
        making.proved(ground, by, making.joined(by, ground.project), 30)
    actions.cancel_project(ground.stewards[0], ground.project.id, "안 열려요", key=key())
    making.settled(ground)
    delivery.run_until_idle(wiring)
    assert values(ground) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("news", "name"),
    [
        (SeasonSettled, "counting_pledges"),
        (MeetingCalled, "tell_meeting"),
        (MeetingMoved, "tell_meeting_moved"),
        (MeetingCancelled, "tell_meeting_off"),
        (MeetingSeatGiven, "tell_seat"),
    ],
)
def test_all_of_it_is_wired(news: type, name: str) -> None:
    assert any(name in one for one in wiring.names(kind_of(news)))
