"""The state tables: what may follow what, for projects, pledges and proofs. Pure."""

from collections.abc import Mapping
from typing import Final

from dure.services.pledges.types import (
    PledgeState,
    PledgeWant,
    ProjectState,
    ProjectWant,
    ProofState,
    ProofWant,
    WrongStep,
)

PROJECTS: Final[Mapping[tuple[ProjectState, ProjectWant], ProjectState]] = {
    (ProjectState.PROPOSED, ProjectWant.EDIT): ProjectState.PROPOSED,
    (ProjectState.PROPOSED, ProjectWant.APPROVE): ProjectState.OPEN,
    (ProjectState.PROPOSED, ProjectWant.RETURN): ProjectState.RETURNED,
    (ProjectState.PROPOSED, ProjectWant.DECLINE): ProjectState.DECLINED,
    (ProjectState.PROPOSED, ProjectWant.CANCEL): ProjectState.CANCELLED,
    (ProjectState.RETURNED, ProjectWant.EDIT): ProjectState.PROPOSED,
    (ProjectState.RETURNED, ProjectWant.CANCEL): ProjectState.CANCELLED,
    (ProjectState.OPEN, ProjectWant.CANCEL): ProjectState.CANCELLED,
}
PLEDGES: Final[Mapping[tuple[PledgeState, PledgeWant], PledgeState]] = {
    (PledgeState.WAITING, PledgeWant.OFFER): PledgeState.OFFERED,
    (PledgeState.WAITING, PledgeWant.LEAVE): PledgeState.LEFT,
    (PledgeState.WAITING, PledgeWant.LAPSE): PledgeState.LAPSED,
    (PledgeState.WAITING, PledgeWant.CANCEL): PledgeState.CANCELLED,
    (PledgeState.OFFERED, PledgeWant.PAY): PledgeState.PAYING,
    (PledgeState.OFFERED, PledgeWant.LAPSE): PledgeState.LAPSED,
    (PledgeState.OFFERED, PledgeWant.LEAVE): PledgeState.LEFT,
    (PledgeState.OFFERED, PledgeWant.CANCEL): PledgeState.CANCELLED,
    (PledgeState.PAYING, PledgeWant.HOLD): PledgeState.JOINED,
    (PledgeState.PAYING, PledgeWant.FAIL): PledgeState.FAILED,
    (PledgeState.PAYING, PledgeWant.LEAVE): PledgeState.LEFT,
    (PledgeState.PAYING, PledgeWant.CANCEL): PledgeState.CANCELLED,
    (PledgeState.JOINED, PledgeWant.LEAVE): PledgeState.LEFT,
    (PledgeState.JOINED, PledgeWant.STOP): PledgeState.STOPPED,
    (PledgeState.JOINED, PledgeWant.CANCEL): PledgeState.CANCELLED,
    (PledgeState.STOPPED, PledgeWant.CANCEL): PledgeState.CANCELLED,
    (PledgeState.JOINED, PledgeWant.SETTLE): PledgeState.SETTLED,
    (PledgeState.STOPPED, PledgeWant.SETTLE): PledgeState.SETTLED,
}
PROOFS: Final[Mapping[tuple[ProofState, ProofWant], ProofState]] = {
    (ProofState.COUNTS, ProofWant.SEND): ProofState.COUNTS,
    (ProofState.WITHDRAWN, ProofWant.SEND): ProofState.COUNTS,
    (ProofState.COUNTS, ProofWant.WITHDRAW): ProofState.WITHDRAWN,
    (ProofState.COUNTS, ProofWant.REJECT): ProofState.REJECTED,
    (ProofState.LATE, ProofWant.ACCEPT): ProofState.ACCEPTED,
    (ProofState.LATE, ProofWant.REJECT): ProofState.REJECTED,
    (ProofState.ACCEPTED, ProofWant.REJECT): ProofState.REJECTED,
    (ProofState.REJECTED, ProofWant.ACCEPT): ProofState.ACCEPTED,  # whoever rejected it thought again
    (ProofState.REJECTED, ProofWant.APPEAL): ProofState.APPEALED,
    (ProofState.APPEALED, ProofWant.UPHOLD): ProofState.ACCEPTED,
    (ProofState.APPEALED, ProofWant.REFUSE): ProofState.REFUSED,
}
HOLDING_A_PLACE: Final = (PledgeState.OFFERED, PledgeState.PAYING, PledgeState.JOINED, PledgeState.STOPPED)
LIVE: Final = (PledgeState.WAITING, *HOLDING_A_PLACE, PledgeState.SETTLED)  # of these a person has one a project
HELD: Final = (PledgeState.JOINED, PledgeState.STOPPED)  # the deposit lies in its account
WAITS_FOR_A_WORD: Final = (ProofState.LATE, ProofState.APPEALED)


def project_after(state: ProjectState, want: ProjectWant) -> ProjectState:
    """Where a project is after `want`. Raises WrongStep."""
    return _after(PROJECTS.get((state, want)), state)


def pledge_after(state: PledgeState, want: PledgeWant) -> PledgeState:
    """Where a pledge is after `want`. Raises WrongStep."""
    return _after(PLEDGES.get((state, want)), state)


def proof_after(state: ProofState, want: ProofWant) -> ProofState:
    """Where a proof is after `want`. Raises WrongStep."""
    return _after(PROOFS.get((state, want)), state)


def _after[State: (ProjectState, PledgeState, ProofState)](found: State | None, state: State) -> State:
    if found is None:
        raise WrongStep(state=state.value)
    return found
