"""Conversations as a channel's staff see them; reported messages as stewards do."""

from django.db.models import Count, Q

from dure.base.actors import Actor, PersonId
from dure.foundations.channels import models
from dure.foundations.channels.rules import inbox as rules
from dure.foundations.channels.types import (
    Attended,
    CannedText,
    ChannelId,
    Complaint,
    FoundMessage,
    OwnAnswer,
    Speaker,
    StaffLine,
    Thread,
)
from dure.foundations.people import queries as people

from . import inbox as reads

__all__ = [
    "canned_texts",
    "complaints",
    "own_answers",
    "search_channel",
    "served_channels",
    "staff_line",
    "staff_threads",
]

LIST_MAX = 100


def search_channel(by: Actor, channel: ChannelId, words: str) -> tuple[FoundMessage, ...]:
    """The same in all conversations of a channel, for its staff. Raises NotFound, NotAllowed."""
    rules.may_serve(by, reads.organisation_of(channel))
    rows = models.Message.objects.select_related("body", "dispatch", "conversation__channel")
    mine = rows.filter(conversation__channel=channel).exclude(speaker=Speaker.CHANNEL)
    return reads.found_in(mine, rules.clean_search(words), staff=True)


def staff_line(by: Actor, channel: ChannelId) -> StaffLine:
    """How many conversations of a channel stand where. Raises NotFound, NotAllowed."""
    me = rules.may_serve(by, reads.organisation_of(channel))
    counts = reads.shown_to_staff(channel).aggregate(
        waiting=Count("id", filter=Q(attended=Attended.WAITING)),
        mine=Count("id", filter=Q(attended=Attended.STAFF, assigned_to=me)),
        others=Count("id", filter=Q(attended=Attended.STAFF) & ~Q(assigned_to=me)),
        bot=Count("id", filter=Q(attended=Attended.BOT)),
        closed=Count("id", filter=Q(attended=Attended.CLOSED)),
    )
    return StaffLine(**counts)


def staff_threads(by: Actor, channel: ChannelId, attended: Attended, *, mine: bool | None = None) -> tuple[Thread, ...]:
    """A channel's conversations that stand so: of the waiting the oldest first, else the newest. Raises NotFound, NotAllowed.

    `mine`: of those that staff answer only my own, or only the others'.
    """
    me = rules.may_serve(by, reads.organisation_of(channel))
    rows = reads.shown_to_staff(channel).select_related("channel").filter(attended=attended)
    if mine is not None:
        rows = rows.filter(assigned_to=me) if mine else rows.exclude(assigned_to=me)
    order = ("waiting_since", "id") if attended is Attended.WAITING else ("-staff_at", "-id")
    found = list(rows.order_by(*order)[: reads.THREADS_MAX])
    counts, last = reads.unread_of(found, staff=True), reads.last_of(found, staff=True)
    known = people.names(one for row in found for one in (row.person_id, row.assigned_to) if one)
    for row in found:
        row.at = vars(row)["staff_at"]  # a message in confidence moves nothing at the desk
    return tuple(
        Thread(
            conversation=reads.conversation_of(row, last.get(row.id), counts.get(row.id, 0)),
            name=known.get(PersonId(row.person_id), ""),
            handle=row.channel.handle,
            verified=False,
            said=reads.said_of(last.get(row.id)),
            waiting_since=row.waiting_since,
            assignee=known.get(PersonId(row.assigned_to), "") if row.assigned_to else "",
        )
        for row in found
    )


def served_channels(by: Actor) -> tuple[tuple[ChannelId, str, int], ...]:
    """(channel, its name, how many wait) of every channel whose people I answer, by name."""
    organisations = [organisation for organisation, _ in by.memberships]
    if not organisations:
        return ()
    rows = (
        models.Channel.objects.filter(organisation__in=organisations)
        .order_by("name", "pk")
        .values_list("id", "name")[:LIST_MAX]
    )
    waiting = dict(
        models.Conversation.objects.filter(channel__in=[row[0] for row in rows], attended=Attended.WAITING)
        .values_list("channel")
        .annotate(count=Count("id"))
    )
    return tuple((ChannelId(channel), name, waiting.get(channel, 0)) for channel, name in rows)


def canned_texts(by: Actor, channel: ChannelId) -> tuple[CannedText, ...]:
    """The channel's texts to pick from, by title. Raises NotFound, NotAllowed."""
    rules.may_serve(by, reads.organisation_of(channel))
    rows = models.CannedText.objects.filter(channel=channel).order_by("title", "pk")[:LIST_MAX]
    return tuple(CannedText(row.id, row.title, row.text) for row in rows)


def own_answers(by: Actor, channel: ChannelId) -> tuple[OwnAnswer, ...]:
    """What the channel's bot answers in the channel's own words, by title. Raises NotFound, NotAllowed."""
    rules.may_serve(by, reads.organisation_of(channel))
    rows = models.OwnAnswer.objects.filter(channel=channel).order_by("title", "pk")[:LIST_MAX]
    return tuple(OwnAnswer(row.id, row.title, tuple(row.phrases), row.text) for row in rows)


def complaints(by: Actor, *, decided: bool = False) -> tuple[Complaint, ...]:
    """Messages that were reported, the oldest undecided first; for stewards. Raises NotAllowed."""
    rules.may_judge(by)
    rows = models.MessageComplaint.objects.select_related(
        "message__body", "message__dispatch", "message__conversation__channel"
    )
    rows = rows.exclude(decided="").order_by("-at", "-pk") if decided else rows.filter(decided="").order_by("at", "pk")
    return tuple(
        Complaint(
            id=row.id,
            message=reads.message_of(row.message),
            channel=ChannelId(row.message.conversation.channel_id),
            channel_name=row.message.conversation.channel.name,
            why=row.why,
            at=row.at,
            decided=row.decided,
        )
        for row in rows[:LIST_MAX]
    )
