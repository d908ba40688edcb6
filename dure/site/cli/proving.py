"""prove-messages: random campaigns against the law of messages; every delivery is looked at by an oracle."""

import time
from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dure.kit.importing import bars
from dure.site import config, stage
from dure.site.proving import law

SEED = 20260401
BROKEN = 1
out = Console(highlight=False, soft_wrap=True)


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(prove_messages)


def prove_messages(
    campaigns: Annotated[int, typer.Option(min=1, help="How many random campaigns.")] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same campaigns.")] = SEED,
    engine: Annotated[
        bool, typer.Option("--engine", help="Send them through the senders and a database of their own, too.")
    ] = False,
) -> None:
    """Prove the law of messages on random campaigns, clocks of all zones and histories of consent.

    By its rules alone; with --engine by queueing, cutting and delivering them in a town that is thrown away.
    Exit code: 0 nothing was delivered or held against the law, 1 something was; it is named.
    """
    broken = _prove_engine(campaigns, seed) if engine else _prove_rules(campaigns, seed)
    if broken:
        raise typer.Exit(BROKEN)


def _prove_rules(campaigns: int, seed: int) -> bool:
    with bars(out) as shown:
        shown.begin("campaigns", campaigns)
        proof = law.prove(campaigns, seed, told=shown.advance)
    table = Table(title="the law of messages", show_header=False)
    table.add_row("campaigns", f"{proof.campaigns:,} (seed {seed})")
    table.add_row("rulings", _listed(proof.rulings))
    table.add_row("deliveries", _listed(proof.deliveries))
    out.print(table)
    return _told(
        proof.violations, proof.examples, "No delivery violated the law, and nothing was held without a reason."
    )


def _prove_engine(campaigns: int, seed: int) -> bool:
    """The same in a real database, with the senders' own code."""
    with stage.ground(config.read().var / "proving"), bars(out) as shown:
        began = time.monotonic()
        shown.begin("campaigns", campaigns)
        proof = import_module("dure.site.proving.engine").prove(campaigns, seed, shown.advance)  # it has tables
        seconds = time.monotonic() - began
    table = Table(title="the law of messages, through the senders", show_header=False)
    rate = f"{proof.campaigns / seconds:,.0f} a second, {seconds:,.0f} s"
    table.add_row("campaigns", f"{proof.campaigns:,} (seed {seed}), {proof.refused:,} refused at once; {rate}")
    table.add_row("people", f"{proof.people:,}")
    table.add_row("deliveries", f"{proof.deliveries.total():,}: {_listed(proof.deliveries)}")
    table.add_row("by", _listed(proof.routes))
    table.add_row("waits", f"{proof.held.total():,}: {_listed(proof.held)}")
    table.add_row("ends", f"{proof.ended.total():,}: {_listed(proof.ended)}")
    table.add_row("violations", f"{proof.violations.total():,}")
    out.print(table)
    said = "No delivery violated the law; every wait and every end has a reason that was true at its second."
    return _told(proof.violations, proof.examples, said)


def _listed[Name: StrEnum](counts: Mapping[Name, int] | Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1]))


def _told[Name: StrEnum](violations: Mapping[Name, int], examples: list[str], well: str) -> bool:
    """Print what was found, or that nothing was; answers whether something was."""
    for example in examples:
        out.print(f"[red]✗[/] {example}", markup=True)
    if not violations:
        out.print(f"[green]✓[/] {well}")
    return bool(violations)
