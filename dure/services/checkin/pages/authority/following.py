"""How far a query is, as an officer follows it step by step."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext

from dure.kit import show
from dure.services.checkin.names import STATES
from dure.services.checkin.types import Query, QueryState
from dure.services.checkin.types.offices import QueryFile

_ORDER = (
    QueryState.FILED,
    QueryState.APPROVED,
    QueryState.LOGGED,
    QueryState.RELEASED,
    QueryState.TOLD,
    QueryState.CLOSED,
)


def steps(one: QueryFile) -> Sequence[Mapping[str, Any]]:
    """The way of a query, for the component of steps."""
    query = one.query
    filed = {
        "title": gettext("Filed by {name}").format(name=one.filed_by),
        "when": query.filed_at,
        "note": "",
        "state": "done",
    }
    if query.state is QueryState.REFUSED:
        refused = gettext("Refused by {name}").format(name=one.decided_by)
        no = {
            "title": refused if query.decided_by else gettext("Ended by itself: no second officer decided."),
            "when": query.closed_on,
            "note": gettext("Nothing was asked of anybody."),
            "state": "bad",
        }
        return (filed, no)
    at = _ORDER.index(query.state)
    return (filed, *(_step(one, number, at) for number in range(1, len(_ORDER))))


def state_of(query: Query) -> str:
    """How far a query is, in a word or two."""
    if query.state is QueryState.REFUSED and query.decided_by is None:
        return gettext("ended by itself")
    return str(STATES[query.state])


def waits_for(one: QueryFile) -> str:
    """What keeps a query from going on, in words; empty when nothing does."""
    words = {
        "peer_silent": gettext("The other party does not answer. We ask again every minute."),
        "no_peer": gettext("Nobody has said here where the other parties are."),
        "day_closed": gettext("The 28 days of that day are over: nothing of it can be read any more."),
        "no_safety_channel": gettext(
            "On the town's platform no public body has the channel from which people are told yet. We try again every minute."
        ),
        "peer_refused": gettext("The other party said no. We ask again every minute."),
    }
    return words.get(one.trouble, gettext("It waits. We try again every minute.")) if one.trouble else ""


def _step(one: QueryFile, number: int, at: int) -> Mapping[str, Any]:
    title, note = _words(one, number)
    state = "done" if number <= at else ("now" if number == at + 1 else "next")
    when = one.query.closed_on if number == len(_ORDER) - 1 else None
    return {"title": title, "note": note, "state": state, "when": when}


def _words(one: QueryFile, number: int) -> tuple[str, str]:
    query = one.query
    match _ORDER[number]:
        case QueryState.APPROVED:
            named = gettext("Approved by {name}").format(name=one.decided_by)
            return (named if one.decided_by else gettext("Approved by a second officer")), ""
        case QueryState.LOGGED:
            place = gettext("Entry {number}").format(number=query.log_entry) if query.log_entry is not None else ""
            return gettext("Stands in the public log"), place
        case QueryState.RELEASED:
            return gettext("Two parties gave their shares"), gettext("Only these hours at this place open.")
        case QueryState.TOLD:
            return gettext("People are told"), _told(one)
    return pgettext("query", "Closed"), gettext("What was opened is gone; the log says what it was about.")


def _told(one: QueryFile) -> str:
    query = one.query
    if query.told is None:
        return gettext("By the town's platform. No name comes here.")
    if not query.told:
        return gettext("Nobody had to be told.")
    said = ngettext("At most {count} person.", "At most {count} people.", query.told)
    return said.format(count=show.count(query.told))
