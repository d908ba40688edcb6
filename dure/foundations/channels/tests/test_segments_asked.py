"""A segment asked of the database finds whom the same segment fits when it is read by hand."""

from datetime import date, timedelta
from typing import Any as Anything

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings

from dure.base import clock
from dure.base.refusals import NotAllowed
from dure.foundations.channels import actions, models, queries
from dure.foundations.channels.rules import segments
from dure.foundations.channels.types import FriendDate, Segment, TooFewToTell
from dure.foundations.channels.types.segments import All, Any, Compare, Field, Not, Term

from . import making, strategies

pytestmark = pytest.mark.django_db
TODAY = clock.today()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def fits(segment: Segment, row: models.Friend, days: dict[str, date]) -> bool:
    """The meaning of a segment, word by word."""
    match segment:
        case Not(of):
            return not fits(of, row, days)
        case All(of):
            return all(fits(one, row, days) for one in of)
        case Any(of):
            return any(fits(one, row, days) for one in of)
        case Term(Field.TAG, _, value):
            return value in row.tags
        case Term(Field.REGION, _, value):
            return row.region.startswith(segments.inside_region(str(value)))
        case Term(Field.JOINED_BY, _, value):
            return bool(row.joined_by == value)
        case Term(Field.BIRTHDAY, compare, value):
            return "birthday" in days and f"{days['birthday']:%m%d}" in segments.birthdays(compare, int(value), TODAY)
        case Term(field, compare, value):
            known = {
                Field.JOINED: clock.local(row.joined_at).date(),
                Field.VISITED: days.get("visited"),
                Field.OPENED: clock.local(row.opened_at).date() if row.opened_at else None,
            }[field]
            if known is None:
                return False
            passed = (TODAY - known).days
            wanted = int(value)
            return {Compare.IS: passed == wanted, Compare.UNDER: passed < wanted, Compare.OVER: passed > wanted}[
                compare
            ]


@pytest.fixture
def crowd() -> tuple[object, list[tuple[models.Friend, dict[str, date]]]]:
    channel, owner = making.channel()
    found = []
    for number, (tags, joined, opened, region, days) in enumerate(
        [
            ([], 0, None, "", {}),
            (["단골"], 1, 0, "9901031021", {"visited": ago(0)}),
            (
                ["단골", "무료 배달"],
                29,
                30,
                "9901031022",
                {"visited": ago(30), "birthday": date(1950, TODAY.month, TODAY.day)},
            ),
            (["or"], 30, 31, "9901025022", {"visited": ago(31), "birthday": date(1960, 2, 29)}),
            (["30"], 400, 7, "1100000000", {"birthday": ago(-6).replace(year=1984)}),
        ]
    ):
        person = making.friend(channel.id, name=f"단골 {number}")
        actions.note_friend(
            owner,
            channel.id,
            making.id_of(person),
            tags=tags,
            dates=[FriendDate(name, on) for name, on in days.items()],
        )
        row = models.Friend.objects.filter(channel_id=channel.id, person_id=making.id_of(person))
        row.update(
            joined_at=clock.now() - timedelta(days=joined),
            opened_at=None if opened is None else clock.now() - timedelta(days=opened),
            region=region,
        )
        found.append((row.get(), days))
    gone = making.friend(channel.id)
    actions.leave(gone, channel.id)
    return channel.id, found


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(strategies.near)
def test_the_database_finds_whom_the_words_mean(crowd, segment: Segment) -> None:
    channel, found = crowd
    expected = {row.person_id for row, days in found if fits(segments.normal(segment), row, days)}
    assert queries.count(segment, channel) == len(expected)
    parameters: Anything
    condition, parameters = queries.compiled(segment)
    statement = f"SELECT person_id FROM channels_friend f WHERE f.channel_id = %s AND f.left_at IS NULL AND {condition}"
    with connection.cursor() as cursor:
        cursor.execute(statement, (channel, *parameters))
        assert {person for (person,) in cursor.fetchall()} == expected


def test_what_is_typed_is_never_part_of_the_statement() -> None:
    for text in ("태그:x';drop", 'tag:"%s"', 'tag:"%(x)s"', "tag:100%"):
        condition, parameters = queries.compiled(segments.parse(text))
        assert condition == "(f.tags @> jsonb_build_array(%s::text))"
        assert len(parameters) == 1
        queries.count(segments.parse(text), making.channel()[0].id)


def test_a_list_by_name_is_for_who_works_there_and_names_no_openings() -> None:
    channel, owner = making.channel()
    making.friend(channel.id)
    page = queries.friends(owner, channel.id)
    assert (page.total, page.pages, len(page.friends)) == (1, 1, 1)
    with pytest.raises(TooFewToTell):
        queries.friends(owner, channel.id, segments.parse("읽음 < 7"))
    for stranger in (making.person(), making.steward(), making.channel()[1]):
        with pytest.raises(NotAllowed):
            queries.friends(stranger, channel.id)
    assert queries.told_count(segments.parse("태그:x"), channel.id) == 0
    assert queries.told_count(segments.parse("제외 읽음 < 7"), channel.id) is None
