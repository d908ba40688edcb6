"""The large-type book of the lessons: one source, the same steps as on screen, one step a page, PDF/UA-1."""

import io
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from dure.kit import documents
from dure.services.market.names.lessons import TASKS, WEEKS_NAMED
from dure.services.market.queries.lessons import curriculum
from dure.services.market.types.lessons import Curriculum, Drawn, Step, Week

HOUSE = "dure.services.market"


@dataclass(frozen=True, slots=True)
class StepPaper:
    """One page."""

    place: int
    title: str
    do: str
    see: str
    say: str
    wrong: str
    task: str
    screen: tuple[Drawn, ...]
    alt: str
    qr: str
    qr_alt: str


@dataclass(frozen=True, slots=True)
class WeekPaper:
    """A page that opens the week, and its steps."""

    name: str
    title: str
    goal: str
    bring: str
    steps: tuple[StepPaper, ...]


@dataclass(frozen=True, slots=True)
class WordPaper:
    said: str
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookPaper:
    """What the template `book` sets."""

    title: str
    subtitle: str
    author: str
    welcome: tuple[str, ...]
    sound: str
    farewell: tuple[str, ...]
    words: tuple[WordPaper, ...]
    weeks: tuple[WeekPaper, ...]
    labels: dict[str, str]
    qr: str
    qr_alt: str
    stall_alt: str
    watermark: str


def book_pdf(made_at: datetime, origin: str = "") -> bytes:
    """The whole book as PDF/UA-1, in Korean. `origin` is the address that its QR codes lead to; "" is this installation's."""
    with translation.override("ko"):
        return documents.render(HOUSE, "book", book_paper(curriculum(), origin or settings.DURE.origin), made_at)


def book_pictures(made_at: datetime, origin: str = "") -> tuple[bytes, ...]:
    """The same pages as PNG, to look at before printing."""
    with translation.override("ko"):
        return documents.pictures(HOUSE, "book", book_paper(curriculum(), origin or settings.DURE.origin), made_at)


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF of ours has: its page tree says so in plain words."""
    return max(int(count) for count in re.findall(rb"/Count (\d+)", pdf))


def book_paper(source: Curriculum, origin: str) -> BookPaper:
    """The words of the book."""
    return BookPaper(
        title=source.title,
        subtitle=source.subtitle,
        author=gettext("Dure"),
        welcome=source.welcome,
        sound=source.sound,
        farewell=source.farewell,
        words=tuple(WordPaper(word.said, word.means) for word in source.words),
        weeks=tuple(_week(week, origin) for week in source.weeks),
        labels=_labels(),
        qr=_code(urljoin(origin, reverse("market:lessons"))),
        qr_alt=gettext("QR code that leads to all lessons with sound"),
        stall_alt=gettext("A drawing of a market stall with a striped awning, boxes of vegetables and a QR poster"),
        watermark=gettext("Sample") if settings.DURE.demo else "",
    )


def described(step: Step) -> str:
    """A drawn screen in words, for who cannot see it."""
    return gettext("A drawing of a telephone. On its screen: {lines}").format(
        lines=", ".join(line.text for line in step.screen)
    )


def _labels() -> dict[str, str]:
    return {
        "welcome": gettext("Before you begin"),
        "contents": gettext("What is in this book"),
        "goal": gettext("Goal of this week"),
        "bring": gettext("What to bring"),
        "do": gettext("What to do"),
        "see": gettext("What you will see"),
        "say": gettext("You might say"),
        "wrong": gettext("When it does not work"),
        "sound": gettext("Listen"),
        "words": gettext("New words"),
        "farewell": gettext("Well done"),
        "notes": gettext("Notes"),
    }


def _week(week: Week, origin: str) -> WeekPaper:
    return WeekPaper(
        name=str(WEEKS_NAMED[week.number]),
        title=week.title,
        goal=week.goal,
        bring=week.bring,
        steps=tuple(_step(step, origin) for step in week.steps),
    )


def _step(step: Step, origin: str) -> StepPaper:
    done = gettext("It ticks itself: {task}").format(task=TASKS[step.task]) if step.task else ""
    return StepPaper(
        place=step.place,
        title=step.title,
        do=step.do,
        see=step.see,
        say=step.say,
        wrong=step.wrong,
        task=done,
        screen=step.screen,
        alt=described(step),
        qr=_code(urljoin(origin, reverse("market:lesson", args=[step.key]))),
        qr_alt=gettext("QR code that leads to “{title}” with sound").format(title=step.title),
    )


def _code(address: str) -> str:
    """A QR code as SVG: error correction M, so that a stain or a fold does not spoil it, and its quiet zone."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False, svgns=True)
    return drawn.getvalue().decode()
