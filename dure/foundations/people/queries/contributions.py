"""What other houses add to accounts: a no to closing, a part of the data export, a text to agree to.

Houses call these once, in the `ready` of their apps.py.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from dure.foundations.people import rules
from dure.foundations.people.types import Objection, OrgRole, PersonId

from .consents import export_of
from .organisations import member_ids, memberships_of
from .persons import stewards

type ClosingHook = Callable[[PersonId], Iterable[Objection]]
type ExportHook = Callable[[PersonId], Mapping[str, object]]

declare_consent = rules.declare
_closing_hooks: dict[str, ClosingHook] = {}
_export_hooks: dict[str, ExportHook] = {"people": export_of}


def object_to_closing(house: str, hook: ClosingHook) -> None:
    """Let `house` say what must end before an account can be closed."""
    _closing_hooks[house] = hook


def contribute_export(house: str, hook: ExportHook) -> None:
    """Let `house` add its part to every data export: values that JSON can hold. What may be long is an iterator, read while the
    export is written, and whole: an export that leaves something out says nothing about it.
    """
    _export_hooks[house] = hook


def closing_objections(person: PersonId) -> tuple[Objection, ...]:
    """Everything that must end before this account can be closed, from all houses. Empty: it can be."""
    found = list(_own_objections(person))
    for hook in _closing_hooks.values():
        found.extend(hook(person))
    return tuple(found)


def export_parts(person: PersonId) -> Iterator[tuple[str, Mapping[str, object]]]:
    """(house, what it knows about the person) for every house, by name."""
    for house, hook in sorted(_export_hooks.items()):
        yield house, hook(person)


def _own_objections(person: PersonId) -> Iterator[Objection]:
    if stewards() == (person,):
        yield Objection(house="people", code="last_steward")
    for membership in memberships_of(person):
        if member_ids(membership.organisation.id, role=OrgRole.OWNER) == {person}:
            yield Objection(house="people", code="last_owner", about=membership.organisation.name)
