"""The transparency report of QR check-in from copied logs: verified, made, printed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

import typer
from django.utils import translation

from dure.base import clock
from dure.foundations.vault import rules
from dure.foundations.vault.types import LogEntry, Trust
from dure.services.checkin.rules import calendar, report
from dure.services.checkin.types import Party
from dure.site.cli import copies

LANGUAGES: Final = ("ko", "en")

type Say = Callable[[str], object]


class Hearing:
    """Keeps what a log says, and hears what nobody honest tells."""

    def __init__(self, bodies: list[bytes]) -> None:
        self._bodies, self.told = bodies, rules.Told()

    def hear(self, entry: LogEntry) -> None:
        """One more entry."""
        self._bodies.append(entry.body)
        self.told.hear(entry)


def folders(said: Sequence[str]) -> Mapping[Party, Path]:
    """Whose log lies where. Refuses anything but one folder for each party."""
    found = {
        Party(name): Path(path)
        for name, _, path in (one.partition("=") for one in said)
        if path and name in list(Party)
    }
    if len(said) != len(found) or set(found) != set(Party):
        raise typer.BadParameter("give the three logs: identity=FOLDER visits=FOLDER authority=FOLDER")
    return found


def keys(said: Sequence[str]) -> Mapping[Party, str]:
    """The logs' keys as somebody was told them elsewhere."""
    found = {Party(name): line for name, _, line in (one.partition("=") for one in said) if name in list(Party)}
    if len(said) != len(found):
        raise typer.BadParameter("give a key as party=name+id+key")
    return found


def made(where: Mapping[Party, Path], known: Mapping[Party, str], say: Say) -> tuple[report.Made, date]:
    """Verify each log, entry by entry, and make the report of today. Raises what does not hold."""
    bodies: dict[Party, list[bytes]] = {party: [] for party in Party}
    heads: list[report.Head] = []
    wrong: list[str] = []
    for party, folder in where.items():
        if party not in known:
            say(
                f"[yellow]![/] The key of {party.value} came with the copy: give --key {party.value}=... as you were told it."
            )
        trust = Trust(rules.read_verifier(known.get(party) or copies.own_key(folder)))
        keeping = Hearing(bodies[party])
        found = rules.audited(copies.reader(folder), trust, hear=keeping.hear)
        head = found.checkpoint
        wrong += [f"[red]✗[/] {party.value}: {line}" for line in keeping.told.wrong()]
        for older in copies.older_heads(folder, trust.log):
            rules.check_grown(copies.reader(folder), older, head)
        heads.append(report.Head(party, head.size, head.root.hex()))
        say(f"[green]✓[/] {party.value}: {found.entries} entries")
    for line in wrong:
        say(line)
    if wrong:
        raise typer.Exit(copies.FOUND)
    today = calendar.epoch_of(clock.now())
    first, last = report.span_of(bodies, today) or (today, today)
    return report.Made(report.report(bodies, first, last, today), tuple(heads)), calendar.day_of(today)


def told(found: report.Made, on: date, language: str, pdf: Path | None, say: Say) -> bool:
    """Print the report, in the reader's language, and write it on paper; whether all is as it should be."""
    if language not in LANGUAGES:
        raise typer.BadParameter(f"--language {language}: give ko or en")
    papers = _papers()
    with translation.override(language):
        paper = papers.report_paper(found, on)
        for line in (f"[bold]{paper.title}[/]", paper.subtitle, "", paper.verdict, paper.lead, ""):
            say(line)
        for rows in (paper.figures, paper.odd, paper.heads):
            for what, said in rows:
                say(f"  {what}: {said}")
        if pdf is not None:
            pdf.write_bytes(papers.report_pdf(found, on))
            say(str(pdf))
    return bool(paper.is_well)


def _papers() -> ModuleType:
    """The words of reports ask for Django, which is settled by now."""
    return import_module("dure.services.checkin.documents")
