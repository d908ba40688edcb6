"""What forecasts does on its own. Each task is safe to run again, and beside itself."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from procrastinate.contrib.django import app

from dure.base import clock
from dure.foundations.people.types import system
from dure.services.forecasts import actions, names, providers
from dure.services.forecasts.rules import fetching
from dure.services.forecasts.types import FeedName, Notice, SenderRole

EVERY_MINUTE = "* * * * *"
EVERY_NIGHT = "2 15 * * *"  # UTC: 00:02 in Seoul, when a new table of zones may begin to hold
ROUNDS_MAX = 2_000
SOURCES_A_MINUTE_MAX = 100
LINES_MAX = 8  # of one message; the page has them all

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
    """Ask the feeds whose time has come. Answers how many were asked; nobody where no key is set up."""
    by, asked = system("forecasts.fetch"), 0
    where = providers.source()
    if where is None:
        return 0
    codes = fetching.fields_of(settings.DURE.weather_fields)
    role = SenderRole.MIRROR if where.is_twin else SenderRole.AUTHORITY  # what is made up wakes nobody
    for feed in FeedName:
        question = actions.claim_feed(by, feed)
        if question is None:
            continue
        answer = providers.ask(where, question, fetching.query_of(feed, clock.today()))
        if actions.hear(by, feed, answer, codes, role).changed:
            tell_all()
        asked += 1
    return asked


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
        )
        for _round in range(ROUNDS_MAX):
            moved = actions.ask_moved(by) + actions.retell(by)
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
    lines = list(names.on_screen(notice, zones, names.source_of(notice)))
    more = len(lines) - LINES_MAX
    if more > 0:
        lines = [*lines[:LINES_MAX], gettext("and {n} more").format(n=more)]
    return "\n".join(lines)
