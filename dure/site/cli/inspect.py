"""verify, doctor: does the book hold, is the installation fit."""

from typing import Annotated

import typer
from django.db import DatabaseError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from dure.kit.diagnosis import Diagnosis, Level
from dure.kit.verify import Check, Finding
from dure.site import boot, config, readiness, rooms
from dure.site.cli import operate

out = Console(highlight=False, soft_wrap=True)
MARKS = {Level.OK: "[green]✓[/]", Level.WARNING: "[yellow]![/]", Level.WRONG: "[red]✗[/]"}
SHOWN_MAX = 20  # findings of one check on the screen
CLEAN, FOUND, NOT_RUN = 0, 1, 2
DAMAGED = "XX"  # SQLSTATE: data corrupted, index corrupted, internal error


def mount(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(verify)
    app.command()(doctor)


def verify(
    only: Annotated[list[str] | None, typer.Option(help="Only checks whose name begins so, such as ledger.")] = None,
    role: operate.PartyRole = None,
) -> None:
    """Walk all records and prove every promise made about them. Exit code: 0 all hold, 1 findings, 2 could not run."""
    operate.take_role(role)
    boot.prepare(any_party=True)
    readiness.check_party(config.read())
    if pending := readiness.pending_migrations():
        out.print(f"[red]✗[/] {len(pending)} migrations wait: run dure migrate first.")
        raise typer.Exit(NOT_RUN)
    checks = [check for check in rooms.verify_checks() if not only or check.name.startswith(tuple(only))]
    if not checks:
        out.print("[red]✗[/] There is no such check.")
        raise typer.Exit(NOT_RUN)
    raise typer.Exit(FOUND if prove(checks) else CLEAN)


def prove(checks: list[Check]) -> list[Finding]:
    """Run every check, say what it found, answer all of it."""
    findings = [finding for check in checks for finding in _run(check)]
    if findings:
        out.print(f"\n[red]{len(findings)} findings.[/] What is listed is not what was promised.")
    else:
        out.print(f"\n[green]All {len(checks)} promises hold.[/]")
    return findings


def _run(check: Check) -> list[Finding]:
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bars:
        task = bars.add_task(check.name, total=None)
        try:
            findings = check.run(lambda done, total: _show(bars, task, done, total))
        except DatabaseError as error:
            findings = [_unreadable(check, error)]
    out.print(f"{MARKS[Level.WRONG if findings else Level.OK]} {check.name}: {check.promise}")
    for finding in findings[:SHOWN_MAX]:
        subject = f" [dim]({escape(finding.subject)})[/]" if finding.subject else ""
        out.print(f"    {escape(finding.what)}{subject}")
    if len(findings) > SHOWN_MAX:
        out.print(f"    and {len(findings) - SHOWN_MAX} more")
    return findings


def _unreadable(check: Check, error: DatabaseError) -> Finding:
    """A disk or a hand damaged what the check reads, and the database noticed first: it knows the file and the place."""
    if not str(getattr(error.__cause__, "sqlstate", "")).startswith(DAMAGED):
        raise error
    return Finding(check.name, f"cannot be read: {str(error).splitlines()[0]}")


def _show(bars: Progress, task: TaskID, done: int, total: int) -> None:
    bars.update(task, completed=done, total=total or None)


def doctor(role: operate.PartyRole = None) -> None:
    """Examine this installation and say what is wrong. Exit code: 0 fit (perhaps with warnings), 1 something is wrong."""
    operate.take_role(role)
    settings = config.read()
    boot.prepare(any_party=True)
    from dure.site import doctor as examination

    found = examination.examine(settings)
    for diagnosis in found:
        _tell(diagnosis)
    count = sum(diagnosis.level is Level.WRONG for diagnosis in found)
    warnings = sum(diagnosis.level is Level.WARNING for diagnosis in found)
    out.print(f"\n{count} wrong, {warnings} to know about, {len(found) - count - warnings} well.")
    raise typer.Exit(FOUND if count else CLEAN)


def _tell(diagnosis: Diagnosis) -> None:
    out.print(f"{MARKS[diagnosis.level]} {escape(f'{diagnosis.subject}: {diagnosis.found}')}")
    if diagnosis.todo:
        out.print(f"    [dim]→[/] {escape(diagnosis.todo)}")
