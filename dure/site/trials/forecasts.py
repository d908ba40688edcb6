"""`dure simulate forecasts`: a summer of forecasts through the tables, beside an oracle; then a crowd is warned and called back.

The season goes by a moved clock: every answer of the authority as bytes, every reader asked about whenever the tables say so. The
crowd goes by the true one: how long from the bytes of an answer until everybody it concerns has a message on its way, and how
much of what is on its way still leaves once an answer takes it back.
"""

import logging
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from dure.kit.importing import bars
from dure.site import boot, readiness

from . import forecast_crowd, forecast_season, forecast_town
from .forecast_crowd import Warned
from .forecast_season import Replayed

SPEED_LEAST = 1_000
P99_SECONDS_MAX, STOPPED_LEAST, AFTER_SECONDS = 2.0, 0.999, forecast_crowd.AFTER_SECONDS
SHOWN_MAX = 10


@dataclass(frozen=True, slots=True)
class Size:
    days: int
    readers: int
    crowd: int  # subscriptions
    changes: int


def run(size: Size, seed: int, out: Console) -> int:
    """Do it in the town that this process is set up for; answers the exit code."""
    readiness.migrate()
    logging.getLogger("dure.services.forecasts").setLevel(logging.ERROR)  # whose night was broken is counted below
    with bars(out) as shown:
        town = forecast_town.open_town()
        replayed = forecast_season.replay(town, (size.days, size.readers), seed, shown)
        warned = forecast_crowd.warn(town, (size.crowd, size.changes), seed, shown) if size.crowd else None
    findings = [*replayed.findings, *_tell_season(size, replayed, out)]
    if warned is not None:
        findings += [*warned.findings, *_tell_crowd(size, warned, out)]
    for line in findings[:SHOWN_MAX]:
        out.print(f"[red]✗[/] {line}")
    boot.let_go()
    if findings:
        return 1
    out.print("[green]✓[/] Everybody got exactly what was due to them, once, and in time.")
    return 0


def _tell_season(size: Size, done: Replayed, out: Console) -> list[str]:
    table = Table(title="a summer of forecasts", show_header=False)
    speed = done.played_seconds / done.seconds
    table.add_row("zones, fields, days of each answer", "178, 6, 3")
    table.add_row("days, answers, of which no data", f"{size.days}, {done.answers}, {done.silent}")
    table.add_row("readers, wishes", f"{size.readers:,}, {done.wishes:,}")
    table.add_row("messages: due by the oracle, told", f"{done.due:,}, {done.told:,}, {done.different:,} different")
    table.add_row("of which in the reader's inbox", f"{done.delivered:,}")
    table.add_row("of which broke the night", f"{done.loud:,}")
    table.add_row("replayed in", f"{done.seconds:,.1f} s, {speed:,.0f} times as fast as it was")
    out.print(table)
    return [] if speed >= SPEED_LEAST else [f"{speed:,.0f} times as fast as it was, at least {SPEED_LEAST:,}"]


def _tell_crowd(size: Size, done: Warned, out: Console) -> list[str]:
    table = Table(title="a crowd", show_header=False)
    table.add_row("subscriptions, readers", f"{size.crowd:,}, {done.readers:,}")
    waits = (
        f"{done.quantile(0.5):.2f} s (median), {done.quantile(0.99):.2f} s (99 %), {done.quantile(1):.2f} s (longest)"
    )
    table.add_row(f"{size.changes} warnings to {sum(done.counts):,}, from bytes to queued", waits)
    table.add_row("readers of one warning", f"{min(done.counts):,} to {max(done.counts):,}")
    table.add_row("a warning for a quarter of the country", f"{done.tide:,} readers in {done.tide_seconds:.1f} s")
    share = done.stopped / done.waiting if done.waiting else 0.0
    table.add_row("taken back by an answer", f"{done.waiting:,} not yet sent; stopped after {done.stop_seconds:.2f} s")
    table.add_row(f"never left, {AFTER_SECONDS:.0f} s after the bytes came", f"{share:.2%}, {done.after:,} left later")
    out.print(table)
    findings = []
    if done.quantile(0.99) > P99_SECONDS_MAX:
        findings.append(f"99 % were queued within {done.quantile(0.99):.2f} s, at most {P99_SECONDS_MAX} s")
    if done.after > done.waiting * (1 - STOPPED_LEAST):
        findings.append(
            f"{done.after:,} of {done.waiting:,} left more than {AFTER_SECONDS:.0f} s after they were taken back"
        )
    return findings
