"""A box's money, as the ledger has it."""

from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import islice
from operator import attrgetter
from uuid import UUID

from django.db.models import Count, Max, Q, Sum

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.ledger import queries as ledger
from dure.foundations.ledger.types import AccountId, PayoutWay, Transfer, TransferId
from dure.services.giving import models, rules
from dure.services.giving.types import (
    BoxId,
    BoxTotals,
    DepositState,
    FlowPart,
    FundView,
    GiftId,
    GiftState,
    LedgerRow,
    Match,
    MoneyFlow,
    PaidOut,
    ReportLine,
    Used,
)

LEDGER_PAGE = 500
NOTHING = BoxTotals(people=0, matched=0, givers=0, paid_out=0, spent=0)


def totals(box: UUID) -> BoxTotals:
    """What the box raised, paid out and spent."""
    return totals_of([box]).get(box, NOTHING)


def totals_of(boxes: Iterable[UUID]) -> Mapping[UUID, BoxTotals]:
    """The totals of many boxes, with three statements however many there are. Causes without a box are left out."""
    rows = {row.cause_id: row for row in models.Box.objects.filter(cause_id__in=list(boxes))}
    accounts = [
        AccountId(one)
        for row in rows.values()
        for one in (row.account, row.match_account, row.project_account, row.spent_account)
    ]
    balances = ledger.balances(accounts)
    givers = _givers(rows)
    answer = {}
    for box, row in rows.items():
        people, matched = balances[AccountId(row.account)], balances[AccountId(row.match_account)]
        paid_out = balances[AccountId(row.project_account)].credits_posted
        # A payout empties both accounts at once and nothing is given back after it, so what matched added is what came in.
        matched_won = matched.credits_posted if paid_out else matched.held
        answer[box] = BoxTotals(
            people=paid_out - matched_won if paid_out else people.held,
            matched=matched_won,
            givers=givers.get(box, 0),
            paid_out=paid_out,
            spent=balances[AccountId(row.spent_account)].credits_posted,
        )
    return answer


def raised(box: UUID) -> int:
    """What people and funds put into the box, in won; 0 where there is none."""
    return raised_of([box]).get(box, 0)


def raised_of(boxes: Iterable[UUID]) -> Mapping[UUID, int]:
    """The won raised by many boxes, with two statements however many there are. Nobody's gifts are counted."""
    found = models.Box.objects.filter(cause_id__in=list(boxes))
    rows = list(found.values_list("cause_id", "account", "match_account", "project_account"))
    balances = ledger.balances([AccountId(account) for row in rows for account in row[1:]])

    def won(people: UUID, matched: UUID, project: UUID) -> int:
        paid_out = balances[AccountId(project)].credits_posted
        return paid_out or balances[AccountId(people)].held + balances[AccountId(matched)].held

    return {box: won(*accounts) for box, *accounts in rows}


def room(box: UUID) -> int | None:
    """How many won more the box may take while its collection is not registered; None: no end, or no box."""
    number = models.Box.objects.filter(cause_id=box).values_list("cause__collection_number", flat=True).first()
    if number is None or number:
        return None
    return rules.room(registered=False, raised=raised(box))


def _givers(boxes: Iterable[UUID]) -> Mapping[UUID, int]:
    """How many people's gifts stand in each box: reads every gift of the boxes, so it is asked for only where it is shown."""
    rows = models.Gift.objects.filter(box__in=list(boxes), state=GiftState.GIVEN).values_list("box_id")
    return dict(rows.annotate(Count("donor", distinct=True)))


def box_account(box: UUID) -> AccountId:
    """The ledger account that gifts to the box go to. Raises NotFound."""
    found = models.Box.objects.filter(cause_id=box).values_list("account", flat=True).first()
    if found is None:
        raise NotFound(what="box")
    return AccountId(found)


def report_lines(box: UUID) -> tuple[ReportLine, ...]:
    """The spending lines of a box's report, in the order of spending."""
    return tuple(
        ReportLine(
            id=row.id,
            spent_on=row.spent_on,
            payee=row.payee,
            purpose=row.purpose,
            amount=row.amount,
            proof_name=row.proof_name,
            proof_sha256=row.proof_sha256,
        )
        for row in models.ReportLine.objects.filter(box_id=box)
    )


def filed_report(box: UUID) -> tuple[ReportLine, ...]:
    """The lines of a filed report; empty before it is filed. Raises NotFound."""
    row = models.Box.objects.filter(cause_id=box).first()
    if row is None:
        raise NotFound(what="box")
    return report_lines(box) if row.reported_at else ()


def money_flow(box: UUID) -> MoneyFlow:
    """Where the box's money comes from and goes to. Both sides sum to the same won."""
    of = totals(box)
    cheers = models.Cheer.objects.filter(box_id=box, matched__gt=0).count()
    handed = models.Pooled.objects.filter(box_id=box, returned_at=None).order_by("at", "id")
    pooled = [FlowPart(row.title, row.amount, 1) for row in handed]
    alone = of.people - sum(part.amount for part in pooled)
    sources = (FlowPart("people", alone, of.givers), FlowPart("matched", of.matched, cheers), *pooled)
    filed = models.Box.objects.filter(cause_id=box, reported_at__isnull=False).exists()
    uses = _reported(box) if filed else _planned(box, of.raised)
    rest = of.raised - sum(part.amount for part in uses)
    return MoneyFlow(
        sources=tuple(part for part in sources if part.amount),
        uses=(*uses, FlowPart("unspent", rest, 0)) if rest else uses,
        at=clock.now(),
    )


def used(gift: GiftId) -> tuple[Used, ...]:
    """Won by won: which report lines spent this gift, and what is not spent yet. Sums to the gift."""
    traces = ledger.trace(TransferId(gift))
    lines = {
        row.id: row
        for row in models.ReportLine.objects.filter(id__in=[trace.spent_by for trace in traces if trace.spent_by])
    }
    answer = []
    for trace in traces:
        line = lines.get(trace.spent_by) if trace.spent_by else None
        answer.append(
            Used(
                amount=trace.amount.minor,
                line=line.id if line else None,
                spent_on=line.spent_on if line else None,
                payee=line.payee if line else "",
                purpose=line.purpose if line else "",
            )
        )
    return tuple(answer)


def funds() -> tuple[FundView, ...]:
    """The matching funds with what they have left and what they gave: what came back out of stopped boxes was not given."""
    rows = list(models.MatchFund.objects.filter(active=True).order_by("created_at", "pk"))
    accounts = [AccountId(row.account) for row in rows]
    balances, returned = ledger.balances(accounts), ledger.returned(accounts)
    back = models.Deposit.objects.filter(state=DepositState.REVERSED).values_list("fund")
    taken_back = dict(back.annotate(Sum("amount")))  # it left the fund, and no box got it
    return tuple(
        FundView(
            id=row.id,
            name=row.name,
            available=balances[AccountId(row.account)].available,
            given=balances[AccountId(row.account)].debits_posted
            - returned.get(AccountId(row.account), 0)
            - taken_back.get(row.id, 0),
        )
        for row in rows
    )


def match_now(emergency: bool) -> Match:
    """What a matching fund would add for the next cheer, and how much all funds have left for such cheers."""
    left = [fund.available for fund in funds() if rules.match_amount(emergency, fund.available)]
    return Match(won=rules.match_amount(emergency, max(left, default=0)), left=sum(left))


def ledger_rows(box: UUID, after_seq: int = 0) -> Iterator[LedgerRow]:
    """The box's transfers after `after_seq` in the order of the log, read as they are asked for. Raises NotFound."""
    row = models.Box.objects.filter(cause_id=box).first()
    if row is None:
        raise NotFound(what="box")
    names = {
        AccountId(row.account): "box",
        AccountId(row.match_account): "matched",
        AccountId(row.project_account): "project",
        AccountId(row.spent_account): "spent",
    }
    return (
        LedgerRow(
            seq=one.seq,
            transfer=one.id,
            at=one.at,
            kind=one.kind,
            source=names.get(one.debit, "outside"),
            target=names.get(one.credit, "outside"),
            amount=one.amount.minor,
        )
        for one in _transfers(names, after_seq)
    )


def ledger_page(box: UUID, after_seq: int = 0) -> tuple[LedgerRow, ...]:
    """At most LEDGER_PAGE of them; the last one's seq leads on. Raises NotFound."""
    return tuple(islice(ledger_rows(box, after_seq), LEDGER_PAGE))


def _transfers(accounts: Iterable[AccountId], after_seq: int) -> Iterator[Transfer]:
    """All transfers of the accounts, each once, in the order of the log; one page of each account is held at a time."""
    last = after_seq
    for one in merge(*(_statement(account, after_seq) for account in accounts), key=attrgetter("seq")):
        if one.seq > last:  # what flows between two of them stands in both
            last = one.seq
            yield one


def _statement(account: AccountId, after: int) -> Iterator[Transfer]:
    while page := ledger.statement(account, after):
        yield from page
        after = page[-1].seq


def _reported(box: UUID) -> tuple[FlowPart, ...]:
    return tuple(FlowPart(line.purpose, line.amount, 1) for line in report_lines(box))


def payout_way(box: UUID) -> PayoutWay | None:
    """How far the payout of a box has come at the bank; None before it is paid out."""
    payout = models.Box.objects.filter(cause_id=box).values_list("payout", flat=True).first()
    return ledger.payout_way(payout) if payout else None


def payouts() -> tuple[PaidOut, ...]:
    """Every payout, the newest first."""
    rows = list(
        models.Box.objects.select_related("cause")
        .filter(paid_out_at__isnull=False)
        .annotate(awarded_at=Max("plans__approvals__at", filter=Q(plans__rejected_at=None)))
        .order_by("-paid_out_at", "-pk")
    )
    raised = raised_of(row.cause_id for row in rows)
    return tuple(
        PaidOut(
            box=BoxId(row.cause_id),
            code=row.cause.code,
            title=row.cause.title,
            story=row.cause.story,
            region=row.cause.region,
            partner=row.cause.partner_id,
            amount=raised[row.cause_id],
            awarded_at=row.awarded_at or row.paid_out_at,
            paid_out_at=row.paid_out_at,
            reported_at=row.reported_at,
        )
        for row in rows
        if row.paid_out_at
    )


def _planned(box: UUID, raised: int) -> tuple[FlowPart, ...]:
    """The newest plan's lines where it fits the sum raised; before that nothing is promised."""
    plan = models.Plan.objects.filter(Q(rejected_at=None), box_id=box, total=raised).order_by("-version").first()
    if plan is None:
        return ()
    lines = models.Line.objects.filter(cause_id=box, version=plan.version).order_by("position")
    return tuple(FlowPart(line.label, line.amount, 1) for line in lines)
