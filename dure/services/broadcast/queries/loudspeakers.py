"""Loudspeakers of village halls: who set them up, what each has to play, what each played."""

import hmac
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from dure.base import clock
from dure.base.actors import Actor
from dure.base.refusals import NotFound
from dure.kit import keys
from dure.services.broadcast import models
from dure.services.broadcast.rules import loudspeaker as rules
from dure.services.broadcast.rules import permits
from dure.services.broadcast.types import (
    AiringId,
    AnnouncementId,
    AnnouncementState,
    Due,
    Form,
    Hall,
    Kind,
    Loudspeaker,
    LoudspeakerId,
    PlayedInHall,
    SoundFile,
    VillageId,
)

from .announcements import announcement, announcement_of, demand_speaker, rows
from .villages import tenures_of, village_of
from .voices import sound_file, spoken_forms

PURPOSE: Final = "broadcast.hall.v1"
SEAL_LETTERS: Final = 32
AHEAD: Final = timedelta(days=3)  # known to a device that has no line so long
DUE_MAX: Final = 100


def loudspeakers(by: Actor, village: VillageId) -> tuple[Loudspeaker, ...]:
    """The loudspeakers of a village with their addresses, for who speaks to it. Raises NotAllowed."""
    permits.may_speak(by, [village], tenures_of([permits.somebody(by)]), clock.today())
    found = models.Loudspeaker.objects.filter(village_id=village, ended_at__isnull=True).select_related("village")
    return tuple(_loudspeaker(row) for row in found.order_by("made_at", "id"))


def hall(key: UUID, seal: str) -> Hall:
    """What a loudspeaker has to play now and in the next days. Raises NotFound: also of a device that was taken away."""
    row = device(key, seal)
    now = clock.now()
    airings = models.Airing.objects.filter(
        announcement__to__village_id=row.village_id,
        announcement__state=AnnouncementState.SENT,
        at__lt=now + AHEAD,
        expires_at__gt=now,
    )
    times = list(airings.order_by("at", "id")[:DUE_MAX])
    named = {one.announcement_id for one in times}
    found = {one.id: announcement_of(one) for one in rows().filter(id__in=named)}
    spoken = spoken_forms(named)
    played = set(
        models.LoudspeakerPlay.objects.filter(loudspeaker=row, airing__in=[one.id for one in times]).values_list(
            "airing", flat=True
        )
    )
    due = tuple(
        Due(
            airing=AiringId(one.id),
            announcement=found[one.announcement_id],
            at=rules.plays_at(Kind(found[one.announcement_id].kind), one.at),
            expires=one.expires_at,
            spoken=spoken.get(AnnouncementId(one.announcement_id)),
            played=one.id in played,
        )
        for one in times
    )
    return Hall(_loudspeaker(row), due)


def hall_sound(key: UUID, seal: str, announcement_id: AnnouncementId, form: Form) -> SoundFile:
    """The sound of what a loudspeaker has to play. Raises NotFound."""
    demand_due(device(key, seal), announcement_id)
    return sound_file(announcement_id, form)


def hall_recording(key: UUID, seal: str, announcement_id: AnnouncementId) -> SoundFile:
    """A recording as it came, where nothing could be made of it. Raises NotFound."""
    demand_due(device(key, seal), announcement_id)
    row = models.Recording.objects.filter(
        id__in=models.Announcement.objects.filter(id=announcement_id).values("recording")
    ).first()
    if row is None:
        raise NotFound(what="recording")
    return SoundFile(bytes(row.content), row.content_type, row.seconds)


def played_in_halls(by: Actor, announcement_id: AnnouncementId) -> tuple[PlayedInHall, ...]:
    """Which halls of its villages played it, the last time it was on the air, for who speaks to them. Raises NotAllowed."""
    found = announcement(announcement_id)
    demand_speaker(by, found)
    devices = models.Loudspeaker.objects.filter(
        Q(village_id__in=[one.id for one in found.villages]), ended_at__isnull=True
    ).order_by("village__name", "made_at", "id")
    airing = (
        models.Airing.objects.filter(announcement_id=announcement_id, at__lte=clock.now())
        .order_by("-at", "-id")
        .first()
    )
    plays = dict(
        models.LoudspeakerPlay.objects.filter(airing=airing).values_list("loudspeaker", "at") if airing else ()
    )
    return tuple(PlayedInHall(one.name, plays.get(one.id), one.seen_at) for one in devices)


def device(key: UUID, seal: str) -> models.Loudspeaker:
    """The device at an address. Raises NotFound."""
    is_ours = hmac.compare_digest(seal_of(key).encode(), seal.encode())
    row = (
        models.Loudspeaker.objects.select_related("village").filter(id=key, ended_at__isnull=True).first()
        if is_ours
        else None
    )
    if row is None:
        raise NotFound(what="loudspeaker")
    return row


def demand_due(row: models.Loudspeaker, announcement_id: AnnouncementId) -> None:
    """That this device has to play this announcement, now or later. Raises NotFound."""
    now = clock.now()
    if not models.Airing.objects.filter(
        announcement_id=announcement_id,
        announcement__state=AnnouncementState.SENT,
        announcement__to__village_id=row.village_id,
        at__lt=now + AHEAD,
        expires_at__gt=now,
    ).exists():
        raise NotFound(what="announcement")


def seal_of(key: UUID) -> str:
    """What only the installation can make of a key: from the table alone nobody has the address."""
    return hmac.digest(keys.derived(PURPOSE), key.bytes, "sha256").hex()[:SEAL_LETTERS]


def _loudspeaker(row: models.Loudspeaker) -> Loudspeaker:
    return Loudspeaker(
        LoudspeakerId(row.id), village_of(row.village), row.name, seal_of(row.id), row.made_at, row.seen_at
    )
