"""Donation receipts: what can be receipted, the receipt as the tax form asks for it, the yearly statement."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.refusals import Refusal

__all__ = [
    "AnnualStatement",
    "Collector",
    "Donation",
    "DonationKind",
    "DonationReceipt",
    "DonationReversed",
    "DonorIdentity",
    "Entitlement",
    "IdentityGone",
    "IdentityNumberInvalid",
    "Issuer",
    "NewDonation",
    "NotQualified",
    "NothingToReceipt",
    "ReceiptAlreadyReversed",
    "ReceiptConsentMissing",
    "ReceiptId",
    "ReceiptIssued",
    "ReceiptLine",
    "ReceiptReversed",
]

ReceiptId = NewType("ReceiptId", UUID)


class DonationKind(StrEnum):
    """The form tells money from goods."""

    MONEY = "money"
    GOODS = "goods"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDonation:
    """A gift that can be receipted. Its id is the gift's, so that telling it twice is no second donation."""

    id: UUID
    donor: UUID
    receiver: UUID  # the organisation that receives it and issues the receipt
    on: date  # local day on which it was paid: decides the tax year
    amount: int
    note: str  # what for, in the donor's words or the box's title
    kind: DonationKind = DonationKind.MONEY


@dataclass(frozen=True, slots=True, kw_only=True)
class Donation:
    id: UUID
    donor: UUID
    receiver: UUID
    on: date
    amount: int
    reversed: int  # how much of it was given back
    note: str
    kind: DonationKind
    receipt: ReceiptId | None  # the live receipt that attests it

    @property
    def eligible(self) -> int:
        return self.amount - self.reversed


@dataclass(frozen=True, slots=True)
class DonorIdentity:
    """Who the tax office should know as the donor. Sealed in the table, and purged when it need not be kept any longer."""

    name: str
    address: str
    number: str = ""  # resident (13 digits) or business number (10 digits); empty: not given


@dataclass(frozen=True, slots=True)
class Issuer:
    """The receiving body as it was on the day of issue."""

    id: UUID
    name: str
    registration_number: str
    representative: str
    address: str
    code: str  # type code of the form: 10, 40, 41


@dataclass(frozen=True, slots=True)
class Collector:
    """The collecting body (모집처): whoever runs this installation."""

    name: str
    registration_number: str
    address: str


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    donation: UUID
    kind: DonationKind
    on: date
    note: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DonationReceipt:
    id: ReceiptId
    number: str  # "2026-000123": year of issue and serial number of the issuer, without gaps
    issuer: Issuer
    collector: Collector
    donor: UUID
    tax_year: int
    lines: tuple[ReceiptLine, ...]
    total: int
    issued_at: datetime
    reversed_at: datetime | None
    reversed_why: str
    replaces: ReceiptId | None
    has_identity: bool  # False once it was purged

    @property
    def live(self) -> bool:
        return self.reversed_at is None


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What one donor gave to one organisation in one year, and how much of it is on receipts."""

    receiver: UUID
    receiver_name: str
    code: str  # empty: this organisation may not issue receipts
    year: int
    donated: int
    receipted: int

    @property
    def open(self) -> int:
        return self.donated - self.receipted


@dataclass(frozen=True, slots=True)
class AnnualStatement:
    """All donations of one donor in one tax year."""

    donor: UUID
    year: int
    donations: tuple[Donation, ...]
    entitlements: tuple[Entitlement, ...]
    receipts: tuple[DonationReceipt, ...]
    donated: int
    receipted: int
    credit: int  # the tax credit on what is receipted, before caps by income


class NotQualified(Refusal):
    """The organisation may not issue donation receipts; only a qualified body can."""

    organisation: UUID


class NothingToReceipt(Refusal):
    """There is no donation of that year without a receipt."""

    year: int


class IdentityNumberInvalid(Refusal):
    """The resident or business number is not one."""


class ReceiptConsentMissing(Refusal):
    """A receipt passes the donor's details on; the donor has not agreed to that."""

    purpose: str


class ReceiptAlreadyReversed(Refusal):
    """The receipt was taken back before."""


class IdentityGone(Refusal):
    """The donor's details on this receipt were deleted when they no longer had to be kept."""


@dataclass(frozen=True, slots=True)
class ReceiptIssued:
    receipt: ReceiptId
    donor: UUID
    issuer: UUID
    tax_year: int
    total: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptReversed:
    """A receipt no longer holds. `replaced_by` attests what is left of it, when anything is."""

    receipt: ReceiptId
    donor: UUID
    issuer: UUID
    why: str
    replaced_by: ReceiptId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class DonationReversed:
    donation: UUID
    donor: UUID
    receiver: UUID
    amount: int
    at: datetime
