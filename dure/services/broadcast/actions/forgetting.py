"""What is over goes: voices, what became of listeners, and who closed their account."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from dure.base import clock
from dure.base.actors import Actor
from dure.kit import tx
from dure.services.broadcast import models
from dure.services.broadcast.rules import permits
from dure.services.broadcast.types import AnnouncementState, Standing

__all__ = ["KEPT", "forget_announcements", "let_person_go"]

KEPT: Final = timedelta(days=180)  # who heard what, and the voice
DRAFTS_KEPT: Final = timedelta(days=30)
AT_ONCE: Final = 2_000


def forget_announcements(by: Actor) -> int:
    """Delete who heard what, and voices, half a year after an announcement was last on the air, and drafts after a month; the
    words that were said stay. Who left is forgotten half a year later. Answers how many rows. Raises NotAllowed.
    """
    permits.may_run(by)
    with tx.durable():
        before = clock.now() - KEPT
        old = models.Airing.objects.filter(expires_at__lt=before)
        reaches = list(models.Reach.objects.filter(airing__in=old).values_list("id", flat=True)[:AT_ONCE])
        models.Try.objects.filter(reach__in=reaches).delete()
        models.Reach.objects.filter(id__in=reaches).delete()
        drafts = models.Announcement.objects.filter(
            state=AnnouncementState.DRAFT, written_at__lt=clock.now() - DRAFTS_KEPT
        )
        gone = list(drafts.values_list("id", flat=True)[:AT_ONCE])
        models.Announcement.objects.filter(id__in=gone).delete()
        still = models.Airing.objects.filter(expires_at__gte=before).values("announcement")
        spoken = models.Announcement.objects.filter(recording__isnull=False, written_at__lt=before).exclude(
            id__in=still
        )
        spoken.update(recording=None)
        had = models.Announcement.objects.filter(recording__isnull=False).values("recording")
        voices = list(models.Recording.objects.exclude(id__in=had).values_list("id", flat=True)[:AT_ONCE])
        models.Recording.objects.filter(id__in=voices).delete()
        return len(reaches) + len(gone) + len(voices) + _forget_listeners(before)


def _forget_listeners(before: datetime) -> int:
    """That somebody listened, what bound them to the village and to which words they said yes, when all that they were told is
    forgotten.
    """
    told = models.Reach.objects.filter(listener=OuterRef("id"))
    left = models.Listener.objects.filter(~Exists(told), left_at__lt=before)
    gone = list(left.values_list("id", flat=True)[:AT_ONCE])
    models.Listener.objects.filter(id__in=gone).delete()
    return len(gone)


def let_person_go(by: Actor, person: UUID) -> None:
    """Who closed the account listens no more, holds no office, and nothing more goes to them. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        now, today = clock.now(), clock.today()
        models.Listener.objects.filter(person_id=person, left_at__isnull=True).update(left_at=now)
        models.Reach.objects.filter(person_id=person, standing__in=(Standing.WAITING, Standing.TO_VISIT)).update(
            standing=Standing.LEFT, next_at=None, way="", ended_at=now
        )
        held = models.Tenure.objects.filter(Q(ends__isnull=True) | Q(ends__gt=today), person_id=person)
        held.filter(begins__lte=today).update(ends=today)
        held.filter(begins__gt=today).delete()
        models.TelephoneSecret.objects.filter(person_id=person).delete()
        models.Call.objects.filter(person_id=person).delete()
        models.ParentRequest.objects.filter(
            person_id=person
        ).delete()  # who was entered for it stays, by their own word
