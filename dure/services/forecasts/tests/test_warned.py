"""Weather warnings by the rules alone: what holds, who is due what, and that nothing proves more than it says."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dure.base import ids
from dure.services.forecasts.rules import feeds, levels, warned
from dure.services.forecasts.types import (
    ChangeKind,
    ImpactLevel,
    Reader,
    ReaderId,
    Report,
    ReportKind,
    RowFault,
    SenderRole,
    UnclearRow,
    UnknownReason,
    WarningChange,
    WarningCommand,
    WarningDegree,
    WarningKind,
    WarningRow,
    WarningSubject,
)

from .making import MORNING, SEOUL

NIGHT = MORNING.replace(hour=23)
ZONES, RAIN = ("SAMPLE01", "SAMPLE02"), WarningKind.RAIN
READER = Reader(ReaderId(ids.new()), "Asia/Seoul", 8)
CAUTION, WARNING = ImpactLevel.CAUTION, ImpactLevel.WARNING
ADVISORY, GRAVER, GRAVE = WarningDegree.ADVISORY, WarningDegree.WARNING, WarningDegree.GRAVE
PRELIMINARY, AGAIN = WarningDegree.PRELIMINARY, timedelta(minutes=5)


def row(
    degree: WarningDegree = ADVISORY,
    *,
    zone: str = "SAMPLE01",
    kind: WarningKind = RAIN,
    issued: datetime = MORNING,
    command: WarningCommand = WarningCommand.ISSUED,
) -> WarningRow:
    return WarningRow(zone, "예시군", issued, issued, kind, degree, command, "")


def said(
    *rows: WarningRow, at: datetime = MORNING, why: UnknownReason | None = None, unclear: tuple[UnclearRow, ...] = ()
) -> Report[WarningRow]:
    return Report(ReportKind.UNKNOWN if why else ReportKind.READING, rows, at, why, unclear)


def twice(*rows: WarningRow, at: datetime = MORNING) -> tuple[Report[WarningRow], Report[WarningRow]]:
    """The same list again after five minutes, which is believed in what it leaves out."""
    return said(*rows, at=at), said(*rows, at=at + AGAIN)


def board_of(*reports: Report[WarningRow], role: SenderRole = SenderRole.AUTHORITY) -> warned.Board:
    board: warned.Board = {}
    for report in reports:
        board = warned.fold(board, report, role)
    return board


def degrees(board: warned.Board) -> dict[str, WarningDegree | None]:
    return {subject.zone: one.degree for subject, one in board.items()}


def due(
    board: warned.Board,
    told: Mapping[WarningSubject, WarningDegree] | None = None,
    *,
    wanted: ImpactLevel = CAUTION,
    now: datetime = MORNING,
) -> tuple[WarningChange, ...]:
    return warned.due(board, READER, dict.fromkeys(ZONES, wanted), told or {}, now)[0]


def told_after(
    told: Mapping[WarningSubject, WarningDegree], changes: tuple[WarningChange, ...]
) -> dict[WarningSubject, WarningDegree]:
    after = dict(told)
    for one in changes:
        after.pop(one.subject, None)
        if one.degree is not None:
            after[one.subject] = one.degree
    return after


def test_what_a_whole_list_leaves_out_is_over() -> None:
    board = board_of(said(row(), row(zone="SAMPLE02")), *twice(row()))
    assert degrees(board) == {"SAMPLE01": ADVISORY, "SAMPLE02": None}


def test_what_one_list_leaves_out_is_not_over_and_the_same_list_read_twice_is_one() -> None:
    board = board_of(said(row()), said(), said())
    assert degrees(board) == {"SAMPLE01": ADVISORY}
    assert degrees(warned.fold(board, said(at=MORNING + AGAIN), SenderRole.AUTHORITY)) == {"SAMPLE01": None}


def test_a_list_that_flickers_is_told_ever_less_often() -> None:
    """Left out for ten minutes of every twenty, a day long: over at first, then lists have to say so for longer."""
    board: warned.Board = {}
    told: dict[WarningSubject, WarningDegree] = {}
    changes = 0
    for minutes in range(0, 24 * 60, 5):
        now = MORNING + timedelta(minutes=minutes)
        rows = (row(),) if minutes % 20 < 10 else ()
        board = warned.fold(board, said(*rows, at=now), SenderRole.AUTHORITY)
        news = warned.due(board, READER, {"SAMPLE01": CAUTION}, told, MORNING)[0]
        changes, told = changes + len(news), told_after(told, news)
    assert changes == 3  # first, over, first again
    assert degrees(board) == {"SAMPLE01": ADVISORY}


def test_what_comes_back_under_a_new_issue_is_new() -> None:
    later = MORNING + timedelta(hours=2)
    board = board_of(said(row()), *twice(), said(row(issued=later), at=later), *twice(at=later))
    assert degrees(board) == {"SAMPLE01": None}


def test_of_lists_out_of_order_the_newer_row_counts_until_lists_go_on_saying_otherwise() -> None:
    later = MORNING + timedelta(hours=1)
    newer, older = said(row(GRAVER, issued=later), at=later), said(row(), at=later + timedelta(minutes=1))
    board = board_of(newer, older)
    assert degrees(board) == {"SAMPLE01": GRAVER}
    for minutes in (3, 6):
        board = warned.fold(board, replace(older, arrived=later + timedelta(minutes=minutes)), SenderRole.AUTHORITY)
    assert degrees(board) == {"SAMPLE01": ADVISORY}


def test_two_machines_that_say_different_things_in_turn_are_told_ever_less_often() -> None:
    told: dict[WarningSubject, WarningDegree] = {}
    board: warned.Board = {}
    changes = 0
    for minutes in range(0, 12 * 60, 5):
        now = MORNING + timedelta(hours=1, minutes=minutes)
        one = row(GRAVER, issued=MORNING + timedelta(minutes=30)) if minutes % 20 < 10 else row()
        board = warned.fold(board, said(one, at=now), SenderRole.AUTHORITY)
        news = warned.due(board, READER, {"SAMPLE01": CAUTION}, told, MORNING)[0]
        changes, told = changes + len(news), told_after(told, news)
    assert changes == 3
    assert degrees(board) == {"SAMPLE01": GRAVER}


def test_a_row_that_nobody_understands_leaves_its_zone_as_it_was_and_only_it() -> None:
    unclear = (UnclearRow(RowFault.MOMENT, "?", "SAMPLE01"),)
    board = board_of(
        said(row(), row(zone="SAMPLE02")), said(unclear=unclear), said(at=MORNING + AGAIN, unclear=unclear)
    )
    assert degrees(board) == {"SAMPLE01": ADVISORY, "SAMPLE02": None}


def test_a_preliminary_warning_never_takes_the_place_of_one_in_force() -> None:
    ahead = row(PRELIMINARY, issued=MORNING + timedelta(hours=1))
    for rows in ((row(), ahead), (ahead, row())):
        assert degrees(board_of(said(*rows))) == {"SAMPLE01": ADVISORY}
    assert degrees(board_of(said(row()), said(ahead, why=UnknownReason.TRUNCATED))) == {"SAMPLE01": ADVISORY}
    taken_back = replace(ahead, command=WarningCommand.LIFTED)
    assert degrees(board_of(said(row()), said(row(), taken_back))) == {"SAMPLE01": ADVISORY}
    assert degrees(board_of(said(row()), said(taken_back))) == {"SAMPLE01": ADVISORY}
    assert degrees(board_of(said(row()), *twice(ahead))) == {"SAMPLE01": PRELIMINARY}
    assert degrees(board_of(said(ahead), said(row(issued=ahead.issued)))) == {"SAMPLE01": ADVISORY}


def test_a_clock_that_was_ahead_keeps_nothing_from_ending() -> None:
    board = board_of(said(row()), said(at=MORNING + timedelta(days=400)), *twice(at=MORNING + AGAIN))
    assert degrees(board) == {"SAMPLE01": None}


def test_what_proves_nothing_takes_nothing_back_and_may_tell_more() -> None:
    broken = said(row(GRAVER, zone="SAMPLE02"), why=UnknownReason.UNREADABLE_ROW)
    assert degrees(board_of(said(row()), broken)) == {"SAMPLE01": ADVISORY, "SAMPLE02": GRAVER}
    assert degrees(board_of(said(row()), said(why=UnknownReason.EMPTY_BODY))) == {"SAMPLE01": ADVISORY}


def test_a_lifted_row_is_over_and_one_that_was_never_known_is_nothing() -> None:
    lifted = row(command=WarningCommand.LIFTED, issued=MORNING + timedelta(hours=1))
    assert degrees(board_of(said(row()), said(lifted))) == {"SAMPLE01": None}
    assert board_of(said(lifted)) == {}


def test_an_older_row_changes_nothing_and_of_one_issue_the_worse_counts() -> None:
    later = row(GRAVER, issued=MORNING + timedelta(hours=1))
    assert degrees(board_of(said(later), said(row()))) == {"SAMPLE01": GRAVER}
    replaced = row(command=WarningCommand.LIFTED, issued=later.issued)
    for rows in ((replaced, later), (later, replaced)):
        assert degrees(board_of(said(row()), said(*rows))) == {"SAMPLE01": GRAVER}


def test_a_degree_that_stays_has_been_so_since_it_was_first_known() -> None:
    board = board_of(said(row()), said(row(issued=MORNING + timedelta(hours=1)), at=MORNING + timedelta(hours=1)))
    assert [one.since for one in board.values()] == [MORNING]


def test_a_command_that_nobody_explained_holds_and_one_that_lifts_by_any_name_lifts() -> None:
    for command, degree in (
        *(("대치", ADVISORY), ("2", ADVISORY), ("6", ADVISORY), ("취소", ADVISORY)),
        *(("변경해제", None), ("3", None), ("4", None), ("7", None)),
    ):
        line = f"L,예시도,SAMPLE01,예시군,202607201100,202607201100,호우,주의,{command},,=\n"
        report = feeds.read_warnings(f"#START7777\n{line}#7777END\n".encode("cp949"), "text/plain", MORNING)
        assert report.kind is ReportKind.READING, command
        assert degrees(board_of(said(row(issued=MORNING - timedelta(hours=2))), report)) == {"SAMPLE01": degree}


def test_words_of_the_summer_of_2026_are_read() -> None:
    rows = (
        "L,예시도,SAMPLE01,예시군,202607201100,202607201100,폭염,중대경보,변경,\n"
        "L,예시도,SAMPLE02,견본군,202607201100,202607201800,열대야,주의,발표,\n"
    )
    report = feeds.read_warnings(f"#START7777\n{rows}#7777END\n".encode("cp949"), "text/plain", MORNING)
    assert report.kind is ReportKind.READING
    assert [(one.kind, one.degree) for one in report.rows] == [
        (WarningKind.HEAT, GRAVE),
        (WarningKind.TROPICAL_NIGHT, ADVISORY),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [("SAMPLE01", "S" * 21), ("202607201100,2", "209907201100,2"), (",202607201100,호우", ",209907201100,호우")],
)
def test_a_row_out_of_all_bounds_proves_nothing(old: str, new: str) -> None:
    line = "L,예시도,SAMPLE01,예시군,202607201100,202607201100,호우,주의,발표,\n"
    assert old in line
    text = f"#START7777\n{line.replace(old, new)}#7777END\n"
    report = feeds.read_warnings(text.encode("cp949"), "text/plain", MORNING)
    assert (report.rows, len(report.unclear)) == ((), 1)
    assert report.doubts  # of its zone nothing is proved


def test_who_wants_little_hears_of_warnings_and_of_no_advisory() -> None:
    assert due(board_of(said(row())), wanted=WARNING) == ()
    assert [one.kind for one in due(board_of(said(row(GRAVER))), wanted=ImpactLevel.DANGER)] == [ChangeKind.FIRST]
    assert [one.kind for one in due(board_of(said(row())), wanted=CAUTION)] == [ChangeKind.FIRST]


def test_worse_and_easing_and_over_go_to_who_was_told() -> None:
    subject = WarningSubject("SAMPLE01", RAIN)
    for before, after, kind in (
        (ADVISORY, GRAVER, ChangeKind.UPGRADE),
        (GRAVER, GRAVE, ChangeKind.UPGRADE),
        (GRAVER, ADVISORY, ChangeKind.DOWNGRADE),
        (PRELIMINARY, ADVISORY, ChangeKind.UPGRADE),
        (GRAVER, WarningDegree.UNKNOWN, ChangeKind.UPGRADE),
    ):
        [change] = due(board_of(said(row(after))), {subject: before}, wanted=ImpactLevel.DANGER)
        assert (change.kind, change.before, change.degree) == (kind, before, after)
    over = board_of(said(row()), *twice(at=MORNING + timedelta(hours=1)))
    [change] = due(over, {subject: ADVISORY})
    assert (change.kind, change.issued) == (ChangeKind.ALL_CLEAR, MORNING + timedelta(hours=1) + AGAIN)
    assert due(over) == ()  # who was not told hears nothing


@pytest.mark.parametrize("kind", list(WarningKind))
@pytest.mark.parametrize("degree", list(WarningDegree))
@pytest.mark.parametrize("role", list(SenderRole))
def test_the_night_is_broken_for_what_comes_over_sleepers_and_for_nothing_else(
    kind: WarningKind, degree: WarningDegree, role: SenderRole
) -> None:
    board = board_of(said(row(degree, kind=kind)), role=role)
    changes, again = warned.due(board, READER, {"SAMPLE01": CAUTION}, {}, NIGHT)
    may = kind in warned.AT_NIGHT and degree not in (PRELIMINARY, ADVISORY) and role is not SenderRole.MIRROR
    assert [one.breaks_quiet for one in changes] == [True] * may
    assert again == (None if may else datetime(2026, 7, 21, 8, tzinfo=SEOUL))
    [by_day] = due(board)
    assert not by_day.breaks_quiet


def test_what_holds_from_the_morning_on_waits_for_it() -> None:
    for hour, count in ((7, 1), (8, 0), (9, 0)):
        effective = datetime(2026, 7, 21, hour, tzinfo=SEOUL)
        board = board_of(said(replace(row(GRAVER, issued=NIGHT), effective=effective), at=NIGHT))
        assert len(due(board, now=NIGHT)) == count


def test_easing_and_over_wait_for_the_morning() -> None:
    subject = WarningSubject("SAMPLE01", RAIN)
    for board in (board_of(said(row())), board_of(said(row()), *twice())):
        assert due(board, {subject: GRAVER}, now=NIGHT) == ()


STATES = some.dictionaries(
    some.tuples(some.sampled_from(ZONES), some.sampled_from(WarningKind)), some.sampled_from(WarningDegree)
)


@given(
    days=some.lists(some.tuples(STATES, some.booleans(), some.integers(0, 23)), max_size=8),
    wanted=some.sampled_from([one for one in ImpactLevel if one is not ImpactLevel.NONE]),
)
def test_whatever_happened_by_day_everybody_knows_what_they_wanted_to(
    days: list[tuple[dict[tuple[str, WarningKind], WarningDegree], bool, int]], wanted: ImpactLevel
) -> None:
    """Against the plainest telling: by day a reader stands told of exactly what holds, as far as they want it or were told."""
    board: warned.Board = {}
    told: dict[WarningSubject, WarningDegree] = {}
    for number, (state, is_whole, hour) in enumerate(days):
        now = MORNING.replace(hour=hour) + timedelta(days=number)
        rows = [row(degree, zone=zone, kind=kind, issued=now) for (zone, kind), degree in state.items()]
        why = None if is_whole else UnknownReason.TRUNCATED
        for arrived in (now, now + AGAIN):
            board = warned.fold(board, said(*rows, at=arrived, why=why), SenderRole.MIRROR)
        if is_whole:
            assert {subject for subject, one in board.items() if one.degree} == {WarningSubject(*one) for one in state}
        changes = due(board, told, wanted=wanted, now=now)
        assert len({one.subject for one in changes}) == len(changes)
        before, told = told, told_after(told, changes)
        if not 8 <= hour < 21:
            assert not changes  # who passes on wakes nobody
            continue
        for subject, one in board.items():
            is_wanted = one.degree is not None and (one.degree not in (PRELIMINARY, ADVISORY) or wanted <= CAUTION)
            assert told.get(subject) == (one.degree if is_wanted or subject in before else None)
        assert due(board, told, wanted=wanted, now=now) == ()  # once


def test_no_other_scale_has_these_shapes() -> None:
    own = [levels.WARNED[degree].mark for degree in WarningDegree]
    others = {look.mark for look in (*levels.IMPACT.values(), *levels.CRISIS.values())}
    assert len(set(own)) == len(own)
    assert not others & set(own)
