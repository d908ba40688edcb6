"""What became of listeners: names for who speaks to them, rates for the county."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.services.broadcast import models
from dure.services.broadcast.rules import hearing, permits
from dure.services.broadcast.types import (
    AnnouncementId,
    AnnouncementState,
    Counted,
    Heard,
    Rate,
    ReachId,
    Standing,
    ToVisit,
    Village,
    VillageId,
)

from .announcements import ARCHIVE, announcement, demand_speaker
from .households import household_of
from .villages import tenures_of, villages

TO_VISIT_MAX = 500
ON_LIST = (Standing.TO_VISIT, Standing.VISITED)
IN_VAIN = (Standing.EXPIRED, Standing.WAITING)
UNTOLD = timedelta(days=7)  # so long it is shown what was over before anybody heard it


def counted(by: Actor, announcement_id: AnnouncementId) -> Counted:
    """How many stand where, of the last airing whose listeners are known, for who speaks to its villages. Raises NotAllowed."""
    demand_speaker(by, announcement(announcement_id))
    rows = models.Reach.objects.filter(airing__in=_last_airing(announcement_id))
    homes = models.HouseholdReach.objects.filter(airing__in=_last_airing(announcement_id))
    found, over = Counter[Standing](), not _last_airing(announcement_id).filter(expires_at__gt=clock.now()).exists()
    for standing, count in (
        *rows.values_list("standing").annotate(n=Count("id")),
        *homes.values_list("standing").annotate(n=Count("id")),
    ):
        waits_in_vain = over and standing == Standing.WAITING  # nobody has written it down yet
        found[Standing.EXPIRED if waits_in_vain else Standing(standing)] += count
    return Counted(sum(found.values()), dict(found))


def heard_by(person: PersonId, announcement_id: AnnouncementId) -> Heard | None:
    """How far somebody heard the last airing of an announcement; None: they were no listener then."""
    row = models.Reach.objects.filter(airing__in=_last_airing(announcement_id), person_id=person).first()
    return Heard(row.share, Standing(row.standing)) if row else None


def to_visit(by: Actor, village: VillageId) -> tuple[ToVisit, ...]:
    """Whom no way reached: the list of who speaks to the village, the newest first. Raises NotAllowed."""
    permits.may_speak(by, [village], tenures_of([permits.somebody(by)]), clock.today())
    rows = models.Reach.objects.filter(village_id=village, standing__in=ON_LIST).order_by("-ended_at", "id")
    people = [
        ToVisit(
            id=ReachId(row.id),
            person=PersonId(row.person_id),
            village=VillageId(row.village_id),
            since=row.ended_at or row.airing.at,
            visited=row.standing == Standing.VISITED,
            announcement=row.airing.announcement_id,
            words=row.airing.announcement.words,
        )
        for row in rows.select_related("airing__announcement")[:TO_VISIT_MAX]
    ]
    found = sorted([*people, *_homes_to_visit(village)], key=lambda one: (-one.since.timestamp(), one.id))
    return tuple(found[:TO_VISIT_MAX])


def untold(by: Actor, village: VillageId) -> tuple[ToVisit, ...]:
    """Which telephones were told nothing, or said nothing, of what was over in the last week, also where nobody has noted it yet:
    the gateway was down, the night too long, we stood still. The newest first. Raises NotAllowed.
    """
    permits.may_speak(by, [village], tenures_of([permits.somebody(by)]), clock.today())
    now = clock.now()
    ended = Q(airing__expires_at__lte=now, airing__expires_at__gt=now - UNTOLD, standing__in=IN_VAIN)
    found = _homes(village, ended & Q(airing__announcement__state=AnnouncementState.SENT))
    return tuple(sorted(found, key=lambda one: (-one.since.timestamp(), one.id)))


def _homes_to_visit(village: VillageId) -> Iterable[ToVisit]:
    return _homes(village, Q(standing__in=ON_LIST))


def _homes(village: VillageId, where: Q) -> Iterable[ToVisit]:
    rows = models.HouseholdReach.objects.filter(where, household__village_id=village)
    for row in rows.select_related("airing__announcement", "household").order_by("-ended_at", "id")[:TO_VISIT_MAX]:
        home = household_of(row.household)
        yield ToVisit(
            id=ReachId(row.id),
            person=None,
            village=village,
            since=row.ended_at or row.airing.at,
            visited=row.standing == Standing.VISITED,
            announcement=row.airing.announcement_id,
            words=row.airing.announcement.words,
            name=home.name,
            number=home.number,
        )


def rates(by: Actor) -> tuple[Rate, ...]:
    """How much was heard in the last thirty days in each village that somebody answers for; nothing of fewer than five people. No
    names, and no single announcement, of which one might guess who did not hear it. Raises NotAllowed.
    """
    permits.somebody(by)
    seen, since = villages(by), clock.now() - ARCHIVE
    rows = models.Reach.objects.filter(village_id__in=[one.id for one in seen], airing__at__gt=since)
    rows = rows.exclude(standing=Standing.LEFT)
    sums = rows.values("village_id").annotate(
        all_of=Count("id"),
        heard=Count("id", filter=Q(standing=Standing.HEARD)),
        people=Count("person_id", distinct=True),
        airings=Count("airing_id", distinct=True),
    )
    found = {one["village_id"]: dict(one) for one in sums}
    homes = models.HouseholdReach.objects.filter(household__village__in=[one.id for one in seen], airing__at__gt=since)
    for one in (
        homes.exclude(standing=Standing.LEFT)
        .values("household__village_id")
        .annotate(
            all_of=Count("id"),
            heard=Count("id", filter=Q(standing=Standing.HEARD)),
            people=Count("household_id", distinct=True),
            airings=Count("airing_id", distinct=True),
        )
    ):
        _add(found.setdefault(one["household__village_id"], {}), one)
    return tuple(_rate(one, found.get(one.id)) for one in seen)


def _add(sums: dict[str, Any], more: Mapping[str, Any]) -> None:
    """The same airings are heard by people and by telephones: of those the larger number counts."""
    for name in ("all_of", "heard", "people"):
        sums[name] = sums.get(name, 0) + more[name]
    sums["airings"] = max(sums.get("airings", 0), more["airings"])


def _rate(one: Village, sums: Mapping[str, Any] | None) -> Rate:
    if sums is None:
        return Rate(one, 0, None)
    told = sums["people"] >= hearing.FLOOR
    return Rate(one, sums["airings"], hearing.rate(sums["heard"], sums["all_of"]) if told else None)


def _last_airing(announcement_id: AnnouncementId) -> QuerySet[models.Airing]:
    """The latest airing of an announcement whose listeners are known."""
    opened = models.Airing.objects.filter(announcement_id=announcement_id, opened_at__isnull=False)
    return opened.filter(id__in=opened.order_by("-at", "-id").values("id")[:1])
