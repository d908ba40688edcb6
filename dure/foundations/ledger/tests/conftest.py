"""A small town's accounts for the tests of the ledger."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from dure.base import ids
from dure.base.money import Money
from dure.foundations.ledger import actions
from dure.foundations.ledger.types import GIFT, AccountId, Kind, Limit, NewAccount, NewPosting, NewTransfer, TransferId
from dure.foundations.people.types import system

from . import twinning

NOW = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
BY = system("test")

type Open = Callable[..., AccountId]


def won(amount: int) -> Money:
    return Money(amount, "KRW")


def move(
    debit: AccountId,
    credit: AccountId,
    amount: int,
    *,
    kind: Kind = GIFT,
    funder: UUID | None = None,
) -> NewTransfer:
    return NewTransfer(
        id=TransferId(ids.new()), debit=debit, credit=credit, amount=won(amount), kind=kind, funder=funder
    )


def single(debit: AccountId, credit: AccountId, amount: int, **rest: object) -> NewPosting:
    return NewPosting.of(move(debit, credit, amount, **rest), at=NOW)  # type: ignore[arg-type]  # names and values are given by the test


def open_account(code: str, limit: Limit = Limit.DEBITS_MUST_NOT_EXCEED_CREDITS, currency: str = "KRW") -> AccountId:
    from django.db import transaction

    with transaction.atomic():
        return actions.open_account(BY, NewAccount(code=code, limit=limit, currency=currency), NOW).id


@pytest.fixture
def bank(db: None) -> AccountId:
    """Where money comes from: no limit."""
    return open_account("provider:test", Limit.NONE)


@pytest.fixture
def box(db: None) -> AccountId:
    return open_account("box:test")


@pytest.fixture
def partner(db: None) -> AccountId:
    return open_account("partner:test")


@pytest.fixture
def twins(settings: Any) -> Iterator[dict[str, Any]]:
    """Twins of all providers, which are what this installation is set up with."""
    kakaopay_settings = {"kakaopay_secret_key": twinning.SECRET, "kakaopay_cid": "TC0ONETIME"}
    with twinning.toss() as toss, twinning.kakaopay() as kakaopay:
        settings.DURE = replace(
            settings.DURE,
            origin="http://localhost:8000",
            toss_secret_key=twinning.SECRET,
            toss_url=toss[1].origin,
            toss_accounts=True,
            kakaopay_url=kakaopay[1].origin,
            **kakaopay_settings,
        )
        yield {"toss": toss[0], "toss-account": toss[0], "kakaopay": kakaopay[0]}
