"""`dure simulate drive`: a national drive replayed through the HTTP API of a running server, then reconciled to the won.

The crowd behaves as crowds do: it comes in bursts, some phones lose the line right after sending, some send twice, and
whoever hears "busy" or nothing sends the same request again. Afterwards some comment, and some take their gift back.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from dure.kit import crowd, delivery
from dure.kit.importing import Bars, bars
from dure.services.giving import demo
from dure.services.giving.commands import reconciling
from dure.services.giving.commands.reconciling import Book, Heard
from dure.services.giving.types import GiftId

SEED = 20200301
PER_SECOND = 1_500  # how fast the drive is replayed on the average
HANG_UP_ONE_IN = 400  # a phone that loses the line right after sending
TWICE_ONE_IN = 300  # a finger that taps twice
CHEER_ONE_IN = 200
CHEERS_MAX = 1_000
REFUND_ONE_IN = 1_000
REFUNDS_MAX = 1_000
ROUNDS_MAX = 30
AGAIN_SECONDS = 1.0
NEWS_SECONDS_MAX = 900
TRY_AGAIN = {0, 429, 503}
out = Console(highlight=False, soft_wrap=True)
simulate = typer.Typer()


class Acknowledged(msgspec.Struct):
    """What the server answers to a gift, as far as it matters here."""

    gift: GiftId
    amount: int


class Added(msgspec.Struct):
    """What the server answers to a comment."""

    amount: int


@dataclass(slots=True)
class Tally:
    """What the crowd heard of its gifts."""

    intents: list[demo.Intent]
    gifts: dict[int, GiftId] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def hear(self, answer: crowd.Answer) -> None:
        self.statuses[answer.status] += 1
        if answer.status == 201:
            self.waits.append(answer.seconds)
            given = msgspec.json.decode(answer.body, type=Acknowledged)
            known = self.gifts.setdefault(answer.tag, given.gift)
            if known != given.gift or given.amount != self.intents[answer.tag].amount:
                self.doubled.append(f"{known} and {given.gift}")
        elif answer.status not in TRY_AGAIN:
            self.refused.append(f"{answer.status} {answer.body[:200].decode(errors='replace')}")

    @property
    def unanswered(self) -> list[str]:
        """Gifts that nobody heard of again, however often they were sent: no drive of which some are missing agrees."""
        missing = len(self.intents) - len(self.gifts)
        return [f"{missing:,} gifts were never acknowledged"] if missing else []


@simulate.command()
def drive(
    context: typer.Context,
    gifts: Annotated[int, typer.Option(min=1, help="How many gifts.")] = 130_000,
    boxes: Annotated[int, typer.Option(min=1, help="How many boxes are open.")] = 110,
    lines: Annotated[int, typer.Option(min=1, max=1_000, help="How many phones are connected at a time.")] = 256,
    seconds: Annotated[float, typer.Option(min=0, help="How long the drive takes; 0: 1,500 gifts a second.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same drive.")] = SEED,
) -> None:
    """Replay a drive in the manner of spring 2020, bursts and all, then reconcile every box, fund and donor to the won."""
    address: tuple[str, int] = context.obj
    seconds = seconds or gifts / PER_SECOND
    with bars(out) as shown:
        intents = list(demo.intents(gifts, boxes, seconds, seed))
        ground = demo.open_ground(boxes, max(one.donor for one in intents) + 1, shown)
        before = reconciling.book(ground)
        tally = Tally(intents)
        took = _give(address, ground, tally, lines, shown)
        matched = _cheer(address, ground, min(CHEERS_MAX, gifts // CHEER_ONE_IN), shown)
        _await_news(shown)
        refunded = _refund(address, ground, tally, min(REFUNDS_MAX, gifts // REFUND_ONE_IN), shown)
        _await_news(shown)
        heard = Heard(_standing(tally, refunded), matched)
        after = reconciling.book(ground)
        differences = [
            *tally.refused,
            *tally.doubled,
            *tally.unanswered,
            *reconciling.in_book(ground, before, after, heard),
            *reconciling.in_api(ground, after, address, shown),
        ]
    _tell(tally, seconds, took, len(refunded), matched)
    raise typer.Exit(_conclude(differences, ground, before, heard))


def _give(address: tuple[str, int], ground: demo.Ground, tally: Tally, lines: int, shown: Bars) -> float:
    """Send every gift until each is answered for good; answers the seconds of the first pass, in which all were sent."""
    requests = _prepared(address, ground, tally.intents, shown)
    shown.begin("gifts", len(requests))

    def heard(answer: crowd.Answer) -> None:
        known = len(tally.gifts)
        tally.hear(answer)
        shown.advance(len(tally.gifts) - known)

    took = crowd.run(address, _first_pass(tally.intents, requests), heard, lines=lines)
    for _ in range(ROUNDS_MAX):
        missing = [number for number in range(len(requests)) if number not in tally.gifts]
        if not missing or tally.refused:
            break
        time.sleep(AGAIN_SECONDS)
        crowd.run(address, [crowd.Wish(requests[number], number) for number in missing], heard, lines=lines)
    return took


def _prepared(address: tuple[str, int], ground: demo.Ground, intents: list[demo.Intent], shown: Bars) -> list[bytes]:
    """The bytes of every request. Made before, so that making them does not slow the drive."""
    shown.begin("requests", len(intents))
    tokens: dict[int, str] = {}
    requests = []
    for one in intents:
        if one.donor not in tokens:
            tokens[one.donor] = demo.token(ground.donors[one.donor])
        person, box = ground.donors[one.donor], ground.boxes[one.box]
        requests.append(demo.gift_request(address[0], person, box, one.amount, tokens[one.donor]))
        shown.advance()
    return requests


def _first_pass(intents: list[demo.Intent], requests: list[bytes]) -> Iterator[crowd.Wish]:
    """Each gift when its time comes; now and then a line that is lost, now and then a second tap."""
    chance = random.Random(SEED)  # noqa: S311 - chance, not secrecy
    for number, (one, request) in enumerate(zip(intents, requests, strict=True)):
        yield crowd.Wish(request, number, one.at, hang_up=chance.randrange(HANG_UP_ONE_IN) == 0)
        if chance.randrange(TWICE_ONE_IN) == 0:
            yield crowd.Wish(request, number, one.at)


def _cheer(address: tuple[str, int], ground: demo.Ground, count: int, shown: Bars) -> int:
    """Some people comment; answers the won that the fund added, as the server said."""
    shown.begin("comments", count)
    people = list(range(count))
    wishes = {
        number: demo.cheer_request(
            address[0],
            ground.boxes[number % len(ground.boxes)],
            demo.token(ground.donors[number % len(ground.donors)]),
        )
        for number in people
    }
    return sum(
        _all_answered(address, wishes, lambda body: msgspec.json.decode(body, type=Added).amount, shown).values()
    )


def _refund(address: tuple[str, int], ground: demo.Ground, tally: Tally, count: int, shown: Bars) -> frozenset[int]:
    """Some givers take their gift back; answers whose gifts went back, as the server said."""
    shown.begin("refunds", count)
    chosen = random.Random(SEED).sample(sorted(tally.gifts), min(count, len(tally.gifts)))  # noqa: S311 - chance, not secrecy
    wishes = {
        number: demo.refund_request(
            address[0], tally.gifts[number], demo.token(ground.donors[tally.intents[number].donor])
        )
        for number in chosen
    }
    return frozenset(_all_answered(address, wishes, len, shown))


def _all_answered[Found](
    address: tuple[str, int], wishes: dict[int, bytes], read: Callable[[bytes], Found], shown: Bars
) -> dict[int, Found]:
    """Send all, and those that were not answered again; answers what was read of each. Raises RuntimeError on a refusal."""
    found: dict[int, Found] = {}

    def heard(answer: crowd.Answer) -> None:
        if 200 <= answer.status < 300:
            found[answer.tag] = read(answer.body)
            shown.advance()
        elif answer.status not in TRY_AGAIN:
            raise RuntimeError(f"{answer.status} {answer.body[:500].decode(errors='replace')}")

    for _ in range(ROUNDS_MAX):
        missing: Iterable[int] = [number for number in wishes if number not in found]
        if not missing:
            return found
        crowd.run(address, [crowd.Wish(wishes[number], number) for number in missing], heard, lines=16)
        time.sleep(0 if len(found) == len(wishes) else AGAIN_SECONDS)
    raise RuntimeError(f"{len(wishes) - len(found)} requests were never answered")


def _await_news(shown: Bars) -> None:
    """Wait until the worker has drawn every consequence. Raises TimeoutError."""
    waiting = most = delivery.waiting_count()
    shown.begin("consequences", most)
    deadline = time.monotonic() + NEWS_SECONDS_MAX
    while waiting:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{waiting} news are not delivered; {delivery.dead_count()} were given up")
        time.sleep(AGAIN_SECONDS)
        now = delivery.waiting_count()
        shown.advance(max(0, waiting - now))
        waiting = now
    if dead := delivery.dead_count():
        raise RuntimeError(f"{dead} consequences were given up: see the dead letters in the admin")


def _standing(tally: Tally, refunded: frozenset[int]) -> dict[int, demo.Intent]:
    """The acknowledged gifts that were not taken back."""
    return {number: tally.intents[number] for number in tally.gifts if number not in refunded}


def _tell(tally: Tally, planned: float, took: float, refunded: int, matched: int) -> None:
    waits = sorted(tally.waits)
    won = sum(tally.intents[number].amount for number in tally.gifts)
    table = Table(title="the drive", show_header=False)
    rows = (
        ("gifts acknowledged", f"{len(tally.gifts):,} of {len(tally.intents):,}"),
        ("won", f"{won:,} ({won / max(1, len(tally.gifts)):,.0f} each)"),
        ("came within", f"{planned:,.1f} s, bursts at {demo.PEAK} times the mean"),
        ("all answered after", f"{took:,.1f} s ({len(tally.gifts) / took:,.0f} a second)"),
        (
            "p50, p99, longest",
            "  ".join(f"{waits[int((len(waits) - 1) * part)] * 1000:,.0f} ms" for part in (0.5, 0.99, 1)),
        ),
        (
            "answers",
            ", ".join(f"{status or 'line lost'}: {count:,}" for status, count in sorted(tally.statuses.items())),
        ),
        ("taken back", f"{refunded:,}"),
        ("matched for comments", f"{matched:,} won"),
    )
    for row in rows:
        table.add_row(*row)
    out.print(table)


def _conclude(differences: list[str], ground: demo.Ground, before: Book, heard: Heard) -> int:
    for line in differences[:20]:
        out.print(f"[red]✗[/] {line}")
    if differences:
        out.print(f"[red]{len(differences)} differences.[/]")
        return 1
    donors = len({one.donor for one in heard.standing.values()})
    out.print(
        f"[green]✓[/] {len(ground.boxes):,} boxes, {len(before.funds):,} funds and {donors:,} donors agree to the won:"
        " what the crowd was told, what the book holds, what the API shows."
    )
    return 0
