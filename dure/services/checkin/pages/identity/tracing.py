"""What the authority may ask of the identity party: its share, and that people are told. And the words in which they are."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from dure.base.actors import Actor, system
from dure.foundations.channels.types import Content, Text
from dure.kit import show
from dure.kit.peers import Message
from dure.services.checkin.actions import identity_tracing as actions
from dure.services.checkin.providers import logs, parties, shown
from dure.services.checkin.queries import identity as queries
from dure.services.checkin.rules import calendar, registry
from dure.services.checkin.types import Hour, Party, Scope
from dure.services.checkin.types.offices import Telling
from dure.services.checkin.types.query_messages import ContactsTold, Released, ReleaseShare, TellContacts


def notice(scope: Scope, venue_name: str) -> Content:
    """What somebody reads who was there: where, when, what to do. It offers nothing and blames nobody."""
    day: date = calendar.day_of(scope.epoch)
    until = scope.first_hour + scope.hours
    with translation.override(settings.LANGUAGE_CODE):
        where = gettext("On {day}, between {first}:00 and {until}:00, you checked in at {place}.").format(
            day=show.day(day),
            first=scope.first_hour,
            until=until,
            place=venue_name or gettext("a place of the register"),
        )
        why = gettext("Somebody with an infectious disease was there in these hours.")
        todo = gettext(
            "Please watch your health for two weeks. With fever or a cough, call 1339 or your public health centre before you go"
            " anywhere."
        )
        who = gettext("Nobody else was told that you were there, neither the place nor the authority.")
    return Content((Text(f"{where} {why}\n\n{todo}\n\n{who}"),))


def _by(sender: str) -> Actor:
    return system(registry.party(sender))


def _release(sender: str, said: ReleaseShare) -> Released:
    query = shown.read(said.query)
    hour = Hour(query.scope.epoch, query.scope.venue, said.hour)
    trust = logs.trust(Party.AUTHORITY)
    share = actions.release_share(_by(sender), query, said.query.told, (hour, said.part, said.sealed), trust)
    return parties.sealed(Party.IDENTITY, hour, said.reply, share)


def _tell(sender: str, said: TellContacts) -> ContactsTold:
    query = shown.read(said.query)
    asked = Telling(f"{said.round}.{said.lot}", said.handles)
    content = notice(query.scope, queries.name_of(query.scope.venue))
    trust = logs.trust(Party.AUTHORITY)
    counted = actions.tell_contacts(_by(sender), query, said.query.told, asked, content, trust)
    return ContactsTold(counted.told, counted.unknown)


_AUTHORITY: Final = (Party.AUTHORITY.value,)
TAKEN: Final[Mapping[str, Message[Any]]] = {
    "release": Message(ReleaseShare, _release, _AUTHORITY),
    "tell": Message(TellContacts, _tell, _AUTHORITY),
}
