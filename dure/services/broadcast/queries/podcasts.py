"""Podcasts: the private address of a listener, and what stands at it."""

import hmac
from typing import Final
from uuid import UUID

from django.db.models.functions import Length

from dure.base import clock
from dure.base.actors import Actor
from dure.base.refusals import NotFound
from dure.kit import keys
from dure.services.broadcast import models
from dure.services.broadcast.rules import permits
from dure.services.broadcast.types import (
    AnnouncementId,
    Episode,
    Form,
    Podcast,
    PodcastAddress,
    PodcastOver,
    SoundFile,
    VillageId,
    VoiceState,
)

from .announcements import ARCHIVE, ON_AIR, announcement_of, rows
from .villages import village_of
from .voices import sound_file, spoken_forms

PURPOSE: Final = "broadcast.podcast.v1"
SEAL_LETTERS: Final = 32
EPISODES_MAX: Final = 100


def podcast_address(by: Actor, village: VillageId) -> PodcastAddress | None:
    """The address of one's own podcast of a village; None: there is none. Raises NotAllowed."""
    person = permits.somebody(by)
    row = models.Feed.objects.filter(
        listener__person_id=person, listener__village_id=village, listener__left_at__isnull=True, ended_at__isnull=True
    ).first()
    return None if row is None else PodcastAddress(row.key, _seal(row.key), row.made_at)


def podcast(key: UUID, seal: str) -> Podcast:
    """What stands at an address: what was on the air in thirty days and has its sound, or will have none.

    Raises NotFound, PodcastOver.
    """
    feed = _feed(key, seal)
    now = clock.now()
    aired = models.Airing.objects.filter(
        at__lte=now,
        at__gt=now - ARCHIVE,
        announcement__to__village_id=feed.listener.village_id,
        announcement__state__in=ON_AIR,
    )
    times = list(aired.order_by("-at", "-id").values_list("announcement", "at")[:EPISODES_MAX])
    named = {one for one, _ in times}
    found = {
        row.id: (announcement_of(row), row.recorded or 0)
        for row in rows().filter(id__in=named).annotate(recorded=Length("recording__content"))
    }
    spoken = spoken_forms(named)
    episodes = []
    for announcement, at in times:
        made = spoken.get(AnnouncementId(announcement))
        if made is None or made.state is VoiceState.MAKING or made.again_at is not None:
            continue  # an app that saw an episode without a sound never asks again
        said, size = found[announcement]
        episodes.append(Episode(said, at, made, size))
    return Podcast(PodcastAddress(feed.key, seal, feed.made_at), village_of(feed.listener.village), tuple(episodes))


def episode_sound(key: UUID, seal: str, announcement: AnnouncementId, form: Form) -> SoundFile:
    """The sound of an episode. Raises NotFound, PodcastOver."""
    demand_episode(key, seal, announcement)
    return sound_file(announcement, form)


def episode_recording(key: UUID, seal: str, announcement: AnnouncementId) -> SoundFile:
    """A recording as it came. Raises NotFound, PodcastOver."""
    demand_episode(key, seal, announcement)
    row = models.Recording.objects.filter(
        id__in=models.Announcement.objects.filter(id=announcement).values("recording")
    ).first()
    if row is None:
        raise NotFound(what="recording")
    return SoundFile(bytes(row.content), row.content_type, row.seconds)


def demand_episode(key: UUID, seal: str, announcement: AnnouncementId) -> None:
    """That this announcement is heard at this address now. Raises NotFound, PodcastOver."""
    feed, now = _feed(key, seal), clock.now()
    if not models.Airing.objects.filter(
        announcement_id=announcement,
        announcement__state__in=ON_AIR,
        announcement__to__village_id=feed.listener.village_id,
        at__lte=now,
        at__gt=now - ARCHIVE,
    ).exists():
        raise NotFound(what="announcement")


def _feed(key: UUID, seal: str) -> models.Feed:
    is_ours = hmac.compare_digest(_seal(key).encode(), seal.encode())
    row = models.Feed.objects.select_related("listener__village").filter(key=key).first() if is_ours else None
    if row is None:
        raise NotFound(what="podcast")
    if row.ended_at is not None or row.listener.left_at is not None:
        raise PodcastOver()
    return row


def _seal(key: UUID) -> str:
    """What only the installation can make of a key: from the table alone nobody has the address."""
    return hmac.digest(keys.derived(PURPOSE), key.bytes, "sha256").hex()[:SEAL_LETTERS]
