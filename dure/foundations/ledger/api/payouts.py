"""Payouts and the files they go to the bank in, for stewards and auditors."""

from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request
from django_bolt.param_functions import Query

from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.rules import payouts as payouts_rules
from dure.foundations.ledger.types import (
    BankLine,
    FileForm,
    FileState,
    Payout,
    PayoutFileId,
    PayoutFilePage,
    PayoutFileWhole,
)
from dure.foundations.people import queries as people
from dure.kit import bearer
from dure.kit.routes import Key, needs_token

from .roots import Bank, Paper, paper, routes


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
    return paper(f"dure-payout-{queries.payout_file(by, file).file.code}.{form}", content)


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
