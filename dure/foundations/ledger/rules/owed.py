"""What may become of a refund that its provider refused, and who may do it. Pure."""

from uuid import UUID

from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.ledger.types.owed import NotOwed, OwedWant, SecondPersonNeeded
from dure.foundations.ledger.types.payments import RefundState
from dure.foundations.people.types import Actor, ConflictOfInterest

REFERENCE_LENGTH = (3, 100)

S, W = RefundState, OwedWant
STATES: dict[tuple[RefundState, OwedWant], RefundState] = {
    (S.REFUSED, W.ENTER): S.ENTERED,
    (S.ENTERED, W.CONFIRM): S.PAID,
    (S.ENTERED, W.TAKE_BACK): S.REFUSED,
    (S.PAID, W.TAKE_BACK): S.REFUSED,
    (S.REFUSED, W.RETRY): S.ASKED,
}
OWED = frozenset({S.REFUSED, S.ENTERED})  # the money lies with us
BY_OTHER_MEANS = frozenset({*OWED, S.PAID})  # it does not go back by the provider


def may_pay_owed(by: Actor) -> None:
    """A steward, who is a person: somebody has to have been at the bank."""
    if by.person is None or not by.is_steward:
        raise NotAllowed(needs="steward")


def check_stake(by: Actor, payer: UUID | None) -> None:
    """Nobody sends money to themselves. Raises ConflictOfInterest."""
    if by.person == payer:
        raise ConflictOfInterest()


def follow(state: RefundState, want: OwedWant) -> RefundState:
    """Where `want` leads. Raises NotOwed."""
    try:
        return STATES[state, want]
    except KeyError:
        raise NotOwed(state=state) from None


def check_second(by: Actor, entered_by: UUID | None) -> None:
    """Money leaves the bank account on the word of two people, whatever the sum. Raises SecondPersonNeeded."""
    if by.person == entered_by:
        raise SecondPersonNeeded()


def check_reference(said: str) -> str:
    """The number under which the bank has the transfer, as somebody can find it there again. Raises BadValue."""
    reference = " ".join(said.split())
    if not REFERENCE_LENGTH[0] <= len(reference) <= REFERENCE_LENGTH[1]:
        raise BadValue(field="reference", reason="length")
    return reference
