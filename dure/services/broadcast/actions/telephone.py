"""What belongs to calls beside them: the secret by which who speaks by telephone is known, and the words of what was said.

A secret that was tried wrongly is counted in a transaction that ends well, as with the number of a village. Locks: the secret;
the announcement.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Exists, OuterRef, Q

from dure.base import clock
from dure.base.actors import Actor
from dure.base.refusals import NotAllowed, NotFound
from dure.kit import tx
from dure.services.broadcast import models, queries
from dure.services.broadcast.queries.announcements import demand_speaker
from dure.services.broadcast.rules import numbers, permits, studio
from dure.services.broadcast.types import Announcement, AnnouncementId, AnnouncementState, NotWritten

from .announcements import demand_words
from .forgetting import KEPT

__all__ = ["RIGHT", "forget_calls", "set_telephone_secret", "take_telephone_secret_away", "type_words"]

CALLS_KEPT: Final = timedelta(days=1)
RIGHT: Final = -1
AT_ONCE: Final = 2_000


def set_telephone_secret(by: Actor, secret: str, *, key: str) -> None:
    """Have six digits by which one is known who speaks to a village by telephone, or other ones; what was tried before is
    forgotten. Raises NotAllowed, BadValue.
    """
    with tx.action(by, "broadcast.set_telephone_secret", key, secret, UUID) as done:
        person = permits.somebody(by)
        if done:
            return
        if not queries.villages_spoken_to(person):
            raise NotAllowed(needs="office")
        said = {
            "secret": make_password(numbers.check_number(secret)),
            "set_at": clock.now(),
            "wrong": 0,
            "locked_until": None,
        }
        models.TelephoneSecret.objects.update_or_create(person_id=person, defaults=said)
        done.keep(person)


def take_telephone_secret_away(by: Actor) -> None:
    """Speak by telephone no more. Twice is once. Raises NotAllowed."""
    person = permits.somebody(by)
    with tx.durable():
        models.TelephoneSecret.objects.filter(person_id=person).delete()


def try_telephone_secret(by: Actor, given: str, *, key: str) -> int:
    """Whether these are the digits of whoever calls: RIGHT, or how often one may still try; 0: nobody may for a while, or there
    are none. A wrong one is counted, once for a key. Raises NotAllowed.
    """
    with tx.action(by, "broadcast.try_telephone_secret", key, given, int) as done:
        person = permits.somebody(by)
        if done:
            return done.answer()
        row, now = models.TelephoneSecret.objects.select_for_update().filter(person_id=person).first(), clock.now()
        if row is None or (row.locked_until is not None and now < row.locked_until):
            return done.keep(0)
        right = check_password("".join(given.split()), row.secret)
        row.wrong, row.locked_until = (0, None) if right else numbers.after_wrong(row.wrong, now)
        row.save(update_fields=["wrong", "locked_until"])
        return done.keep(RIGHT if right else 0 if row.locked_until else numbers.WRONG_MAX - row.wrong)


def type_words(by: Actor, announcement: AnnouncementId, words: str, *, key: str) -> Announcement:
    """Type what was said by telephone, once: who reads it, or has it read aloud, gets these words from now on. Whoever speaks to
    all of its villages may; a draft is its author's alone.

    Raises NotAllowed, NotFound, NotWritten, BadValue, NoChannel, AdLooksLikeInfo, ContentTooLong.
    """
    with tx.action(by, "broadcast.type_words", key, (announcement, words), UUID) as done:
        if done:
            return queries.announcement(AnnouncementId(done.answer()))
        row = models.Announcement.objects.select_for_update().filter(id=announcement).first()
        if row is None:
            raise NotFound(what="announcement")
        found = queries.announcement(announcement)
        demand_speaker(by, found)
        wanted = models.WordsWanted.objects.filter(announcement=row)
        if row.state == AnnouncementState.TAKEN_BACK or not wanted.exists():
            raise NotWritten(state=row.state)
        said = studio.tidy(words)
        demand_words(found, said)
        models.Translation.objects.filter(announcement=row).delete()  # of words that said only who spoke
        models.Announcement.objects.filter(id=announcement).update(words=said)
        wanted.delete()
        return queries.announcement(AnnouncementId(done.keep(row.id)))


def forget_calls(by: Actor) -> int:
    """Delete calls a day later, and secrets of people who speak to no village any more; answers how many. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        over = models.Call.objects.filter(begun_at__lt=clock.now() - CALLS_KEPT).order_by("id")
        gone = list(over.values_list("id", flat=True)[:AT_ONCE])
        models.Call.objects.filter(id__in=gone).delete()
        held = models.Tenure.objects.filter(Q(ends__isnull=True) | Q(ends__gt=clock.today()))
        idle = models.TelephoneSecret.objects.exclude(person__in=held.values("person"))
        return len(gone) + idle.delete()[0] + _forget_homes(clock.now() - KEPT)


def _forget_homes(before: datetime) -> int:
    """What was heard there half a year ago, and telephones that listen no more."""
    heard = models.HouseholdReach.objects.filter(airing__expires_at__lt=before).order_by("id")
    old = list(heard.values_list("id", flat=True)[:AT_ONCE])
    models.Ring.objects.filter(reach__in=old).delete()
    models.HouseholdReach.objects.filter(id__in=old).delete()
    told = models.HouseholdReach.objects.filter(household=OuterRef("id"))
    left = models.Household.objects.filter(~Exists(told), ended_at__lt=before).order_by("id")
    gone = list(left.values_list("id", flat=True)[:AT_ONCE])
    models.Ring.objects.filter(household__in=gone).delete()
    models.Household.objects.filter(id__in=gone).delete()
    return len(old) + len(gone)
