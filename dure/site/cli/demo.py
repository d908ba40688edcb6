"""`dure demo`: the sample town in one command, gone with Ctrl-C."""

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Annotated

import typer
from django.urls import reverse
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dure.base.refusals import Refusal
from dure.kit import database
from dure.kit.settings import BadSetting
from dure.site import boot, config, parties, readiness, serving, supervision, working
from dure.site.cli import operate, practising, three
from dure.site.cli.operate import out

PORT = 8000
ENDING_SECONDS_MAX = 20
WIDTH_IN_FILES = 100  # where no terminal says how wide it is


class AlreadyRuns(Refusal):
    """A demo on the same data runs already; `where` is its address."""

    where: str

    def __str__(self) -> str:
        return f"The demo already runs at {self.where} - stop that one first (Ctrl-C in its terminal)."


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(demo)


def demo(
    host: operate.Host = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=1, max=65_535, help="Port; else the first free one from 8000.")
    ] = None,
    processes: operate.Servers = 1,
    twins: Annotated[
        bool,
        typer.Option(help="Bring along twins of payment providers and of a dealer, on this machine, to practise with."),
    ] = True,
    role: operate.PartyRole = None,
) -> None:
    """Serve the sample town: database, tables, sample people, server and worker in one go, and the other two parties of
    check-in on the next ports. Ctrl-C stops everything. With --role: that party alone.
    """
    started = time.monotonic()
    operate.take_role(role)
    os.environ.setdefault("DURE_DEMO", "1")
    settings = config.read()
    if settings.role != parties.IDENTITY:
        raise typer.Exit(_one_party(settings, host, port or PORT, processes))
    if not settings.demo:
        raise BadSetting("DURE_DEMO is off here: take it away, or start this town with dure serve and dure worker")
    with _only_one(settings.var) as lock:
        chosen = serving.demand_free(host, port) if port else serving.first_free(host, PORT)
        if not port and chosen != PORT:
            out.print(f"Port {PORT} is taken by another program, using {chosen} instead.")
        address = operate.address(host, chosen)
        os.environ.setdefault("DURE_ORIGIN", address)
        if not host.startswith(("127.", "localhost", "::1")):
            out.print("[yellow]![/] Everybody on your network can reach this, and log in as any sample person.")
        lock.seek(0)
        lock.truncate()
        lock.write(address)
        lock.flush()
        brought = practising.bring(settings, host, chosen, out.print) if twins else ()
        ours = database.url_of(settings.embedded) is None  # one that runs already may serve a real town just now
        others = three.bring(config.read(), host, chosen, os.environ["DURE_ORIGIN"].rstrip("/"))
        try:
            logins = _prepare()
            ours = True
            serving_parts = (*operate.servers(host, chosen, processes), supervision.Part("worker", working.run))
            answers = partial(serving.answers, host, chosen)
            parts = (*serving_parts, *practising.parts(brought), *(one.part(answers, out.print) for one in others))
            supervisor = supervision.Supervisor(parts, out.print)
            boot.let_go()
            supervisor.start()
            code = supervisor.watch(
                answers,
                lambda: _welcome(address, (brought, others), logins, time.monotonic() - started),
            )
        finally:
            if ours:
                _stop_database(settings)
    raise typer.Exit(code)


def _one_party(settings: config.Config, host: str, port: int, processes: int) -> int:
    with _once_free(settings.var):
        boot.prepare(any_party=True)
        return three.serve(host, port, operate.servers(host, port, processes), out.print)


def _prepare() -> list[tuple[str, str, str]]:
    """Get everything ready that is not; answers whom one can log in as."""
    with out.status("starting the database"):
        boot.prepare(counting=True)
    with out.status("bringing the tables up to date"):
        settings = config.read()
        readiness.demand_party(settings)
        if readiness.has_marks():
            readiness.demand_purpose(demo=True)
        readiness.migrate()
        readiness.demand_party(settings)
        readiness.demand_purpose(demo=True)
    with out.status("collecting the static files"):
        readiness.collect_static()
    from dure.site import sample

    with out.status("loading the sample town"):
        sample.load()
    return sample.logins()


def _welcome(
    address: str,
    beside: tuple[Sequence[practising.Practice], Sequence[three.Other]],
    logins: list[tuple[str, str, str]],
    seconds: float,
) -> None:
    brought, others = beside
    table = Table("log in as", "e-mail", "password", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for login in logins:
        table.add_row(*login)
    lines: tuple[Text | Table, ...] = (
        Text(address, "bold"),
        Text("Everything you see is a sample: people, organisations and money are invented."),
        Text(f"Log in as anyone with one tap: {address.rstrip('/')}{reverse('people:sample_persons')}"),
        *(
            Text(f"The twin of {practising.WORDS[one.name]}, to pay at: {one.origin}/")
            for one in brought
            if one.name in practising.PAID
        ),
        *(
            Text(f"Text messages that would have been sent: {address.rstrip('/')}{reverse('channels:sample_texts')}")
            for one in brought
            if one.name == "solapi"
        ),
        *(
            Text(f"A telephone to call the village broadcast from: {one.origin}/")
            for one in brought
            if one.name == "telephone"
        ),
        *(Text(f"{three.WORDS[one.role]}, in a moment: {one.origin}/") for one in others),
        Text(),
        table,
    )
    panel = Panel(Group(*lines), title="두레 Dure", subtitle="Ctrl-C stops everything", expand=False, padding=(1, 3))
    out.print(panel, soft_wrap=False, width=None if out.is_terminal else WIDTH_IN_FILES)
    out.print(f"Ready in {seconds:.1f} s", style="dim")


def _stop_database(settings: config.Config) -> None:
    if settings.database_url:
        return
    database.stop(settings.embedded)
    out.print("Stopped. Everything is kept under var/ for the next time.")


@contextmanager
def _once_free(var: Path) -> Iterator[None]:
    """Like `_only_one`, but a party whose demo was killed a moment ago is given the time to end."""
    deadline = time.monotonic() + ENDING_SECONDS_MAX
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(_only_one(var))
                break
            except AlreadyRuns:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        yield


@contextmanager
def _only_one(var: Path) -> Iterator[IO[str]]:
    """Hold the lock of the demo on this data, or raise AlreadyRuns. The lock goes with us, however we end."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRuns(where=lock.read()) from None
        yield lock
