"""Broadcasts: written, handed in, approved by a second person above a size. What is sent is exactly what was approved."""

from uuid import UUID

from dure.base import clock, ids
from dure.base.refusals import BadValue, KeyReused, NotFound
from dure.foundations.channels import models, queries
from dure.foundations.channels.queries.broadcasts import broadcast_of
from dure.foundations.channels.rules import advertising, paying, segments
from dure.foundations.channels.rules import broadcasts as rules
from dure.foundations.channels.rules import channels as permits
from dure.foundations.channels.rules import templates_of as templates
from dure.foundations.channels.rules.broadcasts import BroadcastVerb
from dure.foundations.channels.rules.figures import FLOOR
from dure.foundations.channels.types import (
    Broadcast,
    BroadcastId,
    BroadcastState,
    ChangedMeanwhile,
    Content,
    NewBroadcast,
    NobodyToReach,
    Purpose,
    Speaker,
    TemplateState,
    VariableUnknown,
    WrongState,
)
from dure.foundations.people.types import Actor, PersonId
from dure.kit import tx

from .bodies import content_of, stored
from .inbox import append, begun
from .sending import stop_sending

__all__ = [
    "approve_broadcast",
    "edit_broadcast",
    "hand_in_broadcast",
    "reject_broadcast",
    "send_test",
    "stop_broadcast",
    "write_broadcast",
]


def write_broadcast(by: Actor, new: NewBroadcast, *, key: str) -> Broadcast:
    """Keep what somebody writes as a draft. The same key again: the same draft.

    Raises NotAllowed, NotFound, BadValue, ContentTooLong, SegmentUnreadable, AdFormWrong, AdLooksLikeInfo, ChannelClosed,
    CouponGone, VariableUnknown, and KeyReused for other words under an old key.
    """
    tx.demand()
    led = queries.led(new.channel)
    me = permits.may_work(by, led)
    permits.check_speaks(led)
    checked = _checked(new)
    broadcast = BroadcastId(ids.derived(new.channel, f"broadcast:{me}:{key}"))
    known = models.Broadcast.objects.select_related("body").filter(id=broadcast).first()
    if known is None:
        models.Broadcast.objects.create(
            id=broadcast,
            channel_id=new.channel,
            written_by=me,
            changed_at=clock.now(),
            body=stored(new.content),
            **checked,
        )
    elif content_of(known.body) != new.content or any(getattr(known, name) != said for name, said in checked.items()):
        raise KeyReused(key=key)
    return queries.broadcast(by, broadcast)


def edit_broadcast(by: Actor, broadcast: BroadcastId, new: NewBroadcast) -> Broadcast:
    """Change a draft, or what waits for a yes: it is a draft again, and whoever changed it counts as its writer.

    Raises NotAllowed, NotFound, WrongState, and as writing it.
    """
    tx.demand()
    row = locked_broadcast(broadcast)
    me = permits.may_work(by, queries.led(row.channel_id))
    if row.channel_id != new.channel:  # words are judged by the name and contact of the channel that sends them
        raise NotFound(what="channel")
    checked = _checked(new)
    move(row, BroadcastVerb.EDIT)
    models.Broadcast.objects.filter(id=broadcast).update(
        state=row.state,
        written_by=me,
        approved_by=None,
        why="",
        refused="",
        changed_at=clock.now(),
        body=stored(new.content),
        **checked,
    )
    return queries.broadcast(by, broadcast)


def hand_in_broadcast(by: Actor, broadcast: BroadcastId) -> BroadcastState:
    """Send it at its time: at once scheduled while few are reached, else it asks for a second person. Answers where it stands.

    Raises NotAllowed, NotFound, WrongState, NobodyToReach, NotEnoughCredit, CouponGone, ChannelClosed, ChannelPaused; BadValue
    when its time is over.
    """
    tx.demand()
    row = locked_broadcast(broadcast)
    led = queries.led(row.channel_id)
    permits.may_work(by, led)
    permits.check_speaks(led)
    rules.check_when(row.at, clock.now())
    segment = segments.parse(row.segment)
    friends = queries.audience(row.channel_id, segment)
    if friends == 0 or (friends >= FLOOR and queries.reach(row.channel_id, Purpose(row.purpose), segment) == 0):
        raise NobodyToReach()  # of a few, it would tell what one of them agreed to
    _check_means(row)
    move(row, BroadcastVerb.ASK if rules.needs_second(friends) else BroadcastVerb.SCHEDULE)
    row.changed_at, row.refused = clock.now(), ""
    row.save(update_fields=["state", "changed_at", "refused"])
    return BroadcastState(row.state)


def approve_broadcast(by: Actor, broadcast: BroadcastId, version: UUID) -> None:
    """Agree, as a second person, to what was read: `version` names it. A steward may stand in where a shop has one person only.

    Raises NotAllowed, NeedsSecondPerson, NotFound, WrongState, ChangedMeanwhile, NotEnoughCredit, CouponGone.
    """
    tx.demand()
    row = locked_broadcast(broadcast)
    me = rules.may_approve(by, queries.led(row.channel_id).organisation, PersonId(row.written_by))
    if row.body_id != version:
        raise ChangedMeanwhile()
    move(row, BroadcastVerb.APPROVE)
    _check_means(row)
    row.approved_by, row.why, row.changed_at = me, "", clock.now()
    row.save(update_fields=["state", "approved_by", "why", "changed_at"])


def reject_broadcast(by: Actor, broadcast: BroadcastId, why: str) -> None:
    """Send it back to its writer with a reason. Raises NotAllowed, NeedsSecondPerson, NotFound, WrongState, BadValue."""
    tx.demand()
    row = locked_broadcast(broadcast)
    rules.may_approve(by, queries.led(row.channel_id).organisation, PersonId(row.written_by))
    reason = permits.clean_line(why, "why", permits.WHY_LENGTH_MAX)
    move(row, BroadcastVerb.REJECT)
    row.why, row.changed_at = reason, clock.now()
    row.save(update_fields=["state", "why", "changed_at"])


def _checked(new: NewBroadcast) -> dict[str, object]:
    """The columns of what was written, every rule asked. An ad gets its form when it is sent, so it is judged in it."""
    rules.check_purpose(new.purpose)
    rules.check_when(new.at, clock.now())
    said = queries.channel(new.channel)
    formed = advertising.as_ad(new.content, said.name, said.contact) if new.purpose is Purpose.AD else new.content
    advertising.check(formed, new.purpose, said.name, said.contact)
    segments.parse(new.segment)
    if name := templates.first_variable(new.content):
        raise VariableUnknown(name=name)  # who it is for is matched, not listed: nobody fills it in
    queries.check_pictures(new.channel, new.content)
    queries.check_carried(new.channel, new.content, new.at)
    if new.template is not None:
        _check_template(new)
    return {
        "purpose": new.purpose,
        "title": permits.clean_line(new.title, "title", rules.TITLE_LENGTH_MAX),
        "segment": new.segment.strip(),
        "at": new.at,
        "template_id": new.template,
        "free_only": new.free_only,
    }


def _check_means(row: models.Broadcast) -> None:
    """That what it costs can be paid, and that the coupons it carries are there. Raises NotEnoughCredit, CouponGone."""
    new = rules.as_written(broadcast_of(row))
    paying.may_start(queries.billed(new))
    queries.check_carried(new.channel, new.content, new.at)


def _check_template(new: NewBroadcast) -> None:
    """A template version stands behind a broadcast only when it is approved, of this channel and for this purpose."""
    found = queries.template(new.template) if new.template else None
    if found is None or found.channel != new.channel or found.purpose is not new.purpose:
        raise NotFound(what="template")
    if found.state is not TemplateState.APPROVED:
        raise WrongState(state=found.state)
    if found.content != new.content:  # what somebody agreed to is what stands behind it
        raise BadValue(field="template", reason="template_text")


def locked_broadcast(broadcast: BroadcastId) -> models.Broadcast:
    row = models.Broadcast.objects.select_for_update().filter(id=broadcast).first()
    if row is None:
        raise NotFound(what="broadcast")
    return row


def move(row: models.Broadcast, verb: BroadcastVerb) -> None:
    row.state = rules.after(BroadcastState(row.state), verb)


def stop_broadcast(by: Actor, broadcast: BroadcastId) -> None:
    """Take it out, also while it is on its way, as who works there or as a steward; it never goes out again.

    Raises NotAllowed, NotFound, WrongState.
    """
    tx.demand()
    row = locked_broadcast(broadcast)
    if not by.is_steward:
        permits.may_work(by, queries.led(row.channel_id))
    move(row, BroadcastVerb.STOP)
    row.changed_at = clock.now()
    row.save(update_fields=["state", "changed_at"])
    if row.sending_id is not None:
        stop_sending(by, row.sending_id)


def send_test(by: Actor, broadcast: BroadcastId) -> None:
    """Put it into the writer's own inbox as its receivers will see it, and nowhere else. Raises NotAllowed, NotFound."""
    tx.demand()
    row = locked_broadcast(broadcast)
    led = queries.led(row.channel_id)
    me = permits.may_work(by, led)
    permits.check_speaks(led)
    append(begun(led.id, me), Speaker.CHANNEL, formed(row), by=None, client_id=ids.new().hex)


def formed(row: models.Broadcast) -> Content:
    """What it says, an ad in its form, with the name and contact that the channel has now."""
    content, said = content_of(row.body), queries.channel(row.channel_id)
    return advertising.as_ad(content, said.name, said.contact) if row.purpose == Purpose.AD else content
