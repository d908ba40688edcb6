"""serve, worker, migrate, stop: what runs an installation."""

import os
import socket
from typing import Annotated

import typer
from rich.console import Console

from dure.kit import database
from dure.kit.settings import BadSetting
from dure.site import boot, config, parties, readiness, serving, supervision, working

out = Console(highlight=False, soft_wrap=True)

Host = Annotated[str, typer.Option(help="Address to listen on. 0.0.0.0: everybody on the network.")]
Port = Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")]
Servers = Annotated[int, typer.Option("--processes", min=1, max=64, help="How many servers share the port.")]
PartyRole = Annotated[
    str | None,
    typer.Option(
        "--role", help="Which party of check-in this process is: identity (the platform), visits or authority."
    ),
]


def mount(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (serve, worker, migrate, stop):
        app.command()(command)


def serve(host: Host = "127.0.0.1", port: Port = 8000, processes: Servers = 1, role: PartyRole = None) -> None:
    """Serve pages, API and admin on one port until Ctrl-C or SIGTERM."""
    take_role(role)
    serving.demand_free(host, port)
    boot.prepare(counting=_counts(), any_party=True)
    _demand_fit()
    readiness.collect_static()
    boot.let_go()
    supervisor = supervision.Supervisor(servers(host, port, processes), _say)
    supervisor.start()
    code = supervisor.watch(lambda: serving.answers(host, port), lambda: _say(f"Dure answers at {address(host, port)}"))
    raise typer.Exit(code)


def worker(role: PartyRole = None) -> None:
    """Deliver news and run the jobs until Ctrl-C or SIGTERM."""
    take_role(role)
    boot.prepare(counting=_counts(), any_party=True)
    _demand_fit()
    boot.let_go()
    _say("The worker delivers news and runs the jobs.")
    working.run()


def migrate(role: PartyRole = None) -> None:
    """Bring the database to this version of the program."""
    take_role(role)
    boot.prepare(any_party=True)
    readiness.demand_party(config.read())
    done = readiness.migrate()
    readiness.demand_party(config.read())  # now there is a place to write it down
    _say(f"{done} migrations applied." if done else "Nothing to do: the database fits this version.")


def stop() -> None:
    """Stop the embedded database. Servers and workers that use it lose it."""
    directory = config.read().embedded
    _say("The embedded database is stopped." if database.stop(directory) else "The embedded database does not run.")


def take_role(role: str | None) -> None:
    """What the command line says of the role wins over the environment. Raises BadSetting."""
    if role is not None and role not in parties.ROLES:
        raise BadSetting(f"--role {role}: give {' or '.join(parties.ROLES)}")
    if role is not None:
        os.environ["DURE_ROLE"] = role


def _counts() -> bool:
    """Whether figures are kept: by the platform only. What a party counts by time could be joined with another's."""
    return config.read().role == parties.IDENTITY


def _demand_fit() -> None:
    """The tables are there, and database and keys are this party's and for what the settings say."""
    readiness.demand_party(config.read())
    readiness.demand_migrated()
    readiness.demand_purpose(demo=config.read().demo)


def servers(host: str, port: int, count: int) -> tuple[supervision.Part, ...]:
    """The parts that serve, all on one port."""
    return tuple(
        supervision.Part(f"server {slot + 1}", lambda slot=slot: serving.run(host, port, slot))  # type: ignore[misc]  # a default binds the loop's value, which mypy cannot infer
        for slot in range(count)
    )


def address(host: str, port: int) -> str:
    """How people reach it: by name on this machine, by number from the network."""
    if host in ("127.0.0.1", "localhost", "::1"):
        return f"http://localhost:{port}/"
    shown = _own_address() if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"


def _own_address() -> str:
    """The address of this machine on its network. Connecting a datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect(("192.0.2.1", 9))
        except OSError:
            return "localhost"
        return str(line.getsockname()[0])


def _say(line: str) -> None:
    out.print(line, markup=False)
