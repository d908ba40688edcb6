"""What the authority may ask of the visit party: the register, and an hour of a query."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from dure.base.actors import system
from dure.kit.peers import Message
from dure.services.checkin.actions import visits_tracing as actions
from dure.services.checkin.providers import logs, parties, shown
from dure.services.checkin.queries import visits_hours as queries
from dure.services.checkin.rules import registry
from dure.services.checkin.types import Hour, Party
from dure.services.checkin.types.query_messages import ListVenues, Released, ReleaseHour, VenueListed, VenuesListed


def _release(sender: str, said: ReleaseHour) -> Released:
    query = shown.read(said.query)
    hour = Hour(query.scope.epoch, query.scope.venue, said.hour)
    trust = logs.trust(Party.AUTHORITY)
    given = actions.release_hour(system(registry.party(sender)), query, said.query.told, hour, trust)
    return parties.sealed(Party.VISITS, hour, said.reply, msgspec.msgpack.encode(given))


def _venues(sender: str, said: ListVenues) -> VenuesListed:
    found = queries.venues_after(said.after)
    return VenuesListed(tuple(VenueListed(one.id, one.name, one.organisation_name) for one in found))


_AUTHORITY: Final = (Party.AUTHORITY.value,)
TAKEN: Final[Mapping[str, Message[Any]]] = {
    "release": Message(ReleaseHour, _release, _AUTHORITY),
    "venues": Message(ListVenues, _venues, _AUTHORITY),
}
