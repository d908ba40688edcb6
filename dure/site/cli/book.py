"""book: the lessons as a printed book in large type."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dure.base import clock
from dure.site import boot

out = Console(highlight=False, soft_wrap=True)


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(book)


def book(
    file: Annotated[Path, typer.Option("--out", help="Where to write the PDF.")],
    origin: Annotated[str, typer.Option(help="The address that the QR codes lead to; else DURE_ORIGIN.")] = "",
) -> None:
    """Make the large-type book of the lessons: A4, tagged PDF (PDF/UA-1), one step a page. Needs no database."""
    boot.settle()
    from dure.services.market.documents import book as papers

    began = time.monotonic()
    with out.status("setting the book"):
        pdf = papers.book_pdf(clock.now().replace(hour=0, minute=0, second=0, microsecond=0), origin)
    file.write_bytes(pdf)
    took = time.monotonic() - began
    out.print(f"{file}: {papers.pages_of(pdf)} pages, {len(pdf) / 1_000_000:.1f} MB, in {took:.1f} s")
