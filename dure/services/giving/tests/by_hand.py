"""Records written by hand, past the actions of giving: what a bug in one of them would leave behind."""

from typing import Any
from uuid import UUID

from django.db import connection

from dure.base import clock, ids
from dure.base.money import Money
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import (
    AccountId,
    Kind,
    Limit,
    NewAccount,
    NewPosting,
    NewReversal,
    NewTransfer,
    PostingId,
    TransferId,
)
from dure.foundations.people.types import system
from dure.kit import tx
from dure.services.giving import models

BY = system("test")


def run(sql: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchone() if cursor.description else None


def box(of: UUID) -> models.Box:
    return models.Box.objects.get(cause_id=of)


def post(debit: UUID, credit: UUID, amount: int, kind: Kind, one: UUID | None = None, ref: UUID | None = None) -> UUID:
    """A transfer that stands in the book; what giving should have written beside it is missing."""
    made = one or ids.new()
    transfer = NewTransfer(
        TransferId(made),
        AccountId(debit),
        AccountId(credit),
        Money(amount),
        kind,
        ref=ref,
    )
    with tx.durable():
        ledger.post(BY, NewPosting.of(transfer, clock.now()))
    return made


def outside() -> UUID:
    with tx.durable():
        return ledger.open_account(BY, NewAccount("outside:test", Limit.NONE), clock.now()).id


def reverse(posting: UUID) -> None:
    with tx.durable():
        ledger.reverse(BY, NewReversal(PostingId(ids.new()), PostingId(posting), clock.now(), "a bug"))
