"""kill -9 amid gifts and payouts: what was acknowledged is there once, what was not is sent again and then there once."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from dure.base import ids
from dure.foundations.ledger.providers import sign_receipt
from dure.kit import bearer
from dure.site.tests.installation import Installation, plain

pytestmark = [pytest.mark.crash, pytest.mark.slow]
SENDERS = 24
GIFTS_BEFORE = 150  # acknowledged before the plug is pulled
ANSWER_SECONDS_MAX = 20
AGAIN_MAX = 10
ASKED_AGAIN = 50  # of the acknowledged ones: they answer as before
UNAVAILABLE = 503
BOOK = """
SELECT g.key, g.id::text, g.amount, count(t.id) FROM giving_gift g
JOIN giving_box b ON b.id = g.box_id
LEFT JOIN ledger_transfer t ON t.id = g.id AND t.amount = g.amount AND t.credit = b.account
GROUP BY g.key, g.id, g.amount
"""
PAYOUTS = """
SELECT x.id::text, x.state, b.credits_posted - b.debits_posted + m.credits_posted - m.debits_posted, p.credits_posted,
  (SELECT count(*) FROM kit_news n WHERE n.kind = 'giving.PayoutPaid' AND n.body ->> 'box' = x.id::text)
FROM giving_box x JOIN ledger_balance b ON b.account = x.account JOIN ledger_balance m ON m.account = x.match_account
JOIN ledger_balance p ON p.account = x.project_account WHERE x.id = ANY (%s::uuid[])
"""


@dataclass(frozen=True)
class Sent:
    """A request, so that it can be sent again to the letter."""

    path: str
    token: str = field(repr=False)
    key: str
    body: bytes = b""


@dataclass
class Traffic:
    """Givers and a steward at work until the plug is pulled. `said`: what was acknowledged; `unsaid`: what got no answer."""

    town: Installation
    said: dict[Sent, Any] = field(default_factory=dict)
    unsaid: list[Sent] = field(default_factory=list)

    def until(self, pull: Callable[[], None], payouts: Sequence[Sent]) -> None:
        """Let them work; `pull` once enough is acknowledged, with a payout under way."""
        asyncio.run(self._until(pull, payouts))

    def again(self, requests: Sequence[Sent]) -> dict[Sent, Any]:
        """Send the very same requests again, and those told to come back soon once more; every one must be acknowledged now."""
        return asyncio.run(self._again(requests))

    async def _until(self, pull: Callable[[], None], payouts: Sequence[Sent]) -> None:
        numbers, before = count(), len(self.said)
        async with httpx.AsyncClient(base_url=self.town.origin, timeout=ANSWER_SECONDS_MAX) as line:
            givers = [asyncio.create_task(self._give(line, numbers)) for _ in range(SENDERS)]
            while len(self.said) < before + GIFTS_BEFORE:
                await asyncio.sleep(0.01)
            paying = asyncio.create_task(self._all(line, payouts))
            while not any(one in self.said for one in payouts):
                await asyncio.sleep(0.002)
            await asyncio.to_thread(pull)
            await asyncio.gather(*givers, paying)

    async def _give(self, line: httpx.AsyncClient, numbers: Iterator[int]) -> None:
        while await self._send(line, gift(self.town, next(numbers))):
            pass

    async def _all(self, line: httpx.AsyncClient, requests: Sequence[Sent]) -> None:
        for one in requests:
            await self._send(line, one)

    async def _send(self, line: httpx.AsyncClient, one: Sent) -> bool:
        """Whether it was acknowledged. A server that cannot know says so (503): that is no acknowledgement either."""
        try:
            answer = await post(line, one)
        except httpx.TransportError:
            self.unsaid.append(one)
            return False
        if answer.is_success:
            self.said[one] = answer.json()
            return True
        assert answer.status_code == UNAVAILABLE, answer.text
        self.unsaid.append(one)
        return False

    async def _again(self, requests: Sequence[Sent]) -> dict[Sent, Any]:
        todo, answers = list(requests), {}

        async def work(line: httpx.AsyncClient) -> None:
            while todo:
                one = todo.pop()
                answer = await post(line, one)
                for _ in range(AGAIN_MAX):
                    if answer.status_code != UNAVAILABLE:
                        break
                    await asyncio.sleep(float(answer.headers["retry-after"]) / 10)
                    answer = await post(line, one)
                assert answer.is_success, (one, answer.text)
                answers[one] = answer.json()

        async with httpx.AsyncClient(base_url=self.town.origin, timeout=ANSWER_SECONDS_MAX) as line:
            await asyncio.gather(*(work(line) for _ in range(SENDERS)))
        return answers


async def post(line: httpx.AsyncClient, one: Sent) -> httpx.Response:
    headers = {"Authorization": f"Bearer {one.token}", "Idempotency-Key": one.key, "Content-Type": "application/json"}
    return await line.post(one.path, content=one.body, headers=headers)


def gift(of: Installation, number: int) -> Sent:
    box, giver = (UUID(of.told[name][number % len(of.told[name])]) for name in ("open", "givers"))
    amount, payment = 100 + number, ids.new()
    body = httpx.Request(
        "POST", "/", json={"amount": amount, "payment": sign_receipt(payment, box, giver, amount)}
    ).read()
    return Sent(f"/api/v1/giving/boxes/{box}/gifts", bearer.mint(giver, verified=True), payment.hex, body)


def payout(of: Installation, box: str) -> Sent:
    token = bearer.mint(UUID(of.told["steward"]), verified=True)
    return Sent(f"/api/v1/giving/boxes/{box}/payout", token, f"payout-{box}")


def rows(of: Installation, question: str, *values: object) -> list[Any]:
    with psycopg.connect(of.database()) as line:
        return line.execute(question, values or None).fetchall()


def check_payouts_are_whole_or_not_at_all(of: Installation) -> None:
    raised: dict[str, int] = of.told["ready"]
    for box, state, held, moved, told in rows(of, PAYOUTS, list(raised)):
        whole = (state, held, moved, told) == ("paid_out", 0, raised[box], 1)
        assert whole or (state, held, moved, told) == ("planned", raised[box], 0, 0), (box, state, held, moved, told)


def check_the_book(traffic: Traffic) -> None:
    """Every gift is there once, under its key and with its money; every acknowledged one as it was acknowledged."""
    book: dict[str, tuple[str, int]] = {}
    for key, gift_id, amount, transfers in rows(traffic.town, BOOK):
        assert key not in book, "a key gives once"
        assert transfers == 1
        book[key] = (gift_id, amount)
    for one, answer in traffic.said.items():
        if one.path.endswith("/gifts"):
            assert book[one.key] == (answer["gift"], answer["amount"])


@pytest.mark.timeout(240)
def test_kill_9_amid_gifts_and_payouts_loses_and_doubles_nothing(copied: Installation) -> None:
    town = copied
    town.serve()
    payouts = [payout(town, box) for box in town.told["ready"]]
    traffic = Traffic(town)
    half = len(payouts) // 2
    for round_of, pull, start_again in (
        (payouts[:half], town.kill_server, town.serve),
        (payouts[half:], town.kill_database, town.database),  # started by whoever looks after it; the server goes on
    ):
        traffic.until(pull, round_of)
        start_again()
        check_payouts_are_whole_or_not_at_all(town)
        check_the_book(traffic)
        assert [one for one in traffic.unsaid if one.path.endswith("/gifts")], "the plug was pulled amid gifts"
        answers = traffic.again([*traffic.unsaid, *round_of, *list(traffic.said)[-ASKED_AGAIN:]])
        assert all(traffic.said.get(one, answer) == answer for one, answer in answers.items()), "the same answer again"
        traffic.said |= answers
        traffic.unsaid.clear()
        check_payouts_are_whole_or_not_at_all(town)
        check_the_book(traffic)
        proof = town.dure("verify")
        assert proof.returncode == 0, proof.stdout + proof.stderr
        assert "giving.gifts" in plain(proof.stdout)
    assert [traffic.said[one]["amount"] for one in payouts] == list(town.told["ready"].values())
    assert "Traceback" not in town.log.read_text()
