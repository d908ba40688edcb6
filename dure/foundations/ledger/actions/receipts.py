"""Donation receipts: note what was given, attest it in the receiver's name, take it back when the gift goes back."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection

from dure.base import clock, ids
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.ledger.models.receipts import Donation as DonationRow
from dure.foundations.ledger.models.receipts import DonationReceipt as ReceiptRow
from dure.foundations.ledger.models.receipts import DonationReceiptLine as LineRow
from dure.foundations.ledger.models.receipts import ReceiptSeries
from dure.foundations.ledger.queries import receipts as queries
from dure.foundations.ledger.rules import receipts as rules
from dure.foundations.ledger.types.receipts import (
    Collector,
    Donation,
    DonationReceipt,
    DonationReversed,
    DonorIdentity,
    Issuer,
    NewDonation,
    NothingToReceipt,
    ReceiptAlreadyReversed,
    ReceiptConsentMissing,
    ReceiptId,
    ReceiptIssued,
    ReceiptReversed,
)
from dure.foundations.people import actions as people_actions
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, OrganisationId, Origin
from dure.kit import locks, outbox, seals, sqlfiles, tx

__all__ = [
    "agree_and_issue",
    "forget_donor_identity",
    "issue_receipt",
    "purge_donor_identities",
    "record_donations",
    "reverse_donation",
    "reverse_receipt",
]

REPLACED = "replaced"
RECORDED_AT_ONCE = 5_000
_RECORD = sqlfiles.load("dure.foundations.ledger", "record_donations").text


def record_donations(by: Actor, new: Sequence[NewDonation]) -> None:
    """Note gifts that can be receipted. One that was noted before is left as it is. Raises NotAllowed, BadValue."""
    tx.demand()
    rules.may_record(by)
    for each in new:
        rules.check_donation(each)
    with connection.cursor() as cursor:
        for start in range(0, len(new), RECORDED_AT_ONCE):
            rows = [_recorded(each) for each in new[start : start + RECORDED_AT_ONCE]]
            cursor.execute(_RECORD, [msgspec.json.encode(rows).decode()])


def _recorded(new: NewDonation) -> dict[str, object]:
    """A row of sql/record_donations.sql."""
    return {
        "id": new.id,
        "donor": new.donor,
        "receiver": new.receiver,
        "on": new.on,
        "amount": new.amount,
        "note": new.note[: rules.NOTE_LENGTH_MAX],
        "kind": new.kind,
    }


def reverse_donation(by: Actor, donation_id: UUID, why: str, amount: int | None = None) -> Donation:
    """A gift went back, all of it or `amount`. A receipt that attests it is taken back, and replaced by one for what is left.

    Taking back what was taken back already changes nothing. Raises NotAllowed, NotFound.
    """
    tx.demand()
    rules.may_record(by)
    _alone(queries.donation(donation_id).donor)
    donation = queries.donation(donation_id)
    gone = donation.eligible if amount is None else min(amount, donation.eligible)
    if gone <= 0:
        return donation
    DonationRow.objects.filter(id=donation_id).update(reversed=donation.reversed + gone)
    outbox.emit(DonationReversed(donation.id, donation.donor, donation.receiver, gone, clock.now()))
    if donation.receipt is not None:
        _take_back(by, donation.receipt, why)
    return queries.donation(donation_id)


def issue_receipt(by: Actor, donor: UUID, issuer: UUID, year: int, identity: DonorIdentity) -> DonationReceipt:
    """Attest every donation of `donor` to `issuer` in `year` that has no receipt yet, in the issuer's name.

    Raises NotAllowed, NotFound, NotQualified, ReceiptConsentMissing, NothingToReceipt, BadValue, IdentityNumberInvalid, Busy.
    """
    tx.demand()
    rules.may_issue(by, donor, OrganisationId(issuer))
    body = _issuer(issuer)
    if not people.has_consent(donor, rules.CONSENT):
        raise ReceiptConsentMissing(purpose=rules.CONSENT)
    clean = rules.clean_identity(identity, clock.today())
    _alone(donor)
    donations = queries.donations_open(donor, issuer, year)
    if not donations:
        raise NothingToReceipt(year=year)
    return _write(body, donor, year, donations, clean, None)


def agree_and_issue(
    by: Actor, issuer: UUID, year: int, identity: DonorIdentity, version: int | None, origin: Origin
) -> DonationReceipt:
    """The donor asks for their own receipt, and agrees on the way to pass their details on: to `version` of the text, or None
    where they have agreed before. Raises what `issue_receipt` raises, and OtherText.
    """
    tx.demand()
    if by.person is None:
        raise NotAllowed(needs="log_in")
    if version is not None:
        people_actions.give_consent(by, rules.CONSENT, version, origin)
    return issue_receipt(by, by.person, issuer, year, identity)


def reverse_receipt(by: Actor, receipt_id: UUID, why: str) -> None:
    """Take a receipt back without replacing it; its donations can be receipted again.

    Raises NotAllowed, NotFound, ReceiptAlreadyReversed.
    """
    tx.demand()
    _alone(_receipt(receipt_id).donor_id)
    row = _receipt(receipt_id)
    rules.may_reverse(by, OrganisationId(row.issuer))
    _mark_reversed(row, why)
    _tell_reversed(row, why, None)


def forget_donor_identity(by: Actor, receipt_id: UUID) -> None:
    """Delete the donor's details from one receipt for good, where the law no longer asks to keep them. Raises NotAllowed."""
    tx.demand()
    _alone(_receipt(receipt_id).donor_id)
    row = _receipt(receipt_id)
    rules.may_forget(by, row.keep_identity_until, clock.today())
    ReceiptRow.objects.filter(id=receipt_id).update(sealed_identity=None)


def purge_donor_identities(by: Actor) -> int:
    """Delete the details of all donors that no longer have to be kept; answers on how many receipts."""
    tx.demand()
    rules.may_record(by)
    over = ReceiptRow.objects.filter(keep_identity_until__lt=clock.today(), sealed_identity__isnull=False)
    return over.update(sealed_identity=None)


def _issuer(organisation: UUID) -> Issuer:
    """The body as it stands today. Raises NotFound, NotQualified."""
    card = people.organisation(organisation)
    code = rules.check_qualified(card.id, card.verified, card.receipt_code.value)
    return Issuer(card.id, card.name, card.registration_number, card.representative, card.address, code)


def _collector() -> Collector:
    config = settings.DURE
    return Collector(config.operator_name, config.operator_number, config.operator_address)


def _write(
    issuer: Issuer,
    donor: UUID,
    tax_year: int,
    donations: Sequence[Donation],
    identity: DonorIdentity,
    replaces: ReceiptId | None,
) -> DonationReceipt:
    """The receipt with the issuer's next number. Nobody else writes receipts of the donor meanwhile."""
    now, today = clock.now(), clock.today()
    receipt_id = ReceiptId(ids.new())
    sealed = seals.seal(queries.SEAL_PURPOSE, receipt_id, msgspec.json.encode(identity))
    row = ReceiptRow.objects.create(
        id=receipt_id,
        issuer=issuer.id,
        year=today.year,
        serial=_next_serial(issuer.id, today.year),
        tax_year=tax_year,
        donor_id=donor,
        issuer_as_was=msgspec.to_builtins(issuer),
        collector_as_was=msgspec.to_builtins(_collector()),
        sealed_identity=sealed,
        keep_identity_until=rules.kept_until(today),
        total=sum(each.eligible for each in donations),
        issued_at=now,
        replaces_id=replaces,
    )
    LineRow.objects.bulk_create(
        [
            LineRow(
                receipt=row,
                donation_id=each.id,
                position=position,
                kind=each.kind,
                on=each.on,
                note=each.note,
                amount=each.eligible,
            )
            for position, each in enumerate(donations, start=1)
        ]
    )
    outbox.emit(ReceiptIssued(receipt_id, donor, issuer.id, tax_year, row.total, now))
    return queries.receipt_of(row)


def _next_serial(issuer: UUID, year: int) -> int:
    """One more than the last number. The row stays locked until the receipt is there, so that a rollback leaves no gap."""
    ReceiptSeries.objects.get_or_create(issuer=issuer, year=year)
    series = ReceiptSeries.objects.select_for_update().get(issuer=issuer, year=year)
    ReceiptSeries.objects.filter(id=series.id).update(last=series.last + 1)
    return series.last + 1


def _take_back(by: Actor, receipt_id: ReceiptId, why: str) -> None:
    """Reverse a receipt because a gift on it went back; attest what is left under a new number."""
    row = _receipt(receipt_id)
    _mark_reversed(row, why)
    kept = [line.donation_id for line in LineRow.objects.filter(receipt=row).order_by("position")]
    left = [each for each in map(queries.donation, kept) if each.eligible]
    replacement: ReceiptId | None = None
    if left and row.sealed_identity is not None:
        identity = msgspec.json.decode(
            seals.unseal(queries.SEAL_PURPOSE, row.id, bytes(row.sealed_identity)), type=DonorIdentity
        )
        issuer = msgspec.convert(row.issuer_as_was, Issuer)
        replacement = _write(issuer, row.donor_id, row.tax_year, left, identity, receipt_id).id
    _tell_reversed(row, why, replacement)


def _alone(donor: UUID) -> None:
    """Whoever writes a donor's receipts waits here for the last to end, and only then looks: a receipt names several gifts,
    so locks of single rows would be taken in any order, and what was read while waiting for one would be old.
    """
    locks.lock_name(f"ledger.receipts:{donor}")


def _receipt(receipt_id: UUID) -> ReceiptRow:
    row = ReceiptRow.objects.filter(id=receipt_id).first()
    if row is None:
        raise NotFound(what="receipt")
    return row


def _mark_reversed(row: ReceiptRow, why: str) -> None:
    if row.reversed_at is not None:
        raise ReceiptAlreadyReversed()
    ReceiptRow.objects.filter(id=row.id).update(reversed_at=clock.now(), reversed_why=why[:200])
    LineRow.objects.filter(receipt=row).update(live=False)


def _tell_reversed(row: ReceiptRow, why: str, replacement: ReceiptId | None) -> None:
    outbox.emit(ReceiptReversed(ReceiptId(row.id), row.donor_id, row.issuer, why[:200], replacement, clock.now()))
