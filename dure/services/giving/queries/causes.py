"""Causes: one, a page of a list, similar ones."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Max, Q, QuerySet
from django.urls import reverse

from dure.base.refusals import NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, OrganisationId
from dure.foundations.places import queries as places
from dure.services.giving import models, rules
from dure.services.giving.types import (
    AgreementState,
    BoxNow,
    BudgetLine,
    Cause,
    CauseCard,
    CauseFilter,
    CauseId,
    CausePage,
    CauseState,
    GateNow,
    LineKind,
    Order,
    PartnerChoice,
    PartnerChoices,
    PartnerState,
    Picture,
    Topic,
)

from .boxes import NOTHING, raised_of, totals_of

PAGE_SIZE = 20
SIMILAR_AMONG_MAX = 2_000
BY_FULLNESS_MAX = 5_000
PARTNERS_SHOWN = 50
HIDDEN = (CauseState.DRAFT, CauseState.WITHDRAWN)


def page(wanted: CauseFilter, number: int = 1) -> CausePage:
    """One page of the causes that fit. Drafts and withdrawn ones appear only to their proposer's own list."""
    found = _filtered(wanted)
    total = found.count()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), pages)
    start = (number - 1) * PAGE_SIZE
    if wanted.order in (Order.FULLEST, Order.EMPTIEST):
        wanted_ids = _by_fullness(found, wanted.order)[start : start + PAGE_SIZE]
        by_id = {row.id: row for row in found.filter(id__in=wanted_ids)}
        rows = [by_id[one] for one in wanted_ids]
    else:
        rows = list(_ordered(found, wanted.order)[start : start + PAGE_SIZE])
    return CausePage(cards=cards_of(rows), total=total, page=number, pages=pages)


def newly_opened(states: Iterable[CauseState], most: int) -> tuple[CauseCard, ...]:
    """The boxes in these states that opened last, the newest first."""
    found = models.Cause.objects.select_related("box").filter(state__in=list(states), box__isnull=False)
    return cards_of(list(found.order_by("-box__opens_at", "-id")[:most]))


def newly_reported(most: int) -> tuple[CauseCard, ...]:
    """The boxes whose reports were filed last, the newest first."""
    found = models.Cause.objects.select_related("box").filter(state=CauseState.REPORTED)
    return cards_of(list(found.order_by("-box__reported_at", "-id")[:most]))


def changed_at(causes: Iterable[UUID]) -> Mapping[UUID, datetime]:
    """When each of these took its last step."""
    steps = models.Step.objects.filter(cause_id__in=list(causes))
    return dict(steps.values_list("cause_id").annotate(Max("at")))


def regions_of(causes: Iterable[UUID]) -> Mapping[UUID, str]:
    """The region of each of these causes, with one statement. Unknown ones are left out."""
    return dict(models.Cause.objects.filter(id__in=list(causes)).values_list("id", "region"))


def id_of(code: str) -> CauseId:
    """The cause with this speakable code. Raises NotFound."""
    found = models.Cause.objects.filter(code=code.strip().upper()).values_list("id", flat=True).first()
    if found is None:
        raise NotFound(what="cause")
    return CauseId(found)


def code_of(cause: UUID) -> str:
    """The speakable code. Raises NotFound."""
    found = models.Cause.objects.filter(id=cause).values_list("code", flat=True).first()
    if found is None:
        raise NotFound(what="cause")
    return found


def card(cause: UUID) -> CauseCard:
    """A cause as a card, whoever asks. Raises NotFound."""
    row = models.Cause.objects.select_related("box").filter(id=cause).first()
    if row is None:
        raise NotFound(what="cause")
    return cards_of([row])[0]


def cause(cause_id: UUID, by: Actor) -> Cause:
    """A cause, whole. Drafts exist for their proposer only, withdrawn ones for stewards and auditors too.

    Raises NotFound.
    """
    row = models.Cause.objects.select_related("box").filter(id=cause_id).first()
    if row is None or not _may_see(by, row):
        raise NotFound(what="cause")
    box = getattr(row, "box", None)
    plan = models.Plan.objects.filter(box_id=row.id, rejected_at=None).order_by("-version").first() if box else None
    return Cause(
        card=cards_of([row])[0],
        story=row.story,
        proposer=row.proposer_id,
        partner_state=PartnerState(row.partner_state),
        days_open=row.days_open,
        lines=lines_of(row.id, 0),
        plan=lines_of(row.id, plan.version) if plan else (),
        pictures=pictures_of([row.id]).get(row.id, ()),
        proposed_at=row.proposed_at,
        gate_ends_at=row.gate_ends_at,
        paid_out_at=box.paid_out_at if box else None,
        report_due_on=box.report_due_on if box else None,
        reported_at=box.reported_at if box else None,
        ended_why=row.ended_why,
    )


def similar(title: str, other_than: UUID | None = None) -> tuple[CauseCard, ...]:
    """Causes with a title like this one, most alike first, so that nobody asks twice for the same thing."""
    among = models.Cause.objects.exclude(state__in=[*HIDDEN, CauseState.REJECTED]).order_by("-created_at", "-pk")
    if other_than:
        among = among.exclude(id=other_than)
    ordered = rules.similar_titles(title, list(among.values_list("id", "title")[:SIMILAR_AMONG_MAX]))
    rows = {row.id: row for row in models.Cause.objects.select_related("box").filter(id__in=ordered)}
    return cards_of([rows[one] for one in ordered])


def lines_of(cause_id: UUID, version: int) -> tuple[BudgetLine, ...]:
    """The budget lines of one version."""
    rows = models.Line.objects.filter(cause_id=cause_id, version=version).order_by("position")
    return tuple(BudgetLine(label=row.label, amount=row.amount, kind=LineKind(row.kind)) for row in rows)


def pictures_of(causes: Iterable[UUID]) -> Mapping[UUID, tuple[Picture, ...]]:
    """All pictures, by cause, in their order."""
    answer: dict[UUID, tuple[Picture, ...]] = {}
    for row in models.Picture.objects.filter(cause_id__in=list(causes)).order_by("position"):
        one = Picture(
            id=row.id, url=reverse("giving:picture", args=[row.id]), alt=row.alt, width=row.width, height=row.height
        )
        answer[row.cause_id] = (*answer.get(row.cause_id, ()), one)
    return answer


def picture_file(picture: UUID, by: Actor) -> tuple[str, bool]:
    """(path in the private store, whether everybody may see it) of a picture of a cause that `by` may see. Raises NotFound."""
    row = models.Picture.objects.select_related("cause").filter(id=picture).first()
    if row is None or not row.file.name or not _may_see(by, row.cause):
        raise NotFound(what="picture")
    return row.file.name, row.cause.state not in HIDDEN


def gate_now(code: str, by: Actor) -> GateNow:
    """How far a gate is now: what its open page asks again and again. Raises NotFound."""
    row = _row_of(code, by)
    count = models.Agreement.objects.filter(cause_id=row.id, state=AgreementState.VALID).count()
    return GateNow(
        code=row.code,
        state=CauseState(row.state),
        goal=row.goal,
        agreements=count,
        agreements_needed=settings.DURE.agreements_needed,
        gate_ends_at=row.gate_ends_at,
        is_own=by.person is not None and by.person == row.proposer_id,
    )


def box_now(code: str, by: Actor) -> BoxNow:
    """What a box holds now, of the same kind. Raises NotFound."""
    row = _row_of(code, by)
    closes_at = row.box.closes_at if hasattr(row, "box") else None
    return BoxNow(row.code, CauseState(row.state), row.goal, totals_of([row.id]).get(row.id, NOTHING), closes_at)


def now(code: str, by: Actor) -> tuple[CauseId, CauseState]:
    """Which cause this is and where it stands. One statement. Raises NotFound."""
    row = _row_of(code, by)
    return CauseId(row.id), CauseState(row.state)


def partner_choices(words: str = "", chosen: UUID | None = None) -> PartnerChoices:
    """Verified organisations with these words in their names or this number, by name; the `chosen` one always among them."""
    found = people.find_organisations(words[:100], verified=True, limit=PARTNERS_SHOWN + 1)
    shown = list(found[:PARTNERS_SHOWN])
    if chosen is not None and all(one.id != chosen for one in shown):
        shown[:0] = [one for one in people.organisations([chosen]).values() if one.verified]
    return PartnerChoices(
        tuple(PartnerChoice(one.id, one.name, one.registration_number) for one in shown), len(found) > PARTNERS_SHOWN
    )


def cards_of(rows: Sequence[models.Cause]) -> tuple[CauseCard, ...]:
    """Cards of many causes with a fixed number of statements."""
    wanted = [row.id for row in rows]
    totals = totals_of(wanted)
    pictures = pictures_of(wanted)
    counts = dict(
        models.Agreement.objects.filter(cause_id__in=wanted, state=AgreementState.VALID)
        .values_list("cause_id")
        .annotate(Count("id"))
    )
    partners = people.organisations(row.partner_id for row in rows)
    return tuple(
        CauseCard(
            id=CauseId(row.id),
            code=row.code,
            title=row.title,
            state=CauseState(row.state),
            topic=Topic(row.topic),
            region=row.region,
            beneficiary=row.beneficiary,
            goal=row.goal,
            emergency=row.emergency,
            partner=row.partner_id,
            partner_name=partners[OrganisationId(row.partner_id)].name,
            agreements=counts.get(row.id, 0),
            agreements_needed=settings.DURE.agreements_needed,
            totals=totals.get(row.id, NOTHING),
            opens_at=row.box.opens_at if hasattr(row, "box") else None,
            closes_at=row.box.closes_at if hasattr(row, "box") else None,
            cover=pictures[row.id][0] if row.id in pictures else None,
        )
        for row in rows
    )


def _filtered(wanted: CauseFilter) -> QuerySet[models.Cause]:
    found = models.Cause.objects.select_related("box")
    if wanted.proposer is None and not wanted.inside:
        found = found.exclude(state__in=HIDDEN)
    if wanted.states:
        found = found.filter(state__in=wanted.states)
    if wanted.topic:
        found = found.filter(topic=wanted.topic)
    if wanted.region:
        found = found.filter(region__startswith=wanted.region)
    if wanted.partner:
        found = found.filter(partner_id=wanted.partner).exclude(state=CauseState.DRAFT)
    if wanted.proposer:
        found = found.filter(proposer_id=wanted.proposer)
    if wanted.emergency:
        found = found.filter(emergency=True)
    words = wanted.words.replace("\x00", " ").split()[:8]
    paths = _paths() if words else {}
    for word in words:
        said = Q(title__icontains=word) | Q(story__icontains=word) | Q(beneficiary__icontains=word)
        there = [code for code, path in paths.items() if word in path]
        found = found.filter(said | Q(code__iexact=word) | Q(region__in=there))
    return found


def _paths() -> Mapping[str, str]:
    """The whole name of every region that has causes, by its code."""
    codes = models.Cause.objects.order_by().values_list("region", flat=True).distinct()
    return {code: region.path for code, region in places.regions(codes).items()}


def _by_fullness(found: QuerySet[models.Cause], order: Order) -> list[UUID]:
    """Ids by the share of the goal that is raised. The share lives in the ledger, so it is compared here, newest first."""
    goals = dict(found.order_by("-created_at", "-pk").values_list("id", "goal")[:BY_FULLNESS_MAX])
    raised = raised_of(goals)
    parts = 1_000_000  # whole parts of the goal, so that no float decides an order
    share = {one: raised.get(one, 0) * parts // goal for one, goal in goals.items()}
    return sorted(goals, key=lambda one: share[one], reverse=order is Order.FULLEST)


def _ordered(found: QuerySet[models.Cause], order: Order) -> QuerySet[models.Cause]:
    if order is Order.ENDING:
        return found.order_by(F("box__closes_at").asc(nulls_last=True), "-created_at", "-pk")
    return found.order_by("-created_at", "-pk")


def _row_of(code: str, by: Actor) -> models.Cause:
    row = models.Cause.objects.select_related("box").filter(code=code.strip().upper()).first()
    if row is None or not _may_see(by, row):
        raise NotFound(what="cause")
    return row


def _may_see(by: Actor, row: models.Cause) -> bool:
    if row.state not in HIDDEN:
        return True
    own = by.person is not None and by.person == row.proposer_id
    return own or by.is_system or (rules.looks(by) and row.state != CauseState.DRAFT)
