"""`dure simulate alerts`: spoilt alerts and attacks at the door, alerts from the desk and back, and a crowd that is told.

The door and the desk go by a moved clock, so that the same seed gives the same verdicts; the crowd goes by the true one.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dure.kit.importing import bars
from dure.services.forecasts.types import UnfitReason, UnreadableReason, UntrustedReason
from dure.site import boot, config, readiness

from . import alert_desk, alert_door, alert_told, forecast_town
from .alert_desk import Issued
from .alert_door import Door, sentence
from .alert_told import Told

P99_SECONDS_MAX = 60.0
SHOWN_MAX = 20
_WHAT: Mapping[type[StrEnum], str] = {
    UnreadableReason: "not read",
    UnfitReason: "not kept",
    UntrustedReason: "kept, not believed",
}


@dataclass(frozen=True, slots=True)
class Size:
    mutants: int
    chains: int
    readers: int  # 0: nobody is told
    kills: int  # of those who tell


def run(size: Size, seed: int, out: Console) -> int:
    """Do it in the town that this process is set up for; answers the exit code."""
    readiness.migrate()
    logging.getLogger("dure.services.forecasts").setLevel(logging.ERROR)  # whose night was broken is no matter here
    with bars(out) as shown:
        town, office = forecast_town.open_town(), alert_desk.open_office()
        door = alert_door.stand(size.mutants, seed, config.read().var, shown)
        issued = alert_desk.go_round(town, office, size.chains, seed, shown)
        told = alert_told.tell(town, office, (size.readers, size.kills), seed, shown) if size.readers else Told()
    findings = [*door.findings, *issued.findings, *told.findings]
    _tell_door(door, out)
    findings += _tell_desk(issued, out)
    findings += _tell_told(told, out) if size.readers else []
    for line in findings[:SHOWN_MAX]:
        out.print(f"[red]✗[/] {escape(line)}")
    boot.let_go()
    if findings:
        out.print(f"[red]✗[/] {len(findings)} promises broken.")
        return 1
    out.print("[green]✓[/] Every alert got its verdict, nothing was fetched, and what left here came back as it was.")
    if size.readers:
        out.print("[green]✓[/] Everybody was told what the oracle says, once, and nobody else.")
    return 0


def _tell_door(door: Door, out: Console) -> None:
    table = Table("alerts", "verdict", "sentence", title=f"{door.verdicts.total()} spoilt alerts at the door")
    for verdict, count in _ordered(door.verdicts):
        said = f"{_WHAT[type(verdict)]}: {verdict.value}" if isinstance(verdict, StrEnum) else verdict
        table.add_row(str(count), said, sentence(verdict, "ko") if isinstance(verdict, StrEnum) else "")
    out.print(table)
    table = Table("alerts", "finding", "sentence", title="what was found wrong in those that were kept")
    for code, count in door.remarks.most_common():
        table.add_row(str(count), code.value, sentence(code, "ko"))
    out.print(table)
    out.print("spoilt in: " + ", ".join(f"{name} {count}" for name, count in door.families.items()))
    table = Table("attack", "verdict", title="attacks")
    for name, verdict in door.attacks.items():
        table.add_row(name, verdict)
    out.print(table)
    listener = f"the listener counts: {door.hears} of 1 true connection"
    out.print(
        f"fetched: {door.fetched} ({listener}); longest look at one alert: {door.longest_seconds:.2f} s of the processor"
    )


def _tell_desk(done: Issued, out: Console) -> list[str]:
    table = Table(title="from the desk to others, and back", show_header=False)
    table.add_row("alerts issued", f"{done.total}")
    table.add_row("of which", ", ".join(f"{name} {count}" for name, count in sorted(done.kinds.items())))
    table.add_row("second person", f"{done.seconds_needed}")
    table.add_row("with polygon, with circle, in English too", f"{done.polygons}, {done.circles}, {done.in_english}")
    table.add_row("valid by a schema of its own", f"{done.valid}")
    table.add_row("signature holds by the published certificate", f"{done.verified}")
    table.add_row("the value that was written", f"{done.equal}")
    table.add_row("the same bytes when issued again", f"{done.again}")
    out.print(table)
    figures = (done.valid, done.verified, done.equal, done.again)
    return [] if done.total and set(figures) == {done.total} else [f"of {done.total} alerts: {figures}"]


def _tell_told(done: Told, out: Console) -> list[str]:
    table = Table("alert", "due", "told", "queued", "half", "99 %", "all", title=f"{done.readers:,} readers")
    findings = []
    for one in done.rounds:
        times = [f"{one.quantile(share):.2f} s" for share in (0.5, 0.99, 1)]
        due = f"{one.concerned:,}: " + ", ".join(f"{word} {count:,}" for word, count in sorted(one.words.items()))
        table.add_row(one.name, due, f"{one.told:,}", f"{one.queued:,}", *times)
        if one.quantile(0.99) > P99_SECONDS_MAX:
            findings.append(f"{one.name}: 99 % told within {one.quantile(0.99):.1f} s, at most {P99_SECONDS_MAX:.0f} s")
    out.print(table)
    meant, told = sum(one.concerned for one in done.rounds), sum(one.told for one in done.rounds)
    out.print(f"told: {told:,} of {meant:,} that an oracle names, compared person by person")
    return findings


def _ordered(verdicts: Counter[StrEnum | str]) -> list[tuple[StrEnum | str, int]]:
    def place(pair: tuple[StrEnum | str, int]) -> tuple[str, int]:
        said, count = pair
        return (str(_WHAT[type(said)]) if isinstance(said, StrEnum) else "", -count)

    return sorted(verdicts.items(), key=place)
