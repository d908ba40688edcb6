"""Who answers in a conversation, what its two sides note about it, and files that go into it."""

from contextlib import suppress
from uuid import UUID

from django.core.files.base import ContentFile
from django.db.models import F

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.channels import models
from dure.foundations.channels.queries import inbox as reads
from dure.foundations.channels.rules import files, showing
from dure.foundations.channels.rules import inbox as rules
from dure.foundations.channels.rules.content import links
from dure.foundations.channels.types import (
    Attachment,
    AttachmentUnfit,
    BroadcastId,
    ChannelId,
    ChannelState,
    ConversationId,
    MessageId,
    Turn,
    WrongState,
)
from dure.foundations.people import queries as people
from dure.kit import photos, tx

from .broadcasts import stop_broadcast
from .inbox import begun, locked, mark_read, ring, turn
from .noting import note_opened
from .sending import stop_sending

__all__ = [
    "ask_for_person",
    "assign_conversation",
    "attach",
    "begin_conversation",
    "close_conversation",
    "complain",
    "decide_complaint",
    "hand_back",
    "mute_conversation",
    "note_clicked",
    "read_conversation",
    "take_conversation",
]

UPHELD = "upheld"
DECISIONS = ("kept", UPHELD)
OPENED_MAX = 200  # sendings that one look opens


def begin_conversation(by: Actor, channel: ChannelId) -> ConversationId:
    """The conversation of by and a channel, made when there is none yet.

    Raises NotAllowed, NotFound, ChannelClosed, ChannelPaused.
    """
    tx.demand()
    found = models.Channel.objects.filter(id=channel).first()
    if found is None:
        raise NotFound(what="channel")
    return ConversationId(begun(channel, rules.may_write_here(by, ChannelState(found.state))).id)


def ask_for_person(by: Actor, channel: ChannelId) -> ConversationId:
    """Ask for a human being: the conversation waits for staff. Asking again changes nothing. Raises NotAllowed, NotFound,
    ChannelClosed, ChannelPaused.
    """
    tx.demand()
    found = models.Channel.objects.filter(id=channel).first()
    if found is None:
        raise NotFound(what="channel")
    row = begun(channel, rules.may_write_here(by, ChannelState(found.state)))
    if rules.turned(reads.attended_of(row), Turn.ASK_PERSON) is not reads.attended_of(row):
        turn(row, Turn.ASK_PERSON, None)
    return ConversationId(row.id)


def take_conversation(by: Actor, conversation: ConversationId) -> None:
    """Take a conversation over. Raises NotAllowed, NotFound, ConversationTaken."""
    tx.demand()
    row, organisation = locked(conversation)
    me = rules.may_take(by, organisation, reads.attended_of(row), row.assigned_to)
    if row.assigned_to != me:
        turn(row, Turn.TAKE, me)
    mark_read(row, row.last_position, staff=True)


def assign_conversation(by: Actor, conversation: ConversationId, to: PersonId) -> None:
    """Give a conversation to a colleague, also one that somebody else has. Raises NotAllowed, NotFound, BadValue, NotWhileSo."""
    tx.demand()
    row, organisation = locked(conversation)
    rules.may_serve(by, organisation)
    if to not in people.member_ids(organisation):
        raise BadValue(field="to", reason="unknown")
    turn(row, Turn.ASSIGN, to)


def hand_back(by: Actor, conversation: ConversationId) -> None:
    """Let the bot answer again. Raises NotAllowed, NotFound, NotWhileSo."""
    tx.demand()
    row, organisation = locked(conversation)
    rules.may_serve(by, organisation)
    turn(row, Turn.HAND_BACK, None)


def close_conversation(by: Actor, conversation: ConversationId) -> None:
    """Close a conversation until the person writes again. Raises NotAllowed, NotFound, NotWhileSo."""
    tx.demand()
    row, organisation = locked(conversation)
    rules.may_serve(by, organisation)
    turn(row, Turn.CLOSE, None)
    mark_read(row, row.last_position, staff=True)


def read_conversation(by: Actor, conversation: ConversationId, seen: int) -> None:
    """Note that by's side has read up to the position `seen`; what a person has read is opened: no other way is tried for it.

    Raises NotFound.
    """
    tx.demand()
    _note_opened(by, conversation, seen)  # before the row is locked: senders lock dispatches first, conversations then
    row, organisation = locked(conversation)
    if by.person == row.person_id:
        mark_read(row, seen, staff=False)
    elif by.works_for(organisation):
        mark_read(row, seen, staff=True)
    else:
        raise NotFound(what="conversation")


def note_clicked(by: Actor, message: MessageId, target: str) -> None:
    """Note that the person to whom a channel sent this message goes where one of its buttons leads, the first time. Says nothing
    to the channel but in figures of twenty people and more. Raises NotFound: for anybody else, and for what leads elsewhere.
    """
    tx.demand()
    row = models.Message.objects.select_related("body", "dispatch", "conversation").filter(id=message).first()
    if row is None or by.person != row.conversation.person_id:
        raise NotFound(what="message")
    if target not in links(reads.message_of(row).content) or not showing.is_address(target):
        raise NotFound(what="address")
    if row.dispatch_id is not None:
        clicked = models.Dispatch.objects.filter(id=row.dispatch_id, clicked_at__isnull=True)
        clicked.update(clicked_at=clock.now())


def _note_opened(by: Actor, conversation: ConversationId, seen: int) -> None:
    mine = models.Message.objects.filter(conversation=conversation, conversation__person=by.person, position__lte=seen)
    unread = mine.filter(position__gt=F("conversation__read_by_person"), dispatch__isnull=False)
    dispatches = unread.order_by("-position").values_list("dispatch_id", flat=True)[:OPENED_MAX]
    if opened := list(dispatches):
        note_opened(by, opened)
        channel = models.Conversation.objects.filter(id=conversation).values("channel")
        models.Friend.objects.filter(channel__in=channel, person=by.person).update(opened_at=clock.now())


def mute_conversation(by: Actor, conversation: ConversationId, muted: bool) -> None:
    """Let nothing ring for it, or ring again; messages come all the same. Raises NotFound."""
    tx.demand()
    row, _ = locked(conversation)
    if by.person is None or by.person != row.person_id:
        raise NotFound(what="conversation")
    if row.muted != muted:
        row.muted = muted
        row.save(update_fields=["muted"])
        ring(row)


def complain(by: Actor, message: MessageId, why: str) -> None:
    """Report a message of the other side to the stewards, once. Raises NotAllowed, NotFound, BadValue."""
    tx.demand()
    clean = rules.clean_why(why)
    found = models.Message.objects.select_related("conversation__channel").filter(id=message).first()
    if found is None or by.person is None:
        raise NotFound(what="message")
    row = found.conversation
    mine = by.person == row.person_id
    if not (mine or by.works_for(reads.organisation_of(row.channel_id))):
        raise NotFound(what="message")
    if rules.is_own(found.speaker, mine=mine):
        raise NotAllowed(needs="words_of_the_other_side")
    models.MessageComplaint.objects.get_or_create(
        message=found, by=by.person, defaults={"id": ids.new(), "why": clean, "at": clock.now()}
    )


def decide_complaint(by: Actor, complaint: UUID, decision: str) -> None:
    """Note what a steward makes of a reported message: "upheld" or "kept". Of one that breaks the rules, nobody gets it any more:
    what it came with is stopped. Raises NotAllowed, NotFound, BadValue.
    """
    tx.demand()
    me = rules.may_judge(by)
    if decision not in DECISIONS:
        raise BadValue(field="decision", reason="unknown")
    row = models.MessageComplaint.objects.select_for_update().filter(id=complaint).first()
    if row is None:
        raise NotFound(what="complaint")
    if not row.decided:
        row.decided, row.decided_by = decision, me
        row.save(update_fields=["decided", "decided_by"])
        if decision == UPHELD and row.message.dispatch is not None:
            _stop(by, row.message.dispatch.sending)


def _stop(by: Actor, sending: models.Sending) -> None:
    """Stop a sending, and the broadcast that it is, unless that is over."""
    stop_sending(by, sending.id)
    if sending.about is not None:
        with suppress(NotFound, WrongState):
            stop_broadcast(by, BroadcastId(sending.about))


def attach(by: Actor, conversation: ConversationId, content: bytes, client_id: str, seconds: int = 0) -> Attachment:
    """Store a picture (written anew, without what a camera hides in it) or a sound, to be said in this conversation.

    The same client id again answers the file that is there. Raises NotFound, BadValue, AttachmentUnfit.
    """
    tx.demand()
    row, organisation = locked(conversation)
    me = by.person
    if me is None or (me != row.person_id and not by.works_for(organisation)):
        raise NotFound(what="conversation")
    rules.clean_client_id(client_id)
    known = models.Attachment.objects.filter(conversation=row, by=me, client_id=client_id).first()
    if known is not None:
        return reads.attachment_of(known)
    if models.Attachment.objects.filter(by=me, at__gte=clock.now() - files.WINDOW).count() >= files.A_DAY_MAX:
        raise AttachmentUnfit(why="count", limit=files.A_DAY_MAX)
    made = models.Attachment(id=ids.new(), conversation=row, by=me, client_id=client_id, at=clock.now())
    media = files.sound(content)
    if media is None:
        kept, made.width, made.height = photos.small_webp(content)
        made.kind, made.media, ending = "picture", "image/webp", "webp"
    else:
        files.check_sound(len(content), seconds)
        kept, made.kind, made.media, ending = content, "audio", media.media, media.ending
        made.seconds = seconds
    made.bytes = len(kept)
    made.file.save(f"{made.id}.{ending}", ContentFile(kept), save=False)
    store, name = made.file.storage, str(made.file.name)
    tx.if_undone(lambda: store.delete(name))
    made.save(force_insert=True)
    return reads.attachment_of(made)
