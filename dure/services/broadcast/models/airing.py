"""Announcements, when they are on the air, and what becomes of each listener."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dure.base import clock, ids
from dure.services.broadcast.types import Agreed, AnnouncementState, Ended, Kind, Standing, Way

from .villages import Listener, Village

WORDS_LENGTH, REPEATS_LENGTH, STATE_LENGTH = 1_000, 200, 12


class Recording(models.Model):
    """A voice. Gone with what it said it for; the words stay."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    content = models.BinaryField()
    content_type = models.CharField(max_length=20)
    seconds = models.FloatField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "broadcast_recording"

    def __str__(self) -> str:
        return f"{self.content_type} {self.seconds:.0f} s"


class Announcement(models.Model):
    """What somebody says to villages."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Kind])
    words = models.CharField(max_length=WORDS_LENGTH)
    recording = models.ForeignKey(Recording, models.SET_NULL, related_name="+", null=True)
    state = models.CharField(
        max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in AnnouncementState], default="draft"
    )
    airs = models.DateTimeField(null=True)  # as was asked for
    expires = models.DateTimeField(null=True)  # as was asked for
    repeats = models.CharField(max_length=REPEATS_LENGTH, default="", blank=True)
    agreed = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in Agreed], default=Agreed.NOBODY.value
    )
    second = models.UUIDField(null=True)  # who stood behind an urgent one
    written_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        db_table = "broadcast_announcement"
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="urgent", state="sent", agreed="nobody"), name="broadcast_urgent_agreed"
            ),
        ]
        indexes = [models.Index(fields=["sent_at"], condition=Q(state="asked"), name="broadcast_announcement_asked")]

    def __str__(self) -> str:
        return str(self.id)


class AnnouncementVillage(models.Model):
    """A village to which an announcement speaks."""

    id = models.BigAutoField(primary_key=True)
    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="to", db_index=False)
    village = models.ForeignKey(Village, models.PROTECT, related_name="+")

    class Meta:
        db_table = "broadcast_announcement_village"
        constraints = [
            models.UniqueConstraint(fields=["announcement", "village"], name="broadcast_announcement_village_once"),
        ]

    def __str__(self) -> str:
        return str(self.village_id)


class Airing(models.Model):
    """One time at which an announcement is on the air; one that repeats has many."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="airings", db_index=False)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)  # its listeners stand in `Reach` since then

    class Meta:
        db_table = "broadcast_airing"
        constraints = [
            models.UniqueConstraint(fields=["announcement", "at"], name="broadcast_airing_once"),
            models.CheckConstraint(condition=Q(at__lt=F("expires_at")), name="broadcast_airing_times"),
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(opened_at__isnull=True), name="broadcast_airing_due"),
            models.Index(fields=["expires_at"], condition=Q(opened_at__isnull=False), name="broadcast_airing_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} {self.at:%Y-%m-%d %H:%M}"


class Reach(models.Model):
    """Where an airing is with one listener. Somebody who listens to two of its villages hears it once."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    airing = models.ForeignKey(Airing, models.CASCADE, related_name="+", db_index=False)
    listener = models.ForeignKey(Listener, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    village = models.ForeignKey(Village, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)  # of the announcement: what is served first
    standing = models.CharField(
        max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in Standing], default=Standing.WAITING.value
    )
    way = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Way], blank=True)  # the next one
    next_at = models.DateTimeField(null=True)  # when it is tried; None: nothing more is done
    parts = models.JSONField(default=list)  # of the recording, or of the words, that were played: [[begins, ends], ...]
    share = models.FloatField(default=0)  # of it that was played
    heard_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "broadcast_reach"
        constraints = [
            models.UniqueConstraint(fields=["airing", "person"], name="broadcast_reach_once"),
            models.CheckConstraint(
                condition=Q(standing="waiting", next_at__isnull=False)
                | (~Q(standing="waiting") & Q(next_at__isnull=True)),
                name="broadcast_reach_next",
            ),
            models.CheckConstraint(condition=Q(share__gte=0) & Q(share__lte=1), name="broadcast_reach_share"),
        ]
        indexes = [
            models.Index(
                fields=["kind", "village", "next_at"], condition=Q(next_at__isnull=False), name="broadcast_reach_due"
            ),
            models.Index(fields=["village", "standing"], name="broadcast_reach_village"),
        ]

    def __str__(self) -> str:
        return f"{self.standing} {self.person_id}"


class Try(models.Model):
    """A way that was tried for one listener: once each. `sending` is what the channel was given; a visit needs none.

    `at`: since when the channel may try it: when it was given it, or until when it holds it. `tried_at`: when it really did.
    """

    id = models.BigAutoField(primary_key=True)
    reach = models.ForeignKey(Reach, models.CASCADE, related_name="tries", db_index=False)
    way = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Way])
    at = models.DateTimeField()
    ended = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Ended], default=Ended.OPEN.value)
    sending = models.UUIDField(null=True)
    tried_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(
        null=True
    )  # when the channel is asked what became of it; None: nothing is to be learnt

    class Meta:
        db_table = "broadcast_try"
        constraints = [models.UniqueConstraint(fields=["reach", "way"], name="broadcast_try_once")]
        indexes = [
            models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="broadcast_try_look"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.ended}"
