"""The provider's part of a season's refunds: one call each, asked of its loopback twin, measured apart from the books."""

import time
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from dure.base import clock
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.providers import played_by
from dure.foundations.ledger.providers.toss import Toss
from dure.foundations.ledger.types import Payment, RefundState
from dure.kit.importing import Progress
from dure.kit.twins import Server
from dure.kit.twins.asking import TwinAsked
from dure.site import rooms

from .season_books import SETTLED_ON
from .season_days import NOON
from .season_town import BY, PROVIDER, at, moment

SECRET: Final = "test_sk_of_the_season"  # noqa: S105 - of a twin that lives as long as this trial
AT_ONCE: Final = 100
ORIGIN: Final = "http://localhost:8000"


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of it."""

    refunds: int
    settled: int
    seconds: float
    findings: tuple[str, ...]


def ask(most: int, shown: Progress) -> Asked:
    """Let the provider's twin, which has the payments in its books, give back the first refunds that are due."""
    with at(moment(SETTLED_ON, NOON)):
        due = book.refunds_due(clock.now(), most).get(PROVIDER, ())
        refunds = list(book.refunds_of_ids(due).values())
        payments = book.payments_of_ids(one.payment for one in refunds)
        twin: Any = rooms.twins()[PROVIDER](TwinAsked(secret=SECRET))
        entries = {one.payment_key: _entry(one) for one in payments.values()}
        twin.book = msgspec.convert({"payments": entries}, type(twin.book))
        shown.begin("refunds asked of the provider's twin", len(refunds))
        with Server(twin) as server, played_by(Toss(SECRET, ORIGIN, server.origin)):
            began = time.perf_counter()
            for start in range(0, len(refunds), AT_ONCE):
                some = min(AT_ONCE, len(refunds) - start)
                ledger.settle_refunds(BY, some)
                shown.advance(some)
            seconds = time.perf_counter() - began
        settled = sum(one.state is RefundState.SETTLED for one in book.refunds_of_ids(due).values())
    went = sum(one.amount - one.balance for one in twin.book.payments.values())
    owed = sum(one.amount for one in refunds)
    findings = [f"{len(refunds) - settled} refunds were not given back"] if settled < len(refunds) else []
    if went != owed:
        findings.append(f"the provider's twin gave {went} won back, {owed} were asked for")
    return Asked(len(refunds), settled, seconds, tuple(findings))


def _entry(payment: Payment) -> dict[str, object]:
    """A payment as the twin has it."""
    return {
        "key": payment.payment_key,
        "order": payment.order,
        "name": payment.title,
        "amount": payment.amount,
        "tax_free": payment.tax_free,
        "method": "카드",
        "success_url": ORIGIN,
        "fail_url": ORIGIN,
        "secret": SECRET,
        "requested_at": payment.created_at,
        "status": "DONE",
        "decided_at": payment.created_at,
        "approved_at": payment.captured_at,
    }
