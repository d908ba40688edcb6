"""A season in figures: no sum is somebody's own, and each person shows with a program of their own that their count is in."""

import json
import re
import subprocess
import sys
from pathlib import Path
from uuid import UUID

from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dure.foundations.people.tests import making as folk
from dure.kit.visiting import browser, text
from dure.services.pledges import actions, models, queries
from dure.services.pledges.rules import telling
from dure.services.pledges.types import Consent

from . import disputing, making
from .making import Ground

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "checking-a-count.md"
PEOPLE = st.sampled_from([UUID(int=number) for number in range(12)])
CHOSEN = st.dictionaries(st.integers(0, 20), st.frozensets(PEOPLE), max_size=8)


@given(CHOSEN)
def test_no_sum_that_is_told_or_follows_is_of_fewer_people_than_the_floor(chosen: dict[int, frozenset[UUID]]) -> None:
    told = telling.told(chosen)
    for key in told:
        assert not chosen[key] or len(chosen[key]) >= telling.FLOOR
    hidden = frozenset[UUID]().union(*(chosen[key] for key in chosen if key not in told))
    assert not hidden or len(hidden) >= telling.FLOOR or not any(chosen[key] for key in told)


@given(CHOSEN)
def test_where_enough_people_chose_each_all_is_told(chosen: dict[int, frozenset[UUID]]) -> None:
    if all(not people or len(people) >= telling.FLOOR for people in chosen.values()):
        assert telling.told(chosen) == frozenset(chosen)


def crowd(alone: int) -> Ground:
    """Seven people in a settled season of two receivers; `alone` of them chose the second one."""
    ground = making.ground(people=7, receivers=2)
    models.Project.objects.filter(id=ground.project.id).update(capacity=10)
    first, second = ground.season.receivers
    for number, by in enumerate(ground.people):
        receiver = second if number < alone else first
        pledge = making.joined(by, ground.project, Consent(gives=True, receiver=receiver.id))
        making.proved(ground, by, pledge, 10 * number)
    making.settled(ground)
    return ground


def test_what_one_person_did_not_keep_is_told_of_no_receiver(db: None) -> None:
    ground = crowd(alone=1)
    first, second = ground.season.receivers
    raw = {one.receiver.id: one.won for one in queries.receiver_sums(ground.season.id)}
    assert raw[second.id] == 10_000  # who was alone with it kept no day
    # The first one's sum, taken from the season's total, would say it as well.
    assert queries.told_sums(ground.season.id) == ()
    page = text(browser(), "pledges:figures", ground.season.code)
    assert first.name in page
    assert second.name in page
    assert "10,000" not in page


def test_a_sum_of_enough_people_is_told(db: None, api_client: object) -> None:
    ground = crowd(alone=0)
    first, second = ground.season.receivers
    told = {one.receiver.id: one.won for one in queries.told_sums(ground.season.id)}
    assert told == {first.id: sum(10_000 - 1_000 * number for number in range(7))} | (
        {second.id: 0} if second.id in told else {}
    )
    assert "49,000" in text(browser(), "pledges:figures", ground.season.code)
    said = api_client.get(f"/api/v1/pledges/seasons/{ground.season.code}").json()  # type: ignore[attr-defined]  # the fixture has no type
    assert said["receivers"][0]["won"] == 49_000


def test_what_fewer_than_five_people_gave_is_not_told_nor_what_it_follows_from(db: None, api_client: object) -> None:
    ground = making.ground(people=7)
    models.Project.objects.filter(id=ground.project.id).update(capacity=10)
    for number, by in enumerate(ground.people):
        consent = ground.consent if number < 5 else making.NO
        making.proved(ground, by, making.joined(by, ground.project, consent), 100 if number == 0 else 40)
    making.settled(ground)
    # Five agreed to give, but one of them kept every day: four people's gifts make up the sum.
    raw = queries.figures(ground.season.id)
    assert raw is not None
    assert raw.donation == 4 * 6_000
    told = queries.told_figures(ground.season.id)
    assert told is not None
    assert (told.people, told.kept_days) == (7, 100 + 6 * 40)
    assert (told.refund, told.donation, told.fee) == (None, None, None)
    assert queries.told_sums(ground.season.id) == ()
    said = api_client.get(f"/api/v1/pledges/seasons/{ground.season.code}").json()  # type: ignore[attr-defined]  # the fixture has no type
    assert said["figures"]["donation"] is None
    for page in (
        text(browser(), "pledges:figures", ground.season.code),
        browser().get(reverse("pledges:home"), {"season": ground.season.code}).content.decode(),
    ):
        assert "340" in page  # days
        assert "24,000" not in page
        assert "46,000" not in page


def test_while_the_books_are_made_they_are_not_told(db: None) -> None:
    ground = making.ground(people=7)
    models.Project.objects.filter(id=ground.project.id).update(capacity=10)
    for by in ground.people:
        making.proved(ground, by, making.joined(by, ground.project, ground.consent), 50)
    with making.after_review(ground):
        actions.begin_settlement(ground.stewards[0], ground.season.id, key=making.key())
        assert actions.settle_next(making.BY, ground.season.id, most=6) == 6
        half = queries.told_figures(ground.season.id)
        assert actions.settle_next(making.BY, ground.season.id) == 1
        assert actions.settle_next(making.BY, ground.season.id) == 0
    assert half is not None
    assert (half.people, half.kept_days, half.refund, half.donation) == (7, None, None, None)
    whole = queries.told_figures(ground.season.id)
    assert whole is not None
    assert (whole.kept_days, whole.refund, whole.donation) == (350, 35_000, 35_000)


def test_before_a_season_is_settled_nothing_is_told(ground: Ground) -> None:
    making.joined(ground.people[0], ground.project, ground.consent)
    assert queries.told_sums(ground.season.id) == ()
    assert "stats" not in text(browser(), "pledges:figures", ground.season.code)


def test_a_count_is_shown_by_another_program(db: None, tmp_path: Path) -> None:
    ground = crowd(alone=0)
    by = ground.people[3]
    [pledge] = queries.my_pledges(making.person_of(by))
    root = queries.season(ground.season.id).root
    page = text(browser(by), "pledges:count", pledge.id)
    assert root in page
    assert reverse("pledges:count", args=[pledge.id]) in text(browser(by), "pledges:pledge", pledge.id)
    kept = browser(by).get(reverse("pledges:count_file", args=[pledge.id]))
    assert "attachment" in kept.headers["Content-Disposition"]
    said = json.loads(kept.content)
    assert (said["kept"], said["root"], said["format"]) == (30, root, "dure.pledges.count/1")
    [program] = re.findall(r"```python\n(.+?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "check.py").write_text(program, encoding="utf-8")

    def checked(changed: dict[str, object], against: str) -> str:
        (tmp_path / "count.json").write_text(json.dumps(said | changed), encoding="utf-8")
        command = [sys.executable, "-I", str(tmp_path / "check.py"), str(tmp_path / "count.json"), against]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert checked({}, root) == "it is in"
    assert checked({"kept": 31}, root) == "it is not in"
    assert checked({}, "00" * 32) == "it is not in"


def test_a_count_that_was_put_right_is_shown_by_another_program(db: None, tmp_path: Path) -> None:
    ground = crowd(alone=0)
    by = ground.people[3]
    [pledge] = queries.my_pledges(making.person_of(by))
    while actions.return_deposits(making.BY, ground.season.id):
        pass
    figures = text(browser(), "pledges:figures", ground.season.code)
    disputing.corrected(ground, by, pledge, 31, 32)
    said = json.loads(browser(by).get(reverse("pledges:count_file", args=[pledge.id])).content)
    assert (said["kept"], said["kept_now"]) == (30, 32)
    assert "32" in text(browser(by), "pledges:count", pledge.id)
    [entry] = queries.corrections(ground.season.id)
    page = text(browser(), "pledges:figures", ground.season.code)
    assert entry.hash in page
    assert entry.hash not in figures
    assert "49,000" in page  # what was published stays
    [program] = re.findall(r"```python\n(.+?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "check.py").write_text(program, encoding="utf-8")

    def checked(changed: dict[str, object], head: str) -> list[str]:
        (tmp_path / "count.json").write_text(json.dumps(said | changed), encoding="utf-8")
        command = [sys.executable, "-I", str(tmp_path / "check.py"), str(tmp_path / "count.json"), said["root"], head]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[:2]

    assert checked({}, entry.hash) == ["it is in", "it was put right"]
    assert checked({"kept_now": 33}, entry.hash) == ["it is in", "it was not put right"]
    assert checked({"corrections": []}, said["root"]) == ["it is in", "it was not put right"]


def test_a_count_is_its_own_persons(db: None) -> None:
    ground = crowd(alone=0)
    [pledge] = queries.my_pledges(making.person_of(ground.people[0]))
    for name in ("pledges:count", "pledges:count_file"):
        address = reverse(name, args=[pledge.id])
        assert browser(ground.people[0]).get(address).status_code == 200
        for who in (ground.people[1], ground.leader, ground.stewards[0], folk.auditor()):
            assert browser(who).get(address).status_code == 403
        assert browser().get(address).status_code == 303


def test_before_the_settlement_there_is_no_count(ground: Ground) -> None:
    pledge = making.joined(ground.people[0], ground.project)
    assert browser(ground.people[0]).get(reverse("pledges:count", args=[pledge.id])).status_code == 409
