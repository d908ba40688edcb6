"""Reading at the identity party: whose codes to read out the visit party has already, and who is told any by telephone."""

from collections.abc import Mapping
from uuid import UUID

from dure.base.actors import PersonId
from dure.services.checkin.models.identity import tables
from dure.services.checkin.types import Epoch
from dure.services.checkin.types.lots import Way


def handed(epoch: Epoch, person: UUID | None = None) -> frozenset[tuple[PersonId, Way]]:
    """Whose codes of a day were handed over, of everybody or one person."""
    rows = tables.SpokenHanded.objects.filter(epoch=epoch)
    found = (rows if person is None else rows.filter(person=person)).values_list("person", "way")
    return frozenset((PersonId(who), Way(way)) for who, way in found)


def callers() -> frozenset[PersonId]:
    """Everybody who is told codes by telephone."""
    return frozenset(PersonId(one) for one in tables.Caller.objects.values_list("person", flat=True))


def calls(person: UUID) -> bool:
    """Whether somebody is told codes by telephone."""
    return tables.Caller.objects.filter(person=person).exists()


def export_of(person: UUID) -> Mapping[str, object]:
    """What this house knows about a person, for the data export: nothing of where they were."""
    return {"told_codes_by_telephone": calls(person)}
