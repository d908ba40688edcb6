"""Broadcasts: written, handed in, approved by a second person above a size. What is sent is exactly what was approved."""

from uuid import UUID

import msgspec
import structlog

from dure.base import clock, ids
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.channels import models, queries
from dure.foundations.channels.rules import advertising, segments
from dure.foundations.channels.rules import broadcasts as rules
from dure.foundations.channels.rules import channels as permits
from dure.foundations.channels.rules import templates_of as templates
from dure.foundations.channels.rules.broadcasts import BroadcastVerb
from dure.foundations.channels.types import (
    AdFormWrong,
    AdLooksLikeInfo,
    Broadcast,
    BroadcastId,
    BroadcastSent,
    BroadcastState,
    ChangedMeanwhile,
    ChannelId,
    ChannelState,
    Content,
    ContentTooLong,
    Lane,
    NewBroadcast,
    NewSending,
    NobodyToReach,
    Purpose,
    Segment,
    SendingId,
    Speaker,
    TemplateState,
    VariableUnknown,
    WrongState,
)
from dure.foundations.people.types import Actor, PersonId
from dure.kit import outbox, tx

from .bodies import stored
from .inbox import append, begun
from .sending import queue_sending, stop_sending

__all__ = [
    "approve_broadcast",
    "edit_broadcast",
    "finish_broadcast",
    "hand_in_broadcast",
    "reject_broadcast",
    "send_broadcast",
    "send_test",
    "stop_broadcast",
    "write_broadcast",
]


log = structlog.get_logger(__name__)


def write_broadcast(by: Actor, new: NewBroadcast, *, key: str) -> Broadcast:
    """Keep what somebody writes as a draft. The same key again: the same draft.

    Raises NotAllowed, NotFound, BadValue, ContentTooLong, SegmentUnreadable, AdFormWrong, AdLooksLikeInfo, ChannelClosed.
    """
    tx.demand()
    led = queries.led(new.channel)
    me = permits.may_work(by, led)
    permits.check_speaks(led)
    checked = _checked(new)
    broadcast = BroadcastId(ids.derived(new.channel, f"broadcast:{me}:{key}"))
    if not models.Broadcast.objects.filter(id=broadcast).exists():
        models.Broadcast.objects.create(
            id=broadcast,
            channel_id=new.channel,
            written_by=me,
            changed_at=clock.now(),
            body=stored(new.content),
            **checked,
        )
    return queries.broadcast(by, broadcast)


def edit_broadcast(by: Actor, broadcast: BroadcastId, new: NewBroadcast) -> Broadcast:
    """Change a draft, or what waits for a yes: it is a draft again, and whoever changed it counts as its writer.

    Raises NotAllowed, NotFound, WrongState, and as writing it.
    """
    tx.demand()
    row = _locked(broadcast)
    me = permits.may_work(by, queries.led(row.channel_id))
    checked = _checked(new)
    _move(row, BroadcastVerb.EDIT)
    models.Broadcast.objects.filter(id=broadcast).update(
        state=row.state,
        written_by=me,
        approved_by=None,
        why="",
        changed_at=clock.now(),
        body=stored(new.content),
        **checked,
    )
    return queries.broadcast(by, broadcast)


def hand_in_broadcast(by: Actor, broadcast: BroadcastId) -> BroadcastState:
    """Send it at its time: at once scheduled while few are reached, else it asks for a second person. Answers where it stands.

    Raises NotAllowed, NotFound, WrongState, NobodyToReach, ChannelClosed, ChannelPaused, BadValue when its time is over.
    """
    tx.demand()
    row = _locked(broadcast)
    led = queries.led(row.channel_id)
    permits.may_work(by, led)
    permits.check_speaks(led)
    rules.check_when(row.at, clock.now())
    segment = segments.parse(row.segment)
    reach = queries.reach(row.channel_id, Purpose(row.purpose), segment)
    if reach == 0 and not segments.is_private(segment):  # of one person's tag, it would tell whether that person opened
        raise NobodyToReach()
    _move(row, BroadcastVerb.ASK if rules.needs_second(reach) else BroadcastVerb.SCHEDULE)
    row.changed_at = clock.now()
    row.save(update_fields=["state", "changed_at"])
    return BroadcastState(row.state)


def approve_broadcast(by: Actor, broadcast: BroadcastId, version: UUID) -> None:
    """Agree, as a second person, to what was read: `version` names it. A steward may stand in where a shop has one person only.

    Raises NotAllowed, NeedsSecondPerson, NotFound, WrongState, ChangedMeanwhile.
    """
    tx.demand()
    row = _locked(broadcast)
    me = rules.may_approve(by, queries.led(row.channel_id).organisation, PersonId(row.written_by))
    if row.body_id != version:
        raise ChangedMeanwhile()
    _move(row, BroadcastVerb.APPROVE)
    row.approved_by, row.why, row.changed_at = me, "", clock.now()
    row.save(update_fields=["state", "approved_by", "why", "changed_at"])


def reject_broadcast(by: Actor, broadcast: BroadcastId, why: str) -> None:
    """Send it back to its writer with a reason. Raises NotAllowed, NeedsSecondPerson, NotFound, WrongState, BadValue."""
    tx.demand()
    row = _locked(broadcast)
    rules.may_approve(by, queries.led(row.channel_id).organisation, PersonId(row.written_by))
    reason = permits.clean_line(why, "why", permits.WHY_LENGTH_MAX)
    _move(row, BroadcastVerb.REJECT)
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
    if new.template is not None:
        _check_template(new)
    return {
        "purpose": new.purpose,
        "title": permits.clean_line(new.title, "title", rules.TITLE_LENGTH_MAX),
        "segment": new.segment.strip(),
        "at": new.at,
        "template_id": new.template,
    }


def _check_template(new: NewBroadcast) -> None:
    """A template version stands behind a broadcast only when it is approved, of this channel and for this purpose."""
    found = queries.template(new.template) if new.template else None
    if found is None or found.channel != new.channel or found.purpose is not new.purpose:
        raise NotFound(what="template")
    if found.state is not TemplateState.APPROVED:
        raise WrongState(state=found.state)


def _locked(broadcast: BroadcastId) -> models.Broadcast:
    row = models.Broadcast.objects.select_for_update().filter(id=broadcast).first()
    if row is None:
        raise NotFound(what="broadcast")
    return row


def _move(row: models.Broadcast, verb: BroadcastVerb) -> None:
    row.state = rules.after(BroadcastState(row.state), verb)


def stop_broadcast(by: Actor, broadcast: BroadcastId) -> None:
    """Take it out, also while it is on its way, as who works there or as a steward; it never goes out again.

    Raises NotAllowed, NotFound, WrongState.
    """
    tx.demand()
    row = _locked(broadcast)
    if not by.is_steward:
        permits.may_work(by, queries.led(row.channel_id))
    _move(row, BroadcastVerb.STOP)
    row.changed_at = clock.now()
    row.save(update_fields=["state", "changed_at"])
    if row.sending_id is not None:
        stop_sending(by, row.sending_id)


def send_test(by: Actor, broadcast: BroadcastId) -> None:
    """Put it into the writer's own inbox as its receivers will see it, and nowhere else. Raises NotAllowed, NotFound."""
    tx.demand()
    row = _locked(broadcast)
    led = queries.led(row.channel_id)
    me = permits.may_work(by, led)
    permits.check_speaks(led)
    append(begun(led.id, me), Speaker.CHANNEL, _formed(row), by=None, client_id=ids.new().hex)


def send_broadcast(by: Actor, broadcast: BroadcastId) -> BroadcastState:
    """Hand a scheduled broadcast whose time has come to the outbox, once however often it is asked; answers where it stands.

    Would it reach more by now than one person may write to alone, it asks for a second one. What the rules no longer let pass
    (its channel changed meanwhile) is stopped. Raises NotAllowed: this is the platform's own work.
    """
    tx.demand()
    if not by.is_system:
        raise NotAllowed(needs="system")
    row = _locked(broadcast)
    now, led = clock.now(), queries.led(row.channel_id)
    is_due = row.state == BroadcastState.SCHEDULED and (row.at is None or row.at <= now)
    if not is_due or led.state is not ChannelState.OPEN:
        return BroadcastState(row.state)
    segment = segments.parse(row.segment)
    reach = queries.reach(row.channel_id, Purpose(row.purpose), segment)
    if row.approved_by is None and rules.needs_second(reach):
        _move(row, BroadcastVerb.OUTGROW)
    else:
        _send(by, row, segment, reach)
    row.changed_at = now
    row.save(update_fields=["state", "sending", "changed_at"])
    return BroadcastState(row.state)


def finish_broadcast(by: Actor, broadcast: BroadcastId) -> None:
    """Everybody it was for has an end. Raises NotAllowed; does nothing for what is no broadcast, or was stopped."""
    tx.demand()
    if not by.is_system:
        raise NotAllowed(needs="system")
    row = models.Broadcast.objects.select_for_update().filter(id=broadcast, state=BroadcastState.SENDING).first()
    if row is not None:
        _move(row, BroadcastVerb.FINISH)
        row.save(update_fields=["state"])


def _send(by: Actor, row: models.Broadcast, segment: Segment, reach: int) -> None:
    new = NewSending(
        channel=ChannelId(row.channel_id),
        purpose=Purpose(row.purpose),
        content=_formed(row),
        key=f"broadcast:{row.id}",
        segment=segment,
        lane=Lane.BULK,
        template=row.template_id,
        about=row.id,
    )
    try:
        row.sending_id = queue_sending(by, new)
    except (AdFormWrong, AdLooksLikeInfo, BadValue, ContentTooLong) as refusal:
        log.warning("broadcast_stopped", broadcast=str(row.id), code=refusal.code)
        _move(row, BroadcastVerb.STOP)
        return
    _move(row, BroadcastVerb.QUEUE)
    told = BroadcastSent(
        broadcast=BroadcastId(row.id),
        channel=new.channel,
        purpose=new.purpose,
        sending=SendingId(row.sending_id),
        count=reach,
        at=clock.now(),
    )
    outbox.emit(told)


def _formed(row: models.Broadcast) -> Content:
    """What it says, an ad in its form, with the name and contact that the channel has now."""
    content = msgspec.json.decode(bytes(row.body.content), type=Content)
    said = queries.channel(row.channel_id)
    return advertising.as_ad(content, said.name, said.contact) if row.purpose == Purpose.AD else content
