"""What the desks of stewards and partners read."""

from uuid import UUID

from dure.base import clock
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, PersonId
from dure.services.giving import models
from dure.services.giving.rules.permits import APPROVALS_NEEDED, may_steward
from dure.services.giving.types import (
    AgreementEntry,
    CauseId,
    CauseState,
    Check,
    OverdueReport,
    PartnerState,
    PlanView,
    QueueCount,
    Readiness,
    StepEntry,
    Verdict,
    VettingMark,
    Want,
)

AGREEMENTS_MAX = 2_000


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


def checks(cause: UUID) -> tuple[Check, ...]:
    """Every word of vetting on this cause, newest first."""
    return tuple(
        Check(
            steward=row.steward_id,
            verdict=Verdict(row.verdict),
            marks=tuple(VettingMark(mark) for mark in row.marks),
            comment=row.comment,
            at=row.at,
        )
        for row in models.Check.objects.filter(cause_id=cause).order_by("-at")
    )


def open_vetting(cause: UUID) -> tuple[Check, ...]:
    """The yes votes of the running round."""
    return tuple(
        Check(
            steward=row.steward_id,
            verdict=Verdict(row.verdict),
            marks=tuple(VettingMark(mark) for mark in row.marks),
            comment=row.comment,
            at=row.at,
        )
        for row in models.Check.objects.filter(
            cause_id=cause, round=vetting_round(cause), verdict=Verdict.APPROVE
        ).order_by("at")
    )


def plan(box: UUID) -> PlanView | None:
    """The newest plan that was not sent back, with its approvals."""
    row = models.Plan.objects.filter(box_id=box, rejected_at=None).order_by("-version").first()
    if row is None:
        return None
    approvals = list(row.approvals.order_by("at"))
    names = people.names({PersonId(row.by_id), *(PersonId(one.steward_id) for one in approvals)})
    return PlanView(
        version=row.version,
        total=row.total,
        by_name=names.get(PersonId(row.by_id), ""),
        at=row.at,
        approvals=tuple((one.steward_id, names.get(PersonId(one.steward_id), ""), one.at) for one in approvals),
        needed=APPROVALS_NEEDED,
    )


def history(cause: UUID, by: Actor) -> tuple[StepEntry, ...]:
    """The steps that changed a cause's state; names and reasons of stewards only to stewards and auditors."""
    inside = by.is_steward or by.is_system or bool(by.roles)
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


def agreements(cause: UUID, by: Actor) -> tuple[AgreementEntry, ...]:
    """The agreements of a cause for a steward who looks for false ones. Raises NotAllowed."""
    may_steward(by)
    rows = list(models.Agreement.objects.filter(cause_id=cause).order_by("-at")[:AGREEMENTS_MAX])
    cards = people.persons(row.person_id for row in rows)
    return tuple(
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


def queue_counts(by: Actor) -> QueueCount:
    """How much waits at the stewards' desk. Raises NotAllowed."""
    may_steward(by)
    count = models.Cause.objects.filter
    return QueueCount(
        vetting=count(state=CauseState.VETTING).count(),
        gate=count(state=CauseState.PROPOSED).count(),
        closed=count(state=CauseState.CLOSED).count(),
        plans=count(state=CauseState.PLANNED).count(),
        overdue=models.Box.objects.filter(state=CauseState.PAID_OUT, report_due_on__lt=clock.today()).count(),
    )


def readiness(cause: UUID) -> Readiness:
    """Whether the partner of `cause` can carry a box now."""
    partner, state = models.Cause.objects.values_list("partner_id", "partner_state").get(id=cause)
    return Readiness(
        state=PartnerState(state),
        verified=people.organisation(partner).verified,
        bank_account=people.has_verified_bank_account(partner),
        overdue=overdue_report(partner),
    )
