"""Papers of check-in: the slip with a day's codes; and the transparency report in words, the same lines on the page, on paper
and at the command line. In the reader's language.
"""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import msgspec
import segno
from django.conf import settings
from django.utils.translation import gettext, ngettext, pgettext

from dure.kit import documents, show
from dure.services.checkin.names import ODD, PARTIES
from dure.services.checkin.rules import calendar, spoken
from dure.services.checkin.rules.report import Day, Made, Odd
from dure.services.checkin.types import Epoch

HOUSE = "dure.services.checkin"
ROOT_DIGITS = 16
ODD_SHOWN_MAX = 100
GONE, LEFT, OPEN = "gone", "left", "open"  # destroyed; not destroyed though it should be; not yet

type Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPaper:
    """What the template `report` sets, and the page shows."""

    language: str
    title: str
    subtitle: str
    verdict: str
    is_well: bool
    lead: str
    figures_title: str
    figures: Rows  # what, how many
    strip_title: str
    strip_said: str
    strip: Rows  # state of a day (gone, left, open), day of the month, both in words
    legend: Rows  # state, in words, how many
    odd_title: str
    odd: Rows  # what, about what
    days_title: str
    day_heads: tuple[str, ...]
    days: Rows  # day, keys made, what became of them
    heads_title: str
    heads: Rows  # whose log, up to where
    how_title: str
    how: tuple[str, ...]
    foot: str
    watermark: str


def read(body: bytes) -> Made:
    """A report as it was kept."""
    return msgspec.json.decode(body, type=Made)


def report_pdf(made: Made, on: date) -> bytes:
    """The report as PDF/UA-1: from the same report and in the same language, the same bytes."""
    return documents.render(HOUSE, "report", report_paper(made, on), datetime.combine(on, time(), tzinfo=UTC))


def report_paper(made: Made, on: date) -> ReportPaper:
    """The words of a report in the reader's language."""
    found = made.report
    due = [day for day in found.days if day.due]
    first, last = calendar.day_of(found.first), calendar.day_of(found.last)
    period = show.period(first, last) if first != last else show.day(first)
    return ReportPaper(
        language="ko" if show.in_korean() else "en",
        title=gettext("Transparency report of QR check-in"),
        subtitle=gettext("{period}, as of {day}").format(period=period, day=_long(on)),
        verdict=_verdict(len(found.odd)),
        is_well=not found.odd,
        lead=_lead(found.destroyed_days, len(due)),
        figures_title=gettext("In these days"),
        figures=(
            (gettext("Days past their 28"), show.count(len(due))),
            (gettext("of which destroyed in all three vaults"), show.count(found.destroyed_days)),
            (gettext("Queries in the public log"), show.count(found.logged)),
            (gettext("Queries that got no second officer's yes"), show.count(found.refused)),
            (gettext("Queries closed and laid open"), show.count(found.closed)),
            (gettext("Hours asked for"), show.count(found.hours)),
            (gettext("People told, at most (counted in fives)"), show.count(found.told_at_most)),
        ),
        strip_title=gettext("Every day at a glance"),
        strip_said=_lead(found.destroyed_days, len(due)),
        strip=tuple(_cell(day) for day in found.days),
        legend=_legend(found.days),
        odd_title=gettext("What should not be"),
        odd=tuple(_odd(one) for one in found.odd[:ODD_SHOWN_MAX]),
        days_title=gettext("Day by day"),
        day_heads=(gettext("Day"), gettext("Keys made"), gettext("What became of them")),
        days=tuple(_day(one) for one in reversed(found.days)),
        heads_title=gettext("Read from these logs"),
        heads=tuple(
            (
                str(PARTIES[head.party]),
                gettext("{count} entries, root {root}…").format(
                    count=show.count(head.size), root=head.root[:ROOT_DIGITS]
                ),
            )
            for head in made.heads
        ),
        how_title=gettext("How anybody makes it"),
        how=(
            gettext("It is made of the three public logs alone; no word of a party is believed besides."),
            gettext("Copy each log with dure audit copy, then: dure audit checkin identity=… visits=… authority=…"),
            gettext("What it cannot show: a copy that somebody made and kept, and a share given without asking."),
        ),
        foot=gettext("Dure · transparency report of QR check-in · {day}").format(day=on.isoformat()),
        watermark=gettext("Sample") if settings.DURE.demo else "",
    )


def _verdict(odd: int) -> str:
    if not odd:
        return gettext("Everything in the logs is as it should be.")
    said = ngettext("{count} thing is not as it should be.", "{count} things are not as they should be.", odd)
    return said.format(count=show.count(odd))


def _lead(destroyed: int, due: int) -> str:
    if not due:
        return gettext("No day is past its 28 days yet.")
    text = gettext("Of {due} days past their 28, {destroyed} are destroyed: nobody can read anything of them any more.")
    return text.format(due=show.count(due), destroyed=show.count(destroyed))


def _state(day: Day) -> str:
    if not day.due:
        return OPEN
    return GONE if day.is_gone else LEFT


def _became(state: str) -> str:
    words = {
        GONE: pgettext("keys of a day", "destroyed"),
        LEFT: gettext("NOT destroyed everywhere"),
        OPEN: gettext("still readable with two shares"),
    }
    return words[state]


def _cell(day: Day) -> tuple[str, str, str]:
    on, state = calendar.day_of(day.epoch), _state(day)
    return state, str(on.day), f"{_long(on)}: {_became(state)}"


def _legend(days: tuple[Day, ...]) -> Rows:
    """Which marks there are on the picture, and how many of each; the one nobody wants only where it is."""
    counts = {state: sum(_state(day) == state for day in days) for state in (GONE, LEFT, OPEN)}
    return tuple(
        (state, _became(state), ngettext("{count} day", "{count} days", count).format(count=show.count(count)))
        for state, count in counts.items()
        if count or state != LEFT
    )


def _odd(one: Odd) -> tuple[str, str]:
    return str(ODD.get(one.what, one.what)), one.subject


def _day(one: Day) -> tuple[str, str, str]:
    return _long(calendar.day_of(one.epoch)), show.count(one.made), _became(_state(one))


def _long(day: date) -> str:
    return f"{day.year}년 {day.month}월 {day.day}일" if show.in_korean() else f"{day:%b} {day.day}, {day.year}"


@dataclass(frozen=True, slots=True)
class SlipCode:
    """One code of a slip, in its groups and as a picture."""

    groups: tuple[str, ...]
    qr: str  # SVG
    qr_says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipPaper:
    """What the template `slip` sets. No name: a slip that is lost says nothing of its owner."""

    language: str
    title: str
    day: str
    lead: str
    codes: tuple[SlipCode, ...]
    steps: tuple[str, ...]
    foot: str
    watermark: str


def slip_pdf(epoch: Epoch, codes: tuple[str, ...]) -> bytes:
    """A day's codes on paper, as PDF/UA-1."""
    return documents.render(HOUSE, "slip", slip_paper(epoch, codes), calendar.starts_at(epoch))


def slip_paper(epoch: Epoch, codes: tuple[str, ...]) -> SlipPaper:
    """The words of a slip."""
    shown = show.day(calendar.day_of(epoch), weekday=True)
    return SlipPaper(
        language="ko" if show.in_korean() else "en",
        title=gettext("Check-in codes on paper"),
        day=shown,
        lead=gettext("For one day only: it ends at midnight."),
        codes=tuple(
            SlipCode(
                spoken.grouped(code), _slip_picture(code), gettext("QR code {number} of the slip").format(number=number)
            )
            for number, code in enumerate(codes, start=1)
        ),
        steps=(
            gettext("At the door, show the next code that is not crossed out, or read its twelve letters out."),
            gettext("Then cross it out: each is good once."),
            gettext(
                "No name stands here. The visit is kept for 28 days, locked, and opened only if somebody has to be warned."
            ),
        ),
        foot=gettext("A code of this slip is the same as on your telephone. Keep it like a key."),
        watermark=gettext("Sample") if settings.DURE.demo else "",
    )


def _slip_picture(code: str) -> str:
    out = io.BytesIO()
    segno.make(code, error="q", micro=False).save(
        out, kind="svg", border=4, xmldecl=False, svgns=True, dark="#000000", light="#ffffff"
    )
    return out.getvalue().decode()
