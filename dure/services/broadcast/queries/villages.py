"""Villages, who speaks to them and who listens."""

from collections.abc import Iterable

from dure.base import clock
from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import NotFound
from dure.foundations.channels import queries as channels
from dure.foundations.channels.types import Channel, ChannelState
from dure.services.broadcast import models
from dure.services.broadcast.rules import permits, studio
from dure.services.broadcast.types import (
    HeldOffice,
    ListenerId,
    Membership,
    NoChannel,
    Office,
    Tenure,
    TenureId,
    Tie,
    Village,
    VillageId,
)

VILLAGES_MAX = 500


def channel_of_broadcast() -> Channel:
    """The channel from which villages hear; whoever runs the place opened it. Raises NoChannel."""
    try:
        found = channels.channel_by_handle(permits.HANDLE)
    except NotFound as missing:
        raise NoChannel() from missing
    if found.state is ChannelState.CLOSED:
        raise NoChannel()
    return found


def village(village_id: VillageId) -> Village:
    """One village. Raises NotFound."""
    row = models.Village.objects.filter(id=village_id).first()
    if row is None:
        raise NotFound(what="village")
    return village_of(row)


def village_by_code(code: str) -> Village:
    """The village with this code. Raises NotFound."""
    row = models.Village.objects.filter(code=code).first()
    if row is None:
        raise NotFound(what="village")
    return village_of(row)


def villages(by: Actor) -> tuple[Village, ...]:
    """The villages that somebody answers for: of their organisations; a steward and an auditor see all."""
    rows = models.Village.objects.order_by("name", "id")
    if not (by.is_steward or by.is_auditor):
        rows = rows.filter(organisation_id__in=[organisation for organisation, _ in by.memberships])
    return tuple(village_of(row) for row in rows[:VILLAGES_MAX])


def villages_spoken_to(person: PersonId) -> tuple[Village, ...]:
    """The villages to which somebody may speak today."""
    own = studio.villages_of(person, tenures_of([person]), clock.today())
    return tuple(village_of(row) for row in models.Village.objects.filter(id__in=own).order_by("name", "id"))


def tenures_of(persons: Iterable[PersonId]) -> tuple[Tenure, ...]:
    """Every office that these people hold, held or will hold."""
    rows = models.Tenure.objects.filter(person_id__in=set(persons)).order_by("begins", "id")
    return tuple(tenure_of(row) for row in rows)


def offices(village_id: VillageId) -> tuple[HeldOffice, ...]:
    """Who holds an office of a village, held or will hold one, the latest first."""
    rows = models.Tenure.objects.filter(village_id=village_id).order_by("-begins", "-id")
    return tuple(HeldOffice(TenureId(row.id), tenure_of(row)) for row in rows)


def memberships(person: PersonId) -> tuple[Membership, ...]:
    """The villages to which somebody listens."""
    rows = models.Listener.objects.filter(person_id=person, left_at__isnull=True).select_related("village")
    return tuple(_membership(row) for row in rows.order_by("village__name", "id"))


def listeners_of(by: Actor, village_id: VillageId) -> tuple[Membership, ...]:
    """Who listens to a village, for whoever speaks to it or appoints who does. Raises NotAllowed, NotFound."""
    found = village(village_id)
    person = permits.somebody(by)
    if village_id not in studio.villages_of(person, tenures_of([person]), clock.today()):
        permits.may_appoint(by, found.organisation)
    rows = models.Listener.objects.filter(village_id=village_id, left_at__isnull=True).select_related("village")
    return tuple(_membership(row) for row in rows.order_by("joined_at", "id"))


def village_of(row: models.Village) -> Village:
    """The row as a value."""
    languages = tuple(one for one in row.languages.split(",") if one)
    return Village(VillageId(row.id), row.code, row.name, OrganisationId(row.organisation_id), languages)


def tenure_of(row: models.Tenure) -> Tenure:
    """The row as a value."""
    return Tenure(VillageId(row.village_id), PersonId(row.person_id), Office(row.office), row.begins, row.ends)


def _membership(row: models.Listener) -> Membership:
    return Membership(
        id=ListenerId(row.id),
        village=village_of(row.village),
        person=PersonId(row.person_id),
        tie=Tie(row.tie),
        zone=row.zone,
        since=row.joined_at,
    )
