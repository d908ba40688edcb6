"""simulate, bench: loads and figures. What there is to run belongs to the houses and to bench/."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Annotated, cast
from urllib.parse import urlsplit

import typer
from rich.console import Console

from dure.kit.settings import BadSetting
from dure.site import boot, config, rooms, stage
from dure.site.cli import attack, checkins, inspect, trials, unmask

out = Console(highlight=False, soft_wrap=True)
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
NOT_RUN = 2
HELP = {"--help", "-h"}
# They break what they run, so they never take somebody's town.
OWN_TOWN = {"attack": attack.app, "checkin-attack": unmask.app, "checkins": checkins.app}
OWN_TOWN |= dict.fromkeys(
    ("crashes", "failover", "campaign", "broadcast", "season2", "forecasts", "alerts"), trials.app
)


def mount(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command(context_settings=PASSED_ON)(simulate)
    app.command(context_settings=PASSED_ON)(bench)


def simulate(
    context: typer.Context,
    server: Annotated[
        str, typer.Option(help="A running sample town to load instead, such as http://localhost:8000.")
    ] = "",
) -> None:
    """Replay a load through a running server, then reconcile: dure simulate drive --gifts 130000 --boxes 110.

    Exit code: 0 everything reconciles and every promise holds, 1 something differs, 2 could not run.
    """
    asked = list(context.args)
    if asked and asked[0] in OWN_TOWN:
        OWN_TOWN[asked[0]](asked, prog_name="dure simulate")
    if not asked or HELP & set(asked):
        boot.prepare()
        typer.main.get_command(together())(asked, prog_name="dure simulate")
        return
    with _stage(server) as address:
        command = typer.main.get_command(rooms.simulations())
        code = command(asked, prog_name="dure simulate", obj=address, standalone_mode=False) or 0
        findings = inspect.prove(rooms.verify_checks()) if code == 0 else []
    raise typer.Exit(code or int(bool(findings)))


def together() -> typer.Typer:
    """Every simulation there is, those of the houses and those with a town of their own. Needs Django."""
    found = rooms.simulations()
    for app in dict.fromkeys(OWN_TOWN.values()):
        found.registered_commands += app.registered_commands
    return found


@contextmanager
def _stage(server: str) -> Iterator[stage.Address]:
    """Where the load goes: a town of its own under var/simulate, or the sample town that runs at `server`."""
    if not server:
        directory = config.read().var / "simulate"
        out.print(f"A town of its own in {directory}; yours is not touched.", style="dim")
        with stage.town(directory, worker=True) as address:
            yield address
        return
    place = _address(server)
    if not config.read().demo:
        raise BadSetting("DURE_DEMO: only a sample town takes a simulated load; it is not set here")
    boot.prepare()
    yield place


def _address(server: str) -> stage.Address:
    """Host and port of a server. Raises BadParameter: an address half understood would load somebody else's."""
    try:
        place = urlsplit(server)
        if place.scheme == "http" and place.hostname and place.path in ("", "/"):
            return place.hostname, place.port or 80
    except ValueError:
        pass  # a bracket or a port that is none; the sentence below says what is
    raise typer.BadParameter("give it like http://localhost:8000", param_hint="--server")


def bench(context: typer.Context) -> None:
    """Measure, in one run, beside peers and physical limits. Only from a clone of the repository."""
    if not (config.ROOT / "bench" / "run.py").exists():
        out.print("[red]✗[/] The benchmarks are in the repository (bench/), not in the installed program.")
        raise typer.Exit(NOT_RUN)
    sys.path.insert(0, str(config.ROOT))
    main = cast(Callable[[list[str]], int], import_module("bench.run").main)
    raise typer.Exit(main(context.args))
