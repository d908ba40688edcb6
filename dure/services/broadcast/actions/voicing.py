"""What announcements sound like is made: of words by the voice of the installation, of a recording with chime and loudness.

Nothing is locked while it is made, for that takes a while: who makes it has a lease, and what was made is kept only as long as
the lease is theirs. That there is none yet, or never will be, stops no announcement.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from dure.base import clock
from dure.base.actors import Actor
from dure.kit import tx
from dure.kit.speech.making import Made
from dure.services.broadcast import models
from dure.services.broadcast.rules import permits, studio, voicing
from dure.services.broadcast.types import (
    AnnouncementId,
    AnnouncementState,
    Form,
    Kind,
    VoiceFault,
    VoiceState,
    VoiceWanted,
)

__all__ = ["forget_voices", "make_voice"]

GOING: Final = (AnnouncementState.ASKED, AnnouncementState.SENT)
DRAFTS_SPOKEN: Final = timedelta(days=1)  # a draft that nobody looked at for longer is not worth the work
HEARD_AGAIN: Final = timedelta(days=30)  # after that nobody may hear it any more
AT_ONCE: Final = 500

type Making = Callable[[VoiceWanted], Made | VoiceFault]


def make_voice(by: Actor, make: Making) -> bool:
    """Make the sound of one announcement that has none, urgent ones first; answers whether there was one. Raises NotAllowed."""
    permits.may_run(by)
    wanted = _claim()
    if wanted is None:
        return False
    made = make(wanted)
    if isinstance(made, VoiceFault):
        _note_fault(wanted, made)
    else:
        _keep(wanted, made)
    return True


def forget_voices(by: Actor) -> int:
    """Delete the sound of what nobody may hear any more; answers of how many. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        before = clock.now() - HEARD_AGAIN
        lately = models.Airing.objects.filter(announcement=OuterRef("announcement"), at__gte=before)
        over = models.Voice.objects.filter(~Exists(lately), at__lt=before)
        gone = list(over.values_list("announcement", flat=True)[:AT_ONCE])
        models.VoiceFile.objects.filter(voice__in=gone).delete()
        models.Voice.objects.filter(announcement__in=gone).delete()
        return len(gone)


def _claim() -> VoiceWanted | None:
    with tx.durable():
        now = clock.now()
        row = _waiting().select_for_update(skip_locked=True, of=("self",)).select_related("recording").first()
        if row is None:
            return None
        before = models.Voice.objects.filter(announcement=row).first()
        if before is not None and (before.until is None or before.until > now):
            return None  # somebody took it while this waited for the row
        nth = before.tries + 1 if before else 1
        making = {
            "state": VoiceState.MAKING,
            "fault": VoiceFault.NONE,
            "tries": nth,
            "until": now + voicing.LEASE,
            "at": now,
        }
        models.Voice.objects.update_or_create(announcement=row, defaults=making)
        kind = Kind(row.kind)
        first, last = voicing.around(kind)
        return VoiceWanted(
            announcement=AnnouncementId(row.id),
            nth=nth,
            words=studio.spoken(kind, row.words),
            recording=bytes(row.recording.content) if row.recording else b"",
            first=first,
            last=last,
        )


def _waiting() -> QuerySet[models.Announcement]:
    """What has no sound, or one that failed and is tried again now, or that nobody seems to make any more."""
    now = clock.now()
    tried = models.Voice.objects.filter(announcement=OuterRef("id"))
    settled = tried.exclude(Q(until__lte=now) & Q(tries__lt=voicing.TRIES_MAX))
    still = models.Airing.objects.filter(announcement=OuterRef("id"), expires_at__gt=now)
    wanted = Q(state=AnnouncementState.DRAFT, written_at__gt=now - DRAFTS_SPOKEN) | Q(state=AnnouncementState.ASKED)
    urgency = Case(
        When(kind=Kind.URGENT, then=Value(0)),
        When(state__in=GOING, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = models.Announcement.objects.filter(wanted | (Q(state=AnnouncementState.SENT) & Exists(still)))
    return rows.filter(~Exists(settled)).annotate(urgency=urgency).order_by("urgency", "-written_at", "id")


def _keep(wanted: VoiceWanted, made: Made) -> None:
    with tx.durable():
        row = _own(wanted)
        if row is None:  # thrown away, or taken over by somebody else
            return
        models.VoiceFile.objects.filter(voice=row).delete()
        models.VoiceFile.objects.bulk_create(
            models.VoiceFile(voice=row, form=form, size=len(made.files[form]), content=made.files[form])
            for form in Form
        )
        models.Voice.objects.filter(announcement_id=row.pk).update(
            state=VoiceState.MADE,
            until=None,
            begins=made.begins,
            once=made.once,
            again=made.again,
            seconds=made.seconds,
            at=clock.now(),
        )


def _note_fault(wanted: VoiceWanted, fault: VoiceFault) -> None:
    with tx.durable():
        row = _own(wanted)
        if row is not None:
            now = clock.now()
            until = voicing.again_at(fault, row.tries, now)
            models.Voice.objects.filter(announcement_id=row.pk).update(
                state=VoiceState.FAILED, fault=fault, until=until, at=now
            )


def _own(wanted: VoiceWanted) -> models.Voice | None:
    """The row, locked, if the lease is still ours."""
    return (
        models.Voice.objects.select_for_update()
        .filter(announcement=wanted.announcement, state=VoiceState.MAKING, tries=wanted.nth)
        .first()
    )
