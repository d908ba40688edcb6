"""The life of a cause, as data. The README draws this table; a test compares the two."""

from typing import Final

from dure.services.giving.types import CauseState as S
from dure.services.giving.types import Want as W
from dure.services.giving.types import WrongState

STATES: Final[dict[tuple[S, W], S]] = {
    # Before the gate
    (S.DRAFT, W.EDIT): S.DRAFT,
    (S.DRAFT, W.PROPOSE): S.PROPOSED,
    (S.DRAFT, W.WITHDRAW): S.WITHDRAWN,
    # The gate
    (S.PROPOSED, W.ANSWER_AS_PARTNER): S.PROPOSED,
    (S.PROPOSED, W.AGREE): S.PROPOSED,
    (S.PROPOSED, W.UNAGREE): S.PROPOSED,
    (S.PROPOSED, W.INVALIDATE): S.PROPOSED,
    (S.PROPOSED, W.REACH_GATE): S.VETTING,
    (S.PROPOSED, W.MISS_GATE): S.REJECTED,
    (S.PROPOSED, W.REJECT): S.REJECTED,
    (S.PROPOSED, W.WITHDRAW): S.WITHDRAWN,
    (S.PROPOSED, W.REGISTER): S.PROPOSED,
    # Vetting, and back to the proposer as often as it needs
    (S.VETTING, W.ANSWER_AS_PARTNER): S.VETTING,
    (S.VETTING, W.INVALIDATE): S.VETTING,
    (S.VETTING, W.REOPEN_GATE): S.PROPOSED,
    (S.VETTING, W.ASK_WORK): S.NEEDS_WORK,
    (S.VETTING, W.REJECT): S.REJECTED,
    (S.VETTING, W.REGISTER): S.VETTING,
    (S.VETTING, W.OPEN): S.OPEN,
    (S.VETTING, W.WITHDRAW): S.WITHDRAWN,
    (S.NEEDS_WORK, W.EDIT): S.NEEDS_WORK,
    (S.NEEDS_WORK, W.ANSWER_AS_PARTNER): S.NEEDS_WORK,
    (S.NEEDS_WORK, W.REGISTER): S.NEEDS_WORK,
    (S.NEEDS_WORK, W.RESUBMIT): S.VETTING,
    (S.NEEDS_WORK, W.INVALIDATE): S.NEEDS_WORK,
    (S.NEEDS_WORK, W.REOPEN_GATE): S.PROPOSED,
    (S.NEEDS_WORK, W.REJECT): S.REJECTED,
    (S.NEEDS_WORK, W.WITHDRAW): S.WITHDRAWN,
    # The box
    (S.OPEN, W.GIVE): S.OPEN,
    (S.OPEN, W.CHEER): S.OPEN,
    (S.OPEN, W.EXTEND): S.OPEN,
    (S.OPEN, W.REGISTER): S.OPEN,
    (S.OPEN, W.REFUND_GIFT): S.OPEN,
    (S.OPEN, W.CLOSE): S.CLOSED,
    (S.OPEN, W.STOP): S.STOPPED,
    # After closing
    (S.CLOSED, W.REFUND_GIFT): S.CLOSED,
    (S.CLOSED, W.REVISE_PLAN): S.PLANNED,
    (S.CLOSED, W.STOP): S.STOPPED,
    (S.CLOSED, W.END_EMPTY): S.ENDED,
    (S.PLANNED, W.REFUND_GIFT): S.CLOSED,  # the sum really raised changed: the plan must be made anew
    (S.PLANNED, W.REVISE_PLAN): S.PLANNED,
    (S.PLANNED, W.APPROVE_PLAN): S.PLANNED,
    (S.PLANNED, W.REJECT_PLAN): S.CLOSED,
    (S.PLANNED, W.PAY_OUT): S.PAID_OUT,
    (S.PLANNED, W.STOP): S.STOPPED,
    (S.PAID_OUT, W.WRITE_REPORT): S.PAID_OUT,
    (S.PAID_OUT, W.FILE_REPORT): S.REPORTED,
    # Stopped: every gift goes back
    (S.STOPPED, W.REFUND_GIFT): S.STOPPED,
    (S.STOPPED, W.FINISH_REFUND): S.REFUNDED,
}
FINAL: Final = frozenset({S.REPORTED, S.REJECTED, S.WITHDRAWN, S.REFUNDED, S.ENDED})


def follow(state: S, want: W) -> S:
    """The state that `want` leads to. Raises WrongState."""
    try:
        return STATES[state, want]
    except KeyError:
        raise WrongState(state=state.value, want=want.value) from None


def wants_from(state: S) -> frozenset[W]:
    """Everything that is possible in `state`."""
    return frozenset(want for at, want in STATES if at is state)


def states_for(want: W) -> frozenset[S]:
    """The states in which `want` is possible."""
    return frozenset(at for at, wanted in STATES if wanted is want)
