"""appoint: the first steward of an installation; the others are appointed on the desk."""

from typing import Annotated, NoReturn

import typer
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from rich.console import Console
from rich.markup import escape

from dure.base import ids
from dure.base.refusals import NotFound
from dure.site import boot, config, readiness

out = Console(highlight=False, soft_wrap=True)
NOT_DONE = 2


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(appoint)


def appoint(
    email: Annotated[str, typer.Argument(help="Their e-mail address.")],
    name: Annotated[
        str, typer.Option(help="Their name: lets somebody in who has not joined; asks for a password.")
    ] = "",
    auditor: Annotated[bool, typer.Option("--auditor", help="Reads everything and changes nothing.")] = False,
    take_back: Annotated[bool, typer.Option("--take-back", help="Ends the role at once.")] = False,
) -> None:
    """Make somebody a steward (or an auditor): the first one of an installation, whom nobody on the desk can appoint."""
    boot.prepare()
    readiness.demand_migrated()
    readiness.demand_purpose(demo=config.read().demo)
    from dure.foundations.people import actions, queries
    from dure.foundations.people.types import LastSteward, Newcomer, PersonId, PlatformRole, system
    from dure.kit import tx

    by, role = system("cli.appoint"), PlatformRole.AUDITOR if auditor else PlatformRole.STEWARD
    if take_back:
        try:
            with tx.durable():
                actions.revoke_role(by, queries.person_by_email(by, email).id, role)
        except NotFound:
            _refuse(f"Nobody with this address is {role.value}.")
        except LastSteward:
            _refuse("There has to be at least one steward: appoint another one first.")
        out.print(f"{email} is {role.value} no more.")
        return
    try:
        person: PersonId | None = queries.person_by_email(by, email).id
    except NotFound:
        person = None
    if person and not queries.actor(person).verified:
        _refuse("This address is not confirmed yet: whoever joined with it may not be its owner.")
    if not person and not name:
        _refuse(f"Nobody joined with this address. Let them join at {config.read().origin}, or give --name here.")
    password = "" if person else _password()
    with tx.durable():
        if not person:
            person = actions.admit(by, Newcomer(id=PersonId(ids.new()), name=name, email=email, password=password))
        actions.grant_role(by, person, role)
    out.print(f"{queries.person(person).name} is {role.value} now.", markup=False)


def _password() -> str:
    """A password typed twice, as strong as the page for joining asks."""
    said: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        validate_password(said)
    except ValidationError as weak:
        _refuse(" ".join(weak.messages))
    return said


def _refuse(why: str) -> NoReturn:
    out.print("[red]✗[/]", escape(why))
    raise typer.Exit(NOT_DONE)
