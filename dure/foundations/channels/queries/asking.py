"""What a house above asks about its own sendings: whether a channel would carry them, and what became of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from dure.base.actors import Actor, PersonId
from dure.foundations.channels.rules import advertising
from dure.foundations.channels.rules import content as contents
from dure.foundations.channels.rules import sending as rules
from dure.foundations.channels.types import ChannelId, Content, DispatchState, Fate, Purpose, SendingId, Why
from dure.kit import sqlfiles

from .channels import channel as channel_card

__all__ = ["demand_fit", "fates"]

HOUSE = "dure.foundations.channels"


def demand_fit(channel: ChannelId, purpose: Purpose, content: Content) -> None:
    """That a channel would carry this content for this purpose: what `queue_sending` asks of it, for a house that asks before its
    people send; for safety as of the platform's own warnings, which may name any place.

    Raises NotFound, BadValue, AdFormWrong, AdLooksLikeInfo, ContentTooLong.
    """
    if purpose is Purpose.SAFETY:
        contents.check(content)
        return
    card = channel_card(channel)
    advertising.check(content, purpose, card.name, card.contact)


def fates(by: Actor, asked: Sequence[tuple[UUID, UUID]]) -> tuple[Fate, ...]:
    """What became of sendings for persons, one for each pair of both; whom a sending does not know it reaches in vain. One
    statement. Raises NotAllowed.
    """
    rules.may_look(by)
    if not asked:
        return ()
    pairs = {"sendings": [sending for sending, _ in asked], "persons": [person for _, person in asked]}
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "fates").text, pairs)
        return tuple(_fate(*row) for row in cursor.fetchall())


def _fate(sending: UUID, person: UUID, state: str | None, *rest: Any) -> Fate:
    why, next_at, outside, inside = rest
    course, at = rules.course_of(
        None if state is None else DispatchState(state), Why(why) if why else None, next_at, (outside, inside)
    )
    return Fate(SendingId(sending), PersonId(person), course, at)
