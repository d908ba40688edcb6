"""`dure simulate season2`: a tiny season as somebody runs it, and that what it looks with sees what is wrong."""

import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.kit import database
from dure.services.pledges import actions, models
from dure.services.pledges.rules import days
from dure.services.pledges.tests import making
from dure.services.pledges.types import Consent
from dure.site.tests.test_demo import DURE, environment
from dure.site.trials import season_books, season_people
from dure.site.trials.season_books import Books
from dure.site.trials.season_days import Told
from dure.site.trials.season_people import Habit
from dure.site.trials.season_town import FEE_PERCENT, Circle, Ground, Joined

SECONDS_MAX = 280


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(SECONDS_MAX + 60)
def test_a_tiny_season_goes_through_a_server_dies_and_is_settled_to_the_won(tmp_path: Path) -> None:
    home = tmp_path / "var"
    asked = ["simulate", "season2", "--people", "60", "--projects", "6", "--days", "9", "--kills", "2"]
    try:
        done = subprocess.run(
            [*DURE, *asked], cwd="/", env=environment(home), capture_output=True, text=True, timeout=SECONDS_MAX
        )
    finally:
        database.stop(home / "season" / "pg")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "60 in 6, 9 of 100 days played" in done.stdout
    assert "600,000 won, 10,000 each" in done.stdout
    assert "1 times the server, 1 times what settles" in done.stdout
    assert "promises hold" in done.stdout
    assert not (home / "pg").exists(), "the town of the installation is not touched"


@given(st.sets(st.integers(1, 100)), st.integers(1, 7))
def test_days_are_counted_as_by_the_rules_and_by_other_arithmetic(proved: set[int], days_a_week: int) -> None:
    bits = sum(1 << day for day in proved)
    assert season_books.kept_days(bits, days_a_week) == days.kept_of(proved, days_a_week)


@given(st.integers(0, 2**32), st.integers(1, 100))
def test_habits_end_within_the_days_and_follow_from_the_seed(seed: int, played: int) -> None:
    one, again = (season_people.habit(played, random.Random(seed)) for _ in range(2))  # noqa: S311 - chance, not secrecy
    assert one == again
    assert 0 <= one.until <= played
    assert 0 <= one.keeps <= 1
    assert not season_people.keeps(one, one.until + 1, False, 7, random.Random(seed))  # noqa: S311 - as above


def test_of_a_season_half_are_there_at_the_end_and_three_days_of_five_are_kept() -> None:
    """The shape that the model is said to have, on as many people as there were."""
    chance, people = random.Random(1), 18_000  # noqa: S311 - chance, not secrecy
    habits = [season_people.habit(100, chance) for _ in range(people)]
    assert 0.4 < sum(one.until == 100 for one in habits) / people < 0.6
    first, second = (sum(one.until < day for one in habits) for day in (29, 57))
    assert second - first < first, "who stops, stops early"
    kept = sum(season_people.keeps(one, day, False, 7, chance) for one in habits for day in (1, 25, 50, 75, 100))
    assert 0.5 < kept / people / 5 < 0.75


def test_nobody_is_in_no_project_and_no_project_is_empty() -> None:
    places = season_people.sizes(1_000, 52, random.Random(1))  # noqa: S311 - chance, not secrecy
    assert len(places) == 1_000
    assert set(places) == set(range(52))


@pytest.fixture
def played(db: None) -> tuple[Ground, Told]:
    """Three people, settled and refunded, and what they were told."""
    made = making.ground(fee_percent=FEE_PERCENT)
    told, joined = Told(), []
    for who, (by, kept) in enumerate(zip(made.people, (100, 63, 0), strict=True)):
        pledge = making.joined(by, made.project, made.consent if who != 1 else Consent(gives=False))
        making.proved(made, by, pledge, kept)
        told.proved[who] = sum(1 << day for day in range(1, kept + 1))
        habit = Habit(100, 1.0, who != 1)
        joined.append(Joined(pledge.person, pledge.id, making.payment_of(pledge).id, 0, habit))
    making.settled(made)
    with making.after_review(made):
        assert actions.return_deposits(making.BY, made.season.id) == 2
    leader = making.person_of(made.leader)
    circle = Circle(made.project.id, leader, "text", 7, is_early=False)
    season = made.season
    return Ground(season, made.stewards[0], (circle,), tuple(joined), provider="sandbox"), told


def found(played: tuple[Ground, Told]) -> list[str]:
    books = Books()
    season_books.look(*played, books)
    return books.findings


def test_nothing_is_found_where_every_day_was_acknowledged(played: tuple[Ground, Told]) -> None:
    books = Books()
    season_books.look(*played, books)
    assert books.findings == []
    assert (books.kept, books.refund, books.donation, books.fee) == (163, 20_000, 9_500, 500)


def test_a_day_that_is_lost_or_that_nobody_proved_is_seen(played: tuple[Ground, Told]) -> None:
    _, told = played
    told.proved[2] = 1 << 7
    told.proved[0] ^= 1 << 9
    assert found(played)[0] == "1 days that were acknowledged are lost, 1 that nobody proved are there"
    assert any("split otherwise" in line for line in found(played))


def test_a_deposit_that_was_split_otherwise_is_seen(played: tuple[Ground, Told]) -> None:
    models.Settlement.objects.filter(kept=0).update(donation=9_000, fee=1_000)
    assert "1 deposits were split otherwise than their acknowledged days say, or not refunded once" in found(played)


def test_a_refund_that_was_not_handed_over_is_seen(played: tuple[Ground, Told]) -> None:
    models.Settlement.objects.filter(kept=63).update(refunded_at=None)
    assert any("not refunded once" in line for line in found(played))


def test_a_root_of_other_counts_is_seen(played: tuple[Ground, Told]) -> None:
    models.Season.objects.update(root="0" * 64)
    assert "the published root is not that of the counts" in found(played)
