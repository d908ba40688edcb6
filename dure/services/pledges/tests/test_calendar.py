"""My promises in a calendar program: what it reads is well-formed, at an address that nobody guesses and that ends when I say."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.people.tests import making as folk
from dure.kit import bearer
from dure.kit.visiting import browser, form, text
from dure.services.pledges import actions, models, queries
from dure.services.pledges.rules import calendar, days
from dure.services.pledges.types import CalendarEntry, PledgeId, Window

from . import making
from .making import BY, Ground, key

TEXTS = st.text(max_size=300)
WINDOWS = st.one_of(
    st.just(Window()),
    st.tuples(st.integers(0, 1_380), st.integers(60, 1_440)).map(
        lambda pair: Window(pair[0], min(1_440, pair[0] + pair[1]))
    ),
)


def entry(**changed: Any) -> CalendarEntry:
    said: dict[str, Any] = {
        "pledge": PledgeId(UUID(int=7)),
        "title": "아침 산책",
        "promise": "날마다 걸어요",
        "how": "적어요",
        "days_a_week": 7,
        "starts_on": date(2026, 3, 1),
        "window": Window(),
        "since": datetime(2026, 2, 20, 3, 4, 5, tzinfo=UTC),
    }
    return CalendarEntry(**(said | changed))


def lines(content: bytes) -> Iterator[str]:
    """As a calendar program reads them: unfolded (RFC 5545 3.1)."""
    yield from content.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def fields(content: bytes) -> dict[str, str]:
    [event] = content.decode().replace("\r\n ", "").split("BEGIN:VEVENT")[1:]
    return dict(line.split(":", 1) for line in event.split("END:VEVENT")[0].strip().split("\r\n"))


def unescaped(value: str) -> str:
    out, letters = "", iter(value)
    for letter in letters:
        if letter == "\\":
            letter = {"n": "\n", "N": "\n"}.get(following := next(letters), following)
        out += letter
    return out


@given(TEXTS, TEXTS, WINDOWS)
def test_whatever_people_write_the_file_is_well_formed(title: str, said: str, window: Window) -> None:
    content = calendar.document(
        "백일", [(entry(title=title, window=window), said, "https://a.example/x/")], "a.example"
    )
    for raw in content.split(b"\r\n"):
        assert len(raw) <= calendar.LINE_BYTES_MAX
        raw.decode()  # no letter is cut in two
        assert not {b"\r", b"\n", b"\0"} & {bytes([byte]) for byte in raw}
    found = list(lines(content))
    assert (found[0], found[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert [line for line in found if line.startswith(("BEGIN:", "END:"))] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VTIMEZONE",
        "BEGIN:STANDARD",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=120))
def test_a_text_comes_out_as_it_went_in(said: str) -> None:
    content = calendar.document("백일", [(entry(title=said), said, "https://a.example/")], "a.example")
    assert unescaped(fields(content)["SUMMARY"]) == said
    assert unescaped(fields(content)["DESCRIPTION"]) == said


@given(WINDOWS, st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_each_day_stands_where_it_can_be_proved(window: Window, first: date) -> None:
    found = fields(calendar.document("백일", [(entry(starts_on=first, window=window), "", "https://a.example/")], "a"))
    assert found["RRULE"] == "FREQ=DAILY;COUNT=100"
    if window == Window():
        assert found["DTSTART;VALUE=DATE"] == f"{first:%Y%m%d}"
        assert found["DTEND;VALUE=DATE"] == f"{first + timedelta(days=1):%Y%m%d}"
        return
    zone = ZoneInfo("Asia/Seoul")
    begins, ends = (
        datetime.strptime(found[f"{name};TZID=Asia/Seoul"], "%Y%m%dT%H%M%S").replace(tzinfo=zone)
        for name in ("DTSTART", "DTEND")
    )
    assert begins == days.opens_at(first, 1, window)
    assert ends == days.closes_at(first, 1, window, 0)


def test_the_address_shows_what_i_am_in_and_only_that(ground: Ground) -> None:
    by, other = ground.people[:2]
    pledge = making.joined(by, ground.project)
    making.joined(other, ground.project)
    client = browser(by)
    assert client.post(reverse("pledges:renew_calendar"), form()).status_code == 303
    found = queries.calendar_address(by)
    address = reverse("pledges:calendar", args=[found.key, found.seal])
    assert address in text(client, "pledges:my_calendar")
    answer = browser().get(address)  # a calendar program has no log-in
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    content = answer.content.decode()
    assert content.count("BEGIN:VEVENT") == 1
    assert str(pledge.id) in content
    assert ground.project.title in content
    again = browser().get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    actions.leave(by, pledge.id, key=key())
    later = browser().get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (later.status_code, "BEGIN:VEVENT" in later.content.decode()) == (200, False)


def test_an_address_that_was_renewed_or_ended_shows_nothing(ground: Ground) -> None:
    by = ground.people[0]
    once = key()
    first = actions.renew_calendar(by, key=once)
    assert actions.renew_calendar(by, key=once) == first
    second = actions.renew_calendar(by, key=key())
    for gone in ((first.key, first.seal), (second.key, first.seal), (uuid4(), second.seal), (second.key, "0" * 32)):
        with pytest.raises(NotFound):
            queries.calendar_of(*gone)
        assert browser().get(reverse("pledges:calendar", args=gone)).status_code == 404
    assert queries.calendar_of(second.key, second.seal) == ()
    assert browser(by).post(reverse("pledges:close_calendar"), form()).status_code == 303
    with pytest.raises(NotFound):
        queries.calendar_of(second.key, second.seal)
    assert "share" not in text(browser(by), "pledges:my_calendar").split("<main")[1]


def test_nobody_has_none_and_a_closed_account_ends_it(ground: Ground, api_client: Any) -> None:
    by = ground.people[0]
    assert browser().get(reverse("pledges:my_calendar")).status_code == 303
    with pytest.raises(NotAllowed):
        actions.forget_calendar(by, folk.id_of(by))
    headers = {"Idempotency-Key": key()}
    assert api_client.post("/api/v1/pledges/mine/calendar", headers=headers).status_code == 401
    headers["Authorization"] = f"Bearer {bearer.mint(folk.id_of(by), verified=True)}"
    found = api_client.post("/api/v1/pledges/mine/calendar", headers=headers).json()["address"]
    assert found.endswith(f"{queries.calendar_address(by).seal}.ics")
    actions.forget_calendar(BY, folk.id_of(by))
    assert models.CalendarKey.objects.count() == 0
