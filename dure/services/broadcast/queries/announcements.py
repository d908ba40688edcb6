"""Announcements: those that somebody wrote, those on the air, and who may hear them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Min, QuerySet

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotAllowed, NotFound
from dure.services.broadcast import models
from dure.services.broadcast.rules import permits, studio
from dure.services.broadcast.types import (
    Agreed,
    Airing,
    Announcement,
    AnnouncementId,
    AnnouncementState,
    Kind,
    Recording,
    VillageId,
)

from .villages import memberships, tenures_of, village_of

ARCHIVE: Final = timedelta(days=30)  # so long one may hear it again
ARCHIVE_MAX: Final = 100
SPOKEN_MAX: Final = 50
ON_AIR = (AnnouncementState.SENT, AnnouncementState.ENDED)


def announcement(announcement_id: AnnouncementId) -> Announcement:
    """One announcement. Raises NotFound."""
    row = rows().filter(id=announcement_id).first()
    if row is None:
        raise NotFound(what="announcement")
    return announcement_of(row)


def announcement_for(by: Actor, announcement_id: AnnouncementId) -> Announcement:
    """An announcement for who may read it: who speaks to all of its villages always (a draft its author alone); who listens to
    one of them from when it is on the air, for thirty days. To all others it does not exist. Raises NotFound.
    """
    found = announcement(announcement_id)
    if by.person is None:
        raise NotFound(what="announcement")
    spoken_to = studio.villages_of(by.person, tenures_of([by.person]), clock.today())
    if found.state is AnnouncementState.DRAFT and found.author != by.person:
        raise NotFound(what="announcement")
    if all(one.id in spoken_to for one in found.villages):
        return found
    villages = {one.id for one in found.villages}
    if is_heard_now(found) and any(one.village.id in villages for one in memberships(by.person)):
        return found
    raise NotFound(what="announcement")


def is_heard_now(found: Announcement) -> bool:
    """Whether it was on the air in the last thirty days, and is there to be heard again."""
    now = clock.now()
    return found.state in ON_AIR and any(now - ARCHIVE < one.at <= now for one in found.airings)


def archive(by: Actor) -> tuple[Announcement, ...]:
    """What was on the air in the last thirty days where somebody listens, the newest first. Raises NotAllowed."""
    return aired_lately([one.village.id for one in memberships(permits.somebody(by))])


def aired_lately(villages: Iterable[VillageId]) -> tuple[Announcement, ...]:
    """What was on the air there in the last thirty days, the newest first."""
    now = clock.now()
    aired = models.Airing.objects.filter(
        at__lte=now, at__gt=now - ARCHIVE, announcement__to__village_id__in=list(villages)
    )
    found_rows = rows().filter(id__in=aired.values("announcement"), state__in=ON_AIR)
    found = [announcement_of(row) for row in found_rows.order_by("-sent_at", "-id")[:ARCHIVE_MAX]]
    return tuple(sorted(found, key=lambda one: max(each.at for each in one.airings if each.at <= now), reverse=True))


def spoken_by(by: Actor) -> tuple[Announcement, ...]:
    """What was written for the villages to which somebody speaks, the newest first; drafts are their author's alone."""
    person = permits.somebody(by)
    own = studio.villages_of(person, tenures_of([person]), clock.today())
    found_rows = rows().filter(to__village_id__in=own).exclude(state=AnnouncementState.DRAFT)
    drafts = rows().filter(author_id=person, state=AnnouncementState.DRAFT)
    ids = {*found_rows.values_list("id", flat=True), *drafts.values_list("id", flat=True)}
    newest = rows().filter(id__in=ids).order_by("-written_at", "-id")[:SPOKEN_MAX]
    return tuple(announcement_of(row) for row in newest)


def waiting_for_second(by: Actor) -> tuple[Announcement, ...]:
    """Urgent announcements that wait for the word of this person: of others, in villages all of which are theirs, too."""
    person = permits.somebody(by)
    own = studio.villages_of(person, tenures_of([person]), clock.today())
    found_rows = (
        rows().filter(state=AnnouncementState.ASKED, to__village_id__in=own).exclude(author_id=person).distinct()
    )
    found = (announcement_of(row) for row in found_rows.order_by("-written_at", "-id")[:SPOKEN_MAX])
    return tuple(one for one in found if all(each.id in own for each in one.villages))


def recording_of(by: Actor, announcement_id: AnnouncementId) -> Recording:
    """The voice of an announcement, for who may read it. Raises NotFound."""
    announcement_for(by, announcement_id)
    row = models.Recording.objects.filter(
        id__in=models.Announcement.objects.filter(id=announcement_id).values("recording")
    ).first()
    if row is None:
        raise NotFound(what="recording")
    return Recording(bytes(row.content), row.content_type, row.seconds)


def demand_speaker(by: Actor, found: Announcement) -> PersonId:
    """Who holds an office in all villages of an announcement; a draft is its author's alone. Raises NotAllowed."""
    person = permits.may_speak(by, villages_in(found), tenures_of([permits.somebody(by)]), clock.today())
    if found.state is AnnouncementState.DRAFT and person != found.author:
        raise NotAllowed(needs="author")
    return person


def villages_in(found: Announcement) -> Iterable[VillageId]:
    """The ids of its villages."""
    return [one.id for one in found.villages]


def first_airing(announcement_id: UUID) -> Airing | None:
    """When it was on the air first, or will be."""
    found = models.Airing.objects.filter(announcement_id=announcement_id).aggregate(at=Min("at"))["at"]
    row = models.Airing.objects.filter(announcement_id=announcement_id, at=found).first() if found else None
    return None if row is None else Airing(Kind(row.announcement.kind), row.at, row.expires_at)


def rows() -> QuerySet[models.Announcement]:
    """Announcements with all that `announcement_of` looks at."""
    return (
        models.Announcement.objects.select_related("recording")
        .defer("recording__content")
        .prefetch_related("to__village", "airings")
    )


def announcement_of(row: models.Announcement) -> Announcement:
    """The row as a value."""
    kind = Kind(row.kind)
    airings = sorted(row.airings.all(), key=lambda one: one.at)
    return Announcement(
        id=AnnouncementId(row.id),
        author=PersonId(row.author_id),
        villages=tuple(sorted((village_of(one.village) for one in row.to.all()), key=lambda one: (one.name, one.id))),
        kind=kind,
        words=row.words,
        seconds=row.recording.seconds if row.recording else 0.0,
        content_type=row.recording.content_type if row.recording else "",
        state=AnnouncementState(row.state),
        agreed=Agreed(row.agreed),
        airs=row.airs,
        expires=row.expires,
        repeats=row.repeats,
        airings=tuple(Airing(kind, one.at, one.expires_at) for one in airings),
        written_at=row.written_at,
    )
