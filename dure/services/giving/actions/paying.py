"""After closing: a revised plan for the sum really raised, two approvals by different people, payout to the partner."""

from datetime import datetime, timedelta
from uuid import UUID

from dure.base import clock, ids
from dure.base.refusals import BadValue, NotFound
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.queries import cost_cap
from dure.foundations.ledger.types import PAYOUT, AccountId, NewPayout, NewPosting
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, OrganisationId
from dure.kit import outbox, tx
from dure.services.giving import models, queries, rules
from dure.services.giving.rules.permits import may_pay_out
from dure.services.giving.types import (
    BoxId,
    BoxTotals,
    BudgetLine,
    CauseState,
    PayoutPaid,
    PlanApproved,
    PlanRevised,
    Want,
)

from .common import lock_box, move, posting, state_of
from .proposing import write_lines

REPORT_DAYS = 90  # from payout to the use report; the law's own terms are shown beside it


def revise_plan(by: Actor, box: BoxId, lines: tuple[BudgetLine, ...], *, key: str) -> BoxId:
    """The partner plans the sum really raised, to the won. A new plan needs new approvals.

    Raises NotAllowed, WrongState, SumDiffers, CostsTooHigh, BadValue.
    """
    with tx.action(by, "giving.revise_plan", key, (box, lines), UUID) as done:
        if done:
            return BoxId(done.answer())
        cause, locked = lock_box(box)
        rules.may_work_for_partner(by, OrganisationId(cause.partner_id))
        raised = queries.raised(box)
        after = rules.check_plan(state_of(cause), lines, raised, cost_cap(raised))
        version = models.Plan.objects.filter(box=locked).count() + 1
        at = move(cause, Want.REVISE_PLAN, after, by)
        _end_earlier_plans(locked, at)
        models.Plan.objects.create(box=locked, version=version, total=raised, by_id=rules.somebody(by), at=at)
        write_lines(cause, version, lines)
        outbox.emit(PlanRevised(box=box, total=raised, at=at))
        return BoxId(done.keep(box))


def approve_plan(by: Actor, box: BoxId, version: int, *, key: str) -> bool:
    """A steward without a stake approves the plan that they have read; answers whether the payout may go out now.

    Raises NotAllowed, WrongState, PlanChanged, SamePerson.
    """
    with tx.action(by, "giving.approve_plan", key, (box, version), bool) as done:
        if done:
            return done.answer()
        cause, locked = lock_box(box)
        plan = _current_plan(locked)
        earlier = set(plan.approvals.values_list("steward_id", flat=True))
        last = rules.may_approve_plan(by, state_of(cause), cause.proposer_id, OrganisationId(cause.partner_id), earlier)
        rules.check_same_plan(read=version, current=plan.version)
        at = move(cause, Want.APPROVE_PLAN, CauseState.PLANNED, by)
        models.Approval.objects.create(plan=plan, steward_id=rules.somebody(by), at=at)
        if by.person:
            outbox.emit(PlanApproved(box=box, steward=by.person, at=at))
        return done.keep(last)


def reject_plan(by: Actor, box: BoxId, why: str, *, key: str) -> BoxId:
    """A steward sends the plan back and says why. Raises NotAllowed, WrongState, BadValue."""
    with tx.action(by, "giving.reject_plan", key, (box, why), UUID) as done:
        if done:
            return BoxId(done.answer())
        cause, locked = lock_box(box)
        after = rules.may_vet(
            by, state_of(cause), Want.REJECT_PLAN, cause.proposer_id, OrganisationId(cause.partner_id)
        )
        if len(why.strip()) < rules.REASON_LENGTH_MIN:
            raise BadValue(field="why", reason="length")
        plan = _current_plan(locked)
        plan.rejected_at, plan.rejected_why = move(cause, Want.REJECT_PLAN, after, by, why), why[:500]
        plan.save(update_fields=["rejected_at", "rejected_why"])
        return BoxId(done.keep(box))


def pay_out(by: Actor, box: BoxId, *, key: str) -> int:
    """Pay the whole box to its partner once two people approved the plan; answers the won paid.

    The plan must still match the box to the won: a refund in between sends it back. The partner must be as ready as when
    the box opened: its verification may have been revoked since, its bank account replaced by one nobody confirmed.
    Raises NotAllowed, WrongState, TooFew, PartnerNotReady, SumDiffers.
    """
    with tx.action(by, "giving.pay_out", key, box, int) as done:
        if done:
            return done.answer()
        cause, locked = lock_box(box)
        after = rules.may_vet(by, state_of(cause), Want.PAY_OUT, cause.proposer_id, OrganisationId(cause.partner_id))
        plan = _current_plan(locked)
        people.organisation(cause.partner_id, lock=True)  # nobody revokes it or replaces its bank account meanwhile
        may_pay_out(plan.approvals.count(), queries.readiness(cause.id))
        account = people.payout_account(cause.partner_id)
        totals = queries.totals(box)
        amount = totals.raised
        rules.check_same_sum(plan.total, amount)
        at = move(cause, Want.PAY_OUT, after, by, f"{account.bank_code} {account.number} {account.holder}")
        payout = ids.derived(cause.id, f"payout:{plan.version}")
        ledger.post(by, _payout(payout, locked, totals))
        ledger.ask_payout(by, NewPayout(payout, cause.partner_id, amount, cause.title))
        locked.payout, locked.paid_out_at, locked.paid_to_id = payout, at, account.id
        locked.report_due_on = clock.local(at).date() + timedelta(days=REPORT_DAYS)
        locked.save(update_fields=["payout", "paid_out_at", "paid_to", "report_due_on"])
        outbox.emit(
            PayoutPaid(box=box, partner=cause.partner_id, amount=amount, report_due_on=locked.report_due_on, at=at)
        )
        return done.keep(amount)


def _end_earlier_plans(box: models.Box, at: datetime) -> None:
    """A new plan ends the ones before it: sent back itself, it must not bring theirs, with their approvals, back."""
    models.Plan.objects.filter(box=box, rejected_at=None).update(rejected_at=at, rejected_why="revised")


def _current_plan(box: models.Box) -> models.Plan:
    plan = models.Plan.objects.filter(box=box, rejected_at=None).order_by("-version").first()
    if plan is None:
        raise NotFound(what="plan")
    return plan


def _payout(payout: UUID, box: models.Box, totals: BoxTotals) -> NewPosting:
    """Gifts and matches leave together: linked transfers, all or none. The posting has the id the box remembers."""
    sources = [(box.account, totals.people), (box.match_account, totals.matched)]
    moved = [(AccountId(account), amount) for account, amount in sources if amount]
    parts = [
        (account, AccountId(box.project_account), amount, ids.derived(payout, str(account)) if moved[1:] else payout)
        for account, amount in moved
    ]
    return posting(payout, parts, PAYOUT, box.cause_id)
