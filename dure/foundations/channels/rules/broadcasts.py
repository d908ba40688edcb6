"""Broadcasts: their states, when a second person has to agree, and which of them a steward looks at afterwards. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.channels.types import (
    Broadcast,
    BroadcastId,
    BroadcastState,
    NeedsSecondPerson,
    NewBroadcast,
    Purpose,
    WrongState,
)
from dure.foundations.people.types import Actor, OrganisationId, PersonId

SECOND_PERSON_ABOVE: Final = 100  # friends; up to so many one person alone may write to
AHEAD_MAX: Final = timedelta(days=60)  # NHN Cloud takes no later date
TITLE_LENGTH_MAX: Final = 60
SAMPLED_ONE_IN: Final = 10
NIGHT_BEGINS, NIGHT_ENDS = 21, 8  # hours in Seoul
STUDIO_PURPOSES: Final = (Purpose.INFO, Purpose.AD)  # safety and care are sent by services, not typed into a studio


class BroadcastVerb(StrEnum):
    """What can be done to a broadcast."""

    EDIT = "edit"
    ASK = "ask"  # for a second person
    SCHEDULE = "schedule"  # alone, while the audience is small
    APPROVE = "approve"
    REJECT = "reject"
    OUTGROW = "outgrow"  # its time has come, and meanwhile it would reach more than one may write to alone
    QUEUE = "queue"
    FINISH = "finish"
    REFUSE = "refuse"  # its time has come, and something says no
    STOP = "stop"


STATES: Final[dict[tuple[BroadcastState, BroadcastVerb], BroadcastState]] = {
    (BroadcastState.DRAFT, BroadcastVerb.EDIT): BroadcastState.DRAFT,
    (BroadcastState.DRAFT, BroadcastVerb.ASK): BroadcastState.ASKED,
    (BroadcastState.DRAFT, BroadcastVerb.SCHEDULE): BroadcastState.SCHEDULED,
    (BroadcastState.DRAFT, BroadcastVerb.STOP): BroadcastState.STOPPED,
    (BroadcastState.ASKED, BroadcastVerb.EDIT): BroadcastState.DRAFT,
    (BroadcastState.ASKED, BroadcastVerb.APPROVE): BroadcastState.SCHEDULED,
    (BroadcastState.ASKED, BroadcastVerb.REJECT): BroadcastState.DRAFT,
    (BroadcastState.ASKED, BroadcastVerb.STOP): BroadcastState.STOPPED,
    (BroadcastState.SCHEDULED, BroadcastVerb.OUTGROW): BroadcastState.ASKED,
    (BroadcastState.SCHEDULED, BroadcastVerb.QUEUE): BroadcastState.SENDING,
    (BroadcastState.SCHEDULED, BroadcastVerb.STOP): BroadcastState.STOPPED,
    (BroadcastState.SCHEDULED, BroadcastVerb.REFUSE): BroadcastState.REFUSED,
    (BroadcastState.REFUSED, BroadcastVerb.EDIT): BroadcastState.DRAFT,
    (BroadcastState.REFUSED, BroadcastVerb.ASK): BroadcastState.ASKED,
    (BroadcastState.REFUSED, BroadcastVerb.SCHEDULE): BroadcastState.SCHEDULED,
    (BroadcastState.REFUSED, BroadcastVerb.STOP): BroadcastState.STOPPED,
    (BroadcastState.SENDING, BroadcastVerb.FINISH): BroadcastState.DONE,
    (BroadcastState.SENDING, BroadcastVerb.STOP): BroadcastState.STOPPED,
}


def after(state: BroadcastState, verb: BroadcastVerb) -> BroadcastState:
    """The state after `verb`. Raises WrongState."""
    if (state, verb) not in STATES:
        raise WrongState(state=state)
    return STATES[state, verb]


def allows(state: BroadcastState, verb: BroadcastVerb) -> bool:
    """Whether `verb` can be done now: for the buttons of a page."""
    return (state, verb) in STATES


def needs_second(friends: int) -> bool:
    """Whether one person alone may not send to so many: whom the condition may fit, not who takes ads; a yes or no here must not
    tell what somebody agreed to.
    """
    return friends > SECOND_PERSON_ABOVE


def may_approve(by: Actor, organisation: OrganisationId, written_by: PersonId) -> PersonId:
    """Somebody else who works for the organisation, or a steward: a lone shopkeeper needs one, too.

    Raises NotAllowed, NeedsSecondPerson.
    """
    if by.person is None or not (by.works_for(organisation) or by.is_steward):
        raise NotAllowed(needs="member")
    if by.person == written_by:
        raise NeedsSecondPerson()
    return by.person


def check_when(at: datetime | None, now: datetime) -> None:
    """A time to come, within AHEAD_MAX; None is at once. Raises BadValue."""
    if at is not None and at <= now:
        raise BadValue(field="at", reason="in_the_past")
    if at is not None and at > now + AHEAD_MAX:
        raise BadValue(field="at", reason="too_far")


def as_written(kept: Broadcast) -> NewBroadcast:
    """A broadcast as somebody would write it anew."""
    return NewBroadcast(
        channel=kept.channel,
        purpose=kept.purpose,
        title=kept.title,
        content=kept.content,
        segment=kept.segment,
        at=kept.at,
        template=kept.template,
        free_only=kept.free_only,
    )


def check_purpose(purpose: Purpose) -> None:
    """What a studio may send. Raises BadValue."""
    if purpose not in STUDIO_PURPOSES:
        raise BadValue(field="purpose", reason="unknown")


def is_sampled(broadcast: BroadcastId, purpose: Purpose) -> bool:
    """Whether a steward looks at it afterwards: one notice in ten, picked by its id, so that nobody can choose."""
    return purpose is not Purpose.AD and broadcast.int % SAMPLED_ONE_IN == 0


def is_night(local: datetime) -> bool:
    """Whether an ad needs the separate night consent at this time of the wall clock of Seoul (정보통신망법 50조 3항)."""
    return local.hour >= NIGHT_BEGINS or local.hour < NIGHT_ENDS
