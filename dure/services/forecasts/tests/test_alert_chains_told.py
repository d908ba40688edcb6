"""How an alert goes on reaches exactly those who were told, through every message between, and each of them once."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.actors import Actor
from dure.foundations.channels.types import Text
from dure.foundations.channels.types.ladders import SentLine
from dure.foundations.people.tests import making as folk
from dure.foundations.places import actions as places
from dure.foundations.places.types import Level, Region, RegionDraft, System
from dure.kit import tx
from dure.services.forecasts import models, tasks
from dure.services.forecasts.rules.cap.lineage import Lineage, Link, lineage
from dure.services.forecasts.types import Alert, Area, Identity, MsgType, ResponseType, Severity

from . import making
from .alerts import SENT
from .issuers import alert, area, take
from .making import BY, NORTH, SOUTH
from .test_alert_reach import COUNTY, DALE, HILL, SHORE, circle, drawing, polygon, reader, towns
from .test_alerting import ISSUER, clear

CANCEL, UPDATE = MsgType.CANCEL, MsgType.UPDATE
NIGHT = 11 * 60  # minutes after SENT: half past ten


@pytest.fixture
def town(db: None) -> Iterator[None]:
    making.ground()
    making.channel()
    around = Region(COUNTY, System.MOIS, Level.SIGUNGU, "그림군", "예시도 그림군", "9900000000")
    with tx.durable():
        places.load_regions(BY, [RegionDraft(around), *map(RegionDraft, towns())])
    with making.at(SENT - timedelta(hours=1)):
        ISSUER.pinned(folk.steward())
        yield


def comes(one: Alert, minutes: float | None = None) -> None:
    """It comes in when it is sent, or so many minutes after SENT, and everybody is told who is to be told then."""
    at = (one.sent or SENT) + timedelta(seconds=1) if minutes is None else SENT + timedelta(minutes=minutes)
    with making.at(at):
        take(ISSUER.signed(one))
        tasks.tell_alerts(0)


def morning() -> None:
    with making.at(SENT.replace(hour=8, minute=1) + timedelta(days=1)):
        for _round in range(3):
            tasks.tell_alerts(0)


def heard(by: Actor) -> list[tuple[str, str]]:
    """What somebody was told of which alert, the oldest first."""
    rows = models.Notice.objects.filter(reader_id=by.person).order_by("at", "id").select_related("alert")
    return [(row.alert.identifier[-1], row.telling) for row in rows if row.alert]


def said_in(one: SentLine) -> str:
    return "\n".join(part.text for part in one.content.parts if isinstance(part, Text))


def long(one: Alert, hours: float = 30) -> Alert:
    """The same until so many hours after SENT."""
    return replace(one, segments=(replace(one.segments[0], expires=SENT + timedelta(hours=hours)),))


def two() -> tuple[Actor, Actor]:
    return making.reader("북쪽"), making.reader("남쪽", region=SOUTH)


def test_who_is_outside_of_a_smaller_area_hears_that_it_does_not_hold_for_them(town: None) -> None:
    north, south = two()
    first = alert(1, regions=(NORTH, SOUTH))
    comes(first)
    never = making.reader("이사 온 사람", region=SOUTH)
    comes(alert(2, minutes=5, kind=UPDATE, of=(first,), severity=Severity.EXTREME))
    assert heard(north) == [("1", "first"), ("2", "upgrade")]
    assert heard(south) == [("1", "first"), ("2", "not_here")]
    assert heard(never) == []
    [row] = models.Notice.objects.filter(reader_id=south.person, telling="not_here")
    assert (row.level, row.is_warning, row.breaks_quiet) == (0, False, False)


def test_who_was_let_go_hears_no_end_and_a_new_word_when_it_comes_back(town: None) -> None:
    north, south = two()
    first = alert(1, regions=(NORTH, SOUTH))
    small = alert(2, minutes=5, kind=UPDATE, of=(first,))
    wide = alert(3, minutes=10, kind=UPDATE, of=(first, small), regions=(NORTH, SOUTH))
    for one in (first, small, wide):
        comes(one)
    assert heard(south) == [("1", "first"), ("2", "not_here"), ("3", "first")]
    comes(alert(4, minutes=15, kind=UPDATE, of=(wide,)))
    comes(alert(5, minutes=20, kind=CANCEL, of=(first, small, wide, alert(4, minutes=15)), note="잘못"))
    assert heard(south)[3:] == [("4", "not_here")]
    assert heard(north)[3:] == [("4", "changed"), ("5", "cancelled")]


@pytest.mark.parametrize("is_full", [False, True])
def test_an_end_after_several_updates_reaches_all_who_heard_any_of_them(town: None, is_full: bool) -> None:
    """Whoever sleeps through the updates heard only the first one: the way back is followed, whatever the end names."""
    north = making.reader("북쪽")
    first = long(alert(1, minutes=NIGHT - 3 * 60))
    comes(first)
    others = [
        alert(2, minutes=NIGHT, kind=UPDATE, of=(first,), severity=Severity.MODERATE),
        alert(3, minutes=NIGHT + 1, kind=UPDATE, of=(alert(2, minutes=NIGHT),), severity=Severity.MODERATE),
    ]
    for one in others:
        comes(one)
    named = (first, *others) if is_full else (others[-1],)
    comes(alert(4, minutes=NIGHT + 2, kind=CANCEL, of=named, note="잘못"))
    assert heard(north) == [("1", "first")]
    morning()
    assert heard(north) == [("1", "first"), ("4", "cancelled")]


def test_taking_back_one_in_the_middle_ends_nothing_for_who_follows_the_newest(town: None) -> None:
    north, south = two()
    first = alert(1, regions=(NORTH, SOUTH))
    middle = alert(2, minutes=5, kind=UPDATE, of=(first,), regions=(NORTH, SOUTH))
    newest = alert(3, minutes=10, kind=UPDATE, of=(first, middle), regions=(NORTH, SOUTH))
    for one in (first, middle, newest):
        comes(one)
    comes(alert(4, minutes=15, kind=CANCEL, of=(middle,), note="가운데 것만"))
    assert heard(north) == heard(south) == [("1", "first"), ("2", "changed"), ("3", "changed")]
    comes(alert(5, minutes=20, kind=CANCEL, of=(newest,), note="모두"))
    assert heard(north)[3:] == heard(south)[3:] == [("5", "cancelled")]


def test_who_waits_for_the_newest_is_not_told_that_the_middle_was_a_mistake(town: None) -> None:
    north = making.reader("북쪽")
    first = long(alert(1, minutes=NIGHT - 3 * 60, severity=Severity.MODERATE))
    middle = alert(2, minutes=NIGHT, kind=UPDATE, of=(first,), severity=Severity.MODERATE)
    newest = alert(3, minutes=NIGHT + 1, kind=UPDATE, of=(first, middle), severity=Severity.MODERATE)
    for one in (first, middle, newest):
        comes(one)
    comes(alert(4, minutes=NIGHT + 2, kind=CANCEL, of=(middle,), note="가운데 것만"))
    morning()
    assert heard(north) == [("1", "first"), ("3", "changed")]


def test_two_branches_of_one_alert_end_each_for_their_own(town: None) -> None:
    north, south = two()
    first = alert(1, regions=(NORTH, SOUTH))
    comes(first)
    with making.at(SENT + timedelta(minutes=6)):  # both at once: neither tells the other's people that it is over
        for number, region in ((2, NORTH), (3, SOUTH)):
            take(ISSUER.signed(alert(number, minutes=5, kind=UPDATE, of=(first,), regions=(region,))))
        tasks.tell_alerts(0)
    assert heard(north) == [("1", "first"), ("2", "changed")]
    assert heard(south) == [("1", "first"), ("3", "changed")]
    comes(clear(4, 10, alert(2, minutes=5)))  # type: ignore[arg-type]  # an alert
    assert heard(north)[2:] == [("4", "all_clear")]
    assert heard(south)[2:] == []


def test_a_drawn_area_that_shrinks_lets_go_of_the_towns_it_leaves(town: None) -> None:
    hill, dale, shore = (reader(name, code) for name, code in (("산", HILL), ("골", DALE), ("물", SHORE)))
    first = drawing(polygon(36.05, 128.4, 36.35, 128.6))
    comes(first)
    small = drawing(polygon(36.15, 128.45, 36.22, 128.55), number=2, minutes=5, kind=UPDATE, of=(first,))
    comes(small)
    assert heard(dale) == [("1", "first"), ("2", "changed")]
    assert heard(shore) == [("1", "first"), ("2", "not_here")]
    assert heard(hill)[0] == ("1", "first")
    point = drawing(circle(36.2, 128.5, 1), number=3, minutes=8, kind=UPDATE, of=(small,))
    comes(point)
    assert heard(hill)[-1][1] == "not_here"
    comes(alert(4, minutes=10, kind=CANCEL, of=(point,), note="잘못"))
    assert heard(dale)[-1] == ("4", "cancelled")
    assert [one[0] for one in heard(shore)] == ["1", "2"]


@pytest.mark.parametrize("where", ["sea", "words", "foreign"])
def test_where_nobody_knows_the_new_area_nobody_is_told_that_it_is_over(town: None, where: str) -> None:
    north = making.reader("북쪽")
    first = alert(1)
    comes(first)
    made = drawing(circle(34.0, 130.0, 1), number=2, minutes=5, kind=UPDATE, of=(first,))
    bare = Area(area_desc="예시군 북쪽 들")
    if where == "words":
        made = replace(made, segments=(replace(made.segments[0], areas=(area(SOUTH), bare)),))
    if where == "foreign":
        odd = replace(area("12345"), area_desc="예시군")
        made = replace(made, segments=(replace(made.segments[0], areas=(area(SOUTH), odd)),))
    comes(made)
    assert heard(north) == [("1", "first"), ("2", "changed")]


def test_who_takes_their_place_away_hears_that_it_holds_for_them_no_more(town: None) -> None:
    north = making.reader("북쪽")
    first = alert(1)
    comes(first)
    models.Place.objects.filter(reader_id=north.person).delete()
    comes(alert(2, minutes=5, kind=UPDATE, of=(first,)))
    assert heard(north) == [("1", "first"), ("2", "not_here")]


def test_a_word_about_a_part_of_the_land_is_told_there(town: None) -> None:
    """One alert: the all-clear for the north, worse for the south."""
    north, south = two()
    first = alert(1, regions=(NORTH, SOUTH), severity=Severity.SEVERE)
    comes(first)
    made = alert(2, minutes=5, kind=UPDATE, of=(first,))
    over = replace(made.segments[0], response_types=(ResponseType.ALL_CLEAR,), headline="북쪽은 끝")
    worse = replace(made.segments[0], areas=(area(SOUTH),), severity=Severity.EXTREME, headline="남쪽은 더 나쁨")
    comes(replace(made, segments=(over, worse)))
    assert heard(north) == [("1", "first"), ("2", "all_clear")]
    assert heard(south) == [("1", "first"), ("2", "upgrade")]
    said = [said_in(one) for one in making.sendings()[-2:]]
    assert sorted("북쪽은 끝" in text for text in said) == [False, True]
    assert sorted("남쪽은 더 나쁨" in text for text in said) == [False, True]


def test_a_message_that_was_stopped_before_it_rang_is_a_first_word_at_night(town: None) -> None:
    """The alert breaks the night; a minute later it is corrected, and what had not left is stopped. Nobody may sleep on."""
    by = making.reader()
    making.channel_friend(by)
    first = alert(1, minutes=NIGHT)
    comes(first)
    comes(alert(2, minutes=NIGHT + 1, kind=UPDATE, of=(first,)))
    assert heard(by) == [("1", "first"), ("2", "first")]
    assert [one.purpose.value for one in making.sendings()] == ["safety", "safety"]


def test_an_end_is_told_as_long_as_somebody_would_believe_that_it_holds(town: None) -> None:
    """The cancellation itself is over at one in the morning; the alert was to hold until the next day."""
    by = making.reader()
    first = alert(1, minutes=NIGHT - 3 * 60)
    comes(long(first))
    comes(long(alert(2, minutes=NIGHT, kind=CANCEL, of=(first,), note="잘못"), 13.5))
    morning()
    assert heard(by) == [("1", "first"), ("2", "cancelled")]


def link(number: int, kind: MsgType, of: tuple[int, ...], sent: dict[int, int], holds: bool) -> Link:
    def name(one: int) -> Identity:
        return Identity("a", str(one), SENT + timedelta(minutes=sent[one]))

    return Link(UUID(int=number), name(number), kind, tuple(map(name, of)), holds)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Link], dict[int, set[int]]]:
    """Alerts that name any others, also later ones and themselves; and what each names that was sent before it."""
    count = draw(st.integers(1, 9))
    sent = {number: number * 2 for number in range(count)}
    links, direct = [], {}
    for number in range(count):
        kind = draw(st.sampled_from((MsgType.ALERT, UPDATE, CANCEL)))
        of = tuple(draw(st.sets(st.integers(0, count - 1), max_size=3)))
        links.append(link(number, kind, of, sent, draw(st.booleans())))
        direct[number] = set() if kind is MsgType.ALERT else {one for one in of if one < number}
    return links, direct


def by_paths(direct: dict[int, set[int]], number: int) -> set[int]:
    """The oracle: every alert at the end of any path."""
    return direct[number] | {far for one in direct[number] for far in by_paths(direct, one)}


@given(histories(), st.randoms(use_true_random=False))
def test_the_way_back_is_the_same_whatever_came_first(
    made: tuple[list[Link], dict[int, set[int]]], chance: random.Random
) -> None:
    links, direct = made
    mixed = list(links)
    chance.shuffle(mixed)
    for chain in (lineage(links), lineage(mixed)):
        for number in direct:
            assert {one.int for one in chain.before(UUID(int=number))} == by_paths(direct, number)
        _assert_others(chain, direct)


def _assert_others(chain: Lineage, direct: dict[int, set[int]]) -> None:
    for number in direct:
        own = by_paths(direct, number)
        meant = {one for one in direct if one != number and one not in own and by_paths(direct, one) & own}
        assert {one.int for one in chain.others(UUID(int=number))} == meant


def test_two_of_one_second_that_name_each_other_replace_nothing() -> None:
    sent = {1: 0, 2: 0}
    chain = lineage([link(1, UPDATE, (2,), sent, True), link(2, UPDATE, (1,), sent, True)])
    assert chain.before(UUID(int=1)) == chain.before(UUID(int=2)) == frozenset()
