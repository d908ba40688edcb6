"""Who is due what: the rules one by one, then whole seasons against an oracle that was written by itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.services.forecasts.demo import season as seasons
from dure.services.forecasts.rules import board as boards
from dure.services.forecasts.rules import due
from dure.services.forecasts.tests import replaying
from dure.services.forecasts.types import (
    ChangeKind,
    Delivered,
    Field,
    Hazard,
    ImpactLevel,
    ImpactRow,
    Notice,
    Plan,
    Reader,
    ReaderId,
    Report,
    ReportKind,
    SenderRole,
    Standing,
    Subject,
    Subscription,
    Watch,
)

SEOUL = ZoneInfo("Asia/Seoul")
NOON = datetime(2026, 7, 20, 11, 30, tzinfo=SEOUL)
DAY = date(2026, 7, 21)
SUBJECT = Subject("S1", Hazard.HEAT, Field.HEALTH, DAY)
MOTHER = Reader(ReaderId(UUID(int=1)), "Asia/Seoul", 18)
CHILD = Reader(ReaderId(UUID(int=2)), "America/New_York", 18)
NONE, ATTENTION, CAUTION, WARNING, DANGER = ImpactLevel


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    return datetime(2026, 7, 20, hour, minute, tzinfo=SEOUL) + timedelta(days=days)


def standing(level: ImpactLevel, since: datetime = NOON, **changes) -> Standing:
    end = boards.end_of(DAY)
    return replace(Standing(SUBJECT, level, since, 1, since, end, SenderRole.AUTHORITY), **changes)


def plan(
    *standings: Standing, now: datetime, told=None, wanted: ImpactLevel = CAUTION, reader: Reader = MOTHER
) -> Plan:
    wishes = [Subscription(reader.id, zone, Field.HEALTH, wanted) for zone in ("S1", "S2")]
    return due.plan({one.subject: one for one in standings}, {reader.id: reader}, wishes, told or {}, now)


def kinds(answer: Plan) -> list[ChangeKind]:
    return [change.kind for notice in answer.notices for change in notice.changes]


def test_an_ordinary_level_waits_for_the_chosen_hour() -> None:
    waiting = plan(standing(CAUTION), now=NOON)
    assert (waiting.notices, waiting.ask_again) == ((), at(18))
    (notice,) = plan(standing(CAUTION), now=at(18)).notices
    (change,) = notice.changes
    assert (change.kind, change.level, change.breaks_quiet) == (ChangeKind.FIRST, CAUTION, False)


def test_what_changed_before_the_hour_is_not_sent() -> None:
    assert plan(standing(ATTENTION), now=at(18)).notices == ()
    assert plan(standing(NONE), now=at(18)) == Plan((), None)


def test_a_level_below_the_wish_is_nobodys_news() -> None:
    assert plan(standing(CAUTION), now=at(18), wanted=WARNING) == Plan((), None)
    assert plan(standing(NONE), now=at(18), wanted=NONE) == Plan((), None)


def test_when_the_chosen_hour_would_be_too_late_a_waking_hour_is_taken() -> None:
    tonight = standing(CAUTION, expires=at(17))
    assert kinds(plan(tonight, now=NOON)) == [ChangeKind.FIRST]
    night = standing(CAUTION, since=at(2), expires=at(17))
    assert plan(night, now=at(2)).ask_again == at(8)


@pytest.mark.parametrize("level", [WARNING, DANGER])
def test_life_and_death_breaks_the_night_for_those_who_may(level: ImpactLevel) -> None:
    for role in SenderRole:
        answer = plan(standing(level, since=at(23), role=role), now=at(23))
        if role is SenderRole.MIRROR:
            assert (answer.notices, answer.ask_again) == ((), at(8, days=1))
        else:
            (change,) = answer.notices[0].changes
            assert (change.breaks_quiet, change.role, change.level) == (True, role, level)


def test_by_day_nothing_is_broken() -> None:
    assert not plan(standing(DANGER), now=NOON).notices[0].changes[0].breaks_quiet


def test_an_ordinary_level_never_breaks_the_night() -> None:
    for before, level in ((NONE, CAUTION), (ATTENTION, CAUTION), (DANGER, CAUTION), (DANGER, WARNING), (DANGER, NONE)):
        answer = plan(standing(level, since=at(22)), now=at(22), told={(MOTHER.id, SUBJECT): before})
        assert answer.notices == ()
        assert answer.ask_again == (at(18, days=1) if before is NONE else at(8, days=1))


def test_upgrade_downgrade_and_all_clear_go_to_those_who_were_told() -> None:
    for before, level, kind in (
        (CAUTION, WARNING, ChangeKind.UPGRADE),
        (CAUTION, DANGER, ChangeKind.UPGRADE),
        (DANGER, CAUTION, ChangeKind.DOWNGRADE),
        (DANGER, ATTENTION, ChangeKind.DOWNGRADE),  # below the wish, but they were told
        (CAUTION, NONE, ChangeKind.ALL_CLEAR),
    ):
        assert kinds(plan(standing(level), now=NOON, told={(MOTHER.id, SUBJECT): before})) == [kind]
    for level in (NONE, ATTENTION):
        assert plan(standing(level), now=NOON) == Plan((), None)  # nobody told them, nobody takes it back
    assert plan(standing(WARNING), now=NOON, told={(MOTHER.id, SUBJECT): WARNING}) == Plan((), None)


def test_two_regions_are_one_message() -> None:
    other = replace(SUBJECT, zone="S2")
    (notice,) = plan(standing(WARNING), standing(DANGER, subject=other), now=NOON).notices
    assert [change.subject.zone for change in notice.changes] == ["S2", "S1"]  # the worst first


def test_two_wishes_for_one_place_are_one_wish() -> None:
    wishes = [Subscription(MOTHER.id, "S1", Field.HEALTH, level) for level in (DANGER, WARNING, DANGER)]
    answer = due.plan({SUBJECT: standing(WARNING)}, {MOTHER.id: MOTHER}, wishes, {}, NOON)
    assert len(answer.notices) == len(answer.notices[0].changes) == 1


def test_what_has_expired_is_never_sent() -> None:
    end = boards.end_of(DAY)
    for level, before in ((DANGER, NONE), (NONE, DANGER), (CAUTION, NONE)):
        answer = plan(standing(level), now=end, told={(MOTHER.id, SUBJECT): before})
        assert answer == Plan((), None)
    assert plan(standing(CAUTION, since=at(22), expires=at(23)), now=at(22)) == Plan((), None)


def test_hours_are_those_of_the_reader() -> None:
    waiting = plan(standing(CAUTION), now=NOON, reader=CHILD)
    assert waiting.ask_again == datetime(2026, 7, 20, 22, tzinfo=UTC)  # six in the evening in New York
    assert (
        plan(standing(DANGER), now=NOON, reader=CHILD).notices[0].changes[0].breaks_quiet
    )  # half past ten at night there


def test_who_chose_an_hour_of_the_night_hears_then() -> None:
    owl = replace(MOTHER, hour=5)
    assert plan(standing(CAUTION), now=at(5, days=1), reader=owl).notices


def test_skipped_and_doubled_hours_of_a_clock_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring, autumn = datetime(2026, 3, 29, 0, tzinfo=berlin), datetime(2026, 10, 25, 0, tzinfo=berlin)
    assert due.next_hour(spring, "Europe/Berlin", 2) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert due.next_hour(autumn, "Europe/Berlin", 2) == datetime(2026, 10, 25, 0, tzinfo=UTC)
    assert due.next_hour(autumn + timedelta(hours=9), "Europe/Berlin", 2) == datetime(2026, 10, 26, 1, tzinfo=UTC)


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.sampled_from(seasons.TIME_ZONES),
    st.integers(0, 23),
)
def test_the_next_hour_is_ahead_and_within_a_day_and_an_hour(now: datetime, zone: str, hour: int) -> None:
    found = due.next_hour(now, zone, hour)
    assert now <= found <= now + timedelta(hours=25)


def notice(*levels: tuple[ImpactLevel, ImpactLevel], when: datetime = NOON) -> Notice:
    board = [standing(level, subject=replace(SUBJECT, zone=f"S{n}")) for n, (_, level) in enumerate(levels, 1)]
    told = {(MOTHER.id, replace(SUBJECT, zone=f"S{n}")): before for n, (before, _) in enumerate(levels, 1)}
    (made,) = plan(*board, now=when, told=told).notices
    return made


WISH = Subscription(MOTHER.id, "S1", Field.HEALTH, CAUTION)
WATCH = Watch(CHILD, MOTHER, WISH, 13, parent_agreed=True)
NEIGHBOUR = replace(WATCH, watcher=Reader(ReaderId(UUID(int=3)), "Asia/Seoul", 18))


def steps(
    made: Notice,
    now: datetime,
    *watches: Watch,
    read_at: datetime | None = None,
    stands: Sequence[Standing] | None = None,
) -> list[ReaderId]:
    """Whom to ask; what stands is what the notice said, unless said otherwise."""
    said = [standing(one.level, subject=one.subject) for one in made.changes] if stands is None else stands
    board = {one.subject: one for one in said}
    return [step.watcher for step in due.calls([Delivered(made, read_at)], watches, board, now)]


def test_a_parent_who_has_not_read_is_to_be_called_from_her_hour_on() -> None:
    made = notice((NONE, DANGER))
    assert steps(made, at(12, 59), WATCH, NEIGHBOUR) == []
    assert steps(made, at(13), WATCH, NEIGHBOUR) == [CHILD.id, NEIGHBOUR.watcher.id]
    assert steps(made, at(13), WATCH, read_at=at(12)) == []
    assert steps(made, boards.end_of(DAY), WATCH) == []  # it is over
    assert steps(notice((NONE, DANGER), when=at(13)), at(13), WATCH) == []  # her hour of tomorrow
    assert steps(notice((DANGER, NONE)), at(13), NEIGHBOUR) == []  # nothing to call about


@pytest.mark.parametrize(
    ("stands", "asks"),
    [([DANGER], True), ([WARNING], False), ([NONE], False), ([], False)],
    ids=["as it was said", "easing", "taken back", "not known"],
)
def test_nobody_is_asked_to_call_for_what_is_over(stands: list[ImpactLevel], *, asks: bool) -> None:
    made = notice((NONE, DANGER))
    assert steps(made, at(13), WATCH, stands=[standing(level) for level in stands]) == [CHILD.id] * asks


def test_worse_than_it_was_said_is_still_true() -> None:
    assert steps(notice((ATTENTION, CAUTION)), at(21), WATCH, stands=[standing(DANGER)]) == [CHILD.id]


def test_only_what_was_agreed_counts() -> None:
    made = notice((NONE, CAUTION), (NONE, DANGER), when=at(18))  # S1 and S2
    later, asked = at(13, days=1), [NEIGHBOUR.watcher.id]
    assert steps(made, later, replace(NEIGHBOUR, wish=replace(WISH, level=WARNING))) == []
    assert steps(made, later, NEIGHBOUR) == asked
    assert steps(made, later, replace(NEIGHBOUR, wish=replace(WISH, zone="S2", level=WARNING))) == asked
    assert steps(made, later, replace(NEIGHBOUR, wish=replace(WISH, zone="S2", field=Field.FARMING))) == []
    assert steps(made, later, replace(NEIGHBOUR, wish=None)) == []  # she dropped the place


def test_a_call_ends_with_the_last_thing_that_holds() -> None:
    made = notice((NONE, DANGER))
    board = {one.subject: standing(one.level, subject=one.subject) for one in made.changes}
    (step,) = due.calls([Delivered(made, None)], [WATCH], board, at(13))
    assert step.until == boards.end_of(DAY)


def test_nobody_watches_a_parent_who_did_not_agree() -> None:
    assert steps(notice((NONE, DANGER)), at(13), replace(WATCH, parent_agreed=False)) == []


def test_a_watcher_is_woken_for_life_and_death_only() -> None:
    ordinary = notice((ATTENTION, CAUTION))
    assert steps(ordinary, at(13), WATCH, NEIGHBOUR) == [NEIGHBOUR.watcher.id]  # midnight in New York
    assert steps(ordinary, at(21), WATCH) == [CHILD.id]


def row(level: ImpactLevel, zone: str = "S1", issued: datetime = NOON, code: int = 1, number: int = 1) -> ImpactRow:
    return ImpactRow(issued, DAY, "0", zone, Hazard.HEAT, code, level, number)


def folded(*reports: Report[ImpactRow], is_of_all_zones: bool = True) -> dict[str, ImpactLevel]:
    board: dict[Subject, Standing] = {}
    for report in reports:
        board = boards.fold(board, report, role=SenderRole.AUTHORITY, is_of_all_zones=is_of_all_zones)
    return {subject.zone: one.level for subject, one in board.items()}


def reading(*rows: ImpactRow, arrived: datetime = NOON, kind: ReportKind = ReportKind.READING) -> Report[ImpactRow]:
    return Report(kind, rows, arrived)


def test_silence_takes_nothing_back() -> None:
    first = reading(row(DANGER))
    later = NOON + timedelta(hours=5)
    assert folded(first, reading(arrived=later)) == {"S1": DANGER}
    assert folded(first, reading(arrived=later, kind=ReportKind.UNKNOWN)) == {"S1": DANGER}
    assert folded(first, reading(row(CAUTION, "S2", later), arrived=later, kind=ReportKind.UNKNOWN))["S1"] is DANGER


def test_a_later_issue_that_leaves_a_zone_out_takes_its_level_back() -> None:
    later = NOON + timedelta(hours=5)
    first, second = reading(row(DANGER)), reading(row(CAUTION, "S2", later), arrived=later)
    assert folded(first, second) == {"S1": NONE, "S2": CAUTION}
    assert folded(first, second, is_of_all_zones=False) == {"S1": DANGER, "S2": CAUTION}
    assert folded(first, reading(row(CAUTION, "S2"), arrived=later)) == {"S1": DANGER, "S2": CAUTION}  # the same issue


@given(st.permutations([(hours, level) for hours, level in enumerate((CAUTION, DANGER, NONE, WARNING))]))
def test_what_was_issued_last_counts_whatever_arrived_last(order: list[tuple[int, ImpactLevel]]) -> None:
    reports = [reading(row(level, issued=NOON + timedelta(hours=hours))) for hours, level in order]
    assert folded(*reports, *reports) == {"S1": WARNING}


def test_of_two_at_once_the_worse_one_counts_and_fields_nobody_can_name_do_not() -> None:
    for rows in ((row(CAUTION), row(DANGER)), (row(DANGER), row(CAUTION))):
        assert folded(reading(*rows)) == {"S1": DANGER}
    assert folded(reading(row(CAUTION, number=2), row(DANGER, number=1))) == {"S1": CAUTION}
    assert folded(reading(row(DANGER, code=9))) == {}


def test_a_level_that_stays_is_no_news() -> None:
    board: dict[Subject, Standing] = {}
    for hours in range(3):
        when = NOON + timedelta(hours=hours)
        report = reading(row(CAUTION, issued=when), arrived=when)
        board = boards.fold(board, report, role=SenderRole.AUTHORITY, is_of_all_zones=True)
    assert board[SUBJECT].since == NOON


@pytest.mark.parametrize("seed", range(4))
def test_a_small_season_sends_exactly_what_the_oracle_says(seed: int) -> None:
    played = seasons.season(seed, seasons.Shape(zones=3, readers=12, days=4))
    sent, asked = replaying.replay(played)
    assert sent == seasons.oracle(played)
    assert len(sent) > 20
    assert asked < 500
    assert len({(when, reader) for when, reader, _ in sent}) == len(sent)  # one message a reader at a time
    assert {kind for _, _, changes in sent for *_, kind, _, _ in changes} == set(ChangeKind)


@pytest.mark.slow
def test_a_season_of_all_zones_and_fields_sends_exactly_what_the_oracle_says() -> None:
    """178 zones, six fields, each day two days ahead: the shape of the authority's forecasts, with a few readers."""
    played = seasons.season(178, seasons.Shape(zones=178, readers=30, days=3))
    sent, asked = replaying.replay(played)
    assert sent == seasons.oracle(played)
    assert len(sent) > 50
    assert asked < 100
    board_max = max(len(report.rows) for _at, report, _role in played.events)
    assert board_max > 1_000
