"""What the shed offers to the command line."""

from pathlib import Path

import typer

from dure.kit import diagnosis
from dure.kit.diagnosis import Diagnosis
from dure.kit.importing import BadRow, Importer, Report
from dure.kit.importing import Progress as Bars
from dure.kit.verify import Check, Finding, Progress

missing: list[str] = []  # tools that are nowhere
simulate = typer.Typer()


def verify_checks() -> tuple[Check, ...]:
    def walk(progress: Progress) -> list[Finding]:
        progress(1, 2)
        return [Finding("shed.tools", "it is nowhere", tool) for tool in missing]

    return (Check("shed.tools", "every tool is somewhere", walk),)


def importers() -> dict[str, Importer]:
    def load(source: Path, progress: Bars) -> Report:
        progress.begin("tools", 2)
        progress.advance()
        return Report(loaded=1, bad=(BadRow("tools.csv", 3, "missing", "saw"),), notes=("one is rusty",))

    return {"regions": load}


def diagnoses() -> tuple[Diagnosis, ...]:
    return (diagnosis.warning("shed", "the door is open", "close it"),)


@simulate.command()
def rush(people: int = 3) -> None:
    """Everybody wants the ladder."""
    typer.echo(f"{people} people rushed")
