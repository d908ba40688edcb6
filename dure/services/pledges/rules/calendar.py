"""A calendar as other programs read it (iCalendar, RFC 5545). Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from dure.base import clock
from dure.services.pledges.types import CalendarEntry, CalendarMeeting, Window

from .days import DAY_MINUTES, SEASON_DAYS

LINE_BYTES_MAX: Final = 75  # RFC 5545 3.1: a longer line is folded
ZONE: Final = "Asia/Seoul"
REFRESH: Final = "PT12H"  # RFC 7986: so often a program looks anew
ESCAPED: Final = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}
SEOUL: Final = (
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE}",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0900",
    "TZOFFSETTO:+0900",
    "TZNAME:KST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def document(
    name: str,
    entries: Iterable[tuple[CalendarEntry, str, str]],
    host: str,
    meetings: Iterable[tuple[CalendarMeeting, str]] = (),
) -> bytes:
    """The calendar `name` with each entry, its description and the address of its page; and meetings with those of theirs."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dure//pledges//KO", "CALSCALE:GREGORIAN"]
    lines += [f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}", f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}"]
    lines += [f"X-PUBLISHED-TTL:{REFRESH}", *SEOUL]
    for entry, said, address in entries:
        lines += _event(entry, said, address, host)
    for meeting, address in meetings:
        lines += _meeting(meeting, address, host)
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in folded(line))


def escaped(text: str) -> str:
    """A text of people as a value: what has a meaning in the format is marked, what cannot stand there is left out."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(char for char in plain if char == "\n" or (ord(char) >= 32 and ord(char) != 127))
    return "".join(ESCAPED.get(char, char) for char in shown)


def folded(line: str) -> Iterator[bytes]:
    """A line in parts of at most 75 bytes, each but the first one begun with a space; no letter is cut in two."""
    part = b""
    for char in line:
        raw = char.encode()
        if len(part) + len(raw) > LINE_BYTES_MAX:
            yield part
            part = b" "
        part += raw
    yield part


def _event(entry: CalendarEntry, said: str, address: str, host: str) -> Sequence[str]:
    """Every day for a hundred days. A promise without a window is one of the whole day."""
    return (
        "BEGIN:VEVENT",
        f"UID:{entry.pledge}@{host}",
        f"DTSTAMP:{_instant(entry.since)}",
        *_when(entry.starts_on, entry.window),
        f"RRULE:FREQ=DAILY;COUNT={SEASON_DAYS}",
        f"SUMMARY:{escaped(entry.title)}",
        f"DESCRIPTION:{escaped(said)}",
        f"URL:{address}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    )


def _when(first: date, window: Window) -> tuple[str, str]:
    if window == Window():
        return f"DTSTART;VALUE=DATE:{first:%Y%m%d}", f"DTEND;VALUE=DATE:{first + timedelta(days=1):%Y%m%d}"
    return f"DTSTART;TZID={ZONE}:{_at(first, window.start)}", f"DTEND;TZID={ZONE}:{_at(first, window.until)}"


def _at(on: date, minutes: int) -> str:
    """A time on the wall clock, at most the midnight after the day."""
    return f"{datetime.combine(on, time()) + timedelta(minutes=min(minutes, DAY_MINUTES)):%Y%m%dT%H%M%S}"


def _meeting(one: CalendarMeeting, address: str, host: str) -> Sequence[str]:
    """A meeting, the same one under the same UID however often it is moved: a program takes the highest SEQUENCE."""
    status = "CANCELLED" if one.is_cancelled else ("CONFIRMED" if one.is_sure else "TENTATIVE")
    lines = (
        "BEGIN:VEVENT",
        f"UID:meeting-{one.meeting}@{host}",
        f"SEQUENCE:{one.version - 1}",
        f"STATUS:{status}",
        f"DTSTAMP:{_instant(one.changed_at)}",
        f"LAST-MODIFIED:{_instant(one.changed_at)}",
        f"DTSTART;TZID={ZONE}:{_local(one.starts_at)}",
        f"DTEND;TZID={ZONE}:{_local(one.ends_at)}",
        f"SUMMARY:{escaped(one.title)}",
        f"LOCATION:{escaped(one.place)}" if one.place else "",
        f"DESCRIPTION:{escaped(one.notes)}" if one.notes else "",
        f"URL:{address}",
        "CLASS:PRIVATE",
        "END:VEVENT",
    )
    return tuple(line for line in lines if line)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _local(at: datetime) -> str:
    return f"{clock.local(at):%Y%m%dT%H%M%S}"
