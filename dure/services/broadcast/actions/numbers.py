"""The number of a village: kept as a hash, tried a few times, changed by whoever appoints.

What was tried wrongly is written down in a transaction of its own: a refusal that takes its count back with it would let anybody
try for ever. Locks: the number, before the announcement.
"""

from collections.abc import Mapping
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from dure.base import clock
from dure.base.actors import Actor, OrganisationId
from dure.base.refusals import NotFound
from dure.kit import tx
from dure.services.broadcast import models, queries
from dure.services.broadcast.queries.announcements import demand_speaker, villages_in
from dure.services.broadcast.rules import numbers, permits
from dure.services.broadcast.types import (
    Announcement,
    AnnouncementId,
    AnnouncementState,
    NotWritten,
    NumberMissing,
    NumberWrong,
    VillageId,
)

from .announcements import stand_behind

__all__ = ["agree_by_number", "set_village_number"]


def set_village_number(by: Actor, village: VillageId, number: str, *, key: str) -> VillageId:
    """Give a village a number, or another one; what was tried before is forgotten. Raises NotAllowed, NotFound, BadValue."""
    with tx.action(by, "broadcast.set_village_number", key, (village, number), UUID) as done:
        if done:
            return VillageId(done.answer())
        row = models.Village.objects.select_for_update().filter(id=village).first()
        if row is None:
            raise NotFound(what="village")
        person = permits.may_appoint(by, OrganisationId(row.organisation_id))
        said = {
            "secret": make_password(numbers.check_number(number)),
            "set_by": person,
            "set_at": clock.now(),
            "wrong": 0,
            "locked_until": None,
        }
        models.VillageNumber.objects.update_or_create(village=row, defaults=said)
        return VillageId(done.keep(row.id))


def agree_by_number(
    by: Actor, announcement: AnnouncementId, given: Mapping[VillageId, str], *, key: str
) -> Announcement:
    """Send an urgent announcement that waits for a second person, by the number of each of its villages: for a night in which
    nobody else with an office can be reached. Who types it speaks to all of them.

    Raises NotAllowed, NotFound, NotWritten, NumberMissing, NumberWrong, NumberLocked, BadValue, NoOffice, NoChannel, NotPublic.
    """
    found = queries.announcement(announcement)
    demand_speaker(by, found)
    if found.state is not AnnouncementState.ASKED and found.state is not AnnouncementState.SENT:
        raise NotWritten(state=found.state)
    for village in sorted(villages_in(found)):
        _try(village, given.get(village, ""))
    with tx.action(by, "broadcast.agree_by_number", key, (announcement, sorted(given)), UUID) as done:
        if not done:
            stand_behind(by, announcement, number=True)
            done.keep(announcement)
        else:
            done.answer()
        return queries.announcement(announcement)


def _try(village: VillageId, given: str) -> None:
    """Whether it is the number; a wrong one is counted before it is refused."""
    with tx.durable():
        row = models.VillageNumber.objects.select_for_update().filter(village=village).first()
        if row is None:
            raise NumberMissing()
        now = clock.now()
        numbers.demand_open(row.locked_until, now)
        right = check_password("".join(given.split()), row.secret)
        row.wrong, row.locked_until = (0, None) if right else numbers.after_wrong(row.wrong, now)
        row.save(update_fields=["wrong", "locked_until"])
    if not right:
        raise NumberWrong(left=0 if row.locked_until else numbers.WRONG_MAX - row.wrong)
