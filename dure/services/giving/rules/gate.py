"""The agreement gate: N distinct valid people besides the proposer (facts: e-petitions, Kakao's 500)."""

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from dure.base.refusals import NotAllowed
from dure.foundations.people.types import Actor
from dure.services.giving.types import (
    AgreementInvalid,
    AgreementState,
    AlreadyAgreed,
    CauseState,
    GateClosed,
    OwnProposal,
    SameIdentity,
    Want,
)

from .permits import verified
from .states import follow

GATE_DAYS: Final = 30  # a proposal that does not reach the gate in this time ends
SIMILAR_SHARE_MIN: Final = 0.34  # share of letter pairs in common from which two titles are shown as similar
SIMILAR_MAX: Final = 5


def may_agree(
    by: Actor, state: CauseState, proposer: UUID, own: AgreementState | None, identity_taken: bool, over: bool
) -> None:
    """Whether `by` may agree now. `own` is the state of an earlier agreement of the same person; `over`, whether the
    proposal's time is (`gate_missed`: the task that ends it runs by the hour).

    Raises WrongState, GateClosed, NotAllowed, OwnProposal, AlreadyAgreed, AgreementInvalid, SameIdentity.
    """
    follow(state, Want.AGREE)
    if over:
        raise GateClosed()
    if verified(by) == proposer:
        raise OwnProposal()
    if own is AgreementState.VALID:
        raise AlreadyAgreed()
    if own is AgreementState.INVALIDATED:
        raise AgreementInvalid()
    if identity_taken:
        raise SameIdentity()


def identity_in(cause: UUID, identity: str, secret: bytes) -> str:
    """The mark of a mailbox in one cause: the same for all its accounts, and never the same in another cause."""
    return hmac.new(secret, cause.bytes + identity.encode(), "sha256").hexdigest()


def may_unagree(state: CauseState, own: AgreementState | None) -> None:
    """Whether an agreement may be taken back: only until the gate closes. Raises GateClosed, NotAllowed."""
    if own is not AgreementState.VALID:
        raise NotAllowed(needs="own_agreement")
    if state is not CauseState.PROPOSED:
        raise GateClosed()


def gate_after(state: CauseState, valid: int, needed: int) -> CauseState:
    """Where the gate stands with `valid` agreements: it opens at `needed`, and closes again before the box opens."""
    if state is CauseState.PROPOSED and valid >= needed:
        return follow(state, Want.REACH_GATE)
    if state in (CauseState.VETTING, CauseState.NEEDS_WORK) and valid < needed:
        return follow(state, Want.REOPEN_GATE)
    return state


def gate_missed(state: CauseState, ends_at: datetime, now: datetime) -> bool:
    """Whether the proposal's time at the gate is over."""
    return state is CauseState.PROPOSED and now >= ends_at


def letter_pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters and digits, spaces and marks left out; works for Korean without a word list."""
    letters = "".join(char for char in text.lower() if char.isalnum())
    return frozenset(letters[index : index + 2] for index in range(len(letters) - 1))


def similar_titles(title: str, others: Sequence[tuple[UUID, str]]) -> tuple[UUID, ...]:
    """Ids of the at most SIMILAR_MAX titles most like `title`, most alike first (Dice's coefficient of letter pairs)."""
    mine = letter_pairs(title)
    if not mine:
        return ()
    scored = []
    for other_id, other in others:
        theirs = letter_pairs(other)
        score = 2 * len(mine & theirs) / (len(mine) + len(theirs))
        if score >= SIMILAR_SHARE_MIN:
            scored.append((score, other_id))
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    return tuple(other_id for _, other_id in scored[:SIMILAR_MAX])
