"""What a house above asks about its own sendings: whether a channel would carry them, and whom they did not reach."""

from collections.abc import Sequence
from uuid import UUID

from dure.base.actors import Actor, PersonId
from dure.foundations.channels import models
from dure.foundations.channels.rules import advertising
from dure.foundations.channels.rules import content as contents
from dure.foundations.channels.rules import sending as rules
from dure.foundations.channels.types import ChannelId, Content, DispatchState, Purpose, SendingId

from .channels import channel as channel_card

__all__ = ["demand_fit", "in_vain"]


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


def in_vain(by: Actor, sendings: Sequence[UUID]) -> tuple[tuple[SendingId, PersonId], ...]:
    """Who was reached by none of the ways of these sendings, and will not be. Raises NotAllowed."""
    rules.may_look(by)
    lost = (DispatchState.FAILED, DispatchState.BARRED, DispatchState.EXPIRED, DispatchState.STOPPED)
    rows = models.Dispatch.objects.filter(sending__in=list(sendings), state__in=lost, next_at__isnull=True)
    return tuple((SendingId(sending), PersonId(person)) for sending, person in rows.values_list("sending", "person"))
