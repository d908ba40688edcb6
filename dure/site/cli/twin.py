"""`dure twin`: somebody else's machine, on this one only."""

from pathlib import Path
from typing import Annotated

import typer

from dure.kit.settings import BadSetting
from dure.kit.twins import FaultRule, LoopbackTwin, Server
from dure.kit.twins.asking import TwinAsked
from dure.site import boot, rooms, serving
from dure.site.cli.operate import out

PORT = 8100
SECRET = "test_sk_twin"  # noqa: S105 - what a twin takes when nothing else is said; it opens nothing


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(twin)


def twin(
    name: Annotated[
        str, typer.Argument(help="Whose twin: toss, kakaopay, solapi, nhn, push, smtp, telephone, weather, alerts.")
    ],
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port on 127.0.0.1.")] = PORT,
    hooks: Annotated[
        str, typer.Option(help="Where its webhooks go, such as http://localhost:8000/pay/hooks/toss/.")
    ] = "",
    books: Annotated[
        Path | None, typer.Option(help="File its books are kept in; without, they are gone with it.")
    ] = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option(help="A fault: late, lost, silent, error, twice, out_of_order, withheld; then :address:times."),
    ] = None,
    pace: Annotated[float, typer.Option(min=0.001, max=100_000, help="How many times as fast its clock goes.")] = 1.0,
) -> None:
    """Serve the loopback twin of a provider until Ctrl-C: its addresses, limits, codes and retries, and faults on request.

    dure twin toss --scenario lost:confirm --scenario twice:webhook:3
    """
    boot.settle()
    made = make(name, TwinAsked(secret=SECRET, pace=pace, faults=_faults(scenario or []), file=books, hooks=hooks))
    server = Server(made, serving.demand_free("127.0.0.1", port))
    out.print(f"The twin of {name} answers at {server.origin} and takes the key {SECRET}. Ctrl-C stops it.")
    try:
        server.serve()
    except KeyboardInterrupt:
        server.close()


def make(name: str, asked: TwinAsked) -> LoopbackTwin:
    """The twin called `name`. Raises BadSetting."""
    known = rooms.twins()
    if name not in known:
        raise BadSetting(f"{name}: there is no such twin; there are {', '.join(sorted(known))}")
    return known[name](asked)


def _faults(said: list[str]) -> tuple[FaultRule, ...]:
    try:
        return tuple(FaultRule.parse(one) for one in said)
    except ValueError as error:
        raise BadSetting(f"--scenario: {error}") from error
