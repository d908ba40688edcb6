"""Who may do what. Every action asks one of these, so that no face can forget a permission."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.people.types import Actor, OrganisationId, PersonId
from dure.services.giving.types import (
    AgreedBefore,
    CauseDraft,
    CauseState,
    GoalFrozen,
    NotOverYet,
    PartnerNotReady,
    PartnerState,
    ProposalChanged,
    Readiness,
    ReportOverdue,
    SamePerson,
    TooFew,
    VettingMark,
    Want,
    WrongState,
)

from .money import TWO_PERSON_GOAL
from .states import follow

GOAL_MIN: Final = 100_000
GOAL_MAX: Final = 10_000_000_000
DAYS_OPEN_MIN: Final = 7
DAYS_OPEN_MAX: Final = 180
DAYS_EXTENDED_MAX: Final = 90
DAYS_RUN_MAX: Final = (
    365  # from the opening on, all extensions included: a collection lasts a year at most (Donation Act, 4 (1) 2)
)
TITLE_LENGTH: Final = (5, 60)
STORY_LENGTH: Final = (30, 10_000)
BENEFICIARY_LENGTH: Final = (2, 100)
COLLECTION_NUMBER_LENGTH: Final = (3, 40)
REASON_LENGTH_MIN: Final = 5
APPROVALS_NEEDED: Final = 2
AGREED: Final = ("title", "beneficiary", "topic", "region", "days_open", "partner", "emergency")  # beside the goal


def check_draft(draft: CauseDraft) -> None:
    """Whether the fields of a proposal fit. Raises BadValue with the field."""
    texts = (("title", draft.title, TITLE_LENGTH), ("story", draft.story, STORY_LENGTH))
    for field, text, (least, most) in (*texts, ("beneficiary", draft.beneficiary, BENEFICIARY_LENGTH)):
        if not least <= len(text.strip()) <= most:
            raise BadValue(field=field, reason="length")
        if "\x00" in text:
            raise BadValue(field=field, reason="characters")
    if not GOAL_MIN <= draft.goal <= GOAL_MAX:
        raise BadValue(field="goal", reason="range")
    if not DAYS_OPEN_MIN <= draft.days_open <= DAYS_OPEN_MAX:
        raise BadValue(field="days_open", reason="range")


def somebody(by: Actor) -> PersonId:
    """Who acts, when it must be a person. Raises NotAllowed."""
    if by.person is None:
        raise NotAllowed(needs="log_in")
    return by.person


def verified(by: Actor) -> PersonId:
    """Who acts, when it must be a person who proved an address. Raises NotAllowed."""
    person = somebody(by)
    if not by.verified:
        raise NotAllowed(needs="verified_account")
    return person


def may_run(by: Actor) -> None:
    """Only the platform itself, by a task or a reaction. Raises NotAllowed."""
    if not by.is_system:
        raise NotAllowed(needs="system")


def may_edit(by: Actor, proposer: UUID, state: CauseState, want: Want) -> CauseState:
    """The proposer alone edits, proposes, resubmits and withdraws. Raises NotAllowed, WrongState."""
    if verified(by) != proposer:
        raise NotAllowed(needs="proposer")
    return follow(state, want)


def may_rewrite(by: Actor, proposer: UUID, state: CauseState, before: CauseDraft, after: CauseDraft) -> CauseState:
    """What the proposer may change. Past the gate what people agreed to stays: only story and lines change, and the goal
    only downwards.

    Raises NotAllowed, GoalFrozen, WrongState, AgreedBefore.
    """
    if verified(by) != proposer:
        raise NotAllowed(needs="proposer")
    if state is CauseState.OPEN and after.goal != before.goal:
        raise GoalFrozen()
    stays = follow(state, Want.EDIT)
    changed = [field for field in AGREED if getattr(after, field) != getattr(before, field)]
    if after.goal > before.goal:
        changed.append("goal")
    if changed and state is not CauseState.DRAFT:
        raise AgreedBefore(parts=tuple(changed))
    return stays


def asks_partner_anew(before: CauseDraft, after: CauseDraft) -> bool:
    """Whether what the partner said yes to has become something else; the story alone may be told better."""
    promised = (*AGREED, "goal", "lines")
    return any(getattr(before, field) != getattr(after, field) for field in promised)


def may_steward(by: Actor) -> None:
    """Only a steward. Raises NotAllowed."""
    if not by.is_steward:
        raise NotAllowed(needs="steward")


def looks(by: Actor) -> bool:
    """Whether the desk is open to read: to stewards, and to auditors, who change nothing."""
    return by.is_steward or by.is_auditor or by.is_system


def may_look(by: Actor) -> None:
    """Only who `looks`. Raises NotAllowed."""
    if not looks(by):
        raise NotAllowed(needs="steward_or_auditor")


def may_vet(by: Actor, state: CauseState, want: Want, proposer: UUID, partner: OrganisationId) -> CauseState:
    """A steward without a stake in it: neither the proposer nor a member of the partner. Raises NotAllowed, WrongState."""
    may_steward(by)
    if by.person == proposer or by.works_for(partner):
        raise NotAllowed(needs="no_stake")
    return follow(state, want)


def may_read_vetting(by: Actor, proposer: UUID, partner: OrganisationId) -> None:
    """Who is told what vetting says: the proposer, the partner, stewards, auditors. Raises NotAllowed."""
    if not (looks(by) or by.works_for(partner) or (by.person is not None and by.person == proposer)):
        raise NotAllowed(needs="proposer_or_partner")


def may_see_partner(by: Actor, partner: OrganisationId) -> None:
    """Who sees the desk of a partner: those who work there, stewards, auditors. Raises NotAllowed."""
    if not (looks(by) or by.works_for(partner)):
        raise NotAllowed(needs="partner_member")


def check_same_round(read: int, current: int) -> None:
    """A yes is for the proposal that was read: it may have been reworked since. Raises ProposalChanged."""
    if read != current:
        raise ProposalChanged(round=current)


def may_register(by: Actor, state: CauseState, proposer: UUID, partner: OrganisationId, number: str) -> CauseState:
    """A steward without a stake writes down the number under which the authority registered this collection.

    Raises NotAllowed, WrongState, BadValue.
    """
    after = may_vet(by, state, Want.REGISTER, proposer, partner)
    least, most = COLLECTION_NUMBER_LENGTH
    if not least <= len(number) <= most:
        raise BadValue(field="number", reason="length")
    if not number.isprintable():
        raise BadValue(field="number", reason="characters")
    return after


def lacks(partner: Readiness) -> tuple[str, ...]:
    """What the partner still lacks before it can carry a box."""
    ready = {
        "acceptance": partner.state is PartnerState.ACCEPTED,
        "verification": partner.verified,
        "bank_account": partner.bank_account,
        "registration": partner.registered,
    }
    return tuple(name for name, there in ready.items() if not there)


def confirmed_emergency(claimed: bool, confirmations: Collection[bool]) -> bool:
    """Whether the box opens as an emergency, where each cheer counts ten times: only if every steward's yes says so."""
    return claimed and bool(confirmations) and all(confirmations)


def may_open(
    by: Actor,
    state: CauseState,
    goal: int,
    marks: Collection[VettingMark],
    earlier_yes: Collection[UUID],
    partner: Readiness,
) -> CauseState:
    """Where a steward's yes leads: from TWO_PERSON_GOAL on, the first of two leaves the state as it is.

    Raises WrongState, BadValue, SamePerson, PartnerNotReady, ReportOverdue.
    """
    after = follow(state, Want.OPEN)
    if missing := set(VettingMark) - set(marks):
        raise BadValue(field="marks", reason=sorted(missing)[0].value)
    if by.person in earlier_yes:
        raise SamePerson()
    if lacking := lacks(partner):
        raise PartnerNotReady(lacks=lacking)
    if partner.overdue is not None:
        raise ReportOverdue(cause=partner.overdue.cause, title=partner.overdue.title, due=partner.overdue.due)
    if goal >= TWO_PERSON_GOAL and not earlier_yes:
        return state
    return after


def may_work_for_partner(by: Actor, partner: OrganisationId, *, binds: bool = False) -> None:
    """Somebody of the partner; an owner where it `binds` the organisation. Raises NotAllowed."""
    if binds and not by.owns(partner):
        raise NotAllowed(needs="partner_owner")
    if not by.works_for(partner):
        raise NotAllowed(needs="partner_member")


def open_until_max(opens_at: datetime, closes_at: datetime) -> datetime:
    """How long the box can be kept open at most, from what it is now."""
    return min(closes_at + timedelta(days=DAYS_EXTENDED_MAX), opens_at + timedelta(days=DAYS_RUN_MAX))


def may_extend(
    by: Actor, partner: OrganisationId, opens_at: datetime, closes_at: datetime, until: datetime, now: datetime
) -> None:
    """Longer, never shorter; only before the end, and never beyond the year the law gives. Raises NotAllowed, BadValue."""
    if not (by.is_steward or by.owns(partner)):
        raise NotAllowed(needs="partner_owner_or_steward")
    if now >= closes_at:
        raise BadValue(field="until", reason="over")
    if not closes_at < until <= closes_at + timedelta(days=DAYS_EXTENDED_MAX):
        raise BadValue(field="until", reason="range")
    if until > opens_at + timedelta(days=DAYS_RUN_MAX):
        raise BadValue(field="until", reason="year")


def may_close(by: Actor, partner: OrganisationId, closes_at: datetime, reached: bool, now: datetime) -> None:
    """Time closes a box; its partner or a steward may close it earlier once the goal is reached.

    Raises NotOverYet, NotAllowed.
    """
    if now >= closes_at:
        return
    if not (by.is_steward or by.owns(partner)):
        raise NotAllowed(needs="partner_owner_or_steward")
    if not reached:
        raise NotOverYet(closes_at=closes_at)


def may_stop(by: Actor, state: CauseState, why: str) -> CauseState:
    """A steward stops a box and says why; its gifts go back. Raises NotAllowed, BadValue, WrongState."""
    may_steward(by)
    if len(why.strip()) < REASON_LENGTH_MIN:
        raise BadValue(field="why", reason="length")
    return follow(state, Want.STOP)


def may_return_matches(state: CauseState) -> None:
    """Matches go back out of a stopped box only. Raises WrongState."""
    if state is not CauseState.STOPPED:
        raise WrongState(state=state.value, want=Want.FINISH_REFUND.value)


def may_approve_plan(
    by: Actor, state: CauseState, proposer: UUID, partner: OrganisationId, earlier: Collection[UUID]
) -> bool:
    """Whether this yes is the last one needed. Raises NotAllowed, WrongState, SamePerson."""
    may_vet(by, state, Want.APPROVE_PLAN, proposer, partner)
    if by.person in earlier:
        raise SamePerson()
    return len(earlier) + 1 >= APPROVALS_NEEDED


def may_pay_out(approvals: int, partner: Readiness) -> None:
    """Whether the money may leave now. Raises TooFew while approvals are missing, PartnerNotReady."""
    if approvals < APPROVALS_NEEDED:
        raise TooFew(have=approvals, needed=APPROVALS_NEEDED)
    if lacking := lacks(partner):
        raise PartnerNotReady(lacks=lacking)


def may_cheer(by: Actor, state: CauseState, want: Want = Want.CHEER) -> None:
    """A verified person cheers an open box. Raises NotAllowed, WrongState."""
    verified(by)
    follow(state, want)
