"""A shop's regulars: friends of its channel with what the shop noted, and how often they used a coupon here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from dure.base.actors import Actor, PersonId
from dure.foundations.channels import queries as channels
from dure.foundations.channels.types import EVERYBODY, FriendNote, Segment
from dure.foundations.channels.types.segments import Compare, Field, Term
from dure.foundations.people import queries as people
from dure.services.market.rules import permits
from dure.services.market.types import Regular, Shop

from .counter import visits

NEW_DAYS: Final = 7
SOON_DAYS: Final = 7
AWAY_DAYS: Final = 30


class Which(StrEnum):
    """Which regulars to show."""

    ALL = ""
    NEW = "new"  # friends for a week
    BIRTHDAY = "birthday"  # within a week
    AWAY = "away"  # not here for a month


SEGMENTS: Final[Mapping[Which, Segment]] = {
    Which.ALL: EVERYBODY,
    Which.NEW: Term(Field.JOINED, Compare.UNDER, NEW_DAYS),
    Which.BIRTHDAY: Term(Field.BIRTHDAY, Compare.UNDER, SOON_DAYS),
    Which.AWAY: Term(Field.VISITED, Compare.OVER, AWAY_DAYS),
}


@dataclass(frozen=True, slots=True)
class RegularPage:
    """One page of a shop's regulars."""

    regulars: tuple[Regular, ...]
    total: int
    page: int
    pages: int


def regulars(by: Actor, shop: Shop, which: Which = Which.ALL, page: int = 1) -> RegularPage:
    """A page of a shop's regulars. Only its own people see them. Raises NotAllowed."""
    permits.may_work(by, shop.organisation)
    if shop.channel is None:
        return RegularPage((), 0, 1, 1)
    found = channels.friends(by, shop.channel, SEGMENTS[which], page)
    persons = tuple(one.person for one in found.friends)
    names, used = people.names(persons), dict(visits(shop.id, persons))
    notes = channels.noted_all(by, shop.channel, persons)
    rows = [
        _regular(one.person, names.get(one.person, ""), one.joined_at, (notes[one.person], used.get(one.person, 0)))
        for one in found.friends
        if one.person in notes  # who left in between is no regular
    ]
    return RegularPage(tuple(rows), found.total, found.page, found.pages)


def regular_count(by: Actor, shop: Shop) -> int:
    """How many regulars a shop has. Raises NotAllowed."""
    permits.may_work(by, shop.organisation)
    return channels.friend_counts([shop.channel])[shop.channel] if shop.channel else 0


def regular(by: Actor, shop: Shop, person: PersonId) -> Regular:
    """One regular. Raises NotAllowed, NotAFriend."""
    permits.may_work(by, shop.organisation)
    known = channels.friend(shop.channel or shop.id, person)
    note = channels.noted(by, shop.channel or shop.id, person)
    used = dict(visits(shop.id, (person,)))
    joined = known.joined_at if known else shop.opened_at
    return _regular(person, people.names([person]).get(person, ""), joined, (note, used.get(person, 0)))


def _regular(person: PersonId, name: str, joined_at: datetime, said: tuple[FriendNote, int]) -> Regular:
    note, used = said
    days = {one.name: one.on for one in note.dates}
    return Regular(
        person=person,
        name=name,
        joined_at=joined_at,
        tags=note.tags,
        note=note.note,
        birthday=days.get("birthday"),
        visited=days.get("visited"),
        visits=used,
    )
