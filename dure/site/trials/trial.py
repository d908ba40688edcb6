"""A trial: blow after blow against a town under load; after each, all promises hold and the book is what people were told."""

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from django.db import connection
from rich.console import Console
from rich.table import Table

from dure.kit import delivery
from dure.kit.database import NotStarted
from dure.kit.importing import Bars
from dure.services.giving import demo
from dure.site import stage

from . import book, traffic
from .parts import Parts

BOXES = 4
PEOPLE = 200
CALM_SECONDS = (0.3, 1.2)  # between the town being well and the next blow
PAYOUT_CHANCE = 0.4  # of a blow to come about when a box is paid out
NEWS_SECONDS_MAX = 120
SHOWN_MAX = 20


@dataclass(slots=True)
class Trial:
    """The state of one. `strike` is one blow; `conclude` the end. Nothing is struck any more once something was found."""

    parts: Parts
    ground: demo.Ground
    load: traffic.Traffic
    chance: random.Random
    before: frozenset[str]
    raised: dict[str, int] = field(default_factory=dict)  # boxes to pay out, with their won
    outages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    findings: list[str] = field(default_factory=list)
    unanswered: int = 0
    found: int = 0

    def strike(self, name: str, kill: Callable[[], None], restore: Callable[[], None]) -> None:
        """Let people work for a moment, `kill`, `restore`, and look at everything as soon as gifts are acknowledged again."""
        time.sleep(self.chance.uniform(*CALM_SECONDS))
        waiting = [box for box in self.raised if box not in self._asked_to_pay()]
        if waiting and self.chance.random() < PAYOUT_CHANCE:
            self.load.payouts.append(waiting[0])
            time.sleep(self.chance.uniform(0, traffic.THINK_SECONDS_MAX * 2))  # before, amid or after it
        self.load.strike()
        try:
            kill()
            restore()
            self.parts.await_answers()
            self.outages[name].append(self.load.outage())
        except (TimeoutError, stage.DidNotStart, NotStarted, psycopg.Error) as error:
            self.findings.append(f"after the {name} was killed: {error}; {dict(self.load.told.counts)}")
            return
        with self.load.held():
            self._look()

    def conclude(self) -> None:
        """Let everybody be answered and every consequence be drawn, and look once more."""
        try:
            self.load.finish()
        except TimeoutError as error:
            self.findings.append(str(error))
            return
        connection.close()
        deadline = time.monotonic() + NEWS_SECONDS_MAX
        while delivery.waiting_count() and time.monotonic() < deadline:
            time.sleep(0.2)
        if waiting := delivery.waiting_count():
            self.findings.append(f"{waiting} pieces of news are not delivered: no worker works")
        if dead := delivery.dead_count():
            self.findings.append(f"{dead} consequences were given up")
        self._look()

    def _look(self) -> None:
        connection.close()  # whatever it led to may be gone
        seen = book.compare(self.load.told, self.before, self.raised)
        self.findings += [*book.broken_promises(), *seen.findings, *self.parts.ended_unasked]
        self.unanswered += seen.unanswered
        self.found += seen.found

    def _asked_to_pay(self) -> set[str]:
        told = self.load.told
        return {wish.about for wish in (*told.said, *told.open) if wish.kind == traffic.PAYOUT} | set(self.load.payouts)


@contextmanager
def under_load(parts: Parts, people: int, payouts: int, seed: int, shown: Bars) -> Iterator[Trial]:
    """A town with open boxes and `payouts` to make, its parts started and its people at work, until the block ends."""
    ground = demo.open_ground(BOXES, PEOPLE, shown)
    shown.begin("boxes to pay out", payouts)
    raised = {}
    for number in range(payouts):
        box, won = demo.box_to_pay_out(number, ground)
        raised[str(box)] = won
        shown.advance()
    before = frozenset(row.key for row in book.gifts())
    connection.close()
    try:
        parts.start()
        load = traffic.Traffic(parts.address, ground, people, seed)
        load.start()
        yield Trial(parts, ground, load, random.Random(seed), before, raised)  # noqa: S311 - chance, not secrecy
    finally:
        parts.stop()


def tell(trial: Trial, title: str, out: Console) -> int:
    """Print the counts; answers the exit code."""
    told, table = trial.load.told, Table(title=title, show_header=False)
    kinds: dict[str, int] = defaultdict(int)
    for wish in told.said:
        kinds[wish.kind] += 1
    for name, outages in sorted(trial.outages.items()):
        middle, longest = statistics.median(outages), max(outages)
        table.add_row(
            f"{name} killed", f"{len(outages)} times; no gifts for {middle:.2f} s (median), {longest:.2f} s (longest)"
        )
    every = [seconds for outages in trial.outages.values() for seconds in outages]
    if every:
        table.add_row(
            "all", f"{len(every)} kills; {statistics.median(every):.2f} s (median), {max(every):.2f} s (longest)"
        )
    table.add_row("acknowledged", ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items())))
    table.add_row("attempts without an answer", f"{_unanswered(told):,}, each sent again until it was answered")
    table.add_row("gifts unanswered when looked at", f"{trial.unanswered:,}; {trial.found:,} of them in the book, once")
    out.print(table)
    for line in trial.findings[:SHOWN_MAX]:
        out.print(f"[red]✗[/] {line}")
    if trial.findings:
        out.print(f"[red]{len(trial.findings)} differences.[/]\n{trial.parts.said()}", markup=True)
        return 1
    out.print(
        "[green]✓[/] After every blow all promises held; every acknowledged gift is in the book once, every other at most once."
    )
    return 0


def _unanswered(told: traffic.Told) -> int:
    return sum(count for what, count in told.counts.items() if not what.endswith((": 200", ": 201")))
