"""The language of segments: read, printed, refused at the exact place. What it finds in the database: test_segments_asked."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dure.foundations.channels.rules import segments
from dure.foundations.channels.types import EVERYBODY, SegmentUnreadable
from dure.foundations.channels.types.segments import All, Any, Compare, Field, Not, Segment, Term

from . import strategies

REGULAR = Term(Field.TAG, Compare.IS, "단골")
AWAY = Term(Field.VISITED, Compare.OVER, 30)


@given(strategies.whole, st.booleans())
def test_what_is_printed_reads_as_the_same(segment: Segment, korean: bool) -> None:
    said = segments.shown(segment, korean=korean)
    assume(len(said) <= segments.TEXT_LENGTH_MAX)
    assert segments.parse(said) == segments.normal(segment)


@given(strategies.whole)
def test_the_normal_form_is_normal(segment: Segment) -> None:
    once = segments.normal(segment)
    assert segments.normal(once) == once


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from(["태그", ":", "단골", "그리고", "(", ")", "방문", ">", "3", "not", '"', " "])).map(
            "".join
        ),
    )
)
def test_whatever_is_typed_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    with suppress(SegmentUnreadable):
        assert segments.normal(segments.parse(text)) == segments.parse(text)
        return
    with pytest.raises(SegmentUnreadable) as refused:
        segments.parse(text)
    assert 0 <= refused.value.at <= len(text)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", EVERYBODY),
        ("  \n", EVERYBODY),
        ("모두", EVERYBODY),
        ("all", EVERYBODY),
        ("태그:단골 그리고 방문 > 30", All((REGULAR, AWAY))),
        ("tag:단골 and visited > 30", All((REGULAR, AWAY))),
        ("TAG:단골 AND Visited>30일", All((REGULAR, AWAY))),
        ('태그 = "단골" & 방문>30 days'.replace(" days", "days"), All((REGULAR, AWAY))),
        (
            "태그:단골 또는 방문 > 30 그리고 경로:QR",
            Any((REGULAR, All((AWAY, Term(Field.JOINED_BY, Compare.IS, "qr"))))),
        ),
        (
            "(태그:단골 또는 방문 > 30) 그리고 경로:링크",
            All((Any((REGULAR, AWAY)), Term(Field.JOINED_BY, Compare.IS, "link"))),
        ),
        ("제외 태그:단골 그리고 방문 > 30", All((Not(REGULAR), AWAY))),
        ("!(tag:단골 | visited > 30)", Not(Any((REGULAR, AWAY)))),
        ("생일 < 7", Term(Field.BIRTHDAY, Compare.UNDER, 7)),
        ("지역:9901031021", Term(Field.REGION, Compare.IS, "9901031021")),
        ('태그:"무료 배달"', Term(Field.TAG, Compare.IS, "무료 배달")),
        ("((태그:단골))", REGULAR),
    ],
)
def test_what_the_words_mean(text: str, tree: Segment) -> None:
    assert segments.parse(text) == tree


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("태그", 2, "colon"),
        ("태그 단골", 3, "colon"),
        ("태그:", 3, "value"),
        ("태그:단골 그리고", 9, "field"),
        ("태그:단골 방문 > 30", 6, "and_or_end"),
        ("별명:단골", 0, "field"),
        ("태그 > 단골", 3, "colon"),
        ("방문 30", 3, "comparison"),
        ("방문 > 서른", 5, "days"),
        ("방문 > 30.5", 5, "days"),
        ("방문 > 99999", 5, "days"),
        ("방문 > -3", 5, "days"),
        ("(태그:단골", 6, "closing"),
        ("태그:단골)", 5, "and_or_end"),
        ('태그:"단골', 3, "quote"),
        ("경로:비둘기", 3, "way"),
        ("지역:솔내리", 3, "value"),
        ("태그:" + "가" * 21, 3, "value"),
        ("태그:단골 그리고 " * 20 + "태그:단골", 200, "simpler"),
        ("!" * 12 + "태그:단골", 9, "simpler"),
        ("가" * 501, 500, "shorter"),
        ("tag:a; drop table channels_friend", 7, "and_or_end"),
        ("' or 1=1 --", 0, "field"),
    ],
)
def test_a_refusal_names_the_place_and_what_could_stand_there(text: str, at: int, expected: str) -> None:
    with pytest.raises(SegmentUnreadable) as refused:
        segments.parse(text)
    assert (refused.value.at, refused.value.expected) == (at, expected)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(0, 366))
def test_every_birthday_is_ahead_on_one_side_only(today: date, days: int) -> None:
    under, same, over = (
        set(segments.birthdays(compare, days, today)) for compare in (Compare.UNDER, Compare.IS, Compare.OVER)
    )
    assert not under & same
    assert not under & over
    assert not same & over
    assert len(under | same | over) == 366


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_today_and_tomorrow_are_the_birthdays_of_today_and_tomorrow(today: date) -> None:
    assert f"{today:%m%d}" in segments.birthdays(Compare.IS, 0, today)
    assert f"{today + timedelta(days=1):%m%d}" in segments.birthdays(Compare.UNDER, 2, today)


def test_who_was_born_on_a_leap_day_has_a_birthday_every_year() -> None:
    assert "0229" in segments.birthdays(Compare.IS, 0, date(2026, 2, 28))
    assert "0229" not in segments.birthdays(Compare.IS, 0, date(2028, 2, 28))
    assert "0229" in segments.birthdays(Compare.IS, 0, date(2028, 2, 29))


def test_what_must_not_be_read_off_is_known() -> None:
    assert segments.is_private(segments.parse("태그:단골 그리고 제외 읽음 < 3"))
    assert segments.is_private(segments.parse("지역:99"))
    assert not segments.is_private(segments.parse("태그:단골 그리고 방문 > 30 또는 생일 < 7"))
