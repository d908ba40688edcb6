"""Villages are opened, offices given and handed over, people say that they listen and that they do not.

Locks: a village before its tenures or its listeners.
"""

from datetime import date
from typing import Final
from uuid import UUID

import structlog

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import BadValue, NotFound
from dure.foundations.channels import actions as channels
from dure.foundations.channels.types import JoinedBy
from dure.foundations.people import queries as people
from dure.kit import limits, tx
from dure.services.broadcast import models, queries
from dure.services.broadcast.queries.villages import tenure_of
from dure.services.broadcast.rules import permits, studio
from dure.services.broadcast.types import (
    HeldOffice,
    Membership,
    NoChannel,
    Office,
    Standing,
    Tenure,
    TenureId,
    Tie,
    Village,
    VillageId,
)

from .recalling import recall_from

__all__ = ["CONSENT_VERSION", "appoint", "end_office", "hand_over", "join_village", "leave_village", "open_village"]

CONSENT_VERSION: Final = 1  # of the words on the page where one joins; other words are another version
DAY_SECONDS: Final = 86_400
JOINS_PER_DAY_MAX: Final = 20  # of one person
log = structlog.get_logger(__name__)


def open_village(by: Actor, organisation: OrganisationId, name: str, *, key: str) -> Village:
    """Open a village of a verified public body, so that somebody can speak to it. Raises NotAllowed, BadValue, NotFound."""
    with tx.action(by, "broadcast.open_village", key, (organisation, name), UUID) as done:
        if done:
            return queries.village(VillageId(done.answer()))
        body = people.organisation(organisation, lock=True)
        person = permits.may_open(by, organisation, permits.is_public_body(body.kind, body.verified))
        said = permits.check_name(name)
        if models.Village.objects.filter(organisation_id=organisation, name=said).exists():
            raise BadValue(field="name", reason="twice")
        made = models.Village.objects.create(
            id=ids.new(),
            code=ids.speakable(),
            name=said,
            organisation_id=organisation,
            opened_by=person,
            opened_at=clock.now(),
        )
        return queries.village(VillageId(done.keep(made.id)))


def appoint(by: Actor, village: VillageId, person: PersonId, office: Office, *, key: str) -> HeldOffice:
    """Give somebody who listens to the village an office of it, from today on. Who is deputy and becomes head is deputy no more.

    Raises NotAllowed, OfficeTaken, BadValue, NotFound.
    """
    with tx.action(by, "broadcast.appoint", key, (village, person, office), UUID) as done:
        if done:
            return _held(village, TenureId(done.answer()))
        row, today = _lock(village), clock.today()
        noted_by = permits.may_appoint(by, OrganisationId(row.organisation_id))
        if not models.Listener.objects.filter(village=row, person_id=person, left_at__isnull=True).exists():
            raise BadValue(field="person", reason="no_listener")
        new, known = Tenure(village, person, office, today), queries.offices(village)
        studio.demand_free([one.tenure for one in known], new)
        for one in known:
            if one.tenure.person == person and one.tenure.holds(today):
                if one.tenure.office is office:
                    raise BadValue(field="person", reason="twice")
                models.Tenure.objects.filter(id=one.id).update(ends=today)
        return _held(village, TenureId(done.keep(_write(new, noted_by))))


def end_office(by: Actor, tenure: TenureId, *, key: str) -> VillageId:
    """End an office today: by whoever appoints, or by who holds it. Raises NotAllowed, BadValue, NotFound."""
    with tx.action(by, "broadcast.end_office", key, tenure, UUID) as done:
        if done:
            return VillageId(done.answer())
        row = models.Tenure.objects.filter(id=tenure).first()
        if row is None:
            raise NotFound(what="office")
        village, today = _lock(VillageId(row.village_id)), clock.today()
        if permits.somebody(by) != row.person_id:
            permits.may_appoint(by, OrganisationId(village.organisation_id))
        if not tenure_of(row).holds(today):
            raise BadValue(field="office", reason="over")
        models.Tenure.objects.filter(id=tenure).update(ends=today)
        return VillageId(done.keep(village.id))


def hand_over(by: Actor, tenure: TenureId, to: PersonId, on: date, *, key: str) -> VillageId:
    """Who holds an office hands it over from a day on to somebody who listens to the village; whoever appoints may do it, too.
    What was said stays the village's. Raises NotAllowed, OfficeTaken, BadValue, NotFound.
    """
    with tx.action(by, "broadcast.hand_over", key, (tenure, to, on), UUID) as done:
        if done:
            return VillageId(done.answer())
        found = models.Tenure.objects.filter(id=tenure).first()
        if found is None:
            raise NotFound(what="office")
        village = _lock(VillageId(found.village_id))
        row = models.Tenure.objects.get(id=tenure)  # as it stands under the lock
        noted_by = permits.somebody(by)
        if noted_by != row.person_id:
            noted_by = permits.may_appoint(by, OrganisationId(village.organisation_id))
        if on < clock.today():
            raise BadValue(field="on", reason="past")
        if not models.Listener.objects.filter(village=village, person_id=to, left_at__isnull=True).exists():
            raise BadValue(field="person", reason="no_listener")
        before, after = studio.handed_over(tenure_of(row), to, on)
        others = [one.tenure for one in queries.offices(VillageId(village.id)) if one.id != tenure]
        studio.demand_free([*others, before], after)
        models.Tenure.objects.filter(id=tenure).update(ends=before.ends)
        _write(after, noted_by)
        return VillageId(done.keep(village.id))


def join_village(by: Actor, village: VillageId, tie: Tie, zone: str, *, key: str) -> Membership:
    """Say yes to hearing a village: by message, text and call, and that who speaks to it sees whether one heard. One yes, of the
    words on that page. Again: tie and clock change. Raises NotAllowed, NotFound, BadValue, TooOften, NoChannel, ChannelPaused.
    """
    with tx.action(by, "broadcast.join_village", key, (village, tie, zone), UUID) as done:
        person = permits.somebody(by)
        if done:
            return _membership(person, village)
        row, clock_of_life = _lock(village), permits.check_zone(zone)
        limits.count(f"broadcast.join_village:{person}", JOINS_PER_DAY_MAX, DAY_SECONDS)
        here = models.Listener.objects.filter(village=row, person_id=person, left_at__isnull=True)
        if not here.update(tie=tie, zone=clock_of_life):
            models.Listener.objects.create(
                id=ids.new(),
                village=row,
                person_id=person,
                tie=tie,
                zone=clock_of_life,
                consent=CONSENT_VERSION,
                joined_at=clock.now(),
            )
        channels.join(by, queries.channel_of_broadcast().id, JoinedBy.SERVICE, origin="service")
        done.keep(village)
        return _membership(person, village)


def leave_village(by: Actor, village: VillageId) -> bool:
    """Listen no more, from this second on; answers whether one did. Twice is once. Raises NotAllowed."""
    person = permits.somebody(by)
    with tx.durable():
        now = clock.now()
        left = models.Listener.objects.filter(village_id=village, person_id=person, left_at__isnull=True)
        if not left.update(left_at=now):
            return False
        _let_go(person, village)
        if not queries.memberships(person):
            _leave_channel(by)
        return True


def _leave_channel(by: Actor) -> None:
    """Where the channel is closed or gone, there is nothing to leave."""
    try:
        channels.leave(by, queries.channel_of_broadcast().id)
    except NoChannel:
        log.info("no_channel_to_leave")


def _let_go(person: PersonId, village: VillageId) -> None:
    """Nothing more goes to somebody from this village; what was said to another one of theirs as well goes on there."""
    rows = models.Reach.objects.select_for_update(of=("self",)).filter(
        person_id=person, village_id=village, standing__in=(Standing.WAITING, Standing.TO_VISIT)
    )
    others = dict(
        models.Listener.objects.filter(person_id=person, left_at__isnull=True)
        .order_by("-joined_at", "-id")
        .values_list("village", "id")
    )
    gone = []
    for row in rows.select_related("airing").order_by("id"):
        to = models.AnnouncementVillage.objects.filter(announcement=row.airing.announcement_id, village__in=others)
        other = to.order_by("village").values_list("village", flat=True).first()
        if other is None:
            gone.append(row.id)
        else:
            models.Reach.objects.filter(id=row.id).update(village=other, listener=others[other])
    models.Reach.objects.filter(id__in=gone).update(standing=Standing.LEFT, next_at=None, way="", ended_at=clock.now())
    recall_from(gone)


def _lock(village: VillageId) -> models.Village:
    row = models.Village.objects.select_for_update().filter(id=village).first()
    if row is None:
        raise NotFound(what="village")
    return row


def _write(new: Tenure, noted_by: PersonId) -> UUID:
    made = models.Tenure.objects.create(
        id=ids.new(),
        village_id=new.village,
        person_id=new.person,
        office=new.office,
        begins=new.begins,
        ends=new.ends,
        noted_by=noted_by,
        noted_at=clock.now(),
    )
    return made.id


def _held(village: VillageId, tenure: TenureId) -> HeldOffice:
    return next(one for one in queries.offices(village) if one.id == tenure)


def _membership(person: PersonId, village: VillageId) -> Membership:
    found = next((one for one in queries.memberships(person) if one.village.id == village), None)
    if found is None:  # left since
        raise NotFound(what="membership")
    return found
