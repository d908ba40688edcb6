"""Capture receipts of the sandbox's wallet; a donor's own statements and receipts."""

from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request

from dure.base import ids
from dure.base.money import AMOUNT_MAX
from dure.foundations.ledger import actions, documents, queries
from dure.foundations.ledger.rules import receipts as rules
from dure.foundations.ledger.types import (
    AnnualStatement,
    DonationReceipt,
    DonorIdentity,
    ReceiptId,
)
from dure.foundations.people import queries as people
from dure.foundations.people.types import Origin, PersonId
from dure.kit import bearer, limits, show, tx
from dure.kit.routes import Key, needs_token

from .roots import Paper, paper, routes

RECEIPTS_AT_ONCE_MAX = 500
Year = Annotated[int, msgspec.Meta(ge=2000, le=2999)]


class Purchase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is paid for: the thing's id (a donation box) and the sum in won."""

    ref: UUID
    amount: Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MAX)]


class Purchases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payments to make at once, each of its own."""

    items: Annotated[tuple[Purchase, ...], msgspec.Meta(min_length=1, max_length=RECEIPTS_AT_ONCE_MAX)]


class CaptureReceipts(msgspec.Struct, frozen=True):
    """A signed receipt for each payment, in their order. Each is good once, for its own thing and sum, by its own payer."""

    tokens: tuple[str, ...]


class NewReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose receipt of which year, and what it says of you: the tax office links it to you by the number."""

    issuer: UUID
    year: Year
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=rules.NAME_LENGTH_MAX)]
    address: Annotated[str, msgspec.Meta(min_length=1, max_length=rules.ADDRESS_LENGTH_MAX)]
    number: Annotated[str, msgspec.Meta(max_length=20, description="Resident or business number; may be left out.")] = (
        ""
    )
    consent_version: Annotated[
        int | None, msgspec.Meta(description="The version of the text you agree to, unless you have agreed before.")
    ] = None


class ReceiptConsent(msgspec.Struct, frozen=True):
    """What a donor agrees to before a receipt passes their details on."""

    version: int
    title: str
    body: str
    given: bool  # to this version


@routes.post("/sandbox/payments", status_code=201, **needs_token)
def pay_in_sandbox(request: Request, body: Purchases) -> CaptureReceipts:
    """Pay with the practice wallet: no money moves; what comes back proves the payment where it is accepted."""
    payer = bearer.person(request)
    return CaptureReceipts(
        tuple(actions.sandbox_pay(people.actor(payer), item.ref, ids.new(), item.amount) for item in body.items)
    )


@routes.get("/statements", **needs_token)
def years(request: Request) -> list[int]:
    """The years in which you gave something, the latest first."""
    me = bearer.person(request)
    return list(queries.donation_years(people.actor(me), me))


@routes.get("/statements/{year}", **needs_token)
def statement(request: Request, year: Year) -> AnnualStatement:
    """All your donations in a year, by organisation, with what is on receipts and the tax credit on it."""
    me = bearer.person(request)
    return queries.annual_statement(people.actor(me), me, year)


@routes.get("/receipts/{receipt}", **needs_token)
def receipt(request: Request, receipt: UUID) -> DonationReceipt:
    """One donation receipt, without the donor's details."""
    return queries.donation_receipt(people.actor(bearer.person(request)), receipt)


@routes.get("/receipt-consent", **needs_token)
def receipt_consent(request: Request) -> ReceiptConsent:
    """What you agree to before a receipt is issued, in your language, and whether you have."""
    standing = people.consents_of(PersonId(bearer.person(request)))
    found = next(each for each in standing if each.text.purpose == rules.CONSENT)
    spoken = "ko" if show.in_korean() else "en"
    given = found.given and not found.outdated
    return ReceiptConsent(found.text.version, found.text.title[spoken], found.text.body[spoken], given)


@routes.post("/receipts", status_code=201, also={"404"}, **needs_token)
def issue(request: Request, body: NewReceipt, key: Key) -> DonationReceipt:
    """Ask for the receipt of one organisation and year: everything you gave that is on none yet."""
    by = people.actor(bearer.person(request))
    identity = DonorIdentity(body.name, body.address, body.number)
    origin = Origin(face="api", address=limits.sender(request), language="ko" if show.in_korean() else "en")
    with tx.action(by, "ledger.issue_receipt", key, (body.issuer, body.year, identity), ReceiptId) as call:
        if not call:
            issued = actions.agree_and_issue(by, body.issuer, body.year, identity, body.consent_version, origin)
            call.keep(issued.id)
        found = call.answer() if call else issued.id
    return queries.donation_receipt(by, found)


@routes.get("/receipts/{receipt}/paper", also={"410"}, **needs_token)
def receipt_paper(request: Request, receipt: UUID, full: bool = False) -> Paper:
    """A receipt as PDF; with `full` the donor's number is written out, for who may see it."""
    by = people.actor(bearer.person(request))
    number = queries.donation_receipt(by, receipt).number
    return paper(f"receipt-{number}.pdf", documents.receipt_pdf(by, receipt, full=full))


@routes.get("/statements/{year}/paper", **needs_token)
def statement_paper(request: Request, year: Year) -> Paper:
    """The statement of a year as PDF."""
    me = bearer.person(request)
    return paper(f"donations-{year}.pdf", documents.statement_pdf(people.actor(me), me, year))
