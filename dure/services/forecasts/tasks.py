"""What forecasts does on its own. Each task is safe to run again, and beside itself."""

from collections.abc import Callable, Mapping, Sequence

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from procrastinate.contrib.django import app

from dure.base import clock
from dure.foundations.people.types import system
from dure.kit.logs import kind_of
from dure.services.forecasts import actions, names, providers
from dure.services.forecasts.rules import fetching
from dure.services.forecasts.types import FeedName, Notice, SenderRole, WarningChange

EVERY_MINUTE = "* * * * *"
EVERY_NIGHT = "2 15 * * *"  # UTC: 00:02 in Seoul, when a new table of zones may begin to hold
ROUNDS_MAX = 2_000
SOURCES_A_MINUTE_MAX = 100
LINES_MAX = 8  # of one message; the page has them all
log = structlog.get_logger(__name__)

__all__ = [
    "ask_calls",
    "fetch",
    "fetch_alerts",
    "issue",
    "issue_soon",
    "resolve_places",
    "sweep",
    "tell",
    "tell_alerts",
    "tell_all",
]


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="forecasts.fetch")
def fetch(timestamp: int) -> int:
    """Ask the feeds whose time has come. Answers how many were asked; those without a key are not."""
    asked = 0
    for feed in FeedName:
        where = providers.source_of(feed)
        changed = None if where is None else _fetched(feed, where)
        if changed:
            tell_all()
        asked += changed is not None
    return asked


def _fetched(feed: FeedName, where: providers.Source) -> int | None:
    """Ask one feed, if its time has come, and take in what it says. Answers how much changed; None: it was not asked."""
    by = system("forecasts.fetch")
    question = actions.claim_feed(by, feed)
    if question is None:
        return None
    codes = fetching.fields_of(settings.DURE.weather_fields)
    role = SenderRole.MIRROR if where.is_twin else SenderRole.AUTHORITY  # what is made up wakes nobody
    try:
        answer = providers.ask(where, question, fetching.query_of(feed, clock.today()))
        return actions.hear(by, feed, answer, codes, role, question).changed
    except Exception as error:  # one feed keeps no other one waiting; the desk says what kind it was
        log.exception("feed_broke", feed=feed)
        actions.note_broken(by, feed, kind_of(error))
        return 0


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="forecasts.fetch_alerts")
def fetch_alerts(timestamp: int) -> int:
    """Ask the sources of alerts whose time has come. Answers how many alerts were new."""
    by, taken = system("forecasts.fetch_alerts"), 0
    for _round in range(SOURCES_A_MINUTE_MAX):
        kept = actions.fetch_next(by)
        if kept is None:
            break
        taken += kept.taken
    if taken:
        _told_alerts()
    return taken


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="forecasts.issue")
def issue(timestamp: int) -> int:
    """Let leave what officers issued and cannot take back any more. Answers how many."""
    return _issued()


@app.task(name="forecasts.issue_soon")
def issue_soon() -> int:
    """The same for what was just sent, in the second from which it is not taken back any more."""
    return _issued()


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="forecasts.tell_alerts")
def tell_alerts(timestamp: int) -> int:
    """Tell everybody whom an alert concerns now. Answers how many were asked about."""
    return _told_alerts()


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="forecasts.tell")
def tell(timestamp: int) -> int:
    """Tell everybody what is due to them now. Answers how many were asked about."""
    return tell_all()


def tell_all(told: Callable[[int], object] = lambda count: None) -> int:
    """The same, for whoever just heard something: nobody waits for the minute. Also while another process does it. `told` hears
    after each batch of how many.
    """
    by, done = system("forecasts.tell"), 0
    with translation.override(settings.LANGUAGE_CODE):
        wording = actions.Wording(
            words=message,
            plain=gettext("The forecast for a place of yours has changed. Please look."),
            label=gettext("My forecasts"),
            address=reverse("forecasts:home"),
            warned=warned_message,
        )
        for _round in range(ROUNDS_MAX):
            moved = actions.ask_moved(by) + actions.ask_warned(by) + actions.retell(by)
            more = actions.tell_next(by, wording)
            told(more)
            done += more
            if not (moved or more):
                break
    return done


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="forecasts.ask_calls")
def ask_calls(timestamp: int) -> int:
    """Ask children to call parents who have not read by the hour. Answers how many."""
    by, done, after = system("forecasts.ask_calls"), 0, None
    with translation.override(settings.LANGUAGE_CODE):
        wording = actions.CallWording(
            text=gettext("#{name}: the forecast has not been read yet. Please call."),
            label=gettext("To the family"),
            address=reverse("forecasts:family"),
        )
        for _round in range(ROUNDS_MAX):
            more, after = actions.ask_calls(by, wording, after)
            done += more
            if after is None:
                break
    return done


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="forecasts.resolve_places")
def resolve_places(timestamp: int) -> int:
    """Look up everybody's places in the table of zones of today, and let those hear from the channel who said yes before it was
    opened. Answers how many places lie in another zone.
    """
    by = system("forecasts.resolve_places")
    actions.bring_friends(by)
    return actions.resolve_places(by)


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="forecasts.sweep")
def sweep(timestamp: int) -> int:
    """Forget what was told and answered a month ago. Answers how many rows."""
    by, done = system("forecasts.sweep"), 0
    for _round in range(ROUNDS_MAX):
        more = actions.sweep(by) + actions.sweep_watches(by) + actions.sweep_alerts(by)
        done += more
        if not more:
            break
    return done


def _issued() -> int:
    done = actions.issue_due(system("forecasts.issue"))
    if done:
        _told_alerts()
    return done


def _told_alerts() -> int:
    by, done = system("forecasts.tell_alerts"), 0
    with translation.override(settings.LANGUAGE_CODE):
        wording = actions.AlertWording(
            words=names.alert_message,
            plain=gettext("There is an alert for a place of yours. Please look."),
            label=gettext("Read the alert"),
            address=lambda alert: reverse("forecasts:alert", args=[alert]),
        )
        for _round in range(ROUNDS_MAX):
            more = actions.tell_alerts(by, wording)
            done += more
            if not more:
                break
    return done


def message(notice: Notice, zones: Mapping[str, str]) -> str:
    """A notice as a message: the worst first, and how many more there are."""
    return _some_of(names.on_screen(notice, zones, names.source_of(notice)))


def warned_message(changes: Sequence[WarningChange], zones: Mapping[str, str]) -> str:
    """Changes of weather warnings as a message, likewise, and one thing to do."""
    said, todo = _some_of(names.warned_on_screen(changes, zones)), names.warned_todo(changes)
    return "\n".join((said, gettext("What to do: {todo}").format(todo=todo))) if todo else said


def _some_of(lines: Sequence[str]) -> str:
    more = len(lines) - LINES_MAX
    shown = [*lines[:LINES_MAX], gettext("and {n} more").format(n=more)] if more > 0 else lines
    return "\n".join(shown)
