"""simulate crashes, simulate failover: a town of its own is struck again and again, and must keep its word."""

import logging
import shutil
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dure.kit import database
from dure.site import boot, config, stage
from dure.site.trials import parts

SEED = 20200301
SERVERS = 2
out = Console(highlight=False, soft_wrap=True)
app = typer.Typer()

Times = Annotated[int, typer.Option(min=1, max=10_000, help="How often.")]
People = Annotated[int, typer.Option(min=1, max=200, help="How many people are at work at a time.")]
Seed = Annotated[int, typer.Option(help="The same seed strikes the same parts in the same order.")]


@app.command()
def crashes(times: Times = 100, people: People = 16, seed: Seed = SEED) -> None:
    """kill -9 of server, child, worker or database under load; after each, all promises hold and no gift is lost or doubled."""
    home = _home("crashes")
    try:
        boot.prepare()
        code = import_module("dure.site.trials.crashes").run(times, people, seed, out)
    finally:
        database.stop(home / "pg")
    raise typer.Exit(code)


@app.command()
def failover(times: Times = 10, people: People = 16, seed: Seed = SEED) -> None:
    """Kill the primary under load and promote its synchronous standby; nothing acknowledged is lost. Prints the outage."""
    home = _home("failover")
    pair = [home / name for name in parts.NAMES]
    try:
        parts.begin_pair(*pair)
        boot.prepare()
        code = import_module("dure.site.trials.failover").run(times, people, seed, out)
    finally:
        for directory in pair:
            database.stop(directory)
    raise typer.Exit(code)


@app.command()
def campaign(
    people: Annotated[int, typer.Option(min=10, max=1_000_000, help="How many friends the channel has.")] = 100_000,
    kills: Annotated[int, typer.Option(min=0, max=10_000, help="How often sender or database are killed.")] = 200,
    notices: Annotated[int, typer.Option(min=0, help="How long the queue is that urgent messages overtake.")] = 200_000,
    seed: Seed = SEED,
) -> None:
    """kill -9 of sender and database while a message goes to many, by a dealer that fails: nobody left out, nobody twice."""
    home = _home("campaign")
    try:
        boot.prepare()
        code = import_module("dure.site.trials.campaign").run(people, kills, notices, seed, out)
    finally:
        database.stop(home / "pg")
    raise typer.Exit(code)


@app.command()
def broadcast(
    villages: Annotated[
        int, typer.Option(min=1, max=10_000, help="How many villages, each with a head who speaks.")
    ] = 1_000,
    listeners: Annotated[int, typer.Option(min=1, max=10_000, help="How many people listen to each.")] = 200,
    kills: Annotated[int, typer.Option(min=0, max=1_000, help="kill -9 to what airs, sends and tells news.")] = 20,
    seed: Seed = SEED,
) -> None:
    """All villages speak at once; what is urgent overtakes; then the whole ladder by a moved clock, under kill -9.

    Exit code: 0 within the limits, nobody told twice, nobody forgotten; 1 not.
    """
    home = _home("broadcast")
    try:
        boot.prepare()
        trial = import_module("dure.site.trials.villages")
        code = trial.run(trial.Size(villages, listeners, kills), seed, out)
    finally:
        database.stop(home / "pg")
    raise typer.Exit(code)


@app.command()
def season2(
    people: Annotated[int, typer.Option(min=2, max=100_000, help="How many people, each in one project.")] = 18_000,
    projects: Annotated[
        int, typer.Option(min=1, max=10_000, help="How many projects; each has one person at least.")
    ] = 520,
    days: Annotated[int, typer.Option(min=1, max=100, help="So many of the hundred days are played.")] = 100,
    kills: Annotated[int, typer.Option(min=0, max=100, help="kill -9: half to the server, half to what settles.")] = 0,
    straight: Annotated[
        bool, typer.Option("--straight", help="Proofs straight into the table: to measure the settlement alone.")
    ] = False,
    seed: Seed = SEED,
) -> None:
    """Play a season of 100-day projects over HTTP by a moved clock, then settle it: 520 projects, 18,000 people, one minute.

    People, projects and paid deposits are put up in batches. Exit code: 0 everything to the day, the won and the limit, 1 not.
    """
    home = _home("season")
    out.print(f"Seed {seed}. How people drop out is a guess: dure/site/trials/season_people.py.", style="dim")
    try:
        boot.prepare()
        trial = import_module("dure.site.trials.season")
        size = trial.Size(people, min(projects, people), days, SERVERS, kills, straight)
        code = trial.run(size, seed, out)
    finally:
        database.stop(home / "pg")
    raise typer.Exit(code)


@app.command()
def forecasts(
    days: Annotated[int, typer.Option(min=1, max=150, help="So many days of a summer are replayed.")] = 100,
    readers: Annotated[int, typer.Option(min=1, max=10_000, help="Readers of the season, three wishes each.")] = 200,
    crowd: Annotated[
        int, typer.Option(min=0, max=3_000_000, help="Subscriptions of the crowd; 0: no crowd.")
    ] = 1_000_000,
    changes: Annotated[int, typer.Option(min=1, max=10_000, help="So many single warnings go to the crowd.")] = 100,
    seed: Seed = SEED,
) -> None:
    """Replay a summer of forecasts through the tables beside a brute-force oracle; then warn a crowd, and call it back.

    178 zones, six fields, three days. Exit code: 0 everybody got exactly what was due, within the limits; 1 not.
    """
    home = _home("forecasts")
    try:
        boot.prepare()
        trial = import_module("dure.site.trials.forecasts")
        code = trial.run(trial.Size(days, readers, crowd, changes), seed, out)
    finally:
        database.stop(home / "pg")
    raise typer.Exit(code)


@app.command()
def alerts(
    mutants: Annotated[int, typer.Option(min=20, max=1_000_000, help="How many spoilt alerts come to the door.")] = 500,
    chains: Annotated[int, typer.Option(min=2, max=80, help="Chains of alerts that are issued at the desk.")] = 60,
    readers: Annotated[int, typer.Option(min=0, max=1_000_000, help="How many are told; 0: nobody.")] = 20_000,
    kills: Annotated[int, typer.Option(min=0, max=30, help="kill -9 to the two processes that tell.")] = 8,
    seed: Seed = SEED,
) -> None:
    """Spoilt alerts and attacks at the door; alerts from the desk to others and back; how fast a crowd is told.

    Exit code: 0 every verdict has its sentence, nothing false is believed, nothing fetched, all came back as it was; 1 not.
    """
    home = _home("alerts")
    try:
        boot.prepare()
        trial = import_module("dure.site.trials.alerts")
        code = trial.run(trial.Size(mutants, chains, readers, kills), seed, out)
    finally:
        database.stop(home / "pg")
    raise typer.Exit(code)


def _home(name: str) -> Path:
    """An empty directory for a town of its own; from now on this process and its children work there."""
    home = config.read().var / name
    for database_of in ("pg", *parts.NAMES):
        database.stop(home / database_of)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    stage.use(home)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    out.print(f"A town of its own in {home}; yours is not touched.", style="dim")
    return home
