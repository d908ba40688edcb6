"""The payment provider of a simulation: another company's computer, with books that no crash of ours changes.

It is a `types.providers.Provider` in memory. Its own books are the truth that ours must come to. It refuses to give back more
than it took, whoever asks; that it is ever asked to is a break.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from dure.base import clock
from dure.foundations.ledger.types import (
    DeclineCode,
    NotReturned,
    Order,
    OrderId,
    ProviderAnswer,
    ProviderCancel,
    ProviderRefused,
    ProviderSilent,
    ProviderState,
    Returned,
    WebhookForged,
    read_return,
)

WINDOW_SECONDS = 600
RETRY_SECONDS = 5
SIGNATURE = "sandbox-signature"
_KEY = b"the bank's own"


class Mood(StrEnum):
    """How the bank takes the next call."""

    WELL = "well"
    DEAF = "deaf"  # nothing is done and nothing answered
    MUTE = "mute"  # it is done, and the answer is lost
    STUBBORN = "stubborn"  # it will not give money back


@dataclass(slots=True)
class Paid:
    """One payment in the bank's books."""

    key: str
    order: str
    amount: int
    state: ProviderState
    at: datetime
    will: str = "approve"  # what happens when the money is asked for: approve, decline, late
    cancels: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    @property
    def taken(self) -> bool:
        return self.state in (ProviderState.CAPTURED, ProviderState.PARTIALLY_CANCELLED, ProviderState.CANCELLED)

    @property
    def given_back(self) -> int:
        return sum(amount for amount, _ in self.cancels.values())


class Bank:
    """See the module."""

    name = "sandbox"
    window_seconds = WINDOW_SECONDS

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.orders: dict[str, int] = {}
        self.payments: dict[str, Paid] = {}
        self._on_order: dict[str, list[str]] = {}
        self._under_way: list[Paid] = []
        self.mood = Mood.WELL
        self.moods: Counter[Mood] = Counter()  # in which calls were taken
        self.skew = timedelta()
        self.webhooks: list[str] = []
        self.asked_too_much: list[str] = []

    def paid_on(self, order: str) -> list[Paid]:
        """What was paid on an order, the first one first."""
        return [self.payments[key] for key in self._on_order.get(order, ())]

    def authorise(self, order: str, will: str) -> str:
        """A payer says yes at the bank's page; answers the key that brings the payer back."""
        key = f"bank_{self._chance.getrandbits(64):016x}"
        self.payments[key] = Paid(key, order, self.orders[order], ProviderState.AUTHORISED, self._now(), will)
        self._on_order.setdefault(order, []).append(key)
        return key

    def paid_by_receipt(self, token: str, order: str, amount: int) -> None:
        """A wallet has paid, and holds the bank's word for it."""
        if token not in self.payments:
            self.payments[token] = Paid(token, order, amount, ProviderState.CAPTURED, self._now())
            self._on_order.setdefault(order, []).append(token)

    def take(self, paid: Paid) -> None:
        """The money is asked for."""
        if self._now() > paid.at + timedelta(seconds=WINDOW_SECONDS):
            paid.state = ProviderState.EXPIRED
        elif paid.will == "decline":
            paid.state = ProviderState.DECLINED
        elif paid.will == "late":
            paid.state, paid.will = ProviderState.IN_PROGRESS, "approve"
            self._under_way.append(paid)
        else:
            paid.state, paid.at = ProviderState.CAPTURED, self._now()
        self.webhooks.append(paid.order)

    def go_on(self) -> None:
        """What was under way for long comes to its end."""
        for paid in self._under_way:
            paid.state, paid.at = ProviderState.CAPTURED, self._now()
            self.webhooks.append(paid.order)
        self._under_way.clear()

    def webhook(self, order: str) -> tuple[bytes, dict[str, str]]:
        """What the bank posts about an order: body and headers."""
        body = order.encode()
        return body, {SIGNATURE: _signed(body)}

    def hours(self) -> set[datetime]:
        """The hours in which it took money."""
        return {hour(paid.at) for paid in self.payments.values() if paid.taken}

    # A types.providers.Provider.

    def checkout(self, order: Order) -> str:
        mood = self._mood()
        if mood is not Mood.DEAF:
            self.orders.setdefault(order.id, order.amount)
        self._answer_or_not(mood)
        return f"bank:{order.id}"

    def returned(self, order: OrderId, amount: int, query: Mapping[str, str]) -> Returned | NotReturned:
        return read_return({**query, "orderId": order}) or NotReturned(order, DeclineCode.OTHER)

    def confirm(self, payment_key: str, order: OrderId, amount: int) -> ProviderAnswer:
        mood = self._mood()
        self._unless_deaf(mood)
        paid = self.payments.get(payment_key)
        if paid is None or paid.order != order or paid.amount != amount:
            raise ProviderRefused(reason="does_not_match")
        if paid.state is ProviderState.AUTHORISED:
            self.take(paid)
        self._answer_or_not(mood)
        return _answer(paid)

    def cancel(self, payment_key: str, cancel_id: str, amount: int, reason: str) -> ProviderAnswer:
        mood = self._mood()
        self._unless_deaf(mood)
        paid = self._known(payment_key)
        if mood is Mood.STUBBORN and cancel_id not in paid.cancels:
            raise ProviderRefused(reason="not_cancelable")
        before = paid.cancels.get(cancel_id)
        if before is None:
            if not paid.taken or amount > paid.amount - paid.given_back:
                self.asked_too_much.append(f"{amount} of {paid.key}, of which {paid.amount - paid.given_back} are left")
                raise ProviderRefused(reason="exceeds_balance")
            paid.cancels[cancel_id] = (amount, self._now())
            rest = paid.amount - paid.given_back
            paid.state = ProviderState.PARTIALLY_CANCELLED if rest else ProviderState.CANCELLED
            self.webhooks.append(paid.order)
        elif before[0] != amount:
            raise ProviderRefused(reason="cancel_id_used_before")
        self._answer_or_not(mood)
        return _answer(paid)

    def find(self, order: OrderId) -> tuple[ProviderAnswer, ...]:
        mood = self._mood()
        self._unless_deaf(mood)
        self._answer_or_not(mood)
        return tuple(_answer(paid) for paid in self.paid_on(order))

    def listed(self, since: datetime, until: datetime) -> Iterator[ProviderAnswer]:
        yield from (_answer(paid) for paid in self.payments.values() if paid.taken and since <= paid.at < until)

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> OrderId:
        if not hmac.compare_digest(headers.get(SIGNATURE, ""), _signed(body)):
            raise WebhookForged()
        return OrderId(body.decode())

    def _known(self, key: str) -> Paid:
        if key not in self.payments:
            raise ProviderRefused(reason="not_found")
        return self.payments[key]

    def _mood(self) -> Mood:
        mood, self.mood = self.mood, Mood.WELL
        self.moods[mood] += 1
        return mood

    def _unless_deaf(self, mood: Mood) -> None:
        if mood is Mood.DEAF:
            raise ProviderSilent(retry_seconds=RETRY_SECONDS)

    def _answer_or_not(self, mood: Mood) -> None:
        if mood in (Mood.DEAF, Mood.MUTE):
            raise ProviderSilent(retry_seconds=RETRY_SECONDS)

    def _now(self) -> datetime:
        return clock.now() + self.skew


def hour(at: datetime) -> datetime:
    """The beginning of the hour."""
    return at.replace(minute=0, second=0, microsecond=0)


def _signed(body: bytes) -> str:
    return hmac.new(_KEY, body, hashlib.sha256).hexdigest()


def _answer(paid: Paid) -> ProviderAnswer:
    return ProviderAnswer(
        order=OrderId(paid.order),
        payment_key=paid.key,
        state=paid.state,
        amount=paid.amount,
        tax_free=paid.amount,
        at=paid.at,
        declined=DeclineCode.CARD_REFUSED if paid.state is ProviderState.DECLINED else None,
        cancels=tuple(ProviderCancel(name, amount, at) for name, (amount, at) in paid.cancels.items()),
    )
