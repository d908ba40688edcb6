"""Donation receipt and yearly statement as PDF, with the fields of the Korean tax form.

Making one again from the same rows gives the same bytes; nothing is stored.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language, gettext, pgettext

from dure.base import clock
from dure.foundations.ledger import queries
from dure.foundations.ledger.rules import receipts as rules
from dure.foundations.ledger.types import (
    AnnualStatement,
    Donation,
    DonationKind,
    DonationReceipt,
    DonorIdentity,
    IdentityGone,
    Paragraph,
)
from dure.foundations.people.types import Actor
from dure.kit import documents, show

HOUSE = "dure.foundations.ledger"
FORM = queries.SOURCES[Paragraph.RECEIPT_FORM]


@dataclass(frozen=True, slots=True)
class Party:
    """One body of the form: a heading and its label-value pairs."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPaper:
    """What the template `receipt` sets."""

    language: str
    title: str
    form: str
    number: tuple[str, str]
    stamp: str
    stamp_note: str
    parties: tuple[Party, ...]
    lines_title: str
    headers: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    total: tuple[str, str]
    sentence: str
    date: str
    issuer: str
    signed: str
    foot: str
    watermark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPaper:
    """What the template `statement` sets."""

    language: str
    title: str
    subtitle: str
    sums: tuple[tuple[str, str], ...]
    groups: tuple[Party, ...]
    headers: tuple[str, ...]
    lines: tuple[tuple[tuple[str, ...], ...], ...]
    nothing: str
    notes: tuple[str, ...]
    foot: str
    watermark: str


def receipt_pdf(by: Actor, receipt_id: UUID, *, full: bool = False) -> bytes:
    """The receipt as PDF/UA-1. With `full` the donor's number is written out, for who may see it.

    Raises NotFound, NotAllowed.
    """
    receipt = queries.donation_receipt(by, receipt_id)
    return documents.render(HOUSE, "receipt", receipt_paper(receipt, _identity(by, receipt), full), receipt.issued_at)


def statement_pdf(by: Actor, donor: UUID, year: int) -> bytes:
    """All donations of one donor in one year as PDF/UA-1. Raises NotAllowed."""
    statement = queries.annual_statement(by, donor, year)
    made_at = datetime.combine(clock.today(), time(), tzinfo=UTC)  # the same bytes all day
    return documents.render(HOUSE, "statement", statement_paper(statement), made_at)


def receipt_paper(receipt: DonationReceipt, donor: DonorIdentity | None, full: bool) -> ReceiptPaper:
    """The words of a receipt, in the reader's language."""
    issuer, collector = receipt.issuer, receipt.collector
    return ReceiptPaper(
        language=_language(),
        title=gettext("Donation receipt"),
        form=f"{FORM.act} {FORM.article}",
        number=(gettext("Serial number"), receipt.number),
        stamp="" if receipt.live else gettext("Cancelled"),
        stamp_note=_cancelled(receipt),
        parties=(
            Party(gettext("1. Donor"), _donor_rows(donor, full)),
            Party(
                gettext("2. Receiving body"),
                (
                    (gettext("Name of body"), issuer.name),
                    (gettext("Business or non-profit number"), _business_number(issuer.registration_number)),
                    (gettext("Place of business"), issuer.address),
                    (gettext("Basis of tax relief"), _basis(issuer.code)),
                ),
            ),
            Party(
                gettext("3. Collecting body"),
                (
                    (gettext("Name of body"), collector.name or "–"),
                    (gettext("Business or non-profit number"), _business_number(collector.registration_number) or "–"),
                    (gettext("Place of business"), collector.address or "–"),
                ),
            ),
        ),
        lines_title=gettext("4. Donations"),
        headers=(
            gettext("Code"),
            pgettext("column of a receipt", "Kind"),
            gettext("Date"),
            gettext("What for"),
            gettext("Amount (won)"),
        ),
        lines=tuple(
            (issuer.code, _kind(line.kind), _date(line.on), line.note, show.count(line.amount))
            for line in receipt.lines
        ),
        total=(gettext("Total"), show.count(receipt.total)),
        sentence=gettext(
            "We certify that the above was received as a donation (Income Tax Act, articles 34 and 59-4)."
        ),
        date=_long_date(receipt.issued_at),
        issuer=f"{issuer.name}  {issuer.representative}".strip(),
        signed=gettext("issued electronically, valid without a seal"),
        foot=gettext("{issuer} · receipt {number}").format(issuer=issuer.name, number=receipt.number),
        watermark=_watermark(),
    )


def statement_paper(statement: AnnualStatement) -> StatementPaper:
    """The words of a yearly statement, in the reader's language."""
    numbers = {receipt.id: receipt.number for receipt in statement.receipts if receipt.live}
    groups, lines = [], []
    for each in statement.entitlements:
        sums = gettext("{donated} given, {receipted} on receipts").format(
            donated=show.money(each.donated), receipted=show.money(each.receipted)
        )
        groups.append(Party(each.receiver_name, ((type_name(each.code), sums),)))
        mine = [donation for donation in statement.donations if donation.receiver == each.receiver]
        lines.append(tuple(_statement_line(donation, numbers.get(donation.receipt)) for donation in mine))  # type: ignore[arg-type]  # no receipt has no number
    return StatementPaper(
        language=_language(),
        title=gettext("Donations in {year}").format(year=statement.year),
        subtitle=gettext("As of {day}").format(day=_long_date(clock.now())),
        sums=(
            (gettext("Given in all"), show.money(statement.donated)),
            (gettext("On receipts"), show.money(statement.receipted)),
            (gettext("Tax credit, at most"), show.money(statement.credit)),
        ),
        groups=tuple(groups),
        headers=(gettext("Date"), gettext("What for"), gettext("Receipt number"), gettext("Amount (won)")),
        lines=tuple(lines),
        nothing=gettext("No donations in this year."),
        notes=(
            gettext("Only what is on a receipt counts for the tax office. Gifts that went back are not counted."),
            gettext(
                "The tax credit is 15% of the first 10 million won and 30% of the rest (Income Tax Act, article 59-4). It is"
                " capped by your income, which we do not know."
            ),
        ),
        foot=gettext("This statement is for your own records; it is no receipt."),
        watermark=_watermark(),
    )


def type_name(code: str) -> str:
    """A type code of the form with its name."""
    names = {
        "10": gettext("10 special donation"),
        "40": gettext("40 general donation"),
        "41": gettext("41 religious body"),
    }
    return names.get(code, gettext("issues no receipts"))


def _basis(code: str) -> str:
    article = "제34조제2항제1호" if code == "10" else "제34조제3항제1호"
    return f"{type_name(code)} · 「소득세법」 {article}"


def _donor_rows(donor: DonorIdentity | None, full: bool) -> tuple[tuple[str, str], ...]:
    gone = gettext("deleted at the end of the time it had to be kept")
    number = (rules.written if full else rules.masked)(donor.number) if donor else gone
    return (
        (gettext("Full name"), donor.name if donor else gone),
        (gettext("Resident or business number"), number or gettext("not given")),
        (gettext("Address"), donor.address if donor else gone),
    )


def _statement_line(donation: Donation, number: str | None) -> tuple[str, ...]:
    note = donation.note
    if donation.reversed:
        note = gettext("{note} ({amount} went back)").format(note=note, amount=show.money(donation.reversed))
    return (_date(donation.on), note, number or "–", show.count(donation.eligible))


def _cancelled(receipt: DonationReceipt) -> str:
    if receipt.reversed_at is None:
        return ""
    day = _long_date(receipt.reversed_at)
    return gettext("This receipt was cancelled on {day} and no longer holds.").format(day=day)


def _identity(by: Actor, receipt: DonationReceipt) -> DonorIdentity | None:
    if not receipt.has_identity:
        return None
    try:
        return queries.donor_identity(by, receipt.id)
    except IdentityGone:
        return None


def _kind(kind: DonationKind) -> str:
    return gettext("money") if kind is DonationKind.MONEY else gettext("goods")


def _business_number(number: str) -> str:
    return rules.written(number) if len(number) in (10, 13) else number


def _date(on: object) -> str:
    return str(on).replace("-", ".")


def _long_date(at: datetime) -> str:
    day = clock.local(at).date()
    if show.in_korean():
        return f"{day.year}년 {day.month}월 {day.day}일"
    return f"{day:%B} {day.day}, {day.year}"


def _language() -> str:
    return "ko" if (get_language() or "ko").startswith("ko") else "en"


def _watermark() -> str:
    return gettext("Sample") if settings.DURE.demo else ""
