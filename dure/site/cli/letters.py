"""replay: reactions to news that were given up, tried again."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dure.site import boot, readiness

out = Console(highlight=False, soft_wrap=True)
INCOMPLETE = 1


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(replay)


def replay(
    ids: Annotated[list[int] | None, typer.Argument(help="Numbers of dead letters to try again.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Try all of them again.")] = False,
) -> None:
    """Show the dead letters (reactions to news that were given up), or put some back in the queue."""
    boot.prepare()
    readiness.demand_migrated()
    from dure.kit import delivery

    letters = delivery.dead_letters()
    if not letters:
        out.print("No dead letters.")
        return
    if not ids and not everything:
        table = Table("number", "news", "reaction", "tries", "told", "last error")
        for letter in letters:
            told = f"{letter.told_at:%Y-%m-%d %H:%M}"
            row = (str(letter.id), letter.kind, letter.reaction, str(letter.attempts), told, letter.last_error)
            table.add_row(*map(escape, row))
        out.print(table)
        out.print("Put right what failed, then: dure replay NUMBER ... or dure replay --all")
        raise typer.Exit(INCOMPLETE)
    wanted = [letter.id for letter in letters] if everything else ids or []
    out.print(f"{delivery.replay(wanted)} back in the queue; the worker tries them now.")
