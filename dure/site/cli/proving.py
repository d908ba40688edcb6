"""prove-messages: random campaigns against the law of messages; every delivery is looked at by an oracle."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dure.kit.importing import bars
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
) -> None:
    """Prove the law of messages on random campaigns, clocks of all zones and histories of consent.

    Exit code: 0 nothing was delivered or held against the law, 1 something was; it is named.
    """
    with bars(out) as shown:
        shown.begin("campaigns", campaigns)
        proof = law.prove(campaigns, seed, told=shown.advance)
    table = Table(title="the law of messages", show_header=False)
    table.add_row("campaigns", f"{proof.campaigns:,} (seed {seed})")
    table.add_row("rulings", ", ".join(f"{name} {count:,}" for name, count in sorted(proof.rulings.items())))
    table.add_row("deliveries", ", ".join(f"{name} {count:,}" for name, count in sorted(proof.deliveries.items())))
    out.print(table)
    for example in proof.examples:
        out.print(f"[red]✗[/] {example}", markup=True)
    if proof.violations:
        raise typer.Exit(BROKEN)
    out.print("[green]✓[/] No delivery violated the law, and nothing was held without a reason.")
