"""Reads of donations that can be receipted, of receipts, and of the yearly statement."""

from collections import defaultdict
from uuid import UUID

import msgspec
from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from dure.base.refusals import NotFound
from dure.foundations.ledger.models.receipts import Donation as DonationRow
from dure.foundations.ledger.models.receipts import DonationReceipt as ReceiptRow
from dure.foundations.ledger.models.receipts import DonationReceiptLine as LineRow
from dure.foundations.ledger.rules import law
from dure.foundations.ledger.rules import receipts as rules
from dure.foundations.ledger.types.receipts import (
    AnnualStatement,
    Collector,
    Donation,
    DonationKind,
    DonationReceipt,
    DonorIdentity,
    Entitlement,
    IdentityGone,
    Issuer,
    ReceiptId,
    ReceiptLine,
)
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, OrganisationId
from dure.kit import seals

__all__ = [
    "annual_statement",
    "donation",
    "donation_receipt",
    "donation_receipts_of",
    "donation_years",
    "donations_open",
    "donor_identity",
    "entitlements",
]

SEAL_PURPOSE = "ledger.donation-receipts.identity.v1"


def donation(donation_id: UUID) -> Donation:
    """Raises NotFound."""
    found = _donations().filter(id=donation_id).first()
    if found is None:
        raise NotFound(what="donation")
    return _donation(found)


def donations_open(donor: UUID, receiver: UUID, year: int) -> tuple[Donation, ...]:
    """Donations of one donor to one organisation and year that no live receipt attests, in order of their day."""
    mine = DonationRow.objects.filter(donor_id=donor, receiver=receiver, year=year)
    on_receipt = LineRow.objects.filter(donation=OuterRef("id"), live=True)
    rows = mine.filter(~Exists(on_receipt)).order_by("on", "id")
    return tuple(each for each in map(_donation, rows[: rules.LINES_MAX]) if each.eligible)


def donation_receipt(by: Actor, receipt_id: UUID) -> DonationReceipt:
    """One receipt. Raises NotFound, NotAllowed."""
    row = _receipts().filter(id=receipt_id).first()
    if row is None:
        raise NotFound(what="receipt")
    rules.may_see(by, row.donor_id, OrganisationId(row.issuer))
    return receipt_of(row)


def donation_receipts_of(by: Actor, donor: UUID, year: int | None = None) -> tuple[DonationReceipt, ...]:
    """A donor's receipts, the latest first, reversed ones too. Raises NotAllowed."""
    rules.may_see_own(by, donor)
    rows = _receipts().filter(donor_id=donor)
    if year is not None:
        rows = rows.filter(tax_year=year)
    return tuple(receipt_of(row) for row in rows.order_by("-issued_at", "-id"))


def donor_identity(by: Actor, receipt_id: UUID) -> DonorIdentity:
    """Who the receipt names as the donor, with the number in full. Raises NotFound, NotAllowed, IdentityGone."""
    row = ReceiptRow.objects.filter(id=receipt_id).first()
    if row is None:
        raise NotFound(what="receipt")
    rules.may_see_identity(by, row.donor_id, OrganisationId(row.issuer))
    if row.sealed_identity is None:
        raise IdentityGone()
    plain = seals.unseal(SEAL_PURPOSE, row.id, bytes(row.sealed_identity))
    return msgspec.json.decode(plain, type=DonorIdentity)


def donation_years(by: Actor, donor: UUID) -> tuple[int, ...]:
    """The years in which somebody gave something, the latest first. Raises NotAllowed."""
    rules.may_see_own(by, donor)
    return tuple(DonationRow.objects.filter(donor_id=donor).order_by("-year").values_list("year", flat=True).distinct())


def entitlements(by: Actor, donor: UUID, year: int) -> tuple[Entitlement, ...]:
    """What a donor gave in a year by organisation, with what is on receipts. Raises NotAllowed."""
    return annual_statement(by, donor, year).entitlements


def annual_statement(by: Actor, donor: UUID, year: int) -> AnnualStatement:
    """All donations of one donor in one year. Raises NotAllowed."""
    rules.may_see_own(by, donor)
    rows = _donations().filter(donor_id=donor, year=year).order_by("receiver", "on", "id")
    donations = tuple(map(_donation, rows))
    receipts = donation_receipts_of(by, donor, year)
    found = _entitlements(donations, year)
    receipted = sum(each.receipted for each in found)
    return AnnualStatement(
        donor=donor,
        year=year,
        donations=donations,
        entitlements=found,
        receipts=receipts,
        donated=sum(each.donated for each in found),
        receipted=receipted,
        credit=law.tax_credit(receipted),
    )


def _entitlements(donations: tuple[Donation, ...], year: int) -> tuple[Entitlement, ...]:
    donated: dict[UUID, int] = defaultdict(int)
    receipted: dict[UUID, int] = defaultdict(int)
    for each in donations:
        donated[each.receiver] += each.eligible
        receipted[each.receiver] += each.eligible if each.receipt else 0
    cards = people.organisations(donated)
    found = []
    for receiver, amount in donated.items():
        card = cards.get(OrganisationId(receiver))
        code = card.receipt_code.value if card and card.verified else ""
        found.append(Entitlement(receiver, card.name if card else "", code, year, amount, receipted[receiver]))
    return tuple(sorted(found, key=lambda each: each.receiver_name))


def receipt_of(row: ReceiptRow) -> DonationReceipt:
    """The frozen value of a row."""
    return DonationReceipt(
        id=ReceiptId(row.id),
        number=rules.number_of(row.year, row.serial),
        issuer=msgspec.convert(row.issuer_as_was, Issuer),
        collector=msgspec.convert(row.collector_as_was, Collector),
        donor=row.donor_id,
        tax_year=row.tax_year,
        lines=tuple(
            ReceiptLine(line.donation_id, DonationKind(line.kind), line.on, line.note, line.amount)
            for line in row.lines.all()
        ),
        total=row.total,
        issued_at=row.issued_at,
        reversed_at=row.reversed_at,
        reversed_why=row.reversed_why,
        replaces=ReceiptId(row.replaces_id) if row.replaces_id else None,
        has_identity=row.sealed_identity is not None,
    )


def _receipts() -> QuerySet[ReceiptRow]:
    return ReceiptRow.objects.prefetch_related(Prefetch("lines", queryset=LineRow.objects.order_by("position")))


def _donations() -> QuerySet[DonationRow]:
    live = LineRow.objects.filter(donation=OuterRef("id"), live=True).values("receipt")[:1]
    return DonationRow.objects.annotate(on_receipt=Subquery(live))


def _donation(row: DonationRow) -> Donation:
    on_receipt = getattr(row, "on_receipt", None)
    return Donation(
        id=row.id,
        donor=row.donor_id,
        receiver=row.receiver,
        on=row.on,
        amount=row.amount,
        reversed=row.reversed,
        note=row.note,
        kind=DonationKind(row.kind),
        receipt=ReceiptId(on_receipt) if on_receipt else None,
    )
