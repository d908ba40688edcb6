"""What the desks of stewards and partners read."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from django.db.models import Case, Count, Exists, OuterRef, Q, When

from dure.base import clock
from dure.foundations.ledger import queries as law
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, OrganisationId, PersonId
from dure.services.giving import models, rules
from dure.services.giving.rules.permits import APPROVALS_NEEDED
from dure.services.giving.types import (
    AgreementEntry,
    AgreementPage,
    ApprovalEntry,
    BoxId,
    CauseCard,
    CauseId,
    CauseState,
    Check,
    DepositState,
    DepositView,
    GiftState,
    OverdueReport,
    PartnerState,
    PlanSentBack,
    PlanView,
    QueueCount,
    Readiness,
    StepEntry,
    StuckRefunds,
    Verdict,
    VettingMark,
    Want,
)

from .causes import cards_of

AGREEMENTS_PAGE = 100
TASKS_MAX = 50
DEPOSITS_SHOWN = 100
STUCK_AFTER = timedelta(hours=1)
PLAN_ENDED_BY_REFUND = "refund"  # what stands instead of a steward's words


def overdue_report(partner: UUID) -> OverdueReport | None:
    """The report this partner has owed longest, if any is overdue."""
    row = (
        models.Box.objects.select_related("cause")
        .filter(
            cause__partner_id=partner,
            state=CauseState.PAID_OUT,
            report_due_on__lt=clock.today(),
            reported_at=None,
        )
        .order_by("report_due_on")
        .first()
    )
    if row is None or row.report_due_on is None:
        return None
    return OverdueReport(cause=CauseId(row.cause_id), title=row.cause.title, due=row.report_due_on)


def vetting_round(cause: UUID) -> int:
    """Each time the proposer resubmits a new round begins, and earlier words count no more."""
    return models.Step.objects.filter(cause_id=cause, want__in=[Want.RESUBMIT, Want.REACH_GATE]).count()


def open_vetting(cause: UUID) -> tuple[Check, ...]:
    """The yes votes of the running round."""
    return tuple(
        Check(
            steward=row.steward_id,
            verdict=Verdict(row.verdict),
            marks=tuple(VettingMark(mark) for mark in row.marks),
            emergency=row.emergency,
            comment=row.comment,
            at=row.at,
        )
        for row in models.Check.objects.filter(
            cause_id=cause, round=vetting_round(cause), verdict=Verdict.APPROVE
        ).order_by("at", "pk")
    )


def plan(box: UUID, by: Actor) -> PlanView | None:
    """The newest plan that was not sent back, with its approvals; who gave them is for stewards, auditors, the partner."""
    row = (
        models.Plan.objects.select_related("box__cause")
        .filter(box_id=box, rejected_at=None)
        .order_by("-version")
        .first()
    )
    if row is None:
        return None
    approvals = list(row.approvals.order_by("at", "pk"))
    inside = rules.looks(by) or by.is_system or by.works_for(OrganisationId(row.box.cause.partner_id))
    who = {PersonId(row.by_id), *(PersonId(one.steward_id) for one in approvals)} if inside else set()
    names = people.names(who) if who else {}
    return PlanView(
        version=row.version,
        total=row.total,
        by_name=names.get(PersonId(row.by_id), ""),
        at=row.at,
        approvals=tuple(
            ApprovalEntry(one.steward_id if inside else None, names.get(PersonId(one.steward_id), ""), one.at)
            for one in approvals
        ),
        needed=APPROVALS_NEEDED,
    )


def plans_sent_back(boxes: Iterable[UUID]) -> Mapping[UUID, PlanSentBack]:
    """Why the last plan of each of these boxes came back; boxes whose plan stands, or that have none, are left out."""
    rows = models.Plan.objects.filter(box__in=list(boxes)).order_by("version")
    last = {row.box_id: row for row in rows}
    return {
        box: PlanSentBack(
            version=row.version,
            why="" if row.rejected_why == PLAN_ENDED_BY_REFUND else row.rejected_why,
            by_refund=row.rejected_why == PLAN_ENDED_BY_REFUND,
            at=row.rejected_at,
        )
        for box, row in last.items()
        if row.rejected_at is not None
    }


def history(cause: UUID, by: Actor) -> tuple[StepEntry, ...]:
    """The steps that changed a cause's state; names and reasons of stewards only to stewards and auditors."""
    inside = rules.looks(by)
    rows = list(models.Step.objects.filter(cause_id=cause).order_by("at", "id"))
    names = people.names({PersonId(row.by) for row in rows if row.by}) if inside else {}
    return tuple(
        StepEntry(
            want=row.want,
            before=CauseState(row.before),
            after=CauseState(row.after),
            by=row.by if inside else None,
            by_name=names.get(PersonId(row.by), "") if row.by else "",
            why=row.why if inside else "",
            at=row.at,
        )
        for row in rows
        if inside or row.before != row.after
    )


def agreements(cause: UUID, by: Actor, number: int = 1) -> AgreementPage:
    """A page of the agreements of a cause, newest first, for those who look for false ones. Raises NotAllowed."""
    rules.may_look(by)
    found = models.Agreement.objects.filter(cause_id=cause)
    total = found.count()
    pages = max(1, -(-total // AGREEMENTS_PAGE))
    number = min(max(1, number), pages)
    rows = list(found.order_by("-at", "-id")[(number - 1) * AGREEMENTS_PAGE : number * AGREEMENTS_PAGE])
    cards = people.persons(row.person_id for row in rows)
    entries = tuple(
        AgreementEntry(
            id=row.id,
            person=row.person_id,
            name=cards[PersonId(row.person_id)].name,
            state=row.state,
            joined_at=cards[PersonId(row.person_id)].joined_at,
            at=row.at,
            why=row.why,
        )
        for row in rows
    )
    return AgreementPage(entries, total, number, pages)


def partner_tasks(partner: UUID) -> tuple[tuple[CauseCard, Want], ...]:
    """What waits for this organisation, longest first: each cause with what is to be done about it."""
    rows = list(
        models.Cause.objects.select_related("box").filter(_tasks(), partner_id=partner).order_by("id")[:TASKS_MAX]
    )
    return tuple((card, _task(card.state)) for card in cards_of(rows))


def partner_task_counts(partners: Iterable[UUID]) -> Mapping[UUID, int]:
    """How many causes wait for each of these organisations; those without are left out."""
    rows = models.Cause.objects.filter(_tasks(), partner_id__in=list(partners))
    return dict(rows.values_list("partner_id").annotate(Count("id")))


def _tasks() -> Q:
    """Asked and not answered yet, closed and to be planned, paid out and to be reported."""
    asked = Q(partner_state=PartnerState.ASKED, state__in=rules.states_for(Want.ANSWER_AS_PARTNER))
    return asked | Q(state__in=[CauseState.CLOSED, CauseState.PAID_OUT])


def _task(state: CauseState) -> Want:
    after = {CauseState.CLOSED: Want.REVISE_PLAN, CauseState.PAID_OUT: Want.FILE_REPORT}
    return after.get(state, Want.ANSWER_AS_PARTNER)


def queue_counts(by: Actor) -> QueueCount:
    """How much waits at the stewards' desk. Raises NotAllowed."""
    rules.may_look(by)
    count = models.Cause.objects.filter
    return QueueCount(
        vetting=count(state=CauseState.VETTING).count(),
        gate=count(state=CauseState.PROPOSED).count(),
        closed=count(state=CauseState.CLOSED).count(),
        plans=count(state=CauseState.PLANNED).count(),
        overdue=models.Box.objects.filter(state=CauseState.PAID_OUT, report_due_on__lt=clock.today()).count(),
        objections=models.Objection.objects.filter(settled_at=None).values("entry").distinct().count(),
    )


def deposits(by: Actor) -> tuple[DepositView, ...]:
    """Deposits of sponsors: those that wait for a second steward first, then the newest. Raises NotAllowed."""
    rules.may_look(by)
    rows = list(
        models.Deposit.objects.select_related("fund").order_by(
            Case(When(state=DepositState.WAITING, then=0), default=1), "-asked_at", "-pk"
        )[:DEPOSITS_SHOWN]
    )
    names = people.names({PersonId(one) for row in rows for one in (row.asked_by_id, row.booked_by) if one})
    return tuple(
        DepositView(
            id=row.id,
            fund=row.fund_id,
            fund_name=row.fund.name,
            amount=row.amount,
            reference=row.reference,
            state=DepositState(row.state),
            asked_by=names.get(PersonId(row.asked_by_id), ""),
            asked_at=row.asked_at,
            booked_by=names.get(PersonId(row.booked_by), "") if row.booked_by else "",
            booked_at=row.booked_at,
            ended_at=row.ended_at,
            why=row.why,
            own=by.person == row.asked_by_id,
        )
        for row in rows
    )


def stuck_refunds() -> tuple[StuckRefunds, ...]:
    """Boxes stopped STUCK_AFTER ago or longer that still hold gifts or matches, the oldest first."""
    since = clock.now() - STUCK_AFTER
    steps = models.Step.objects.filter(cause=OuterRef("cause"), want=Want.STOP, at__lte=since)
    rows = models.Box.objects.filter(Exists(steps), state=CauseState.STOPPED).order_by("cause_id")
    codes = dict(rows.values_list("cause_id", "cause__code"))
    gifts = models.Gift.objects.filter(box__in=codes, state=GiftState.GIVEN).values_list("box_id")
    matches = models.Cheer.objects.filter(box__in=codes, matched__gt=0).values_list("box_id")
    gifts_of, matches_of = dict(gifts.annotate(Count("id"))), dict(matches.annotate(Count("id")))
    return tuple(
        StuckRefunds(BoxId(box), code, gifts_of.get(box, 0), matches_of.get(box, 0))
        for box, code in codes.items()
        if box in gifts_of or box in matches_of
    )


def readiness(cause: UUID) -> Readiness:
    """Whether the partner of `cause` can carry a box now."""
    asked = models.Cause.objects.values_list("partner_id", "partner_state", "goal", "collection_number")
    partner, state, goal, number = asked.get(id=cause)
    organisation = people.organisation(partner)
    return Readiness(
        state=PartnerState(state),
        verified=organisation.verified,
        registered=bool(number) or law.authority(goal) is None,
        bank_account=people.has_verified_bank_account(partner),
        overdue=overdue_report(partner),
    )
