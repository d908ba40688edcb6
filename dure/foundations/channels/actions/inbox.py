"""Saying something in a conversation: a person, the staff, the outbox. Positions have no gaps: each writer locks the row."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import KeyReused, NotAllowed, NotFound
from dure.foundations.channels import models
from dure.foundations.channels.queries import inbox as reads
from dure.foundations.channels.rules import content as limits
from dure.foundations.channels.rules import inbox as rules
from dure.foundations.channels.rules import showing
from dure.foundations.channels.types import (
    Attended,
    Audio,
    ChannelId,
    ChannelState,
    Content,
    ConversationId,
    ConversationTurned,
    Delivery,
    Message,
    MessageId,
    MessageSaid,
    Picture,
    Speaker,
    Turn,
)
from dure.kit import bells, outbox, sqlfiles, tx

__all__ = [
    "deliver_to_inbox",
    "reply",
    "say",
]

DELIVERIES_MAX = 2_000
KEPT = ("attended", "assigned_to", "waiting_since", "last_position", "read_by_person", "read_by_staff", "at")
_PACKAGE = "dure.foundations.channels"


def say(by: Actor, channel: ChannelId, content: Content, client_id: str) -> Message:
    """Say something to a channel. The same client id again answers the message that is there; a closed conversation opens.

    Raises NotAllowed, NotFound, ChannelClosed, ChannelPaused, ContentTooLong, BadValue, KeyReused.
    """
    tx.demand()
    client_id = rules.clean_client_id(client_id)
    spoken_to = models.Channel.objects.filter(id=channel).first()
    if spoken_to is None:
        raise NotFound(what="channel")
    me = rules.may_write_here(by, ChannelState(spoken_to.state))
    limits.check(content)
    row = begun(channel, me)
    known = _said_before(row, client_id, content)
    if known is not None:
        return known
    _demand_own_files(row, me, content)
    row.attended = rules.turned(Attended(row.attended), Turn.WRITE)
    if row.read_by_person == row.last_position:
        row.read_by_person = row.last_position + 1  # whoever has read everything has read their own words, too
    message = append(row, Speaker.PERSON, content, by=me, client_id=client_id)
    _tell_said(message, row, by_staff=None)
    return message


def reply(by: Actor, conversation: ConversationId, content: Content, client_id: str) -> Message:
    """Answer a person for the channel, and take the conversation unless a colleague has it. The same client id: once.

    Raises NotAllowed, NotFound, ConversationTaken, ContentTooLong, BadValue, KeyReused.
    """
    tx.demand()
    client_id = rules.clean_client_id(client_id)
    limits.check(content)
    row, organisation = locked(conversation)
    rules.may_serve(by, organisation)
    known = _said_before(row, client_id, content)
    if known is not None:
        return known
    me = rules.may_take(by, organisation, Attended(row.attended), row.assigned_to)
    _demand_own_files(row, me, content)
    if row.attended != Attended.STAFF:
        turn(row, Turn.TAKE, me)
    message = append(row, Speaker.STAFF, content, by=me, client_id=client_id)
    mark_read(row, row.last_position, staff=True)
    _tell_said(message, row, by_staff=me)
    return message


def deliver_to_inbox(by: Actor, rows: Sequence[Delivery]) -> int:
    """Put what was sent into the inboxes; answers how many were new. Two statements, however many; a dispatch arrives once."""
    tx.demand()
    if not by.is_system:
        raise NotAllowed(needs="system")
    if not rows:
        return 0
    if len(rows) > DELIVERIES_MAX:
        raise ValueError(f"at most {DELIVERIES_MAX} at once, not {len(rows)}")
    values: dict[str, Any] = {
        "dispatches": [row.dispatch for row in rows],
        "channels": [row.channel for row in rows],
        "persons": [row.person for row in rows],
        "bodies": [row.body for row in rows],
        "words": [row.words[: showing.WORDS_LENGTH_MAX] for row in rows],
        "ids": [ids.new() for _ in rows],
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(_PACKAGE, "lock_conversations").text, values)
        cursor.execute(sqlfiles.load(_PACKAGE, "deliver_to_inbox").text, values)
        return int(cursor.fetchone()[0])


# What actions of this room share


def begun(channel: ChannelId, person: PersonId) -> models.Conversation:
    """The conversation of a channel and a person, locked; made when it is missing."""
    made = models.Conversation(channel_id=channel, person_id=person, at=clock.now())
    models.Conversation.objects.bulk_create([made], ignore_conflicts=True)
    return (
        models.Conversation.objects.select_for_update(of=("self",))
        .select_related("channel")
        .get(channel_id=channel, person_id=person)
    )


def locked(conversation: UUID) -> tuple[models.Conversation, OrganisationId]:
    """The conversation, locked, and whose channel it is. Raises NotFound."""
    row = (
        models.Conversation.objects.select_for_update(of=("self",))
        .select_related("channel")
        .filter(id=conversation)
        .first()
    )
    if row is None:
        raise NotFound(what="conversation")
    return row, OrganisationId(row.channel.organisation)


def append(
    row: models.Conversation, speaker: Speaker, content: Content, *, by: PersonId | None, client_id: str
) -> Message:
    """Write the next message of a conversation that is locked, and ring for both sides."""
    now = clock.now()
    body = models.Body.objects.create(id=ids.new(), content=msgspec.json.encode(content))
    row.last_position += 1
    row.at = now
    message = models.Message.objects.create(
        id=ids.new(),
        conversation=row,
        position=row.last_position,
        speaker=speaker,
        by=by,
        body=body,
        client_id=client_id,
        words=showing.words_of(content),
        at=now,
    )
    row.save(update_fields=KEPT)
    ring(row)
    return reads.message_of(message)


def turn(row: models.Conversation, what: Turn, assigned_to: PersonId | None) -> None:
    """Let somebody else answer in a conversation that is locked, and tell it. Raises NotWhileSo."""
    now = clock.now()
    after = rules.turned(Attended(row.attended), what)
    waits = after is Attended.WAITING
    row.waiting_since = (row.waiting_since or now) if waits else None
    row.attended, row.assigned_to = after, assigned_to if after is Attended.STAFF else None
    row.save(update_fields=["attended", "assigned_to", "waiting_since"])
    outbox.emit(
        ConversationTurned(
            conversation=ConversationId(row.id),
            channel=ChannelId(row.channel_id),
            person=PersonId(row.person_id),
            attended=after,
            assigned_to=PersonId(row.assigned_to) if row.assigned_to else None,
            at=now,
        )
    )
    ring(row)


def mark_read(row: models.Conversation, seen: int, *, staff: bool) -> None:
    """Note up to where one side has read, in a conversation that is locked."""
    name = "read_by_staff" if staff else "read_by_person"
    before = getattr(row, name)
    after = rules.read_to(before, seen, row.last_position)
    if after != before:
        setattr(row, name, after)
        row.save(update_fields=[name])


def ring(row: models.Conversation) -> None:
    """Wake the pages of both sides."""
    bells.ring((reads.bell_of_person(PersonId(row.person_id)), reads.bell_of_channel(ChannelId(row.channel_id))))


def _said_before(row: models.Conversation, client_id: str, content: Content) -> Message | None:
    """What was said under this client id, once and for all. Raises KeyReused when it was something else."""
    found = (
        models.Message.objects.select_related("body", "dispatch").filter(conversation=row, client_id=client_id).first()
    )
    if found is None:
        return None
    message = reads.message_of(found)
    if message.content != content:
        raise KeyReused(key=client_id)
    return message


def _demand_own_files(row: models.Conversation, me: PersonId, content: Content) -> None:
    """Pictures and sounds are those that the writer put into this conversation. Raises NotFound."""
    files = {part.file for part in content.parts if isinstance(part, Picture | Audio)}
    if files:
        known = models.Attachment.objects.filter(conversation=row, by=me).values_list("id", flat=True)
        if not files <= {str(one) for one in known}:
            raise NotFound(what="attachment")


def _tell_said(message: Message, row: models.Conversation, *, by_staff: PersonId | None) -> None:
    outbox.emit(
        MessageSaid(
            message=MessageId(message.id),
            conversation=ConversationId(row.id),
            channel=ChannelId(row.channel_id),
            person=PersonId(row.person_id),
            by_staff=by_staff,
            at=message.at,
        )
    )
