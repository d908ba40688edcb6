"""The running box: extend it, close it, stop it."""

from datetime import datetime
from uuid import UUID

import structlog

from dure.base import clock
from dure.base.refusals import Busy
from dure.foundations.people.types import Actor, OrganisationId
from dure.kit import outbox, tx
from dure.services.giving import models, queries, rules
from dure.services.giving.rules.permits import may_close
from dure.services.giving.types import (
    BoxClosed,
    BoxExtended,
    BoxId,
    BoxStopped,
    CauseState,
    Want,
)

from .common import end_empty, lock_box, move, state_of

BOXES_PER_RUN_MAX = 500
log = structlog.get_logger(__name__)


def extend(by: Actor, box: BoxId, until: datetime, *, key: str) -> BoxId:
    """Let the box run longer; only before its end. Raises NotAllowed, WrongState, BadValue."""
    with tx.action(by, "giving.extend", key, (box, until), UUID) as done:
        if done:
            return BoxId(done.answer())
        cause, locked = lock_box(box)
        after = rules.follow(state_of(cause), Want.EXTEND)
        partner = OrganisationId(cause.partner_id)
        rules.may_extend(by, partner, locked.opens_at, locked.closes_at, until, clock.now())
        at = move(cause, Want.EXTEND, after, by, f"{locked.closes_at:%Y-%m-%d} > {until:%Y-%m-%d}")
        locked.closes_at = until
        locked.save(update_fields=["closes_at"])
        outbox.emit(BoxExtended(box=box, closes_at=until, at=at))
        return BoxId(done.keep(box))


def close(by: Actor, box: BoxId, *, key: str) -> BoxId:
    """Close a box whose time is over, or whose goal is reached. Raises NotAllowed, NotOverYet, WrongState."""
    with tx.action(by, "giving.close", key, box, UUID) as done:
        if done:
            return BoxId(done.answer())
        _close(by, *lock_box(box))
        return BoxId(done.keep(box))


def close_due(by: Actor) -> int:
    """Close every box whose time is over; answers how many. Run by a task, safe to run again.

    A box that is busy (a crowd still knocks at it) waits for the next run and holds up no other.
    """
    rules.may_run(by)
    due = models.Box.objects.filter(state=CauseState.OPEN, closes_at__lte=clock.now()).order_by("closes_at", "pk")
    closed = 0
    for box in list(due.values_list("cause_id", flat=True)[:BOXES_PER_RUN_MAX]):
        try:
            with tx.durable():
                cause, locked = lock_box(box)
                if state_of(cause) is CauseState.OPEN and locked.closes_at <= clock.now():
                    _close(by, cause, locked)
                    closed += 1
        except Busy:
            log.warning("box_not_closed_yet", box=str(box))
    return closed


def stop(by: Actor, box: BoxId, why: str, *, key: str) -> BoxId:
    """A steward stops a box before its payout; all gifts go back. Raises NotAllowed, WrongState, BadValue."""
    with tx.action(by, "giving.stop", key, (box, why), UUID) as done:
        if done:
            return BoxId(done.answer())
        cause, _ = lock_box(box)
        after = rules.may_stop(by, state_of(cause), why)
        at = move(cause, Want.STOP, after, by, why)
        cause.ended_why = why[:500]
        cause.save(update_fields=["ended_why"])
        outbox.emit(BoxStopped(box=box, why=why[:500], at=at))
        return BoxId(done.keep(box))


def _close(by: Actor, cause: models.Cause, locked: models.Box) -> None:
    box = BoxId(cause.id)
    after = rules.follow(state_of(cause), Want.CLOSE)
    raised = queries.raised(box)
    may_close(by, OrganisationId(cause.partner_id), locked.closes_at, raised >= cause.goal, clock.now())
    at = move(cause, Want.CLOSE, after, by)
    locked.closed_at = at
    locked.save(update_fields=["closed_at"])
    outbox.emit(BoxClosed(box=box, raised=raised, at=at))
    end_empty(cause)
