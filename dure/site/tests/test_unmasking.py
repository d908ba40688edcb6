"""The attacks on check-ins at the size of a build; `dure simulate checkin-attack` plays them at full size."""

import pytest
from typer.testing import CliRunner

from dure.services.checkin.types import Row
from dure.site.cli import unmask
from dure.site.unmasking import forging, linking, naming, timing
from dure.site.unmasking.town import Outing, Town, named


def test_the_timing_join_finds_nine_in_ten_of_the_naive_design_and_one_in_a_hundred_of_ours() -> None:
    joined = timing.play(visits=300, days=6, seed=1)
    assert 0.88 <= joined.naive.certain_share <= 0.94
    assert joined.ours_worst <= 0.01
    assert all(score.certain == 0 for score in joined.ours.values())


def test_the_join_of_the_naive_design_gets_harder_only_where_many_come() -> None:
    score = timing.Score()
    timing._naive(Town(1).outings(6_600, people=6_600), score)
    assert score.certain_share == pytest.approx(0.12, abs=0.02)


def test_a_telephone_that_tells_is_a_risk_that_half_hours_make_smaller() -> None:
    joined = timing.play(visits=300, days=2, seed=1)
    assert 0.02 < joined.telltale.right_share < 0.15
    assert joined.telltale.right_share < joined.naive.right_share / 5


def test_the_joins_work_where_there_is_something_to_join() -> None:
    """The twin: rows in the order of arrival, with a person's bytes in them, are found by the same attacks."""
    town = Town(1)
    outings = [Outing(person, town.venues[0], float(person), float(person) + 5) for person in range(50)]
    rows, truth = timing._stored(town, outings)
    bare = [row for row in rows if row.id in truth]
    in_order = sorted(bare, key=lambda row: truth[row.id])
    scores: dict[str, timing.Score] = {}
    timing._ours(50, in_order, truth, 50, scores)
    assert scores["order of rows"].right_share == 1.0
    marked = [Row(row.id, row.epoch, row.venue, row.number, 0, named(truth[row.id])) for row in bare]
    timing._ours(50, marked, truth, 50, scores := {})
    assert scores["bytes in both"].right_share > 0.85


def test_codes_of_a_person_are_not_told_from_those_of_two() -> None:
    linked = linking.ours(codes=3_000, seed=1)
    assert linked.advantage <= linking.bound(linked.codes)
    assert linked.chi_square_worst < unmask.CHI_SQUARE_MAX
    assert linked.common == 0


def test_the_game_is_won_against_codes_with_a_pseudonym() -> None:
    known = linking.naive(codes=3_000, seed=1)
    assert known.advantage > 0.99
    assert known.chi_square_worst > unmask.CHI_SQUARE_MAX
    assert known.common > 1_000


def test_who_has_every_key_of_an_issuer_and_kept_every_batch_names_nobody_behind_a_code() -> None:
    found = naming.play(codes=200, seed=1)
    assert found.codes == 200
    assert set(found.clear.values()) == {1.0}  # the twin: passes in the clear name everybody
    assert set(found.ours.values()) == {0.0}
    assert found.with_letters == 1.0  # what remains: together with the visit party's key, on the day


def test_no_false_pass_is_let_in_and_every_genuine_one_is() -> None:
    forged = forging.play(tries=3_000, seed=1)
    assert (forged.tries, forged.let_in) == (3_000, 0)
    assert forged.genuine_let_in == forged.genuine == forging.GENUINE
    assert set(forged.refused) == {"forged"}


def test_the_command_says_what_it_found_and_fails_when_a_defence_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["checkin-attack", "--days", "3", "--codes", "800", "--forgeries", "50", "--no-disks"]
    told = CliRunner().invoke(unmask.app, asked)
    assert told.exit_code == 0, told.output
    assert "Every defence of the rules held" in told.output
    monkeypatch.setattr(unmask, "OURS_MAX", 0.0)
    assert CliRunner().invoke(unmask.app, asked).exit_code == 1
