"""How announcements sound."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from dure.base import clock
from dure.base.actors import Actor
from dure.base.refusals import NotFound
from dure.services.broadcast import models
from dure.services.broadcast.rules import voicing
from dure.services.broadcast.types import (
    AnnouncementId,
    Form,
    SoundFile,
    Spoken,
    Timing,
    VoiceFault,
    VoiceState,
)

from .announcements import announcement_for


def spoken_form(announcement_id: AnnouncementId) -> Spoken | None:
    """The sound of an announcement as far as it is made; None: nobody began. For who may read the announcement."""
    return spoken_forms([announcement_id]).get(announcement_id)


def spoken_forms(announcements: Iterable[UUID]) -> dict[AnnouncementId, Spoken]:
    """The same of many at once."""
    named = set(announcements)
    sizes: defaultdict[UUID, dict[Form, int]] = defaultdict(dict)
    made = models.VoiceFile.objects.filter(voice__in=named, voice__state=VoiceState.MADE)
    for announcement, form, size in made.values_list("voice", "form", "size"):
        sizes[announcement][Form(form)] = size
    rows = models.Voice.objects.filter(announcement__in=named)
    return {AnnouncementId(row.announcement_id): _spoken(row, sizes[row.announcement_id]) for row in rows}


def is_audible(made: Spoken | None) -> bool:
    """Whether there is a sound to play."""
    return made is not None and made.state is VoiceState.MADE


def sound_of(by: Actor, announcement_id: AnnouncementId, form: Form) -> SoundFile:
    """One form of the sound, for who may read the announcement. Raises NotFound."""
    announcement_for(by, announcement_id)
    return sound_file(announcement_id, form)


def sound_file(announcement_id: AnnouncementId, form: Form) -> SoundFile:
    """One form of the sound; whoever calls this knows that it may be heard. Raises NotFound."""
    row = models.VoiceFile.objects.filter(voice_id=announcement_id, voice__state=VoiceState.MADE, form=form)
    found = row.select_related("voice").first()
    if found is None:
        raise NotFound(what="voice")
    return SoundFile(bytes(found.content), voicing.CONTENT_TYPES[form], found.voice.seconds)


def _spoken(row: models.Voice, sizes: dict[Form, int]) -> Spoken:
    state, fault = VoiceState(row.state), VoiceFault(row.fault)
    if state is VoiceState.MAKING and row.tries >= voicing.TRIES_MAX and row.until and row.until <= clock.now():
        state, fault = VoiceState.FAILED, VoiceFault.BROKEN  # whoever made it the last time is gone
    return Spoken(
        announcement=AnnouncementId(row.announcement_id),
        state=state,
        fault=fault,
        again_at=row.until if row.state == VoiceState.FAILED else None,
        timing=Timing(row.begins, row.once, row.again),
        seconds=row.seconds,
        sizes=sizes,
    )
