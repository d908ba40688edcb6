"""What every page of pledges begins with: who asks, and how a project, a pledge, a proof is worded."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from dure.base import clock
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import show
from dure.services.pledges import queries
from dure.services.pledges.names import HEAT, KINDS, PHASES, PLEDGES, PROJECTS, PROOFS
from dure.services.pledges.rules import days
from dure.services.pledges.types import Pledge, Project, ProjectState, Proof, ProofState, Season, Window

MINUTES = 60
TONES = {
    ProofState.COUNTS: "",
    ProofState.ACCEPTED: "",
    ProofState.LATE: "sun",
    ProofState.APPEALED: "sun",
    ProofState.REJECTED: "warn",
    ProofState.REFUSED: "warn",
    ProofState.WITHDRAWN: "grey",
}


def actor(request: HttpRequest) -> Actor:
    """Who asks. Read once a request."""
    known: Actor | None = getattr(request, "actor", None)
    if known is not None:
        return known
    return people.actor(request.user.pk if request.user.is_authenticated else None)


def project_of(one: Project) -> Mapping[str, Any]:
    """A project with its words."""
    return {
        "project": one,
        "kind": KINDS[one.proof],
        "state": PROJECTS[one.state],
        "window": window_of(one.window),
        "rhythm": rhythm_of(one.days_a_week),
        "is_open": one.state is ProjectState.OPEN,
    }


def season_of(one: Season) -> Mapping[str, Any]:
    """A season with its words, and which day it is."""
    return {"season": one, "phase": PHASES[one.phase], "today": days.day_number(one.starts_on, clock.today())}


def pledge_of(one: Pledge, project: Project) -> Mapping[str, Any]:
    """A pledge with its words."""
    return {"pledge": one, "project": project, "state": PLEDGES[one.state]}


def proof_of(one: Proof, season: Season, name: str = "") -> Mapping[str, Any]:
    """A proof with its words, its date and whose it is."""
    return {
        "proof": one,
        "state": PROOFS[one.state],
        "tone": TONES[one.state],
        "on": days.date_of(season.starts_on, one.day),
        "name": name,
    }


def proofs_of(proofs: Iterable[Proof], season: Season) -> list[Mapping[str, Any]]:
    """Proofs with the names of whose they are."""
    proofs = list(proofs)
    cards = people.persons({one.person for one in proofs})
    return [proof_of(one, season, cards[one.person].name if one.person in cards else "") for one in proofs]


def calendar_of(states: Mapping[int, ProofState], season: Season) -> list[Mapping[str, Any]]:
    """The hundred days of a pledge: number, date, what became of it, in a word."""
    today = days.day_number(season.starts_on, clock.today())
    return [
        {"day": day, "on": days.date_of(season.starts_on, day), "word": word, "said": HEAT[word]}
        for day, word in enumerate(days.heat(states, today), start=1)
    ]


def group_calendar(project: Project, season: Season) -> list[Mapping[str, Any]]:
    """The hundred days of a group: how many of those in it kept each, from 0 to 4."""
    kept, inside = queries.group_days(project), max(1, project.taken)
    today = days.day_number(season.starts_on, clock.today())
    return [
        {
            "day": day,
            "on": days.date_of(season.starts_on, day),
            "level": -(-4 * kept.get(day, 0) // inside) if day <= today else 0,
            "kept": kept.get(day, 0),
        }
        for day in range(1, days.SEASON_DAYS + 1)
    ]


def provable(season: Season, window: Window, states: Mapping[int, ProofState]) -> list[Mapping[str, Any]]:
    """The days that can be proved now, today's first: those that are open, then those for which nothing stands yet."""
    now = clock.now()
    found: list[Mapping[str, Any]] = []
    today = days.day_number(season.starts_on, clock.local(now).date())
    for day in range(today, today - days.LATE_DAYS - 2, -1):
        if not 1 <= day <= days.SEASON_DAYS:
            continue
        opens = days.opens_at(season.starts_on, day, window)
        closes = days.closes_at(season.starts_on, day, window, season.grace_minutes)
        is_late = now >= closes
        if now < opens or now >= closes + timedelta(days=days.LATE_DAYS) or (is_late and day in states):
            continue
        on = days.date_of(season.starts_on, day)
        found.append({"day": day, "on": on, "is_late": is_late, "closes": closes, "is_sent": day in states})
    return found


def window_of(window: Window) -> str:
    """05:00 to 09:00; empty where it is the whole day."""
    if window == Window():
        return ""
    return gettext("{start} to {end}").format(start=_clock(window.start), end=_clock(window.until))


def rhythm_of(days_a_week: int) -> str:
    """Every day, or so many days a week."""
    if days_a_week == days.WEEK_DAYS:
        return gettext("every day")
    return ngettext("{n} day a week", "{n} days a week", days_a_week).format(n=show.count(days_a_week))


def _clock(minutes: int) -> str:
    return f"{minutes // MINUTES:02}:{minutes % MINUTES:02}"
