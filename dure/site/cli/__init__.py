"""The `dure` command line. Exit codes: 0 done, 1 done and something is wrong, 2 could not be done."""

import sys

import typer
from rich.console import Console
from rich.markup import escape

from dure.base.refusals import Refusal
from dure.kit.settings import BadSetting
from dure.site.cli import appoint, demo, imports, inspect, letters, measure, operate

app = typer.Typer(
    name="dure",
    help="Dure: public-good services any town runs itself.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for part in (demo, operate, inspect, appoint, imports, letters, measure):
    part.mount(app)


def main() -> None:
    """Run the command line. What a person can put right is said in a sentence, what is a bug crashes with its stack."""
    try:
        app()
    except BadSetting as wrong:
        _refuse(str(wrong))
    except Refusal as refusal:
        _refuse(str(refusal) if str(refusal) != refusal.code else repr(refusal))


def _refuse(why: str) -> None:
    Console(stderr=True, soft_wrap=True, highlight=False).print("[red]✗[/]", escape(why))
    sys.exit(2)
