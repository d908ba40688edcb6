"""simulate, bench: loads and figures. What there is to run belongs to the houses and to bench/."""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import cast

import typer
from rich.console import Console

from dure.site import boot, config, rooms

out = Console(highlight=False, soft_wrap=True)
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
NOT_RUN = 2


def mount(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command(context_settings=PASSED_ON)(simulate)
    app.command(context_settings=PASSED_ON)(bench)


def simulate(context: typer.Context) -> None:
    """Replay a load through a running server, then reconcile: dure simulate drive --gifts 130000 --boxes 110."""
    boot.prepare()
    typer.main.get_command(rooms.simulations())(context.args, prog_name="dure simulate")


def bench(context: typer.Context) -> None:
    """Measure, in one run, beside peers and physical limits. Only from a clone of the repository."""
    if not (config.ROOT / "bench" / "run.py").exists():
        out.print("[red]✗[/] The benchmarks are in the repository (bench/), not in the installed program.")
        raise typer.Exit(NOT_RUN)
    sys.path.insert(0, str(config.ROOT))
    main = cast(Callable[[list[str]], int], import_module("bench.run").main)
    raise typer.Exit(main(context.args))
