"""Conversations and messages, as their people and staff see them."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.channels import models
from dure.foundations.channels.rules import inbox as rules
from dure.foundations.channels.rules import showing
from dure.foundations.channels.types import (
    Attachment,
    Attended,
    ChannelId,
    Content,
    Conversation,
    ConversationId,
    FoundMessage,
    Message,
    MessageId,
    Speaker,
    Thread,
)
from dure.foundations.people import queries as people

from .carrying import picture

__all__ = [
    "attachment",
    "bell_of_channel",
    "bell_of_person",
    "conversation",
    "conversation_with",
    "conversations_export",
    "messages",
    "organisation_of",
    "search_messages",
    "thread",
    "threads",
    "unread_total",
]

THREADS_MAX = 50
MESSAGES_MAX = 50
FOUND_MAX = 40


def threads(by: Actor, page: int = 1) -> tuple[Thread, ...]:
    """My conversations, the newest first. Four statements, however many."""
    me = _myself(by)
    start = (page - 1) * THREADS_MAX
    rows = list(
        models.Conversation.objects.select_related("channel")
        .filter(person=me)
        .order_by("-at", "-pk")[start : start + THREADS_MAX]
    )
    counts, last = unread_of(rows, staff=False), last_of(rows)
    verified = _verified(row.channel.organisation for row in rows)
    return tuple(
        Thread(
            conversation=conversation_of(row, last.get(row.id), counts.get(row.id, 0)),
            name=row.channel.name,
            handle=row.channel.handle,
            verified=row.channel.organisation in verified,
            said=said_of(last.get(row.id)),
        )
        for row in rows
    )


def unread_total(by: Actor) -> int:
    """How many messages I have not read, in all my conversations that are not muted; at most UNREAD_SHOWN_MAX."""
    if by.person is None:
        return 0
    unread = (
        models.Message.objects.filter(
            conversation__person=by.person,
            conversation__muted=False,
            conversation__last_position__gt=F("conversation__read_by_person"),
            position__gt=F("conversation__read_by_person"),
        )
        .exclude(speaker=Speaker.PERSON)
        .values("id")[: rules.UNREAD_SHOWN_MAX]
    )
    return len(unread)


def conversation(by: Actor, conversation: UUID) -> Conversation:
    """One conversation, for its person and the channel's staff. Raises NotFound."""
    row = _row(by, conversation)
    staff = row.person_id != by.person
    return conversation_of(row, None, unread_of([row], staff=staff).get(row.id, 0))


def conversation_with(by: Actor, channel: ChannelId) -> ConversationId | None:
    """My conversation with a channel, if there is one."""
    found = models.Conversation.objects.filter(channel=channel, person=_myself(by)).values_list("id", flat=True).first()
    return ConversationId(found) if found else None


def thread(by: Actor, conversation: UUID) -> Thread:
    """One conversation with the name of the other side, for its person and the channel's staff. Raises NotFound."""
    row = _row(by, conversation)
    staff = row.person_id != by.person
    known = people.names(one for one in (row.person_id, row.assigned_to) if one)
    return Thread(
        conversation=conversation_of(row, None, 0),
        name=known.get(PersonId(row.person_id), "") if staff else row.channel.name,
        handle=row.channel.handle,
        verified=row.channel.organisation in _verified([row.channel.organisation]),
        said="",
        waiting_since=row.waiting_since,
        assignee=known.get(PersonId(row.assigned_to), "") if row.assigned_to else "",
    )


def messages(
    by: Actor, conversation: UUID, *, before: int | None = None, after: int = 0, most: int = MESSAGES_MAX
) -> tuple[Message, ...]:
    """Messages in their order: the last ones, those before a position, or those after one. Raises NotFound."""
    row = _row(by, conversation)
    rows = models.Message.objects.select_related("body", "dispatch").filter(conversation=row)
    if row.person_id != by.person:
        rows = rows.filter(confidential=False)
    most = min(most, MESSAGES_MAX)
    if after:
        return tuple(message_of(one) for one in rows.filter(position__gt=after).order_by("position")[:most])
    if before is not None:
        rows = rows.filter(position__lt=before)
    return tuple(message_of(one) for one in reversed(rows.order_by("-position")[:most]))


def search_messages(by: Actor, words: str) -> tuple[FoundMessage, ...]:
    """My messages that hold all of the words, anywhere in them (Korean has no spaces to rely on), the newest first."""
    me, wanted = _myself(by), rules.clean_search(words)
    rows = models.Message.objects.select_related("body", "dispatch", "conversation__channel")
    return found_in(rows.filter(conversation__person=me), wanted, staff=False)


def attachment(by: Actor, attachment: UUID) -> Attachment:
    """A stored file, for whoever may read the conversation in which it was sent; or a picture of a channel. Raises NotFound."""
    row = models.Attachment.objects.filter(id=attachment).first()
    if row is None:
        return picture(by, attachment)
    if not (
        by.is_steward and models.MessageComplaint.objects.filter(message__conversation=row.conversation_id).exists()
    ):
        _row(by, row.conversation_id)
    return attachment_of(row)


def conversations_export(person: PersonId) -> Mapping[str, object]:
    """Everything a person said and was told, for their data export."""
    rows = models.Message.objects.select_related("body", "dispatch", "conversation__channel").filter(
        conversation__person=person
    )
    return {
        "messages": (
            {
                "channel": row.conversation.channel.name,
                "speaker": row.speaker,
                "at": row.at,
                "content": message_of(row).content,
            }
            for row in rows.order_by("conversation", "position").iterator(500)
        ),
        "browsers": models.PushSubscription.objects.filter(person=person)
        .values("device", "at", "heard_at")
        .iterator(100),
    }


def organisation_of(channel: UUID) -> OrganisationId:
    """Whose channel it is. Raises NotFound."""
    found = models.Channel.objects.filter(id=channel).values_list("organisation", flat=True).first()
    if found is None:
        raise NotFound(what="channel")
    return OrganisationId(found)


def found_in(rows: "QuerySet[models.Message]", wanted: str, *, staff: bool) -> tuple[FoundMessage, ...]:
    for word in wanted.split():
        rows = rows.filter(words__icontains=word)
    found = list(rows.order_by("-at", "-pk")[:FOUND_MAX])
    known = people.names(row.conversation.person_id for row in found) if staff else {}
    return tuple(
        FoundMessage(
            message=message_of(row),
            name=known.get(PersonId(row.conversation.person_id), "") if staff else row.conversation.channel.name,
            handle=row.conversation.channel.handle,
        )
        for row in found
    )


def _row(by: Actor, conversation: UUID) -> models.Conversation:
    """The row, for whoever may read it; to all others it is not there."""
    row = models.Conversation.objects.select_related("channel").filter(id=conversation).first()
    if row is None:
        raise NotFound(what="conversation")
    try:
        rules.may_read(by, PersonId(row.person_id), OrganisationId(row.channel.organisation))
    except NotAllowed:
        if by.person is None:
            raise
        raise NotFound(what="conversation") from None
    if row.person_id != by.person and not shown_to_staff(row.channel_id).filter(id=row.id).exists():
        raise NotFound(what="conversation")
    return row


def shown_to_staff(channel: UUID) -> "QuerySet[models.Conversation]":
    """A channel's conversations for its staff, each `staff_at` the moment of what they see of it last.

    What was sent in confidence is not for them, and to whom it went is not either: a conversation in which nothing else was said
    is not there, and one in which something was stands where it stood.
    """
    rows = models.Conversation.objects.filter(channel=channel)
    if not models.Sending.objects.filter(channel=channel, confidential=True).exists():
        return rows.annotate(staff_at=F("at"))
    said = models.Message.objects.filter(conversation=OuterRef("pk")).order_by("-position").values("at")
    hidden, seen = said.filter(confidential=True), said.filter(confidential=False)
    rows = rows.annotate(is_partly_hidden=Exists(hidden), staff_at=Coalesce(Subquery(seen[:1]), F("at")))
    return rows.filter(Q(is_partly_hidden=False) | Exists(seen))


def _myself(by: Actor) -> PersonId:
    if by.person is None:
        raise NotAllowed(needs="log_in")
    return by.person


def unread_of(rows: Sequence[models.Conversation], *, staff: bool) -> dict[UUID, int]:
    """How many messages each of the conversations has that their reader did not see."""
    mark = "read_by_staff" if staff else "read_by_person"
    behind = [row.id for row in rows if row.last_position > getattr(row, mark)]
    if not behind:
        return {}
    unseen = models.Message.objects.filter(conversation__in=behind, position__gt=F(f"conversation__{mark}"))
    unseen = unseen.filter(speaker=Speaker.PERSON) if staff else unseen.exclude(speaker=Speaker.PERSON)
    return dict(unseen.values_list("conversation").annotate(count=Count("id")))


def last_of(rows: Sequence[models.Conversation], *, staff: bool = False) -> dict[UUID, Message]:
    """The last message of each; for staff the last one that they see."""
    known = models.Message.objects.select_related("body", "dispatch").filter(conversation__in=[row.id for row in rows])
    newest = list(known.filter(position=F("conversation__last_position")))
    hidden = [row.conversation_id for row in newest if staff and row.confidential]
    if hidden:
        seen = known.filter(conversation__in=hidden, confidential=False)
        newest = [row for row in newest if not row.confidential]
        newest += seen.order_by("conversation", "-position").distinct("conversation")
    return {row.conversation_id: message_of(row) for row in newest}


def said_of(message: Message | None) -> str:
    return showing.preview(message.content) if message else ""


def _verified(organisations: Iterable[UUID]) -> frozenset[UUID]:
    cards = people.organisations(organisations)
    return frozenset(card.id for card in cards.values() if card.verified)


def conversation_of(row: models.Conversation, last: Message | None, unread: int) -> Conversation:
    """The value of a row."""
    return Conversation(
        id=ConversationId(row.id),
        channel=ChannelId(row.channel_id),
        person=PersonId(row.person_id),
        attended=Attended(row.attended),
        assigned_to=PersonId(row.assigned_to) if row.assigned_to else None,
        last=last,
        unread=unread,
        muted=row.muted,
        at=row.at,
    )


def message_of(row: models.Message) -> Message:
    """The value of a row, with the variables of its dispatch filled in."""
    content = msgspec.json.decode(bytes(row.body.content), type=Content)
    if variables := row.variables if row.dispatch is None else row.dispatch.variables:
        content = showing.filled(content, {name: str(said) for name, said in variables.items()})
    return Message(
        id=MessageId(row.id),
        conversation=ConversationId(row.conversation_id),
        position=row.position,
        speaker=Speaker(row.speaker),
        by=PersonId(row.by) if row.by else None,
        content=content,
        at=row.at,
        client_id=row.client_id,
    )


def attachment_of(row: models.Attachment) -> Attachment:
    """The value of a row."""
    return Attachment(row.id, row.kind, row.media, row.file.name or "", row.width, row.height, row.seconds)


def attended_of(row: models.Conversation) -> Attended:
    """Who answers in a row."""
    return Attended(row.attended)


def bell_of_person(person: PersonId) -> str:
    """What rings for a person's own pages."""
    return f"p{person.hex}"


def bell_of_channel(channel: ChannelId) -> str:
    """What rings for a channel's staff."""
    return f"c{channel.hex}"
