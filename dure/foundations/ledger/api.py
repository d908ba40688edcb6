"""The JSON face of the ledger: capture receipts of the sandbox's wallet, a donor's own receipts, differences."""

import base64
from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request
from django_bolt.param_functions import Query

from dure.base import ids
from dure.base.money import AMOUNT_MAX
from dure.foundations.ledger import actions, documents, queries
from dure.foundations.ledger.rules import payouts as payouts_rules
from dure.foundations.ledger.rules import receipts as rules
from dure.foundations.ledger.rules import reconciling as differing
from dure.foundations.ledger.rules import settling
from dure.foundations.ledger.rules.owed import REFERENCE_LENGTH
from dure.foundations.ledger.types import (
    AnnualStatement,
    BankLine,
    DifferenceEntry,
    DifferenceKind,
    DifferencePage,
    DifferenceState,
    DonationReceipt,
    DonorIdentity,
    FileForm,
    FileState,
    OwedRefund,
    Payout,
    PayoutFileId,
    PayoutFilePage,
    PayoutFileWhole,
    ReceiptId,
    Reconciliation,
    Settlement,
    SettlementLine,
    SettlementStatement,
)
from dure.foundations.people import queries as people
from dure.foundations.people.types import Origin, PersonId
from dure.kit import bearer, limits, show, tx
from dure.kit.routes import Key, Routes, needs_token

routes = Routes("/api/v1/ledger", tags=["ledger"])
RECEIPTS_AT_ONCE_MAX = 500
STATEMENT_LINES_MAX = 5_000
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


class Paper(msgspec.Struct, frozen=True):
    """A PDF."""

    name: str
    content: Annotated[str, msgspec.Meta(description="base64")]


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
    return _paper(f"receipt-{number}.pdf", documents.receipt_pdf(by, receipt, full=full))


@routes.get("/statements/{year}/paper", **needs_token)
def statement_paper(request: Request, year: Year) -> Paper:
    """The statement of a year as PDF."""
    me = bearer.person(request)
    return _paper(f"donations-{year}.pdf", documents.statement_pdf(people.actor(me), me, year))


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody found out about a difference."""

    note: Annotated[str, msgspec.Meta(min_length=differing.NOTE_LENGTH[0], max_length=differing.NOTE_LENGTH[1])]


class Wanted(msgspec.Struct, frozen=True):
    """Which differences: of one state or all, of one kind or every kind."""

    state: DifferenceState | None = None
    kind: DifferenceKind | None = None
    page: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1


@routes.get("/reconciliations", **needs_token)
def reconciliations(request: Request) -> list[Reconciliation]:
    """The latest comparisons of our books with the providers', for stewards and auditors."""
    return list(queries.reconciliations(people.actor(bearer.person(request))))


@routes.get("/differences", **needs_token)
def differences(request: Request, wanted: Annotated[Wanted, Query()]) -> DifferencePage:
    """A page of what differs, the latest first, for stewards and auditors."""
    by = people.actor(bearer.person(request))
    return queries.differences(by, wanted.state, wanted.kind or "", wanted.page)


@routes.get("/differences/{difference}", **needs_token)
def difference(request: Request, difference: UUID) -> DifferenceEntry:
    """One difference with everything that was done about it."""
    return queries.difference(people.actor(bearer.person(request)), difference)


@routes.post("/differences/{difference}/asking", also={"503"}, **needs_token)
def ask_difference(request: Request, difference: UUID) -> DifferenceEntry:
    """Have the provider asked again, now. Safe to repeat."""
    return actions.ask_again(people.actor(bearer.person(request)), difference)


@routes.post("/differences/{difference}/notes", status_code=201, **needs_token)
def note_difference(request: Request, difference: UUID, body: Words, key: Key) -> DifferenceEntry:
    """Write down what was found out."""
    by = people.actor(bearer.person(request))
    return queries.difference(by, actions.note_difference(by, difference, body.note, key=key))


@routes.post("/differences/{difference}/explanation", **needs_token)
def explain_difference(request: Request, difference: UUID, body: Words, key: Key) -> DifferenceEntry:
    """Close it with the reason why the books differ and may."""
    by = people.actor(bearer.person(request))
    return queries.difference(by, actions.explain_difference(by, difference, body.note, key=key))


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider's settlement as its statement says it: lines less fee and VAT are the net sum."""

    provider: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=settling.REFERENCE_LENGTH_MAX)]
    on: date
    lines: Annotated[tuple[SettlementLine, ...], msgspec.Meta(min_length=1, max_length=STATEMENT_LINES_MAX)]
    net: int


class Bank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the bank statement says arrived, and under which number."""

    amount: int
    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=settling.REFERENCE_LENGTH_MAX)]


@routes.get("/settlements", **needs_token)
def settlements(request: Request) -> list[Settlement]:
    """The latest settlements, for stewards and auditors."""
    return list(queries.settlements(people.actor(bearer.person(request))))


@routes.post("/settlements", status_code=201, **needs_token)
def take_settlement(request: Request, body: Statement) -> Settlement:
    """Enter a provider's settlement. The same again changes nothing; nothing is booked before the bank has the money."""
    by = people.actor(bearer.person(request))
    new = SettlementStatement(body.provider, body.reference, body.on, body.lines, body.net)
    return queries.settlement(by, actions.take_settlement(by, new))


@routes.post("/settlements/{settlement}/bank-line", **needs_token)
def book_settlement(request: Request, settlement: UUID, body: Bank, key: Key) -> Settlement:
    """The line of the bank statement for it: booked when it is the net sum to the won, else kept as a difference."""
    by = people.actor(bearer.person(request))
    actions.book_settlement(by, settlement, BankLine(body.amount, body.reference), key=key)
    return queries.settlement(by, settlement)


@routes.post("/settlements/{settlement}/reversal", **needs_token)
def reverse_settlement(request: Request, settlement: UUID, body: Words, key: Key) -> Settlement:
    """Take a booking back, whole."""
    by = people.actor(bearer.person(request))
    return queries.settlement(by, actions.reverse_settlement(by, settlement, body.note, key=key))


class PayoutChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payouts that go into a file, each once."""

    payouts: Annotated[tuple[UUID, ...], msgspec.Meta(min_length=1, max_length=payouts_rules.LINES_MAX)]


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the bank says of a line that came back."""

    why: Annotated[str, msgspec.Meta(min_length=payouts_rules.WHY_LENGTH[0], max_length=payouts_rules.WHY_LENGTH[1])]


class WantedFiles(msgspec.Struct, frozen=True):
    """Which files: of one state or all, with these words in code, number of the bank or a title."""

    state: FileState | None = None
    q: Annotated[str, msgspec.Meta(max_length=100)] = ""
    page: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 1


@routes.get("/payouts", **needs_token)
def payouts_waiting(request: Request) -> list[Payout]:
    """Payouts that wait for a file, the longest wait first, for stewards and auditors."""
    return list(queries.payouts_waiting(people.actor(bearer.person(request))))


@routes.get("/payout-files", **needs_token)
def payout_files(request: Request, wanted: Annotated[WantedFiles, Query()]) -> PayoutFilePage:
    """A page of the payout files, the latest first, for stewards and auditors."""
    by = people.actor(bearer.person(request))
    return queries.payout_files(by, wanted.state, wanted.q, wanted.page)


@routes.get("/payout-files/{file}", **needs_token)
def payout_file(request: Request, file: UUID) -> PayoutFileWhole:
    """A payout file with its lines, the digests of its papers and everything that was done with it."""
    return queries.payout_file(people.actor(bearer.person(request)), file)


@routes.post("/payout-files", status_code=201, also={"404"}, **needs_token)
def prepare_payouts(request: Request, body: PayoutChoice, key: Key) -> PayoutFileWhole:
    """Put payouts that wait into a file."""
    by = people.actor(bearer.person(request))
    return queries.payout_file(by, actions.prepare_payouts(by, body.payouts, key=key))


@routes.post("/payout-files/{file}/release", **needs_token)
def release_payouts(request: Request, file: UUID, key: Key) -> PayoutFileWhole:
    """Sign it as another steward than the one who prepared it. From here on its bytes stay as they are."""
    by = people.actor(bearer.person(request))
    return queries.payout_file(by, actions.release_payouts(by, PayoutFileId(file), key=key))


@routes.post("/payout-files/{file}/dropping", **needs_token)
def drop_payouts(request: Request, file: UUID, key: Key) -> PayoutFileWhole:
    """Give up a file that was not released: its payouts wait again."""
    by = people.actor(bearer.person(request))
    return queries.payout_file(by, actions.drop_payouts(by, PayoutFileId(file), key=key))


@routes.post("/payout-files/{file}/papers/{form}", **needs_token)
def read_payouts(request: Request, file: UUID, form: FileForm) -> Paper:
    """The bytes for the bank, always the same. Who read them is written down."""
    by = people.actor(bearer.person(request))
    content = actions.read_payouts(by, PayoutFileId(file), form)
    return _paper(f"dure-payout-{queries.payout_file(by, file).file.code}.{form}", content)


@routes.post("/payout-files/{file}/bank-line", **needs_token)
def confirm_payouts(request: Request, file: UUID, body: Bank, key: Key) -> PayoutFileWhole:
    """What the bank took: the sum of the lines that did not come back, under its own number."""
    by, line = people.actor(bearer.person(request)), BankLine(body.amount, body.reference)
    return queries.payout_file(by, actions.confirm_payouts(by, PayoutFileId(file), line, key=key))


@routes.post("/payout-lines/{line}/return", **needs_token)
def return_payout(request: Request, line: UUID, body: Reason, key: Key) -> PayoutFileWhole:
    """A line came back from the bank: its payout waits again, and what was booked of it is taken back."""
    by = people.actor(bearer.person(request))
    return queries.payout_file(by, actions.return_payout(by, line, body.why, key=key))


class Reference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Under which number the bank has the transfer."""

    reference: Annotated[str, msgspec.Meta(min_length=REFERENCE_LENGTH[0], max_length=REFERENCE_LENGTH[1])]


@routes.get("/owed", **needs_token)
def owed(request: Request, paid: bool = False) -> list[OwedRefund]:
    """What providers refused to give back and is owed, or with `paid` what was paid at the bank; for stewards and auditors."""
    return list(queries.owed_refunds(people.actor(bearer.person(request)), paid=paid))


@routes.get("/owed/{refund}", **needs_token)
def owed_refund(request: Request, refund: UUID) -> OwedRefund:
    """One of them, with everything that was done about it."""
    return queries.owed_refund(people.actor(bearer.person(request)), refund)


@routes.post("/owed/{refund}/transfer", **needs_token)
def enter_owed(request: Request, refund: UUID, body: Reference, key: Key) -> OwedRefund:
    """You have transferred it to the payer at the bank. Another steward confirms it."""
    by = people.actor(bearer.person(request))
    return queries.owed_refund(by, actions.enter_owed(by, refund, body.reference, key=key))


@routes.post("/owed/{refund}/confirmation", **needs_token)
def confirm_owed(request: Request, refund: UUID, key: Key) -> OwedRefund:
    """You have seen it at the bank: now it is booked."""
    by = people.actor(bearer.person(request))
    return queries.owed_refund(by, actions.confirm_owed(by, refund, key=key))


@routes.post("/owed/{refund}/return", **needs_token)
def take_owed_back(request: Request, refund: UUID, body: Words, key: Key) -> OwedRefund:
    """It was entered by mistake, or the bank sent it back: it is owed again."""
    by = people.actor(bearer.person(request))
    return queries.owed_refund(by, actions.take_owed_back(by, refund, body.note, key=key))


@routes.post("/owed/{refund}/retry", **needs_token)
def retry_owed(request: Request, refund: UUID, key: Key) -> OwedRefund:
    """Have the provider asked once more."""
    by = people.actor(bearer.person(request))
    return queries.owed_refund(by, actions.retry_owed(by, refund, key=key))


def _paper(name: str, content: bytes) -> Paper:
    return Paper(name, base64.b64encode(content).decode())
