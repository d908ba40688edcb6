"""Listeners play, press a key, leave; who speaks to them notes a visit.

Locks: the row of that listener. What was played is kept as parts, each second once, however often and from whichever device.
"""

from collections.abc import Sequence

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.kit import tx
from dure.services.broadcast import models, queries
from dure.services.broadcast.rules import hearing, languages, permits, studio, voicing
from dure.services.broadcast.rules.languages import KOREAN
from dure.services.broadcast.types import Announcement, AnnouncementId, Heard, Key, Part, ReachId, Standing, VillageId

from .recalling import recall_from
from .villages import leave_village

__all__ = ["note_key", "note_played", "note_visit", "press"]

UNHEARD = (Standing.WAITING, Standing.TO_VISIT, Standing.EXPIRED, Standing.VISITED)


def note_played(
    by: Actor, announcement: AnnouncementId, parts: Sequence[Part], *, of_sound: bool = False, language: str = KOREAN
) -> Heard | None:
    """Note which parts of a recording somebody played, in seconds; of words that their device spoke, in letters; `of_sound`: of
    the sound that was made here, chime and all, in its seconds; `language`: of that translation, in its letters. None: they were
    no listener when it was on the air, and nothing is counted of them. Raises NotAllowed, NotFound, BadValue.
    """
    person = permits.somebody(by)
    with tx.durable():
        found = queries.announcement_for(by, announcement)
        row = _lock(person, announcement)
        if row is None:
            return None
        length = found.seconds or float(len(studio.spoken(found.kind, found.words)))
        if language != KOREAN:
            parts = _of_translation(announcement, language, parts, length)
        elif of_sound:
            parts = _of_words(announcement, parts, length)
        known = [Part(begins, ends) for begins, ends in row.parts]
        joined = hearing.joined([*known, *parts], length)
        row.parts = [[part.begins, part.ends] for part in joined]
        row.share = min(1.0, hearing.played(joined, length))
        if hearing.is_heard(row.share, ()):
            _hear(row)
        row.save(update_fields=["parts", "share", "standing", "way", "next_at", "heard_at", "ended_at"])
        return Heard(row.share, Standing(row.standing))


def press(by: Actor, announcement: AnnouncementId, key: Key) -> Heard | None:
    """A key, or a tap that stands for it: heard; once more (which changes nothing); leave all of its villages.

    Raises NotAllowed, NotFound.
    """
    person = permits.somebody(by)
    if key is Key.LEAVE:
        _leave(by, queries.announcement_for(by, announcement))
        return None
    with tx.durable():
        queries.announcement_for(by, announcement)
        row = _lock(person, announcement)
        if row is None:
            return None
        if hearing.is_heard(row.share, [key]):
            _hear(row)
            row.save(update_fields=["standing", "way", "next_at", "heard_at", "ended_at"])
        return Heard(row.share, Standing(row.standing))


def note_key(by: Actor, announcement: AnnouncementId, person: PersonId, key: str) -> bool:
    """Note a key that somebody pressed in a call of ours: 1 is to have heard it. Twice is once; answers whether it counted.

    Raises NotAllowed.
    """
    permits.may_run(by)
    if key != Key.HEARD:
        return False
    with tx.durable():
        row = _lock(person, announcement)
        if row is None or row.standing not in UNHEARD:
            return False
        _hear(row)
        row.save(update_fields=["standing", "way", "next_at", "heard_at", "ended_at"])
        return True


def note_visit(by: Actor, reach: ReachId, visited: bool) -> None:
    """Tick somebody on the list of people to visit, or take the tick back. Who heard meanwhile stays so.

    Raises NotAllowed, NotFound.
    """
    with tx.durable():
        person, before = permits.somebody(by), Standing.TO_VISIT if visited else Standing.VISITED
        after = Standing.VISITED if visited else Standing.TO_VISIT
        people = models.Reach.objects.filter(id=reach)
        homes = models.HouseholdReach.objects.filter(id=reach)
        for village in (
            *people.values_list("village_id", flat=True),
            *homes.values_list("household__village_id", flat=True),
        ):
            permits.may_speak(by, [VillageId(village)], queries.tenures_of([person]), clock.today())
            people.filter(standing=before).update(standing=after)
            homes.filter(standing=before).update(standing=after)
            return
        raise NotFound(what="visit")


def _leave(by: Actor, found: Announcement) -> None:
    for village in found.villages:
        leave_village(by, village.id)


def _of_translation(
    announcement: AnnouncementId, language: str, parts: Sequence[Part], length: float
) -> Sequence[Part]:
    words = queries.translations_of(announcement).get(language)
    if words is None:  # taken away since
        raise NotFound(what="translation")
    return languages.of_original(parts, len(words), length)


def _of_words(announcement: AnnouncementId, parts: Sequence[Part], length: float) -> Sequence[Part]:
    made = queries.spoken_form(announcement)
    if made is None or not queries.is_audible(made):
        raise NotFound(what="voice")
    return voicing.of_words(parts, made.timing, made.seconds, length)


def _lock(person: PersonId, announcement: AnnouncementId) -> models.Reach | None:
    """The row of this listener in the last airing whose listeners are known."""
    opened = models.Airing.objects.filter(announcement_id=announcement, opened_at__isnull=False).order_by("-at", "-id")
    airing = opened.first()
    if airing is None:
        return None
    return models.Reach.objects.select_for_update().filter(airing=airing, person_id=person).first()


def _hear(row: models.Reach) -> None:
    """They heard it: what the channel has for them and has not carried yet does not ring any more."""
    if row.standing in UNHEARD:
        now = clock.now()
        recall_from([row.id])
        row.standing, row.way, row.next_at, row.heard_at, row.ended_at = Standing.HEARD, "", None, now, now
