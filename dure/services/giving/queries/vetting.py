"""What vetting and the desks look at, each for those who may see it."""

from uuid import UUID

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.ledger import queries as law
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, OrganisationId, PersonId
from dure.services.giving import models, rules
from dure.services.giving.rules.permits import lacks
from dure.services.giving.types import (
    Cause,
    CauseCard,
    CauseFilter,
    CausePage,
    CauseState,
    LegalDuties,
    MyPart,
    PartnerDesk,
    PartnerTask,
    ProofFile,
    Queue,
    ReportLine,
    Verdict,
    VettedPartner,
    VettingFile,
    VettingMark,
    VettingWord,
    Want,
)

from .boxes import report_lines
from .causes import cards_of, page
from .desks import overdue_report, partner_tasks, plans_sent_back, readiness, vetting_round
from .giving import has_agreed, matched_today, objected, objected_boxes

QUEUES = {
    Queue.VETTING: (CauseState.VETTING,),
    Queue.PLANS: (CauseState.PLANNED,),
    Queue.GATE: (CauseState.PROPOSED, CauseState.NEEDS_WORK),
    Queue.OPEN: (CauseState.OPEN,),
    Queue.CLOSED: (CauseState.CLOSED, CauseState.PAID_OUT),
    Queue.ENDED: (
        CauseState.REPORTED,
        CauseState.REJECTED,
        CauseState.STOPPED,
        CauseState.REFUNDED,
        CauseState.ENDED,
    ),
}


def queue(by: Actor, which: Queue, words: str = "", number: int = 1) -> CausePage:
    """A page of one of the lists at the stewards' desk. Raises NotAllowed."""
    rules.may_look(by)
    return page(CauseFilter(words=words, states=QUEUES[which]), number)


def objected_cards(by: Actor) -> tuple[CauseCard, ...]:
    """Causes with words on their walls that readers object to, the longest waiting first. Raises NotAllowed."""
    rules.may_look(by)
    boxes = objected_boxes()
    rows = {row.id: row for row in models.Cause.objects.select_related("box").filter(id__in=boxes)}
    return cards_of([rows[box] for box in boxes])


def vetting_words(cause: UUID, by: Actor) -> tuple[VettingWord, ...]:
    """What stewards said, newest first: all of it to stewards and auditors; to the proposer and the partner what is to be
    reworked and why it was rejected, without names. Raises NotFound, NotAllowed.
    """
    row = _row(cause)
    inside = rules.looks(by)
    rules.may_read_vetting(by, row.proposer_id, OrganisationId(row.partner_id))
    said = models.Check.objects.filter(cause_id=cause).order_by("-at", "-pk")
    rows = list(said if inside else said.exclude(verdict=Verdict.APPROVE))
    names = people.names({PersonId(one.steward_id) for one in rows}) if inside else {}
    return tuple(
        VettingWord(
            verdict=Verdict(one.verdict),
            comment=one.comment,
            marks=tuple(VettingMark(mark) for mark in one.marks) if inside else (),
            emergency=one.emergency and inside,
            steward=one.steward_id if inside else None,
            name=names.get(PersonId(one.steward_id), ""),
            at=one.at,
        )
        for one in rows
    )


def vetting_file(cause: UUID, by: Actor) -> VettingFile:
    """All that is looked at before a box opens, and after. Raises NotFound, NotAllowed."""
    rules.may_look(by)
    row = _row(cause)
    ready, organisation = readiness(cause), people.organisation(row.partner_id)
    proposer = people.person(row.proposer_id)
    return VettingFile(
        round=vetting_round(cause),
        proposer=row.proposer_id,
        proposer_name=proposer.name,
        proposer_since=proposer.joined_at,
        partner=VettedPartner(
            id=organisation.id,
            name=organisation.name,
            verified=organisation.verified,
            registration_number=organisation.registration_number,
            representative=organisation.representative,
            state=ready.state,
            bank_account_checked=ready.bank_account,
            lacks=lacks(ready),
            overdue=ready.overdue,
        ),
        register_with=law.authority(row.goal),
        collection_number=row.collection_number,
        has_stake=by.person == row.proposer_id or by.works_for(organisation.id),
        words=vetting_words(cause, by),
        objected=objected(cause),
    )


def partner_desk(partner: UUID, by: Actor) -> PartnerDesk:
    """What waits for an organisation, for those who work there, stewards and auditors. Raises NotAllowed, NotFound."""
    rules.may_see_partner(by, OrganisationId(partner))
    people.organisation(partner)
    waiting = partner_tasks(partner)
    returned = plans_sent_back(card.id for card, want in waiting if want is Want.REVISE_PLAN)
    tasks = tuple(PartnerTask(card, want, returned.get(card.id)) for card, want in waiting)
    return PartnerDesk(tasks, overdue_report(partner))


def partner_causes(partner: UUID, by: Actor, number: int = 1) -> CausePage:
    """All causes that name this organisation, withdrawn ones too, for the same people. Raises NotAllowed."""
    rules.may_see_partner(by, OrganisationId(partner))
    return page(CauseFilter(partner=partner, inside=True), number)


def report_draft(box: UUID, by: Actor) -> tuple[ReportLine, ...]:
    """The lines of a report before it is filed, for the partner, stewards and auditors. Raises NotFound, NotAllowed."""
    row = _row(box)
    rules.may_see_partner(by, OrganisationId(row.partner_id))
    return report_lines(box)


def proof_file(line: UUID, by: Actor) -> ProofFile:
    """The proof of a spending line, for the same people. Raises NotFound, NotAllowed."""
    row = models.ReportLine.objects.select_related("box__cause").filter(id=line).first()
    if row is None:
        raise NotFound(what="report_line")
    rules.may_see_partner(by, OrganisationId(row.box.cause.partner_id))
    if not row.proof.name:
        raise NotFound(what="proof")  # its time was over
    return ProofFile(row.proof.name, row.proof_name)


def legal_duties(found: Cause) -> LegalDuties:
    """What donation law asks of this box, with the day it falls due and the paragraph; before it opens, what will be asked."""
    card = found.card
    raised = card.totals.raised
    at_goal = law.cost_cap(card.goal)
    if card.opens_at is None and card.state in rules.FINAL:
        return LegalDuties((), opened=False, costs_max=0, costs_max_at_goal=at_goal)
    opened = clock.local(card.opens_at).date() if card.opens_at else clock.today()
    closed = clock.local(card.closes_at).date() if card.closes_at and card.state is not CauseState.OPEN else None
    lines = report_lines(card.id) if found.reported_at else ()
    used = max((line.spent_on for line in lines), default=None)  # the day of the last use, not of its report
    asked = law.duties(max(card.goal, raised), opened, closed, used)
    return LegalDuties(
        asked, opened=card.opens_at is not None, costs_max=law.cost_cap(raised), costs_max_at_goal=at_goal
    )


def my_part(cause: UUID, by: Actor) -> MyPart:
    """What who asks did about this cause. Raises NotFound, NotAllowed."""
    person = rules.somebody(by)
    return MyPart(
        is_proposer=_row(cause).proposer_id == person,
        has_agreed=has_agreed(cause, person),
        matched_today=matched_today(cause, person),
    )


def _row(cause: UUID) -> models.Cause:
    row = models.Cause.objects.filter(id=cause).exclude(state=CauseState.DRAFT).first()
    if row is None:
        raise NotFound(what="cause")
    return row
