"""Tables of meetings: when and where people of a project meet, and what each of them said to it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dure.base import clock, ids
from dure.services.pledges.rules.meetings import COMPANIONS_MAX
from dure.services.pledges.types import AnswerWord, MeetingState, Standing

from .common import NAME_LENGTH, PROSE_LENGTH, STATE_LENGTH
from .seasons import Project


class Meeting(models.Model):
    """A meeting of a project. Times are instants; people read and write them as they are in Seoul."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    by = models.UUIDField()
    title = models.CharField(max_length=NAME_LENGTH)
    place = models.CharField(max_length=120)
    notes = models.CharField(max_length=500, default="", blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    answer_until = models.DateTimeField()
    capacity = models.PositiveIntegerField(null=True)
    state = models.CharField(
        max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in MeetingState], default="called"
    )
    why = models.CharField(max_length=PROSE_LENGTH, default="", blank=True)
    hidden = models.BooleanField(default=False)  # a steward took the words down
    version = models.PositiveIntegerField(default=1)
    moved_in = models.PositiveIntegerField(default=1)  # the version in which time or place changed last
    called_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_meeting"
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")) & Q(answer_until__lte=F("starts_at")),
                name="pledges_meeting_times",
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gt=0), name="pledges_meeting_capacity"
            ),
            models.CheckConstraint(condition=Q(moved_in__lte=F("version")), name="pledges_meeting_version"),
        ]
        indexes = [models.Index(fields=["project", "starts_at"], name="pledges_meeting_of")]

    def __str__(self) -> str:
        return self.title


class MeetingAnswer(models.Model):
    """What one person says to a meeting; the last word stands."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="answers", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    word = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in AnswerWord])
    companions = models.PositiveIntegerField(default=0)
    standing = models.CharField(
        max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in Standing], default="", blank=True
    )
    version = models.PositiveIntegerField()  # of the meeting that was answered
    since = models.DateTimeField(default=clock.now)  # when this yes was first said: the order of the waiting list
    came = models.BooleanField(null=True)

    class Meta:
        db_table = "pledges_meeting_answer"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="pledges_meeting_answer_once"),
            models.CheckConstraint(condition=Q(companions__lte=COMPANIONS_MAX), name="pledges_meeting_answer_party"),
            models.CheckConstraint(
                condition=Q(word="yes", standing__in=["coming", "waiting"]) | (~Q(word="yes") & Q(standing="")),
                name="pledges_meeting_answer_standing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word} {self.meeting_id}"
