"""Pages of forecasts: parse, call, present."""

from collections.abc import Sequence
from datetime import timedelta

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext, pgettext

from dure.base import clock
from dure.kit.ui.home import Entry, HomeCard
from dure.services.forecasts import queries

from . import alerts, desk, desk_alerts, family, issuing, mine, tips, warnings
from .common import actor, notice_of, zones_in
from .words import REASONS, SAYS

__all__ = [
    "REASONS",
    "SAYS",
    "app_name",
    "desk_entries",
    "desk_urlpatterns",
    "home_cards",
    "me_entries",
    "together",
    "urlpatterns",
]

app_name = "forecasts"
WARNED_NEWS = timedelta(hours=24)  # so long a message of weather warnings stands at home; what holds is on the page
urlpatterns = [
    path("", mine.home, name="home"),
    path("places/", mine.places, name="places"),
    path("places/<uuid:place>/drop/", mine.drop, name="drop"),
    path("hour/", mine.hour, name="hour"),
    path("notices/<uuid:notice>/read/", mine.read, name="read"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<uuid:alert>/", alerts.alert, name="alert"),
    path("warnings/", warnings.warnings, name="warnings"),
    path("warnings/<slug:kind>/", warnings.warning, name="warning"),
    path("tips/<slug:hazard>/<slug:field>/<int:level>/", tips.tips, name="tips"),
    path("family/", family.family, name="family"),
    path("family/ask/", family.ask, name="ask"),
    path("family/agree/<slug:code>/", family.agree, name="agree"),
    path("family/<uuid:watch>/end/", family.end, name="end"),
    path("family/<uuid:watch>/called/", family.called, name="called"),
]
desk_urlpatterns = [
    path("", desk.feeds, name="feeds"),
    path("alerts/", desk_alerts.alerts, name="alerts"),
    path("alerts/take/", desk_alerts.take, name="take"),
    path("alerts/<uuid:alert>/", desk_alerts.alert, name="alert"),
    path("issue/", issuing.issues, name="issues"),
    path("issue/new/", issuing.write, name="write"),
    path("issue/of/<uuid:alert>/<slug:kind>/", issuing.replace, name="replace"),
    path("issue/<uuid:issue>/", issuing.look, name="issue"),
    path("issue/<uuid:issue>/change/", issuing.change, name="change"),
    path("issue/<uuid:issue>/send/", issuing.send, name="send"),
    path("issue/<uuid:issue>/agree/", issuing.agree, name="agree"),
    path("issue/<uuid:issue>/take-back/", issuing.take_back, name="take_back"),
    path("issue/<uuid:issue>/throw-away/", issuing.throw_away, name="throw_away"),
    path("pins/", desk_alerts.pins, name="pins"),
    path("pins/<uuid:pin>/away/", desk_alerts.unpin, name="unpin"),
    path("sources/", desk_alerts.sources, name="sources"),
    path("sources/<uuid:source>/end/", desk_alerts.end_source, name="end_source"),
]


def together(request: HttpRequest) -> Sequence[Entry]:
    """Ways to take part."""
    note = gettext("Heat and cold at the places you choose")
    return [Entry(gettext("Impact forecasts"), reverse("forecasts:home"), sign="sun", note=note)]


def home_cards(request: HttpRequest) -> Sequence[HomeCard]:
    """What I have not read, and parents whom to call."""
    by = actor(request)
    if by.person is None:
        return ()
    found: list[HomeCard] = []
    now = clock.now()
    unread = [
        one
        for one in queries.notices(by)
        if one.read_at is None
        and (any(change.expires > now for change in one.changes) or (one.warnings and one.at > now - WARNED_NEWS))
    ]
    if unread:
        note = notice_of(unread[0], zones_in(unread[:1]))["lines"][0]
        title = gettext("Weather warning") if unread[0].warnings else gettext("Impact forecast")
        href = reverse("forecasts:home")
        found.append(HomeCard(title=title, note=note, href=href, sign="sun", mark=True))
    for told in queries.alerts_unread(by):
        href = reverse("forecasts:alert", args=[told.alert])
        note = notice_of(told, {})["lines"][0]
        found.append(HomeCard(title=pgettext("alert", "Alert"), note=note, href=href, sign="warn", mark=True))
    for card in queries.watches(by):
        if card.seen and card.seen.call_at:
            title = gettext("{name}: please call").format(name=card.called)
            note = gettext("The forecast has not been read yet.")
            found.append(HomeCard(title=title, note=note, href=reverse("forecasts:family"), sign="phone", mark=True))
    return found


def me_entries(request: HttpRequest) -> Sequence[Entry]:
    """My forecasts and my family."""
    if actor(request).person is None:
        return ()
    note = gettext("Places, hour, family")
    return (Entry(gettext("My forecasts"), reverse("forecasts:home"), sign="sun", note=note),)


def desk_entries(request: HttpRequest) -> Sequence[Entry]:
    """For stewards and auditors: the feeds."""
    by = actor(request)
    issue = (Entry(gettext("Issue alerts"), reverse("forecasts-desk:issues"), sign="warn"),)
    own = issue if by.person is not None and queries.agencies_of(by) else ()
    if not (by.is_steward or by.is_auditor):
        return own
    is_amiss = any(one.is_missed or one.is_overdue or one.unclear for one in queries.feed_standings(by))
    badge = "!" if is_amiss else ""
    return (
        *own,
        Entry(gettext("Forecast feeds"), reverse("forecasts-desk:feeds"), sign="sun", badge=badge),
        Entry(pgettext("desk", "Alerts"), reverse("forecasts-desk:alerts"), sign="bell"),
    )
