"""Who speaks to which village, what an urgent announcement and a drill need, and the ten seconds in which all is taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.actors import PersonId
from dure.base.refusals import BadValue, Refusal
from dure.services.broadcast.rules import studio
from dure.services.broadcast.types import (
    Agreed,
    Kind,
    NewAnnouncement,
    NoOffice,
    NotUndone,
    Office,
    OfficeTaken,
    SecondPersonNeeded,
    Tenure,
    VillageId,
    VillagesDiffer,
)

NOW = datetime(2031, 5, 7, 3, tzinfo=UTC)
TODAY = date(2031, 5, 7)
HEAD, DEPUTY, OTHER = (PersonId(UUID(int=number)) for number in range(1, 4))
HILL, RIVER, FAR = (VillageId(UUID(int=number)) for number in range(11, 14))
TENURES = (
    Tenure(HILL, HEAD, Office.HEAD, date(2030, 1, 1)),
    Tenure(RIVER, HEAD, Office.HEAD, date(2030, 1, 1), date(2031, 6, 1)),
    Tenure(HILL, DEPUTY, Office.DEPUTY, date(2030, 1, 1)),
    Tenure(FAR, OTHER, Office.HEAD, date(2030, 1, 1)),
)


def said(**changed: object) -> NewAnnouncement:
    new = NewAnnouncement(
        author=HEAD,
        villages=frozenset({HILL}),
        confirmed=frozenset({HILL}),
        kind=Kind.NOTICE,
        words="내일 아침 아홉 시에 길을 쓸어요.",
    )
    return replace(new, **changed)  # type: ignore[arg-type]  # the names and types are those of the test


def check(new: NewAnnouncement) -> None:
    studio.check(new, TENURES, TODAY, NOW)


def test_a_head_speaks_to_the_own_villages() -> None:
    check(said())
    check(said(villages=frozenset({HILL, RIVER}), confirmed=frozenset({HILL, RIVER})))
    check(said(author=DEPUTY))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"villages": frozenset({HILL, FAR}), "confirmed": frozenset({HILL, FAR})}, NoOffice(villages=1)),
        ({"author": OTHER}, NoOffice(villages=1)),
        ({"villages": frozenset({HILL, RIVER})}, VillagesDiffer(missing=1, strange=0)),
        ({"confirmed": frozenset({HILL, FAR})}, VillagesDiffer(missing=0, strange=1)),
        ({"confirmed": frozenset()}, VillagesDiffer(missing=1, strange=0)),
        ({"villages": frozenset(), "confirmed": frozenset()}, BadValue(field="villages", reason="length")),
        ({"words": "  네 "}, BadValue(field="words", reason="length")),
        ({"words": "가" * 1_001}, BadValue(field="words", reason="length")),
        ({"seconds": 181.0}, BadValue(field="seconds", reason="range")),
        ({"seconds": float("nan")}, BadValue(field="seconds", reason="range")),
        ({"airs": NOW - timedelta(seconds=1)}, BadValue(field="airs", reason="range")),
        ({"airs": NOW + timedelta(days=366)}, BadValue(field="airs", reason="range")),
        ({"expires": NOW}, BadValue(field="expires", reason="range")),
        ({"expires": NOW + timedelta(days=31)}, BadValue(field="expires", reason="range")),
    ],
)
def test_what_does_not_fit_is_named(changed: dict[str, object], refusal: Refusal) -> None:
    with pytest.raises(type(refusal)) as found:
        check(said(**changed))
    assert found.value == refusal


def test_an_office_that_ended_speaks_no_more() -> None:
    new = said(villages=frozenset({RIVER}), confirmed=frozenset({RIVER}))
    studio.check(new, TENURES, date(2031, 5, 31), NOW)
    with pytest.raises(NoOffice):
        studio.check(new, TENURES, date(2031, 6, 1), NOW)


@pytest.mark.parametrize(
    ("villages", "second", "pin", "behind"),
    [
        ({HILL}, None, False, Agreed.NOBODY),
        ({HILL}, HEAD, False, Agreed.NOBODY),  # oneself is nobody else
        ({HILL}, DEPUTY, False, Agreed.SECOND),
        ({HILL, RIVER}, DEPUTY, False, Agreed.NOBODY),  # no office in the second village
        ({HILL}, OTHER, False, Agreed.NOBODY),
        ({HILL}, None, True, Agreed.PIN),
        ({HILL}, DEPUTY, True, Agreed.SECOND),
    ],
)
def test_who_stands_behind_an_urgent_one(villages: set[VillageId], second: PersonId, pin: bool, behind: Agreed) -> None:
    new = said(kind=Kind.URGENT, villages=frozenset(villages), confirmed=frozenset(villages))
    found = studio.agreed(new, second, TENURES, TODAY, pin=pin)
    assert found is behind
    if behind is Agreed.NOBODY:
        with pytest.raises(SecondPersonNeeded):
            studio.demand_agreed(Kind.URGENT, found)
    else:
        studio.demand_agreed(Kind.URGENT, found)
    studio.demand_agreed(Kind.NOTICE, found)


def test_for_ten_seconds_it_can_be_taken_back() -> None:
    aired = studio.aired_at(NOW, None)
    assert aired == NOW + timedelta(seconds=10)
    assert studio.aired_at(NOW, NOW + timedelta(seconds=3)) == aired
    assert studio.aired_at(NOW, NOW + timedelta(hours=1)) == NOW + timedelta(hours=1)
    studio.demand_undoable(aired, aired - timedelta(microseconds=1))
    with pytest.raises(NotUndone):
        studio.demand_undoable(aired, aired)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_only_a_drill_says_that_it_is_one_first_and_last(kind: Kind, language: str) -> None:
    words = studio.spoken(kind, "  모두 밖으로 나오세요. ", language)
    assert "모두 밖으로 나오세요." in words
    assert words.startswith(studio.DRILL_FIRST[language]) is (kind is Kind.DRILL)
    assert words.endswith(studio.DRILL_LAST[language]) is (kind is Kind.DRILL)


DAYS = st.dates(date(2030, 1, 1), date(2030, 3, 1))
HEADS = st.lists(st.tuples(DAYS, st.one_of(st.none(), DAYS)), max_size=6)


def _refused(taken: list[Tenure], new: Tenure) -> OfficeTaken | None:
    try:
        studio.demand_free(taken, new)
    except OfficeTaken as refused:
        return refused
    return None


@given(HEADS)
def test_a_village_never_has_two_heads(asked: list[tuple[date, date | None]]) -> None:
    taken: list[Tenure] = []
    for number, (begins, ends) in enumerate(asked):
        if ends is not None and ends <= begins:
            continue
        new = Tenure(HILL, PersonId(UUID(int=number)), Office.HEAD, begins, ends)
        refused = _refused(taken, new)
        if refused is None:
            taken.append(new)
        else:
            assert new.holds(refused.since)
            assert any(one.holds(refused.since) for one in taken)
    for day in (date(2030, 1, 1) + timedelta(days=number) for number in range(70)):
        assert sum(one.holds(day) for one in taken) <= 1


def test_a_successor_takes_over_on_the_day() -> None:
    before, after = studio.handed_over(TENURES[1], DEPUTY, date(2031, 5, 20))
    assert (before.person, before.holds(date(2031, 5, 19)), before.holds(date(2031, 5, 20))) == (HEAD, True, False)
    assert (after.person, after.holds(date(2031, 5, 20)), after.ends) == (DEPUTY, True, date(2031, 6, 1))
    studio.demand_free([before], after)
    wrong: list[Callable[[], object]] = [
        lambda: studio.handed_over(TENURES[1], HEAD, date(2031, 5, 20)),
        lambda: studio.handed_over(TENURES[1], DEPUTY, date(2031, 6, 1)),
        lambda: studio.handed_over(TENURES[1], DEPUTY, date(2030, 1, 1)),
    ]
    for attempt in wrong:
        with pytest.raises(BadValue):
            attempt()


def test_villages_of_somebody_are_those_of_today() -> None:
    assert studio.villages_of(HEAD, TENURES, TODAY) == {HILL, RIVER}
    assert studio.villages_of(HEAD, TENURES, date(2031, 7, 1)) == {HILL}
