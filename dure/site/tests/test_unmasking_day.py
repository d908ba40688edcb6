"""A real day at three real parties, and every attack on all that each of them has afterwards: dumps, files, logs, figures."""

import pytest

from dure.site.cli.unmask import ADVANTAGE_MAX, OURS_MAX
from dure.site.unmasking import real

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200)]  # three parties are begun; a busy machine takes minutes
VISITS, PEOPLE = 300, 150


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> real.Found:
    return real.play(tmp_path_factory.mktemp("day"), VISITS, PEOPLE, seed=1)


def test_everybody_is_let_in_and_every_half_hour_is_written(found: real.Found) -> None:
    assert (found.visits, found.let_in) == (VISITS, VISITS)
    assert found.rows - found.decoys == VISITS
    assert found.journal_keys == 0


def test_what_is_looked_for_is_found_where_it_belongs(found: real.Found) -> None:
    """The twin: these nets catch what stands in dumps, files and logs."""
    assert all(found.in_place.values()), found.in_place


def test_nothing_stands_where_it_has_no_business_in_any_dump_file_or_log(found: real.Found) -> None:
    assert found.misplaced == {"identity": [], "visits": [], "authority": []}


def test_joining_the_real_dumps_by_time_finds_one_in_a_hundred_at_most(found: real.Found) -> None:
    score = found.joined.score
    assert score.visits == VISITS
    assert score.certain_share <= OURS_MAX
    assert score.right_share <= OURS_MAX


def test_the_same_join_finds_nine_in_ten_of_the_naive_design(found: real.Found) -> None:
    score = found.control.joined.score
    assert (found.control.joined.events, score.visits) == (VISITS, VISITS)
    assert score.certain_share > 0.8
    assert found.control.order.tells == 1.0
    assert found.control.named == 1.0


def test_no_order_on_the_visit_partys_disk_tells_who_came_first(found: real.Found) -> None:
    assert not {name: order for name, order in found.orders.items() if not order.says_nothing}


def test_rows_are_all_of_one_length_and_groups_are_full(found: real.Found) -> None:
    assert len(found.lengths) == 1
    assert found.odd_groups == 0


def test_the_log_of_writes_has_the_order_until_its_files_are_used_again(found: real.Found) -> None:
    """What remains, and is said to: the marks of the last hours in the order of the scans, and nothing else of them."""
    assert found.writes_before.tells > 0.95
    assert found.writes_after == 0


def test_no_insider_links_or_names_with_all_that_is_theirs(found: real.Found) -> None:
    for name, advantage in found.linked.advantages.items():
        assert advantage <= max(ADVANTAGE_MAX, found.linked.by_chance), name
    assert found.linked.common == 0
    assert set(found.named.values()) == {0.0}


def test_no_figure_moves_with_the_visits(found: real.Found) -> None:
    assert found.moved < VISITS / 30
    assert not found.has_figures
