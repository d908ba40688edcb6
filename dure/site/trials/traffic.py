"""People at work while parts of the town are killed: they give, pay at a provider, take gifts back; a steward pays out.

Each sends a request until it is answered, the very same one, with its key, as a telephone does. What they were told is kept
here, to be laid beside the book.
"""

import asyncio
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import httpx
import msgspec
from django.db import DatabaseError, InterfaceError, connection

from dure.base import ids
from dure.foundations.ledger import demo as wallet
from dure.foundations.people import demo as folk
from dure.services.giving import demo

ANSWER_SECONDS_MAX = 5
AGAIN_SECONDS = 0.1
QUIET_SECONDS_MAX = 30
LOOK_SECONDS = 0.005
STILL_LOOKS = 4  # nothing on its way so many times in a row: nobody was just about to send
THINK_SECONDS_MAX = 0.1
TRY_AGAIN = (429, 503)
PAID_ON_PAGES = 0.06  # of all gifts: by way of a provider's page
TAKEN_BACK = 0.05
ASKED_AGAIN = 0.05  # of the acknowledged gifts: the same request once more must get the same answer
AMOUNT_MAX = 2_000  # small: beyond a sum the law asks a box for its registration
GIFT, CHECKOUT, PAID, REFUND, PAYOUT = "gift", "checkout", "gift by page", "refund", "payout"


@dataclass(frozen=True, slots=True)
class Wish:
    """A request, so that it can be sent again to the letter."""

    kind: str
    path: str
    token: str = field(repr=False)
    key: str
    body: str = ""
    about: str = ""  # a refund: of which gift; a payout: of which box


@dataclass(slots=True)
class Told:
    """What people were told. `said`: answers; `open`: sent, and not answered yet; `refused` and `doubled`: what must not be."""

    said: dict[Wish, dict[str, Any]] = field(default_factory=dict)
    open: set[Wish] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


class Traffic:
    """`people` clients in a thread of their own."""

    def __init__(self, address: tuple[str, int], ground: demo.Ground, people: int, seed: int) -> None:
        self.told = Told()
        self.payouts: deque[str] = deque()  # boxes to pay out, whenever the steward comes to it
        self._origin = f"http://{address[0]}:{address[1]}"
        self._ground, self._people, self._seed = ground, people, seed
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()), name="traffic", daemon=True)
        self._held = self._ending = False
        self._flying = 0
        self._probed = self._back = 0.0
        self._heard: list[float] = []  # when gifts were acknowledged since the last blow
        self._given: deque[tuple[str, str]] = deque(
            maxlen=1_000
        )  # gifts somebody may take back, with their giver's token

    def start(self) -> None:
        self._thread.start()

    def strike(self) -> None:
        """Something is killed now: from here the outage counts."""
        self._heard = [time.perf_counter()]

    def outage(self) -> float:
        """The longest time without a gift acknowledged, from the blow until one that is sent now is. Raises TimeoutError."""
        self._probed, self._back = time.perf_counter(), 0.0
        deadline = time.monotonic() + QUIET_SECONDS_MAX
        while not self._back:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise TimeoutError("nothing is acknowledged any more")
            time.sleep(LOOK_SECONDS)
        return max(later - earlier for earlier, later in pairwise(self._heard))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody sends anything while the block runs. Who was not answered stays so."""
        self._held, still = True, 0
        deadline = time.monotonic() + QUIET_SECONDS_MAX
        while still < STILL_LOOKS and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
            still = 0 if self._flying else still + 1
        try:
            yield
        finally:
            self._held = False

    def finish(self) -> None:
        """No new wishes; returns once all that were sent are answered. Raises TimeoutError."""
        self._ending = True
        self._thread.join(QUIET_SECONDS_MAX * 2)
        if self._thread.is_alive():
            raise TimeoutError(f"{len(self.told.open)} requests were never answered")

    async def _all(self) -> None:
        limits = httpx.Limits(max_connections=self._people)
        async with httpx.AsyncClient(base_url=self._origin, timeout=ANSWER_SECONDS_MAX, limits=limits) as line:
            await asyncio.gather(self._steward(line), *(self._person(line, number) for number in range(self._people)))

    async def _person(self, line: httpx.AsyncClient, number: int) -> None:
        chance = random.Random(f"{self._seed}:{number}")  # noqa: S311 - chance, not secrecy
        while not self._ending:
            draw = chance.random()
            if draw < PAID_ON_PAGES:
                await self._give_by_page(line, chance)
            elif draw < PAID_ON_PAGES + TAKEN_BACK and self._given:
                await self._take_back(line)
            else:
                await self._give(line, chance)
            await asyncio.sleep(chance.random() * THINK_SECONDS_MAX)

    async def _steward(self, line: httpx.AsyncClient) -> None:
        token = demo.token(folk.STEWARDS[1].id)
        while not self._ending:
            if self.payouts:
                box = self.payouts.popleft()
                wish = Wish(PAYOUT, f"{demo.API}/boxes/{box}/payout", token, f"pay:{box}", "", box)
                await self._until_told(line, wish)
            await asyncio.sleep(THINK_SECONDS_MAX)

    async def _give(self, line: httpx.AsyncClient, chance: random.Random) -> None:
        box, person, payment = chance.choice(self._ground.boxes), chance.choice(self._ground.donors), ids.new()
        amount = chance.randrange(100, AMOUNT_MAX)
        body = _json(amount=amount, payment=wallet.receipt(payment, box, person, amount))
        wish = Wish(GIFT, f"{demo.API}/boxes/{box}/gifts", demo.token(person), payment.hex, body)
        answer = await self._until_told(line, wish)
        if answer is None:
            return
        if answer["amount"] != amount:
            self.told.doubled.append(f"{amount} won were given, {answer['amount']} acknowledged")
        if chance.random() < TAKEN_BACK:
            self._given.append((answer["gift"], wish.token))
        if chance.random() < ASKED_AGAIN:
            again = await self._until_told(line, wish)
            if again != answer:
                self.told.doubled.append(f"the same request was answered {answer} and {again}")

    async def _give_by_page(self, line: httpx.AsyncClient, chance: random.Random) -> None:
        """Begin, pay at the sandbox's page, come back."""
        box, person = chance.choice(self._ground.boxes), chance.choice(self._ground.donors)
        token, key = demo.token(person), ids.new().hex
        body = _json(amount=chance.randrange(100, AMOUNT_MAX))
        begun = await self._until_told(line, Wish(CHECKOUT, f"{demo.API}/boxes/{box}/checkouts", token, key, body))
        if begun is None:
            return
        paid = await self._pay(begun["address"])
        body = _json(order=paid["orderId"], payment_key=paid["paymentKey"], amount=int(paid["amount"]))
        await self._until_told(line, Wish(PAID, f"{demo.API}/gifts", token, f"{key}:back", body))

    async def _take_back(self, line: httpx.AsyncClient) -> None:
        gift, token = self._given.popleft()
        path = f"{demo.API}/gifts/{gift}/refund"
        await self._until_told(line, Wish(REFUND, path, token, f"back:{gift}", _json(why="a slip"), gift))

    async def _pay(self, checkout: str) -> dict[str, str]:
        """What the payer does at the sandbox, which has books in the same database: again, until it is there."""
        while True:
            while self._held:
                await asyncio.sleep(LOOK_SECONDS)
            try:
                return await asyncio.to_thread(_paid, checkout)
            except (DatabaseError, InterfaceError):
                await asyncio.sleep(AGAIN_SECONDS)

    async def _until_told(self, line: httpx.AsyncClient, wish: Wish) -> dict[str, Any] | None:
        """Send until it is answered. None: it was refused, which must not be."""
        while True:
            while self._held:
                await asyncio.sleep(LOOK_SECONDS)
            self._flying += 1
            try:
                if wish not in self.told.said:
                    self.told.open.add(wish)
                sent, answer = time.perf_counter(), await _posted(line, wish)
                self.told.counts[f"{wish.kind}: {answer.status_code if answer else 'line lost'}"] += 1
                if answer is not None and answer.status_code not in TRY_AGAIN:
                    return self._hear(wish, answer, sent)
            finally:
                self._flying -= 1
            await asyncio.sleep(AGAIN_SECONDS)

    def _hear(self, wish: Wish, answer: httpx.Response, sent: float) -> dict[str, Any] | None:
        self.told.open.discard(wish)
        if not answer.is_success:
            self.told.refused.append(f"{wish.kind}: {answer.status_code} {answer.text[:300]}")
            return None
        if wish.kind == GIFT:
            self._heard.append(time.perf_counter())
            if sent > self._probed and not self._back:
                self._back = self._heard[-1]
        said: dict[str, Any] = answer.json()
        self.told.said.setdefault(wish, said)
        return said


async def _posted(line: httpx.AsyncClient, wish: Wish) -> httpx.Response | None:
    """The answer; None when the line broke."""
    headers = {"Authorization": f"Bearer {wish.token}", "Idempotency-Key": wish.key, "Content-Type": "application/json"}
    try:
        return await line.post(wish.path, content=wish.body.encode(), headers=headers)
    except httpx.TransportError:
        return None


def _json(**said: object) -> str:
    return msgspec.json.encode(said).decode()


def _paid(checkout: str) -> dict[str, str]:
    try:
        return {name: str(value) for name, value in wallet.pay(checkout).items()}
    except (DatabaseError, InterfaceError):
        connection.close()
        raise
