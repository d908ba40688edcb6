"""A season is settled: every deposit is split to the won, what was given away reaches its receiver, the rest goes back.

The books are made in batches, each in a transaction of its own: rows and transfers of a pledge are there together or not at all,
and their ids follow from the pledge. Whoever dies anywhere is gone on from by the next run, and nothing is there twice.
Refunds leave by the providers afterwards, each with an id of its own.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog
from django.db.models import Count, Sum

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.money import Money
from dure.base.refusals import Refusal
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import (
    FEE,
    AccountId,
    Kind,
    NewDonation,
    NewPosting,
    NewRefund,
    NewTransfer,
    TransferId,
    account_id,
)
from dure.kit import outbox, tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import commitment, days, permits, settling, steps
from dure.services.pledges.types import (
    PledgeId,
    PledgeState,
    PledgeWant,
    Season,
    SeasonId,
    SeasonSettled,
    SeasonState,
    Split,
)

from .common import CASHIER, DONATION, FEES, holding, lock_season, refund_id
from .voting import count_votes

BATCH = 1_000
REFUNDS_AT_ONCE = 500
REFUNDS_PER_RUN_MAX = 100_000
WHY = "pledges: settled"
log = structlog.get_logger(__name__)


def begin_settlement(by: Actor, season: SeasonId, *, key: str) -> Season:
    """A steward has the books of a season made, from the fifteenth day after its last on, when nothing waits for a decision.

    Raises NotAllowed, SeasonClosed, SettlesFrom, Undecided, NotFound.
    """
    with tx.action(by, "pledges.begin_settlement", key, season, UUID) as done:
        if done:
            return queries.season(season)
        row = lock_season(season)
        undecided = queries.count_undecided(season)
        settling.may_begin(by, SeasonState(row.state), row.starts_on, clock.today(), undecided)
        count_votes(row)
        row.state, row.settling_by, row.settling_at = SeasonState.SETTLING, by.person, clock.now()
        row.save(update_fields=["state", "settling_by", "settling_at"])
        done.keep(row.id)
        return queries.season(season)


def settle_next(by: Actor, season: SeasonId, most: int = BATCH) -> int:
    """Settle the next `most` deposits of a season; answers how many. With none left the season is settled, and 0 is answered.

    Safe to repeat, also at the same time. Raises NotAllowed, NotFound.
    """
    permits.may_run(by)
    with tx.durable():
        row = lock_season(season)
        if SeasonState(row.state) is not SeasonState.SETTLING:
            return 0
        held = models.Pledge.objects.filter(project__season=row, state__in=steps.HELD)
        pledges = list(held.select_related("project").select_for_update(of=("self",)).order_by("id")[:most])
        if not pledges:
            _finish(row)
            return 0
        _settle(row, pledges)
        return len(pledges)


def return_deposits(by: Actor, season: SeasonId, most: int = REFUNDS_PER_RUN_MAX) -> int:
    """Hand the next refunds of a season over to the ledger, which asks the providers; answers how many.

    In batches, each a transaction of its own, with an id a refund that follows from its pledge. One that cannot be handed over is
    written into the log and tried again by the next run; it holds up nobody else's. Raises NotAllowed.
    """
    permits.may_run(by)
    returned, last = 0, None
    while returned < most and (page := queries.refunds_left(season, last, min(REFUNDS_AT_ONCE, most - returned))):
        last = page[-1]
        try:
            with tx.durable():
                returned += _return(page)
        except Refusal as refusal:  # all of them: the database is busy, or was gone
            log.warning("deposits_not_returned", first=str(page[0]), last=str(last), why=repr(refusal))
    return returned


def _settle(season: models.Season, pledges: Sequence[models.Pledge]) -> None:
    now = clock.now()
    proved = queries.proved_by_week([one.id for one in pledges])
    splits = {one.id: _split(season, one, proved.get(one.id, {})) for one in pledges}
    choices = queries.group_choices(SeasonId(season.id))
    gets = {one.id: (one.receiver_id or choices[one.project_id]) if one.gives else None for one in pledges}
    models.Settlement.objects.bulk_create(
        [
            models.Settlement(
                pledge=one,
                kept=splits[one.id].kept,
                deposit=one.deposit,
                refund=splits[one.id].refund,
                donation=splits[one.id].donation,
                fee=splits[one.id].fee,
                receiver_id=gets[one.id],
                at=now,
                refunded_at=None if splits[one.id].refund else now,
            )
            for one in pledges
        ]
    )
    fees = holding(CASHIER, FEES)
    receivers: dict[UUID, UUID] = {
        cause.id: cause.organisation for cause in queries.season(SeasonId(season.id)).receivers
    }
    transfers, donations = [], []
    for one in pledges:
        account, split, receiver = account_id(queries.account_code(one.id)), splits[one.id], gets[one.id]
        if split.donation and receiver is not None:
            to = account_id(queries.receiver_code(receiver))
            gift = _transfer(ids.derived(one.id, "donation"), account, to, split.donation, DONATION, one)
            transfers.append(gift)
            donations.append(
                NewDonation(
                    id=gift.id,
                    donor=one.person_id,
                    receiver=receivers[receiver],
                    on=clock.local(now).date(),
                    amount=split.donation,
                    note=f"{season.name} · {one.project.title}",
                )
            )
        if split.fee:
            transfers.append(_transfer(ids.derived(one.id, "fee"), account, fees, split.fee, FEE, one))
    _post(CASHIER, transfers)
    ledger.record_donations(CASHIER, donations)
    after = {steps.pledge_after(PledgeState(one.state), PledgeWant.SETTLE) for one in pledges}
    [state] = after
    models.Pledge.objects.filter(id__in=[one.id for one in pledges]).update(state=state, ended_at=now)


def _split(season: models.Season, pledge: models.Pledge, proved: Mapping[int, int]) -> Split:
    kept = days.kept_days(proved, pledge.project.days_a_week)
    return settling.split(pledge.deposit, kept, pledge.gives, season.fee_percent)


def _finish(row: models.Season) -> None:
    now = clock.now()
    row.state, row.settled_at = SeasonState.SETTLED, now
    row.root = commitment.root(queries.leaves_of(SeasonId(row.id))).hex()
    row.save(update_fields=["state", "settled_at", "root"])
    rows = models.Settlement.objects.filter(pledge__project__season=row)
    sums = rows.aggregate(Count("pledge"), Sum("refund"), Sum("donation"), Sum("fee"))
    outbox.emit(
        SeasonSettled(
            season=row.id,
            pledges=sums["pledge__count"],
            refund=sums["refund__sum"] or 0,
            donation=sums["donation__sum"] or 0,
            fee=sums["fee__sum"] or 0,
            at=now,
        )
    )


def _return(page: Sequence[PledgeId]) -> int:
    owed = models.Settlement.objects.filter(pledge_id__in=page, refunded_at__isnull=True, pledge__payment__isnull=False)
    rows = list(owed.select_for_update(of=("self",)).select_related("pledge").order_by("pledge_id"))
    asked = [NewRefund(refund_id(row.pledge_id), row.pledge.payment or row.pledge_id, row.refund, WHY) for row in rows]
    handed = []
    for row, answer in zip(rows, ledger.refund_payments(CASHIER, asked), strict=True):
        if isinstance(answer, Refusal):
            log.warning("deposit_not_returned", pledge=str(row.pledge_id), why=repr(answer))
        else:
            handed.append(row.pledge_id)
    models.Settlement.objects.filter(pledge_id__in=handed).update(refunded_at=clock.now())
    return len(handed)


def _transfer(one: UUID, debit: AccountId, credit: AccountId, won: int, kind: Kind, of: models.Pledge) -> NewTransfer:
    return NewTransfer(
        id=TransferId(one),
        debit=debit,
        credit=credit,
        amount=Money(won),
        kind=kind,
        funder=of.person_id,
        ref=of.project_id,
    )


def _post(by: Actor, transfers: Sequence[NewTransfer]) -> None:
    """Post each transfer as an event of its own."""
    if transfers:
        now = clock.now()
        ledger.post_many(by, tuple(NewPosting.of(one, now) for one in transfers))
