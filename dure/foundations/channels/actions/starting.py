"""A broadcast's time has come: it starts, once, with what it may cost held back, or is refused with the reason; it finishes."""

from datetime import datetime

from dure.base import clock
from dure.base.refusals import NotAllowed
from dure.foundations.channels import models, queries
from dure.foundations.channels.queries import paying as costs
from dure.foundations.channels.queries.broadcasts import broadcast_of
from dure.foundations.channels.queries.segments import bounds
from dure.foundations.channels.rules import broadcasts as rules
from dure.foundations.channels.rules import paying, segments
from dure.foundations.channels.rules.broadcasts import BroadcastVerb
from dure.foundations.channels.types import (
    Bill,
    BroadcastId,
    BroadcastSent,
    BroadcastState,
    ChannelState,
    Lane,
    NewBroadcast,
    NewSending,
    NotEnoughCredit,
    Purpose,
    SendingId,
    SendingState,
)
from dure.foundations.people.types import Actor
from dure.kit import outbox, tx

from .broadcasts import formed, locked_broadcast, move
from .paying import hold_back
from .pooling import settle, settle_pools
from .sending import queue_sending

__all__ = ["finish_broadcast", "refuse_broadcast", "send_broadcast", "settle_costs"]

SETTLED_MAX = 50
REFUSED_LENGTH_MAX = 40


def send_broadcast(by: Actor, broadcast: BroadcastId) -> BroadcastState:
    """Hand a scheduled broadcast whose time has come to the outbox, once however often it is asked; answers where it stands.

    What it may cost is held back in the same transaction. Would it reach more by now than one person may write to alone, it asks
    for a second one. Raises NotAllowed: this is the platform's own work; NotEnoughCredit, CouponGone and what `queue_sending`
    refuses: whoever asked notes it by `refuse_broadcast`.
    """
    tx.demand()
    _demand_system(by)
    row = locked_broadcast(broadcast)
    now, led = clock.now(), queries.led(row.channel_id)
    is_due = row.state == BroadcastState.SCHEDULED and (row.at is None or row.at <= now)
    if not is_due or led.state is not ChannelState.OPEN:
        return BroadcastState(row.state)
    new = rules.as_written(broadcast_of(row))
    if row.approved_by is None and rules.needs_second(queries.audience(new.channel, segments.parse(new.segment))):
        move(row, BroadcastVerb.OUTGROW)
    else:
        queries.check_carried(new.channel, new.content, now)
        _send(by, row, new)
    row.changed_at = now
    row.save(update_fields=["state", "sending", "changed_at", "fits_surely", "fits_perhaps"])
    return BroadcastState(row.state)


def refuse_broadcast(by: Actor, broadcast: BroadcastId, code: str) -> BroadcastState:
    """Note that a scheduled broadcast could not go out, and why: its people read it, change it or hand it in anew.

    Raises NotAllowed, NotFound; does nothing for one that is not scheduled any more.
    """
    tx.demand()
    _demand_system(by)
    row = locked_broadcast(broadcast)
    if row.state == BroadcastState.SCHEDULED:
        move(row, BroadcastVerb.REFUSE)
        row.refused, row.changed_at = code[:REFUSED_LENGTH_MAX], clock.now()
        row.save(update_fields=["state", "refused", "changed_at"])
    return BroadcastState(row.state)


def finish_broadcast(by: Actor, broadcast: BroadcastId) -> None:
    """Everybody it was for has an end. Raises NotAllowed; does nothing for what is no broadcast, or was stopped."""
    tx.demand()
    _demand_system(by)
    row = models.Broadcast.objects.select_for_update().filter(id=broadcast, state=BroadcastState.SENDING).first()
    if row is not None:
        move(row, BroadcastVerb.FINISH)
        row.save(update_fields=["state"])


def settle_costs(by: Actor, most: int = SETTLED_MAX) -> int:
    """Tell whoever holds something back what sendings that are over came to, so that it is spent and the rest is given back; what
    is in doubt is looked at again, and answers of the staff are told of together (`settle_pools`). The same word twice changes
    nothing. One whose house breaks is logged, waits for its next turn and holds up no other. Answers how many were looked at.

    Raises NotAllowed.
    """
    tx.demand()
    _demand_system(by)
    now = clock.now()
    over = models.Sending.objects.filter(settle_at__lte=now, state__in=(SendingState.DONE, SendingState.STOPPED))
    rows = list(over.select_for_update(skip_locked=True, no_key=True).order_by("settle_at", "id")[:most])
    for row in rows:
        row.settle_at = None if _is_settled(by, row, now) else now + paying.LOOK_AGAIN
        row.save(update_fields=["settle_at", "pooled_at"])
    settle_pools(by, now)
    return len(rows)


def _is_settled(by: Actor, row: models.Sending, now: datetime) -> bool:
    """Tell what it came to so far, unless somebody is still on their way; answers whether that was the last word. Of an answer to
    one person nothing is told by itself: when all is known, it waits in a pool.
    """
    if models.Dispatch.objects.filter(sending=row, next_at__isnull=False).exists():
        return False
    found = costs.spent(row, now)
    if row.lane == Lane.REPLY:
        row.pooled_at = row.pooled_at if found.doubt else row.pooled_at or now
    elif not settle(by, row.paid_by, [found]):
        return False
    return not found.doubt


def _send(by: Actor, row: models.Broadcast, new: NewBroadcast) -> None:
    segment, cost = segments.parse(new.segment), queries.billed(new)
    paying.may_start(cost)
    asked = NewSending(
        channel=new.channel,
        purpose=new.purpose,
        content=formed(row),
        key=f"broadcast:{row.id}",
        segment=segment,
        lane=Lane.BULK,
        template=row.template_id,
        about=row.id,
        free_only=cost.most_won == 0,  # nothing is held, also for who joins, agrees or proves a number later
    )
    sending = queue_sending(by, asked)
    if cost.most_won:
        _hold(by, new, sending, cost)
    if segments.is_private(segment):
        row.fits_surely, row.fits_perhaps = bounds(segment, new.channel)
    row.sending_id = sending
    move(row, BroadcastVerb.QUEUE)
    told = BroadcastSent(
        broadcast=BroadcastId(row.id),
        channel=new.channel,
        purpose=Purpose(row.purpose),
        sending=sending,
        count=queries.reach(new.channel, new.purpose, segment),
        at=clock.now(),
    )
    outbox.emit(told)


def _hold(by: Actor, new: NewBroadcast, sending: SendingId, cost: Bill) -> None:
    """Hold back what it may cost, before anything has left. Raises NotEnoughCredit."""
    organisation = queries.led(new.channel).organisation
    known = queries.payer_for(organisation)
    if known is None:  # it paid a moment ago, when the bill was made
        raise NotEnoughCredit(won=cost.most_won, left=0)
    house, _left = known
    hold_back(by, house, organisation, sending, (cost.most_won, cost.each_won))


def _demand_system(by: Actor) -> None:
    if not by.is_system:
        raise NotAllowed(needs="system")
