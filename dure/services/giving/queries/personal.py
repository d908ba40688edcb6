"""What giving knows about a person, and what they must end before they leave."""

from collections.abc import Iterable, Mapping

from dure.foundations.people.types import Objection, PersonId
from dure.services.giving import models
from dure.services.giving.types import CauseState, GiftState, RegularState

__all__ = ["closing_objections", "export_of"]

ROWS_AT_ONCE = 1_000
ANSWERABLE = (CauseState.PROPOSED, CauseState.VETTING, CauseState.NEEDS_WORK, CauseState.OPEN)


def export_of(person: PersonId) -> Mapping[str, object]:
    """Proposals, agreements, gifts with their words, cheers, objections, decisions and steps of a person."""
    return {
        "proposals": models.Cause.objects.filter(proposer_id=person)
        .order_by("created_at", "id")
        .values("code", "title", "story", "beneficiary", "goal", "state", "created_at", "proposed_at")
        .iterator(ROWS_AT_ONCE),
        "agreements": models.Agreement.objects.filter(person_id=person)
        .order_by("at", "id")
        .values("cause__code", "cause__title", "state", "at", "ended_at", "why")
        .iterator(ROWS_AT_ONCE),
        "gifts": models.Gift.objects.filter(donor_id=person)
        .order_by("at", "id")
        .values("box__cause__code", "amount", "message", "name_shown", "state", "at", "ended_at", "why")
        .iterator(ROWS_AT_ONCE),
        "regular_gifts": models.Regular.objects.filter(donor_id=person)
        .order_by("at", "id")
        .values("box__cause__code", "amount", "day", "reach", "name_shown", "state", "why", "at", "ended_at")
        .iterator(ROWS_AT_ONCE),
        "cheers": models.Cheer.objects.filter(person_id=person)
        .order_by("at", "id")
        .values("box__cause__code", "kind", "text", "hidden", "matched", "at")
        .iterator(ROWS_AT_ONCE),
        "objections": models.Objection.objects.filter(person_id=person)
        .order_by("at", "id")
        .values("box__cause__code", "kind", "at", "settled_at")
        .iterator(ROWS_AT_ONCE),
        "decisions": models.Check.objects.filter(steward_id=person)
        .order_by("at", "id")
        .values("cause__code", "verdict", "marks", "comment", "at")
        .iterator(ROWS_AT_ONCE),
        "approvals": models.Approval.objects.filter(steward_id=person)
        .order_by("at", "id")
        .values("plan__box__cause__code", "plan__version", "at")
        .iterator(ROWS_AT_ONCE),
        "steps": models.Step.objects.filter(by=person)
        .order_by("at", "id")
        .values("cause__code", "want", "before", "after", "why", "at")
        .iterator(ROWS_AT_ONCE),
    }


def closing_objections(person: PersonId) -> Iterable[Objection]:
    """A proposal that others rely on, a gift on its way, a payout that rests on this person's yes."""
    for title in models.Cause.objects.filter(proposer_id=person, state__in=ANSWERABLE).values_list("title", flat=True):
        yield Objection(house="giving", code="cause_running", about=title)
    if models.Gift.objects.filter(donor_id=person, state=GiftState.PENDING).exists():
        yield Objection(house="giving", code="gift_under_way")
    if models.Regular.objects.filter(donor_id=person, state__in=(RegularState.RUNNING, RegularState.PAUSED)).exists():
        yield Objection(house="giving", code="regular_running")
    resting = models.Approval.objects.filter(
        steward_id=person, plan__rejected_at=None, plan__box__state=CauseState.PLANNED
    )
    for title in resting.values_list("plan__box__cause__title", flat=True):
        yield Objection(house="giving", code="payout_waiting", about=title)
