"""`dure simulate season2`: a season of the original's size, a hundred days over HTTP by a moved clock, settled in a minute.

People, projects and paid deposits are put up in batches; proofs come through the API of a real server. Server and settling
program may be killed on the way. At the end what people were told is laid beside the tables, to the day and to the won.
"""

import random
from dataclasses import dataclass

import psycopg
from rich.console import Console
from rich.table import Table

from dure.foundations.ledger import actions as ledger
from dure.kit import tx
from dure.kit.importing import Bars, bars
from dure.site import boot, readiness, rooms
from dure.site.cli import inspect

from . import season_books, season_days, season_provider, season_straight, season_town
from .season_books import Books
from .season_days import Told
from .season_provider import Asked
from .season_town import BY, DEPOSIT, PROVIDER, Ground

SECONDS_MAX = 60.0  # from the steward's word until every refund was handed over
ASKED_MAX = 1_000  # refunds that the provider's twin is asked for: the rest goes on at the same rate
SEALED_AT_ONCE = 5_000
SHOWN_MAX = 10


@dataclass(frozen=True, slots=True)
class Size:
    """How large the season is, and what befalls it."""

    people: int
    projects: int
    days: int
    processes: int
    kills: int
    straight: bool  # proofs straight into the table


def run(size: Size, seed: int, out: Console) -> int:
    """Do it in the town that this process is set up for; answers the exit code."""
    readiness.migrate()
    readiness.collect_static()
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    with bars(out) as shown:
        ground = season_town.put_up(size.people, size.projects, size.days, chance, shown)
        told = _days(ground, size, chance, shown)
        late = season_books.decide_late(ground, told, chance)
        books = season_books.settle(ground, size.kills - size.kills // 2, chance, shown)
        books.late = late
        season_books.look(ground, told, books)
        asked = season_provider.ask(ASKED_MAX, shown)
        while _sealed():
            pass
    _tell(size, told, books, out)
    _tell_provider(asked, books, out)
    findings = [*told.odd, *books.findings, *asked.findings]
    if books.seconds > SECONDS_MAX:
        findings.append(f"the settlement took {books.seconds:.1f} s, at most {SECONDS_MAX:.0f} s")
    findings += map(str, inspect.prove(rooms.verify_checks()))
    for line in findings[:SHOWN_MAX]:
        out.print(f"[red]✗[/] {line}", markup=True)
    boot.let_go()
    if findings:
        return 1
    out.print(
        f"[green]✓[/] Every day that was acknowledged counts once; {books.deposits:,} won of deposits are refunded, given or"
        " charged to the won; settled within the limit."
    )
    return 0


def _days(ground: Ground, size: Size, chance: random.Random, shown: Bars) -> Told:
    if size.straight:
        shown.begin("days, straight into the table", size.days)
        told = season_straight.fill(ground, size.days, chance, shown.advance)
    else:
        with season_days.served(size.processes) as server:
            shown.begin("days, over HTTP", size.days)
            told = season_days.play(ground, server, size.days, size.kills // 2, chance, shown.advance)
    with psycopg.connect(boot.keeper_url(), autocommit=True) as connection:  # as autovacuum would within these days
        connection.execute("VACUUM (ANALYZE) pledges_proof")
    return told


def _sealed() -> int:
    with tx.durable():
        return ledger.seal(BY, SEALED_AT_ONCE)


def _tell(size: Size, told: Told, books: Books, out: Console) -> None:
    table, proofs = Table(title="a season", show_header=False), sum(told.statuses.values())
    table.add_row("people, projects, days", f"{size.people:,} in {size.projects:,}, {size.days} of 100 days played")
    if size.straight:
        table.add_row("proofs", f"{sum(days.bit_count() for days in told.proved.values()):,}, straight into the table")
    else:
        rate = proofs / told.seconds if told.seconds else 0
        answers = ", ".join(f"{status or 'none'} {count:,}" for status, count in told.statuses.most_common())
        table.add_row(
            "proofs sent over HTTP", f"{proofs:,} in {told.seconds:,.0f} s, {rate:,.0f}/s by {size.processes} servers"
        )
        table.add_row("answers", answers)
        refused = ", ".join(f"{what} {count:,}" for what, count in told.refused.most_common())
        table.add_row("refused, as they have to be", refused or "none")
    table.add_row("late proofs decided", f"{books.late:,}")
    table.add_row("kill -9", f"{told.kills} times the server, {books.kills} times what settles")
    share = books.kept / (books.people * 100) if books.people else 0
    table.add_row("days kept", f"{books.kept:,}, {share:.0%} of {books.people * 100:,}")
    table.add_row("deposits", f"{books.deposits:,} won, {DEPOSIT:,} each")
    table.add_row("refunds + donations + fees", f"{books.refund:,} + {books.donation:,} + {books.fee:,} won")
    table.add_row(
        "settled",
        f"{books.seconds:.1f} s of {SECONDS_MAX:.0f} s, programs' starts included; books made after {books.books_seconds:.1f} s",
    )
    table.add_row("of which the tree over all counts", f"{books.tree_seconds:.2f} s, made anew")
    out.print(table)


def _tell_provider(asked: Asked, books: Books, out: Console) -> None:
    if not asked.refunds:
        return
    rate = asked.refunds / asked.seconds
    out.print(
        f"The provider's part, apart: {asked.settled:,} refunds of {PROVIDER}'s twin in {asked.seconds:.1f} s, {rate:,.0f}/s;"
        f" at this rate all {books.people:,} in {books.people / rate / 60:.0f} min, after the books are final."
    )
