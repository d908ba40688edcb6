"""The `dure` command line. Exit codes: 0 done, 1 done and something is wrong, 2 could not be done."""

import errno
import sys

import typer
from django.db import OperationalError
from psycopg.errors import DiskFull
from rich.console import Console
from rich.markup import escape

from dure.base.refusals import Refusal
from dure.kit.settings import BadSetting
from dure.site.cli import (
    appoint,
    audit,
    book,
    demo,
    imports,
    inspect,
    keys,
    letters,
    measure,
    money,
    operate,
    proving,
    say,
    twin,
)

OUTSIDE = {  # troubles of the machine, which no program can mend: what its operator does about them
    errno.EROFS: "Point DURE_VAR at a directory that can be written.",
    errno.EACCES: "Give this user the right to it, or point DURE_VAR elsewhere.",
    errno.EPERM: "Give this user the right to it, or point DURE_VAR elsewhere.",
    errno.ENOSPC: "Make room and start again.",
    errno.EDQUOT: "Make room and start again.",
    errno.ENOTDIR: "Point DURE_VAR at a directory.",
    errno.EEXIST: "Point DURE_VAR at a directory.",
}

app = typer.Typer(
    name="dure",
    help="Dure: public-good services any town runs itself.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for part in (demo, operate, inspect, appoint, imports, letters, measure, money, twin, book, proving, audit, keys, say):
    part.mount(app)


def main() -> None:
    """Run the command line. What a person can put right is said in a sentence, what is a bug crashes with its stack."""
    try:
        app()
    except BadSetting as wrong:
        _refuse(str(wrong))
    except Refusal as refusal:
        _refuse(str(refusal) if str(refusal) != refusal.code else repr(refusal))
    except OperationalError as error:
        _refuse(_of_database(error))
    except OSError as error:
        if error.errno not in OUTSIDE:
            raise
        _refuse(f"{error.filename or 'A file'}: {error.strerror}. {OUTSIDE[error.errno]}")


def _of_database(error: OperationalError) -> str:
    """The first line says what; the rest is for those who wrote the server."""
    if isinstance(error.__cause__, DiskFull):
        return f"The database's disk is full. {OUTSIDE[errno.ENOSPC]} Nothing that was acknowledged is lost."
    said = str(error).strip().partition("\n")[0]
    return f"The database does not answer: {said}. Check DATABASE_URL and the server, or run dure doctor."


def _refuse(why: str) -> None:
    Console(stderr=True, soft_wrap=True, highlight=False).print("[red]✗[/]", escape(why))
    sys.exit(2)
