"""Payouts on their way to the bank: what is to be paid to whom, and the files that a treasurer hands in there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from dure.base.refusals import Refusal

from .book import Kind

__all__ = [
    "PAYOUT_SENT",
    "BankReferenceKnown",
    "FileForm",
    "FileState",
    "FileWant",
    "LineState",
    "NewPayout",
    "Payee",
    "PayeeChanged",
    "PayeeUnwritable",
    "Payer",
    "Payout",
    "PayoutDiffers",
    "PayoutFile",
    "PayoutFileId",
    "PayoutFilePage",
    "PayoutFilePaper",
    "PayoutFileStep",
    "PayoutFileWhole",
    "PayoutInFile",
    "PayoutLine",
    "PayoutLineId",
    "PayoutPlace",
    "PayoutSumDiffers",
    "PayoutWaits",
    "PayoutWay",
    "SameSteward",
    "WrittenFile",
    "WrittenLine",
    "WrongFileState",
]

PAYOUT_SENT: Final = Kind("payout_sent")  # from our bank account to the partner's
PayoutFileId = NewType("PayoutFileId", UUID)
PayoutLineId = NewType("PayoutLineId", UUID)


class FileState(StrEnum):
    PREPARED = "prepared"  # one steward put it together; nobody can download it
    RELEASED = "released"  # another steward signed it: its bytes stay as they are
    CONFIRMED = "confirmed"  # the bank's reference is here, and what it took is the sum of the lines
    DROPPED = "dropped"  # never released
    RETURNED = "returned"  # nothing of it arrived


class LineState(StrEnum):
    LISTED = "listed"
    SENT = "sent"
    PAID = "paid"
    RETURNED = "returned"
    DROPPED = "dropped"


class FileWant(StrEnum):
    """What somebody does with a file; each one done is a step that stays."""

    PREPARE = "prepare"
    RELEASE = "release"
    READ = "read"
    CONFIRM = "confirm"
    RETURN_LINE = "return_line"
    DROP = "drop"


class FileForm(StrEnum):
    """The forms in which a file can be handed in at a bank."""

    CSV = "csv"
    PAIN = "xml"  # ISO 20022 pain.001.001.09


@dataclass(frozen=True, slots=True)
class NewPayout:
    """Something to be paid. `id` is the posting in the book by which the money went to the payee's account there."""

    id: UUID
    payee: UUID  # an organisation
    amount: int
    title: str


@dataclass(frozen=True, slots=True)
class Payout:
    id: UUID
    payee: UUID
    payee_name: str
    amount: int
    title: str
    at: datetime
    returned: int  # how often it came back from the bank
    ready: bool  # whether the payee has a bank account that a steward confirmed


class PayoutPlace(StrEnum):
    """Where the money of a payout is."""

    WAITS = "waits"
    BANK = "bank"  # a file with it was released
    ARRIVED = "arrived"
    RETURNED = "returned"  # it came back, and waits again


@dataclass(frozen=True, slots=True)
class PayoutWay:
    """How far a payout has come, and since when."""

    place: PayoutPlace
    at: datetime
    why: str = ""  # what the bank said when it came back


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """A payout in a file. `account` is masked."""

    id: PayoutLineId
    payout: UUID
    payee: UUID
    payee_name: str
    title: str
    amount: int
    bank_code: str
    account: str
    holder: str
    state: LineState
    why: str  # why it came back
    ended_at: datetime | None

    @property
    def may_return(self) -> bool:
        return self.state in (LineState.SENT, LineState.PAID)


@dataclass(frozen=True, slots=True)
class PayoutFile:
    """A batch of payouts that go to the bank together."""

    id: PayoutFileId
    code: str
    state: FileState
    total: int  # of all its lines, as prepared
    count: int
    prepared_by: UUID
    prepared_at: datetime
    released_by: UUID | None
    released_at: datetime | None
    bank_reference: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PayoutFilePage:
    files: tuple[PayoutFile, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class PayoutFilePaper:
    """One form of a released file: what its bytes are, for ever."""

    form: FileForm
    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class PayoutFileStep:
    want: FileWant
    by: UUID
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class PayoutFileWhole:
    file: PayoutFile
    lines: tuple[PayoutLine, ...]
    papers: tuple[PayoutFilePaper, ...]
    steps: tuple[PayoutFileStep, ...]

    @property
    def on_the_way(self) -> int:
        """What the bank is still to take: the lines that did not come back."""
        return sum(line.amount for line in self.lines if line.state is LineState.SENT)


@dataclass(frozen=True, slots=True)
class Payee:
    """Where a line goes to, with the whole number: only for the papers."""

    bank_code: str
    number: str
    holder: str


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose account it is paid from. `number` empty: not said, and then there is no pain.001."""

    name: str
    bank_code: str
    number: str


@dataclass(frozen=True, slots=True)
class WrittenLine:
    id: PayoutLineId
    to: Payee
    amount: int
    title: str


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """All that the papers of a file are made from."""

    id: PayoutFileId
    at: datetime
    payer: Payer
    lines: tuple[WrittenLine, ...]

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)


class PayoutDiffers(Refusal):
    """A payout of this id was asked for before with another `field`."""

    field: str


class PayoutInFile(Refusal):
    """A payout stands in a file that is under way, or has arrived."""

    payout: UUID


class PayoutWaits(Refusal):
    """`payee` has no bank account that a steward confirmed."""

    payee: str


class PayeeChanged(Refusal):
    """The bank account of `payee` is not the one that the file was prepared with."""

    payee: str


class PayeeUnwritable(Refusal):
    """`field` of the bank account of `payee` cannot be written into a bank's file."""

    payee: str
    field: str


class PayoutSumDiffers(Refusal):
    """The lines on their way come to `expected`, the bank took `given`."""

    expected: int
    given: int


class BankReferenceKnown(Refusal):
    """Another file was confirmed with this number of the bank."""

    reference: str


class WrongFileState(Refusal):
    """A file in `state` is past, or not yet at, what was `want`ed."""

    state: FileState
    want: FileWant


class SameSteward(Refusal):
    """Who prepared a file does not release it."""
