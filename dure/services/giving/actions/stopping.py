"""Give back what a stopped box holds: every gift to its giver, every match to its fund, every pooled sum to where it came from.

Each goes back in a transaction of its own. One that cannot go back is written into the log, counted by `dure doctor` and tried
again by the next run; it holds up nobody else's money.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import structlog
from django.db.models import QuerySet

from dure.base import clock, ids
from dure.base.refusals import Refusal
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import NewReversal, PostingId
from dure.foundations.people.types import Actor
from dure.kit import outbox, tx
from dure.services.giving import models, rules
from dure.services.giving.types import BoxId, BoxRefunded, CauseId, CauseState, GiftId, GiftState, MatchReturned, Want

from .common import lock_box, move, state_of
from .gifting import CASHIER, give_back
from .pooling import return_pooled

REFUNDS_PER_RUN_MAX = 500
PAGE = 500
WHY = "stopped"
log = structlog.get_logger(__name__)


def refund_stopped(by: Actor, box: BoxId, most: int = REFUNDS_PER_RUN_MAX) -> int:
    """Give back the next gifts, matches and pooled sums of a stopped box; answers how many. 0 and a refunded box when all are.

    The newest first: what came in after a gift is summed to see whether its money still lies there, and then it is little.
    """
    rules.may_run(by)
    returned = _return_gifts(box, most)
    if returned < most:
        returned += _return_matches(box, most - returned)
    if returned < most:
        returned += _return_pooled(box, most - returned)
    if returned == 0:
        with tx.durable():
            _finish(box)
    return returned


def refund_all_stopped(by: Actor) -> int:
    """Go on with every stopped box; answers how many gifts and matches went back. Run by a task."""
    rules.may_run(by)
    stopped = models.Box.objects.filter(state=CauseState.STOPPED).order_by("cause_id")
    returned = 0
    for box in list(stopped.values_list("cause_id", flat=True)):
        try:
            returned += refund_stopped(by, BoxId(box))
        except Refusal as refusal:
            log.warning("stopped_box_waits", box=str(box), why=repr(refusal))
    return returned


def _return_gifts(box: BoxId, most: int) -> int:
    gifts = models.Gift.objects.filter(box_id=box, state=GiftState.GIVEN)
    returned = 0
    for gift in _newest_first(gifts):
        if returned == most:
            break
        try:
            with tx.durable():
                give_back(CASHIER, GiftId(gift), WHY)
            returned += 1
        except Refusal as refusal:
            log.warning("gift_not_given_back", box=str(box), gift=str(gift), why=repr(refusal))
    return returned


def _return_matches(box: BoxId, most: int) -> int:
    cheers = models.Cheer.objects.filter(box_id=box, matched__gt=0)
    returned = 0
    for cheer in _newest_first(cheers):
        if returned == most:
            break
        try:
            with tx.durable():
                returned += _return_match(box, cheer)
        except Refusal as refusal:
            log.warning("match_not_given_back", box=str(box), match=str(cheer), why=repr(refusal))
    return returned


def _return_pooled(box: BoxId, most: int) -> int:
    returned = 0
    for pooled in _newest_first(models.Pooled.objects.filter(box_id=box, returned_at=None)):
        if returned == most:
            break
        try:
            with tx.durable():
                returned += return_pooled(CASHIER, box, pooled)
        except Refusal as refusal:
            log.warning("pooled_not_given_back", box=str(box), pooled=str(pooled), why=repr(refusal))
    return returned


def _newest_first(rows: QuerySet[Any]) -> Iterator[UUID]:
    """Their ids, the newest first, a page at a time: those that cannot go back are passed by, however many they are."""
    page = list(rows.order_by("-id").values_list("id", flat=True)[:PAGE])
    while page:
        yield from page
        page = list(rows.filter(id__lt=page[-1]).order_by("-id").values_list("id", flat=True)[:PAGE])


def _return_match(box: BoxId, cheer_id: UUID) -> int:
    """The fund gets its match back; answers 1, or 0 when it has it already."""
    cause, _ = lock_box(box)
    rules.may_return_matches(state_of(cause))
    cheer = models.Cheer.objects.select_for_update().get(id=cheer_id)
    if not cheer.matched:
        return 0
    now, amount = clock.now(), cheer.matched
    ledger.reverse(CASHIER, NewReversal(PostingId(ids.derived(cheer.id, "return")), PostingId(cheer.id), now, WHY))
    cheer.matched = 0
    cheer.save(update_fields=["matched"])
    outbox.emit(MatchReturned(match=cheer.id, box=box, person=cheer.person_id, amount=amount, at=now))
    return 1


def _finish(box: BoxId) -> None:
    """The box is refunded when nothing is left in it."""
    cause, _ = lock_box(box)
    left = (
        models.Gift.objects.filter(box_id=box, state=GiftState.GIVEN).exists()
        or models.Cheer.objects.filter(box_id=box, matched__gt=0).exists()
        or models.Pooled.objects.filter(box_id=box, returned_at=None).exists()
    )
    if state_of(cause) is CauseState.STOPPED and not left:
        at = move(cause, Want.FINISH_REFUND, rules.follow(CauseState.STOPPED, Want.FINISH_REFUND), CASHIER)
        outbox.emit(BoxRefunded(box=BoxId(CauseId(cause.id)), at=at))
