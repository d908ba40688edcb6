"""Reading files that others publish. A row that does not fit is reported with its line and reason; nothing is guessed.

A house that reads files has a room `commands.py` with `importers() -> dict[str, Importer]`: what the command line offers
as `dure import NAME --from PATH`. Loading the same files again changes nothing.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from dure.base.refusals import Refusal

BYTES_MAX = 512 * 1024 * 1024
FOUND_LENGTH_MAX = 80
ENCODINGS = ("utf-8-sig", "cp949")  # strict UTF-8 first: text in cp949 is practically never valid UTF-8


class UnreadableFile(Refusal):
    """The file cannot be read as it is published; `reason` says why: missing, too_large, encoding, format, column."""

    file: str
    reason: str
    found: str = ""

    def __str__(self) -> str:
        said = {
            "missing": "is not there",
            "too_large": f"is larger than {BYTES_MAX // 1024**2} MB",
            "encoding": "is neither UTF-8 nor cp949",
            "column": f"lacks the column {self.found}",
        }.get(self.reason, f"cannot be read: {self.found}")
        return f"{self.file} {said}. Nothing was loaded."


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out. `line` counts from 1 as an editor shows it; `reason` is a short code."""

    file: str
    line: int
    reason: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did: rows loaded (new or renewed), rows skipped because they were there already, rows left out."""

    loaded: int = 0
    skipped: int = 0
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: "Report") -> "Report":
        return Report(
            self.loaded + other.loaded, self.skipped + other.skipped, self.bad + other.bad, self.notes + other.notes
        )


class Progress(Protocol):
    """Somebody who shows how far the work is."""

    def begin(self, what: str, total: int) -> None: ...
    def advance(self, steps: int = 1) -> None: ...


type Importer = Callable[[Path, Progress], Report]


class Silent:
    """Shows nothing. For tests and for work inside other work."""

    def begin(self, what: str, total: int) -> None:
        """Say nothing."""

    def advance(self, steps: int = 1) -> None:
        """Say nothing."""


class Bars:
    """One progress bar for each part of the work."""

    def __init__(self, bars: RichProgress) -> None:
        self._bars = bars
        self._task = bars.add_task("", total=0, visible=False)

    def begin(self, what: str, total: int) -> None:
        self._task = self._bars.add_task(what, total=total)

    def advance(self, steps: int = 1) -> None:
        self._bars.advance(self._task, steps)


@contextmanager
def bars(console: Console | None = None) -> Iterator[Bars]:
    """Progress bars on the terminal for as long as the block runs."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with RichProgress(*columns, console=console) as shown:
        yield Bars(shown)


def text_of(path: Path) -> str:
    """The text of a published file, in UTF-8 (with or without mark) or cp949. Raises UnreadableFile."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise UnreadableFile(file=path.name, reason="missing") from None
    if size > BYTES_MAX:
        raise UnreadableFile(file=path.name, reason="too_large", found=str(size))
    raw = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(file=path.name, reason="encoding")


def rows_of(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """(line, row) for each row of a CSV file that has `columns` (it may have more). Raises UnreadableFile.

    Cells are stripped of blanks around them; a cell that a short row lacks is empty.
    """
    reader = csv.DictReader(io.StringIO(text_of(path), newline=""), restval="", strict=True)
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise UnreadableFile(file=path.name, reason="column", found=", ".join(missing))
    try:
        for row in reader:
            yield reader.line_num, {name: row[name].strip() for name in reader.fieldnames or ()}
    except csv.Error as error:
        raise UnreadableFile(file=path.name, reason="format", found=f"line {reader.line_num}: {error}") from error


def bad(path: Path, line: int, reason: str, found: str = "") -> BadRow:
    """A bad row of `path`, what was found in it shortened."""
    return BadRow(path.name, line, reason, found[:FOUND_LENGTH_MAX])
