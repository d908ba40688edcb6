"""The life of a payout file, as data, and who may do what with it. Pure."""

from typing import Final

from dure.base import ids
from dure.base.money import AMOUNT_MAX, Money
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.ledger.types.book import Limit, NewAccount, NewTransfer, PostingId, TransferId
from dure.foundations.ledger.types.payouts import (
    PAYOUT_SENT,
    FileState,
    FileWant,
    LineState,
    NewPayout,
    PayoutFile,
    PayoutLine,
    PayoutSumDiffers,
    SameSteward,
    WrongFileState,
)
from dure.foundations.ledger.types.settling import BankLine
from dure.foundations.people.types import Actor, ConflictOfInterest, OrganisationId, PersonId

from .settling import BANK, REFERENCE_LENGTH_MAX

PARTNERS_BANK: Final = NewAccount("bank:partners", Limit.NONE)  # what lies at the banks of those we paid
LINES_MAX: Final = 500
TITLE_LENGTH_MAX: Final = 200
WHY_LENGTH: Final = (2, 200)
STATES: Final[dict[tuple[FileState, FileWant], FileState]] = {
    (FileState.PREPARED, FileWant.DROP): FileState.DROPPED,
    (FileState.PREPARED, FileWant.RELEASE): FileState.RELEASED,
    (FileState.RELEASED, FileWant.READ): FileState.RELEASED,
    (FileState.RELEASED, FileWant.RETURN_LINE): FileState.RELEASED,  # RETURNED when it was the last one
    (FileState.RELEASED, FileWant.CONFIRM): FileState.CONFIRMED,
    (FileState.CONFIRMED, FileWant.READ): FileState.CONFIRMED,
    (FileState.CONFIRMED, FileWant.RETURN_LINE): FileState.CONFIRMED,
    (FileState.RETURNED, FileWant.READ): FileState.RETURNED,
}
LIVE: Final = frozenset({LineState.LISTED, LineState.SENT, LineState.PAID})  # a payout has one such line at most
LINES_AFTER: Final = {
    FileWant.RELEASE: (LineState.LISTED, LineState.SENT),
    FileWant.CONFIRM: (LineState.SENT, LineState.PAID),
    FileWant.DROP: (LineState.LISTED, LineState.DROPPED),
}


def follow(state: FileState, want: FileWant) -> FileState:
    """The state that `want` leads to. Raises WrongFileState."""
    try:
        return STATES[state, want]
    except KeyError:
        raise WrongFileState(state=state, want=want) from None


def may_handle(by: Actor, payees: frozenset[OrganisationId]) -> None:
    """A steward who has no part in an organisation that is paid."""
    if not by.is_steward or by.person is None:
        raise NotAllowed(needs="steward")
    if any(by.works_for(payee) for payee in payees):
        raise ConflictOfInterest()


def somebody(by: Actor) -> PersonId:
    """Who acts, where only a person may."""
    if by.person is None:
        raise NotAllowed(needs="steward")
    return by.person


def may_release(by: Actor, file: PayoutFile, payees: frozenset[OrganisationId]) -> FileState:
    """Another steward than the one who prepared it."""
    may_handle(by, payees)
    after = follow(file.state, FileWant.RELEASE)
    if by.person == file.prepared_by:
        raise SameSteward()
    return after


def check_payout(new: NewPayout) -> None:
    """A possible sum, and a title that fits."""
    if not 0 < new.amount <= AMOUNT_MAX:
        raise BadValue(field="amount", reason="out_of_range")
    if not 0 < len(new.title) <= TITLE_LENGTH_MAX:
        raise BadValue(field="title", reason="length")


def check_choice(chosen: int, distinct: int) -> None:
    """How many payouts go into one file, each once."""
    if not 1 <= chosen <= LINES_MAX:
        raise BadValue(field="payouts", reason="too_many" if chosen else "missing")
    if chosen != distinct:
        raise BadValue(field="payouts", reason="taken")


def check_bank(bank: BankLine, on_the_way: int) -> str:
    """What the bank took is the sum of the lines that did not come back; answers its number of it, trimmed."""
    reference = " ".join(bank.reference.split())
    if not 0 < len(reference) <= REFERENCE_LENGTH_MAX:
        raise BadValue(field="reference", reason="length")
    if bank.amount != on_the_way:
        raise PayoutSumDiffers(expected=on_the_way, given=bank.amount)
    return reference


def check_why(why: str) -> str:
    said = " ".join(why.split())
    if not WHY_LENGTH[0] <= len(said) <= WHY_LENGTH[1]:
        raise BadValue(field="why", reason="length")
    return said


def after_return(file: PayoutFile, line: PayoutLine, others: frozenset[LineState]) -> FileState:
    """The file's state after `line` came back; `others` are the states of its other lines. Raises WrongFileState."""
    after = follow(file.state, FileWant.RETURN_LINE)
    if not line.may_return:
        raise WrongFileState(state=file.state, want=FileWant.RETURN_LINE)
    return after if others & LIVE else FileState.RETURNED


def sent(line: PayoutLine) -> PostingId:
    """The id of the posting that says that a line left our bank account."""
    return PostingId(ids.derived(line.id, "sent"))


def entry(line: PayoutLine) -> NewTransfer:
    """The money of a line, from our bank account to those of partners. What a box or a partner holds is not touched by it."""
    return NewTransfer(
        id=TransferId(sent(line)),
        debit=PARTNERS_BANK.id,
        credit=BANK.id,
        amount=Money(line.amount),
        kind=PAYOUT_SENT,
        ref=line.payout,
    )
