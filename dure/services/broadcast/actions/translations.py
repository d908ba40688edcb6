"""Announcements are put into the languages of their villages; listeners say in which they read.

Locks: the announcement, or the village.
"""

from collections.abc import Collection

from dure.base import clock
from dure.base.actors import Actor
from dure.base.refusals import BadValue, NotFound
from dure.kit import tx
from dure.services.broadcast import models, queries
from dure.services.broadcast.queries.announcements import demand_speaker
from dure.services.broadcast.rules import languages as rules
from dure.services.broadcast.rules import permits, studio
from dure.services.broadcast.types import AnnouncementId, AnnouncementState, NotWritten, VillageId

__all__ = ["choose_language", "set_languages", "translate"]

OPEN = (AnnouncementState.DRAFT, AnnouncementState.ASKED, AnnouncementState.SENT)


def set_languages(by: Actor, village: VillageId, languages: Collection[str]) -> None:
    """Say which languages people in the village read beside Korean. Raises NotAllowed, NotFound, BadValue."""
    with tx.durable():
        permits.may_speak(by, [village], queries.tenures_of([permits.somebody(by)]), clock.today())
        said = rules.check_languages(languages)
        if not models.Village.objects.filter(id=village).update(languages=",".join(said)):
            raise NotFound(what="village")


def translate(by: Actor, announcement: AnnouncementId, language: str, words: str) -> None:
    """Keep the words in another language, typed by who speaks to all its villages; no words: it is none any more. The same
    again changes nothing. Raises NotAllowed, NotFound, NotWritten, BadValue.
    """
    with tx.durable():
        if not models.Announcement.objects.select_for_update().filter(id=announcement).exists():
            raise NotFound(what="announcement")
        found = queries.announcement(announcement)
        person = demand_speaker(by, found)
        if found.state not in OPEN:
            raise NotWritten(state=found.state)
        if not any(language in one.languages for one in found.villages):
            raise BadValue(field="language", reason="unknown")
        said = studio.tidy(words)
        here = models.Translation.objects.filter(announcement_id=announcement, language=language)
        if not said:
            here.delete()
            return
        if not studio.WORDS_LENGTH[0] <= len(said) <= studio.WORDS_LENGTH[1]:
            raise BadValue(field="words", reason="length")
        models.Translation.objects.update_or_create(
            announcement_id=announcement,
            language=language,
            defaults={"words": said, "written_by": person, "written_at": clock.now()},
        )


def choose_language(by: Actor, village: VillageId, language: str) -> None:
    """Say in which language one reads what is said to a village. Raises NotAllowed, NotFound, BadValue."""
    with tx.durable():
        person, said = permits.somebody(by), rules.check_language(language)
        here = models.Listener.objects.filter(village_id=village, person_id=person, left_at__isnull=True)
        if not here.update(language=said):
            raise NotFound(what="membership")
