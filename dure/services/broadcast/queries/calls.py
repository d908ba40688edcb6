"""Calls: by what somebody is known who speaks there, what is heard in them, and which words are still to be typed."""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.kit import keys
from dure.services.broadcast import models
from dure.services.broadcast.rules import permits, recording
from dure.services.broadcast.types import AnnouncementId, AnnouncementState, Form, Playing, SoundFile

from .announcements import first_airing
from .voices import is_audible, sound_file, spoken_form

PURPOSE: Final = "broadcast.call.sound.v1"
SEAL_LETTERS: Final = 32
SOUND_LASTS: Final = timedelta(hours=1)  # so long the gateway may fetch what it plays


def telephone_secret_set_at(person: PersonId) -> datetime | None:
    """Since when somebody has digits by which they are known when they call; None: they have none."""
    row = models.TelephoneSecret.objects.filter(person_id=person).first()
    return row.set_at if row else None


def undoable_of(by: Actor, lately: timedelta) -> AnnouncementId | None:
    """What somebody sent lately and may still take back; None: there is nothing. Raises NotAllowed."""
    now = clock.now()
    own = models.Announcement.objects.filter(author_id=permits.somebody(by), sent_at__gt=now - lately)
    row = own.filter(state__in=(AnnouncementState.SENT, AnnouncementState.ASKED)).order_by("-sent_at", "-id").first()
    if row is None:
        return None
    first = first_airing(row.id)
    return AnnouncementId(row.id) if first is None or now < first.at else None


def words_wanted(announcements: Iterable[UUID]) -> frozenset[UUID]:
    """Of which of these the words are still to be typed."""
    return frozenset(
        models.WordsWanted.objects.filter(announcement__in=set(announcements)).values_list("pk", flat=True)
    )


def playing_of(announcement: AnnouncementId) -> Playing:
    """In which form a call plays it now: the sound that was made; until then a recording of a telephone; else its words."""
    if is_audible(spoken_form(announcement)):
        return Playing.SOUND
    voices = models.Recording.objects.filter(content_type=recording.WAV)
    spoken = models.Announcement.objects.filter(id=announcement, recording__in=voices)
    return Playing.RECORDING if spoken.exists() else Playing.WORDS


def call_sound_seal(announcement: AnnouncementId, until: int) -> str:
    """What makes an address at which the gateway fetches a sound, until a second since 1970."""
    said = announcement.bytes + until.to_bytes(8)
    return hmac.digest(keys.derived(PURPOSE), said, "sha256").hex()[:SEAL_LETTERS]


def call_sound(announcement: AnnouncementId, until: int, seal: str) -> SoundFile:
    """What a call plays. Raises NotFound, also of an address that is over."""
    if not 0 <= until < 1 << 63 or not hmac.compare_digest(
        call_sound_seal(announcement, until).encode(), seal.encode()
    ):
        raise NotFound(what="voice")
    if clock.now().timestamp() > until:
        raise NotFound(what="voice")
    match playing_of(announcement):
        case Playing.SOUND:
            return sound_file(announcement, Form.WAV)
        case Playing.RECORDING:
            row = models.Recording.objects.get(
                id__in=models.Announcement.objects.filter(id=announcement).values("recording")
            )
            return SoundFile(bytes(row.content), row.content_type, row.seconds)
        case Playing.WORDS:
            raise NotFound(what="voice")
