"""appoint: the first steward of an installation; the others are appointed on the desk. At the authority: officers, too."""

from importlib import import_module
from types import ModuleType
from typing import Annotated, NoReturn
from uuid import UUID

import typer
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from rich.console import Console
from rich.markup import escape

from dure.base import ids
from dure.base.actors import PlatformRole, system
from dure.base.refusals import NotFound
from dure.services.checkin.types.offices import OtherOfficer
from dure.site import boot, config, parties, readiness
from dure.site.cli import operate

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
    office: Annotated[
        str, typer.Option(help="At the authority: makes them an officer of the office of this name.")
    ] = "",
    role: operate.PartyRole = None,
) -> None:
    """Make somebody a steward (or an auditor): the first one of an installation, whom nobody on the desk can appoint.

    At the authority of QR check-in (--role authority) nobody joins: who is appointed here is let in. With --office: an officer.
    """
    operate.take_role(role)
    own = config.read()
    if not parties.has_persons(own.role) or (office and own.role != parties.AUTHORITY):
        _refuse("Officers act at the authority (--role authority), and nobody logs in at the visit party.")
    boot.prepare(any_party=True)
    readiness.demand_party(own)
    readiness.demand_migrated()
    readiness.demand_purpose(demo=own.demo)
    from dure.foundations.people import actions, queries
    from dure.foundations.people.types import LastSteward, Newcomer, PersonId
    from dure.kit import tx

    by, platform_role = system("cli.appoint"), PlatformRole.AUDITOR if auditor else PlatformRole.STEWARD
    if take_back and office:
        _dismiss(queries.person_by_email(by, email).id, email)
        return
    if take_back:
        try:
            with tx.durable():
                actions.revoke_role(by, queries.person_by_email(by, email).id, platform_role)
        except NotFound:
            _refuse(f"Nobody with this address is {platform_role.value}.")
        except LastSteward:
            _refuse("There has to be at least one steward: appoint another one first.")
        out.print(f"{email} is {platform_role.value} no more.")
        return
    try:
        person: PersonId | None = queries.person_by_email(by, email).id
    except NotFound:
        person = None
    if person and not queries.actor(person).verified:
        _refuse("This address is not confirmed yet: whoever joined with it may not be its owner.")
    if not person and not name:
        _refuse(f"Nobody joined with this address. {_how_to_join(own)}")
    password = "" if person else _password()
    with tx.durable():
        if not person:
            person = actions.admit(by, Newcomer(id=PersonId(ids.new()), name=name, email=email, password=password))
        if not office:
            actions.grant_role(by, person, platform_role)
    if office:
        _make_officer(person, office)
    what = f"an officer of {office}" if office else platform_role.value
    out.print(f"{queries.person(person).name} is {what} now.", markup=False)


def _make_officer(person: UUID, office: str) -> None:
    try:
        _authority().appoint_officer(system("cli.appoint"), person, office)
    except OtherOfficer as refusal:
        _refuse(f"They act for {refusal.office} already: take that back first.")


def _dismiss(person: UUID, email: str) -> None:
    try:
        _authority().dismiss_officer(system("cli.appoint"), person)
    except NotFound:
        _refuse("Nobody with this address is an officer.")
    out.print(f"{email} is no officer any more.", markup=False)


def _authority() -> ModuleType:
    """The authority's actions, which exist in its process only."""
    return import_module("dure.services.checkin.actions.authority")


def _how_to_join(own: config.Config) -> str:
    if own.role == parties.AUTHORITY:
        return "Give --name here: nobody joins at the authority by themselves."
    return f"Let them join at {own.origin}, or give --name here."


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
