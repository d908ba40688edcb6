"""The JSON face of the ledger: capture receipts of the sandbox's wallet, and a donor's own receipts."""

from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request

from dure.base import ids
from dure.base.money import AMOUNT_MAX
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import AnnualStatement, DonationReceipt
from dure.foundations.people import queries as people
from dure.kit import bearer
from dure.kit.routes import Routes, needs_token

routes = Routes("/api/v1/ledger", tags=["ledger"])
RECEIPTS_AT_ONCE_MAX = 500


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


@routes.post("/sandbox/payments", status_code=201, **needs_token)
def pay_in_sandbox(request: Request, body: Purchases) -> CaptureReceipts:
    """Pay with the practice wallet: no money moves; what comes back proves the payment where it is accepted."""
    payer = bearer.person(request)
    return CaptureReceipts(
        tuple(actions.sandbox_pay(people.actor(payer), item.ref, ids.new(), item.amount) for item in body.items)
    )


@routes.get("/statements/{year}", **needs_token)
def statement(request: Request, year: Annotated[int, msgspec.Meta(ge=2000, le=2999)]) -> AnnualStatement:
    """All your donations in a year, by organisation, with what is on receipts and the tax credit on it."""
    me = bearer.person(request)
    return queries.annual_statement(people.actor(me), me, year)


@routes.get("/receipts/{receipt}", **needs_token)
def receipt(request: Request, receipt: UUID) -> DonationReceipt:
    """One donation receipt, without the donor's details."""
    return queries.donation_receipt(people.actor(bearer.person(request)), receipt)
