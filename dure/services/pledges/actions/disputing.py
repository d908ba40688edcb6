"""A settled count is disputed, two stewards decide, and what was wrong is put right by further entries.

Nothing that was booked or published is touched: the gift and the fee are taken back by reversals of the book and booked anew by
the rule of the settlement, what comes back besides leaves as a refund with an id of its own, and the season's list of
corrections grows by one entry. All of it is one transaction; ids follow from the dispute, so that nothing is there twice.

Locks, in this order: season, pledge, dispute; then the ledger's accounts of gift and fee, then the payment and its own.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.money import Money
from dure.base.refusals import NotFound
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import (
    FEE,
    AccountId,
    InsufficientFunds,
    Kind,
    LotDrawn,
    NewPosting,
    NewReversal,
    NewTransfer,
    PaymentId,
    PostingId,
    TransferId,
    account_id,
)
from dure.kit import outbox, tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import commitment, days, permits, settling
from dure.services.pledges.rules import disputes as rules
from dure.services.pledges.types import (
    Dispute,
    DisputeDecided,
    DisputeId,
    DisputeState,
    DisputeWant,
    FeePassedOn,
    GiftPassedOn,
    NewDispute,
    NotSettledYet,
    SeasonId,
    Split,
    WrongStep,
)

from .common import CASHIER, DONATION, FEES, lock_pledge, lock_season

WHY: Final = "pledges: corrected after a dispute"


def dispute_settlement(by: Actor, new: NewDispute, *, key: str) -> Dispute:
    """Say that days of one's settled pledge should have counted, and why; until thirty days after the settlement.

    Raises NotAllowed, NotSettledYet, DisputeClosed, DisputeOpen, AllDaysCount, DisputedDayUnfit, BadValue, NotFound.
    """
    with tx.action(by, "pledges.dispute_settlement", key, new, UUID) as done:
        if done:
            return queries.dispute(by, DisputeId(done.answer()))
        permits.may_touch(by, queries.pledge(new.pledge).person)
        season, row = _locked(new.pledge)
        stands = _standing(row)
        rules.demand_open(season.settled_at, clock.today())
        before = models.Dispute.objects.filter(pledge=row)
        rules.demand_none_open(DisputeState(one) for one in before.values_list("state", flat=True))
        disputed = set(models.DisputeDay.objects.filter(pledge=row).values_list("day", flat=True))
        said = rules.check_dispute(new, stands.kept, _counting(row), disputed)
        made = models.Dispute.objects.create(id=ids.new(), pledge=row, why=said.why, asked_at=clock.now())
        models.DisputeDay.objects.bulk_create(
            [models.DisputeDay(id=ids.new(), dispute=made, pledge=row, day=day) for day in said.days]
        )
        return queries.dispute(by, DisputeId(done.keep(made.id)))


def propose_verdict(by: Actor, dispute: DisputeId, counting: Sequence[int], why: str, *, key: str) -> Dispute:
    """A steward without a part in it looked, and says which of the days count after all (none: it is dismissed), and why.

    Nothing happens until another steward says the same. Raises NotAllowed, NotTheirTurn, WrongStep, BadValue, NotFound.
    """
    with tx.action(by, "pledges.propose_verdict", key, (dispute, tuple(counting), why), UUID) as done:
        if done:
            return queries.dispute(by, dispute)
        row = _lock_dispute(by, dispute)
        disputed = models.DisputeDay.objects.filter(dispute=row)
        chosen = rules.check_counting(counting, list(disputed.values_list("day", flat=True)))
        _step(by, row, DisputeWant.PROPOSE, permits.check_why(why))
        disputed.update(counts=False)
        disputed.filter(day__in=chosen).update(counts=True)
        done.keep(row.id)
        return queries.dispute(by, dispute)


def send_back_dispute(by: Actor, dispute: DisputeId, proposal: UUID, why: str, *, key: str) -> Dispute:
    """Another steward does not agree with the proposal they read: the dispute waits for a steward again.

    Raises NotAllowed, NotTheirTurn, SecondStewardNeeded, WrongStep, BadValue, NotFound.
    """
    with tx.action(by, "pledges.send_back_dispute", key, (dispute, proposal, why), UUID) as done:
        if done:
            return queries.dispute(by, dispute)
        row = _lock_dispute(by, dispute)
        _demand_read(by, row, proposal)
        _step(by, row, DisputeWant.SEND_BACK, permits.check_why(why))
        models.DisputeDay.objects.filter(dispute=row).update(counts=False)
        done.keep(row.id)
        return queries.dispute(by, dispute)


def confirm_verdict(by: Actor, dispute: DisputeId, proposal: UUID, *, key: str) -> Dispute:
    """Another steward says the same as the proposal they read: it is decided. Where days count after all, the books follow.

    Raises NotAllowed, NotTheirTurn, SecondStewardNeeded, WrongStep, GiftPassedOn, FeePassedOn, Busy, NotFound.
    """
    with tx.action(by, "pledges.confirm_verdict", key, (dispute, proposal), UUID) as done:
        if done:
            return queries.dispute(by, dispute)
        row = _lock_dispute(by, dispute)
        _demand_read(by, row, proposal)
        counting = set(models.DisputeDay.objects.filter(dispute=row, counts=True).values_list("day", flat=True))
        verdict = rules.verdict(counting)
        row.decided_at = clock.now()
        moved = _correct(row, counting) if verdict is DisputeWant.UPHOLD else Split(0, 0, 0, 0)
        _step(by, row, verdict, "")
        outbox.emit(
            DisputeDecided(
                dispute=row.id,
                pledge=row.pledge_id,
                person=row.pledge.person_id,
                upheld=verdict is DisputeWant.UPHOLD,
                kept=moved.kept,
                refund=moved.refund,
                at=row.decided_at,
            )
        )
        done.keep(row.id)
        return queries.dispute(by, dispute)


def _locked(pledge: UUID) -> tuple[models.Season, models.Pledge]:
    found = models.Pledge.objects.select_related("project").filter(id=pledge).first()
    if found is None:
        raise NotFound(what="pledge")
    season = lock_season(found.project.season_id)
    return season, lock_pledge(pledge)


def _lock_dispute(by: Actor, dispute: UUID) -> models.Dispute:
    """The dispute with its pledge, locked, for a steward without a part in it. Raises NotAllowed, NotTheirTurn, NotFound."""
    permits.may_steward(by)
    found = models.Dispute.objects.filter(id=dispute).first()
    if found is None:
        raise NotFound(what="dispute")
    _, pledge = _locked(found.pledge_id)
    row = models.Dispute.objects.select_for_update().get(id=dispute)
    row.pledge = pledge
    proofs = models.Proof.objects.filter(pledge=pledge, day__in=row.days.values("day"))
    judges = {one for both in proofs.values_list("judged_by", "rejected_by") for one in both if one is not None}
    leader, person = PersonId(pledge.project.leader_id), PersonId(pledge.person_id)
    rules.may_look(by, leader, person, judges)
    return row


def _demand_read(by: Actor, row: models.Dispute, proposal: UUID) -> None:
    """Whether the proposal that was read is the one that stands, and somebody else's."""
    if row.proposal != proposal or row.state != DisputeState.PROPOSED:
        raise WrongStep(state=row.state)
    read = models.DisputeStep.objects.get(id=proposal)
    rules.may_second(by, PersonId(read.by))


def _step(by: Actor, row: models.Dispute, want: DisputeWant, why: str) -> None:
    row.state = rules.after(DisputeState(row.state), want)
    step = models.DisputeStep.objects.create(
        id=ids.new(), dispute=row, want=want, after=row.state, by=permits.somebody(by), why=why, at=clock.now()
    )
    if want in (DisputeWant.PROPOSE, DisputeWant.SEND_BACK):
        row.proposal = step.id if want is DisputeWant.PROPOSE else None
    row.save(update_fields=["state", "proposal", "decided_at"])


def _counting(row: models.Pledge) -> frozenset[int]:
    """The days of a pledge that count: by their proofs, or by what two stewards decided since."""
    proved = models.Proof.objects.filter(pledge=row, state__in=days.COUNTING).values_list("day", flat=True)
    return frozenset(proved) | queries.granted_days(row.id)


def _standing(row: models.Pledge) -> Split:
    settled: models.Settlement | None = models.Settlement.objects.filter(pledge=row).first()
    if settled is None:
        raise NotSettledYet()
    first = Split(settled.kept, settled.refund, settled.donation, settled.fee)
    return rules.standing(first, queries.changes_of(row.id))


def _correct(row: models.Dispute, counting: set[int]) -> Split:
    """Split the deposit anew by the rule of the settlement, book the difference, publish that there is one."""
    pledge, season = row.pledge, row.pledge.project.season
    before = _standing(pledge)
    kept = days.kept_of(_counting(pledge) | counting, pledge.project.days_a_week)
    now = settling.split(pledge.deposit, kept, pledge.gives, season.fee_percent)
    moved = rules.change(before, now)
    if not moved.kept:  # more days of a week than it asks for: the count is what it was
        return moved
    _book(row, before, now)
    _publish(row, before, moved)
    return moved


def _book(row: models.Dispute, before: Split, now: Split) -> None:
    """Take gift and fee back whole and book them anew; give back the difference. Raises GiftPassedOn, FeePassedOn."""
    if now.refund == before.refund:
        return
    pledge = row.pledge
    chosen = models.Settlement.objects.values_list("receiver_id", flat=True).get(pledge=pledge)
    if chosen is None or pledge.payment is None:
        raise ValueError("who gives has a receiver, and paid")
    account, fees = account_id(queries.account_code(pledge.id)), account_id(FEES)
    receiver = account_id(queries.receiver_code(chosen))
    ledger.lock_accounts(CASHIER, [account, receiver, *([fees] if before.fee else [])])
    last = models.Correction.objects.filter(pledge=pledge, refund__gt=0).order_by("-number").first()
    booked = last.dispute_id if last else pledge.id
    parts: tuple[tuple[str, Kind, AccountId, int, int], ...] = (
        ("donation", DONATION, receiver, before.donation, now.donation),
        ("fee", FEE, fees, before.fee, now.fee),
    )
    at = clock.now()
    for name, _, _, was, _ in parts:
        if was:
            undo = NewReversal(
                PostingId(ids.derived(row.id, f"{name} back")), PostingId(ids.derived(booked, name)), at, WHY
            )
            try:
                ledger.reverse(CASHIER, undo)
            except (LotDrawn, InsufficientFunds) as gone:
                raise (FeePassedOn if name == "fee" else GiftPassedOn)() from gone
    anew = [
        NewTransfer(
            id=TransferId(ids.derived(row.id, name)),
            debit=account,
            credit=to,
            amount=Money(won),
            kind=kind,
            funder=pledge.person_id,
            ref=pledge.project_id,
        )
        for name, kind, to, _, won in parts
        if won
    ]
    if anew:
        ledger.post_many(CASHIER, tuple(NewPosting.of(one, at, WHY) for one in anew))
    if before.donation > now.donation:  # the gift is attested under the id of its first transfer
        ledger.reverse_donation(CASHIER, ids.derived(pledge.id, "donation"), WHY, before.donation - now.donation)
    owed = now.refund - before.refund
    ledger.refund_payment(CASHIER, PaymentId(pledge.payment), owed, ids.derived(row.id, "refund"), WHY)


def _publish(row: models.Dispute, before: Split, moved: Split) -> None:
    pledge, season = row.pledge, row.pledge.project.season
    last = queries.last_correction(SeasonId(season.id))
    head = bytes.fromhex(last.hash if last else season.root)
    stood, stands = commitment.leaf(pledge.id, before.kept), commitment.leaf(pledge.id, before.kept + moved.kept)
    models.Correction.objects.create(
        dispute=row,
        pledge=pledge,
        season=season,
        number=last.number + 1 if last else 1,
        kept=moved.kept,
        refund=moved.refund,
        donation=moved.donation,
        fee=moved.fee,
        before=stood.hex(),
        after=stands.hex(),
        hash=commitment.entry(head, stood, stands).hex(),
        at=clock.now(),
    )
