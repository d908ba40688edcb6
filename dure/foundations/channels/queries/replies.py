"""Answers that nobody has read yet."""

from dure.foundations.channels import models
from dure.foundations.channels.rules import showing
from dure.foundations.channels.rules.replies import is_discreet, notice_key
from dure.foundations.channels.types import (
    ChannelId,
    ChannelState,
    ConversationId,
    MessageId,
    Speaker,
    Unheard,
)
from dure.foundations.people import queries as people
from dure.foundations.people.types import PersonId

from .inbox import message_of

__all__ = ["unheard"]


def unheard(message: MessageId) -> Unheard | None:
    """An answer of the staff of which its person should hear elsewhere; None when they have read it, want no bell for this
    conversation, or were told of this stretch already.
    """
    found = (
        models.Message.objects.select_related("body", "dispatch", "conversation__channel").filter(id=message).first()
    )
    if found is None or found.speaker != Speaker.STAFF:
        return None
    row = found.conversation
    channel = row.channel
    if found.position <= row.read_by_person or row.muted or channel.state != ChannelState.OPEN:
        return None
    if models.Sending.objects.filter(key=notice_key(ConversationId(row.id), row.read_by_person)).exists():
        return None
    discreet = is_discreet(people.organisation(channel.organisation).kind, channel.discreet)
    return Unheard(
        message=MessageId(found.id),
        conversation=ConversationId(row.id),
        channel=ChannelId(channel.id),
        channel_name=channel.name,
        handle=channel.handle,
        person=PersonId(row.person_id),
        seen=row.read_by_person,
        line="" if discreet else showing.preview(message_of(found).content),
    )
