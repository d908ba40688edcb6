"""How each promise of giving could be broken, done as a bug would do it: with what the database lets the application do.

Where the database would refuse, the break takes the guard away first, as a bug in a migration might.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import F

from dure.base import clock, ids
from dure.foundations.ledger.types import GIFT, MATCH, PAYOUT, SPEND, Kind
from dure.foundations.people.tests import making as folk
from dure.services.giving import models
from dure.services.giving.types import GiftState

from . import making
from .breaks_pooled import POOLED
from .busy import Busy
from .by_hand import box, outside, post, reverse, run

type Break = Callable[[Busy], object]
"""Breaks one thing; answers the record that a finding must name."""


def gift_without_transfer(of: Busy) -> object:
    one = models.Gift.objects.get(id=of.gift)
    one.id, one.payment, one.key = ids.new(), ids.new(), "again"
    one.save(force_insert=True)
    return one.id


def changed(**values: object) -> Break:
    """The gift's row says something else than its transfer."""

    def act(of: Busy) -> object:
        models.Gift.objects.filter(id=of.gift).update(**values)
        return of.gift

    return act


def month_of(**values: object) -> Break:
    """A month of a regular gift says something else than its gift."""

    def act(of: Busy) -> object:
        gift = models.Gift.objects.select_related("box__cause").get(id=of.gift)
        regular = models.Regular.objects.create(
            id=ids.new(),
            donor_id=gift.donor_id,
            box=gift.box,
            partner_id=gift.box.cause.partner_id,
            reach="box",
            amount=gift.amount,
            day=1,
            name_shown=False,
            mandate=ids.new(),
            state="ended",
            at=clock.now(),
        )
        sound: dict[str, Any] = {"month": date(2026, 1, 1), "amount": gift.amount, "state": "given", "gift": gift}
        return models.RegularCharge.objects.create(id=ids.new(), regular=regular, at=clock.now(), **sound | values).id

    return act


def another_giver(of: Busy) -> object:
    return changed(donor_id=folk.id_of(folk.person()))(of)


def another_box(of: Busy) -> object:
    return changed(box_id=of.planned)(of)


def transfer_without_gift(of: Busy) -> object:
    return post(outside(), box(of.open).account, 300, GIFT, ref=of.open)


def money_of_another_kind(of: Busy) -> object:
    return post(outside(), box(of.open).account, 300, Kind("top_up"))


def gift_beside_its_box(of: Busy) -> object:
    return post(outside(), box(of.open).spent_account, 300, GIFT, ref=of.open)


def reversed_and_still_given(of: Busy) -> object:
    reverse(of.gift)
    return of.gift


def refunded_without_reversal(of: Busy) -> object:
    return changed(state=GiftState.REFUNDED)(of)


def given_again_after_its_reversal(of: Busy) -> object:
    models.Gift.objects.filter(id=of.returned).update(state=GiftState.GIVEN)
    return of.returned


def payment_of_two(of: Busy) -> object:
    run("ALTER TABLE giving_gift DROP CONSTRAINT giving_gift_payment_key")
    one = models.Gift.objects.get(id=of.gift)
    one.id, one.key = ids.new(), "again"
    one.save(force_insert=True)
    return one.payment


def payment_column(column: str, value: object) -> Break:
    def act(of: Busy) -> object:
        payment = models.Gift.objects.get(id=of.gift).payment
        run(f"UPDATE ledger_payment SET {column} = %s, tax_free = 0 WHERE id = %s", value, payment)
        return of.gift

    return act


def payment_unknown(of: Busy) -> object:
    return changed(payment=ids.new())(of)


def paid_and_not_given(of: Busy) -> object:
    models.Gift.objects.filter(id=of.gift).update(state=GiftState.PENDING)
    return models.Gift.objects.get(id=of.gift).payment


def late_money_kept(of: Busy) -> object:
    """The provider took the money after all, and nobody gives it back."""
    payment = models.Gift.objects.get(id=of.declined).payment
    run("UPDATE ledger_payment SET state = 'captured', waiting = true, captured_at = now() WHERE id = %s", payment)
    return payment


def declined_and_given(of: Busy) -> object:
    models.Gift.objects.filter(id=of.declined).update(state=GiftState.GIVEN)
    return of.declined


def donation_missing(of: Busy) -> object:
    run("DELETE FROM ledger_donation WHERE id = %s", of.gift)
    return of.gift


def donation_of_a_refund(of: Busy) -> object:
    run("UPDATE ledger_donation SET reversed = 0 WHERE id = %s", of.returned)
    return of.returned


def cheer_column(**values: object) -> Break:
    def act(of: Busy) -> object:
        models.Cheer.objects.filter(id=of.cheer).update(**values)
        return of.cheer

    return act


def match_without_cheer(of: Busy) -> object:
    fund = models.MatchFund.objects.get(id=of.fund).account
    return post(fund, box(of.open).match_account, 100, MATCH, ref=of.open)


def fund_spent_elsewhere(of: Busy) -> object:
    return post(models.MatchFund.objects.get(id=of.fund).account, outside(), 100, Kind("top_up"))


def second_match_of_a_day(of: Busy) -> object:
    """Written under the day of another time zone: the unique index sees two days where people lived one."""
    one, fund = models.Cheer.objects.get(id=of.cheer), models.MatchFund.objects.get(id=of.fund).account
    one.id = post(fund, box(of.open).match_account, 100, MATCH, ref=of.open)
    one.day -= timedelta(days=1)
    one.save(force_insert=True)
    return max(str(one.id), str(of.cheer))


def match_returned_and_kept(of: Busy) -> object:
    reverse(of.cheer)
    return of.cheer


def box_column(which: str, **values: object) -> Break:
    def act(of: Busy) -> object:
        models.Box.objects.filter(cause_id=getattr(of, which)).update(**values)
        return getattr(of, which)

    return act


def gift_after_the_payout(of: Busy) -> object:
    post(outside(), box(of.paid).account, 300, GIFT, ref=of.paid)
    return of.paid


def paid_twice(of: Busy) -> object:
    post(outside(), box(of.paid).project_account, 300, PAYOUT, ref=of.paid)
    return of.paid


def paid_in_part(of: Busy) -> object:
    post(box(of.planned).account, box(of.planned).project_account, 300, PAYOUT, ref=of.planned)
    return of.planned


def approved_once(of: Busy) -> object:
    models.Approval.objects.filter(plan__box_id=of.paid).first().delete()  # type: ignore[union-attr]  # the row was made above
    return of.paid


def plan_of_another_sum(which: str) -> Break:
    def act(of: Busy) -> object:
        models.Plan.objects.filter(box_id=getattr(of, which), rejected_at=None).update(total=F("total") + 1)
        return getattr(of, which)

    return act


def refunded_with_money(of: Busy) -> object:
    post(outside(), box(of.refunded).account, 300, GIFT, ref=of.refunded)
    return of.refunded


def money_that_left_by_the_window(of: Busy) -> object:
    return post(box(of.open).account, outside(), 300, Kind("fee"))


def line(of: Busy) -> models.ReportLine:
    return models.ReportLine.objects.filter(box_id=of.reported).order_by("position")[0]


def line_of_another_sum(of: Busy) -> object:
    models.ReportLine.objects.filter(id=line(of).id).update(amount=F("amount") + 1)
    return line(of).id


def line_gone(of: Busy) -> object:
    line(of).delete()
    return of.reported


def line_not_in_the_book(of: Busy) -> object:
    one = line(of)
    one.id, one.position = ids.new(), 9
    one.save(force_insert=True)
    return one.id


def spent_before_the_report(of: Busy) -> object:
    post(box(of.paid).project_account, box(of.paid).spent_account, 300, SPEND, ref=of.paid)
    return of.paid


def left_with_the_project(of: Busy) -> object:
    post(outside(), box(of.reported).project_account, 300, PAYOUT, ref=of.reported)
    return of.reported


def proposer_agreed(of: Busy) -> object:
    one = models.Agreement.objects.get(cause_id=of.vetting)
    models.Agreement.objects.filter(id=one.id).update(person_id=folk.id_of(of.of.proposer))
    return one.id


def agreed_under_two_accounts(of: Busy) -> object:
    run("DROP INDEX giving_agreement_identity")
    one = models.Agreement.objects.get(cause_id=of.vetting)
    before, one.id, one.person_id = one.id, ids.new(), folk.id_of(folk.person())
    one.save(force_insert=True)
    return max(str(before), str(one.id))


def agreed_twice(of: Busy) -> object:
    run("ALTER TABLE giving_agreement DROP CONSTRAINT giving_agreement_once")
    one = models.Agreement.objects.get(cause_id=of.vetting)
    before, one.id, one.identity = one.id, ids.new(), "another"
    one.save(force_insert=True)
    return max(str(before), str(one.id))


def struck_out_and_not_reopened(of: Busy) -> object:
    models.Agreement.objects.filter(cause_id=of.vetting).update(state="invalidated", ended_at=clock.now())
    return of.vetting


def opened_without_a_gate(of: Busy) -> object:
    models.Cause.objects.filter(id=of.open).update(gate_reached_at=None)
    return of.open


def opened_by_nobody(of: Busy) -> object:
    models.Agreement.objects.filter(cause_id=of.open).delete()
    return of.open


def opened_one_short(of: Busy) -> object:
    models.Step.objects.filter(cause_id=of.open, want="reach_gate").update(why="2/2")
    return of.open


def cause_state(state: str) -> Break:
    def act(of: Busy) -> object:
        models.Cause.objects.filter(id=of.open).update(state=state)
        return of.open

    return act


def step(of: Busy) -> models.Step:
    return models.Step.objects.filter(cause_id=of.open, want="propose")[0]


def step_skipped(of: Busy) -> object:
    step(of).delete()
    return of.open


def step_no_rule_knows(of: Busy) -> object:
    models.Step.objects.filter(id=step(of).id).update(want="close")
    return of.open


def box_gone(of: Busy) -> object:
    bare = making.opened(of.of)
    box(bare).delete()
    return bare


BREAKS: dict[str, tuple[Break, ...]] = {
    "giving.gifts": (
        gift_without_transfer,
        changed(amount=5_001),
        another_giver,
        another_box,
        transfer_without_gift,
        money_of_another_kind,
        gift_beside_its_box,
        declined_and_given,
    ),
    "giving.pooled": POOLED,
    "giving.refunds": (reversed_and_still_given, refunded_without_reversal, given_again_after_its_reversal),
    "giving.payments": (
        payment_of_two,
        payment_column("amount", 4_999),
        payment_column("posting", None),
        payment_column("purpose", "pledges.deposit"),
        payment_column("state", "refunded"),
        payment_column("payer_id", None),
        payment_unknown,
        paid_and_not_given,
        late_money_kept,
        declined_and_given,
    ),
    "giving.donations": (donation_missing, donation_of_a_refund, another_giver),
    "giving.cheers": (
        cheer_column(matched=0),
        cheer_column(matched=1_000),
        cheer_column(fund=None),
        match_without_cheer,
        fund_spent_elsewhere,
        second_match_of_a_day,
        match_returned_and_kept,
    ),
    "giving.payouts": (
        gift_after_the_payout,
        paid_twice,
        paid_in_part,
        approved_once,
        plan_of_another_sum("paid"),
        plan_of_another_sum("planned"),
        box_column("paid", payout=None),
        box_column("paid", state="planned"),
        box_column("open", state="paid_out"),
        refunded_with_money,
        money_that_left_by_the_window,
    ),
    "giving.reports": (
        line_of_another_sum,
        line_gone,
        line_not_in_the_book,
        spent_before_the_report,
        left_with_the_project,
        box_column("reported", reported_at=None),
    ),
    "giving.regular": (month_of(amount=4_999), month_of(state="skipped"), month_of(month=date(2026, 1, 2))),
    "giving.gates": (
        proposer_agreed,
        agreed_under_two_accounts,
        agreed_twice,
        struck_out_and_not_reopened,
        opened_without_a_gate,
        opened_by_nobody,
        opened_one_short,
    ),
    "giving.steps": (
        cause_state("closed"),
        box_column("open", state="closed"),
        step_skipped,
        step_no_rule_knows,
        box_gone,
    ),
}
