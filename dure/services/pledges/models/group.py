"""What is said in a group, and what keeps it a good place."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dure.base import clock, ids
from dure.services.pledges.types import (
    CheerWord,
    ComplaintKind,
)

from .common import PROSE_LENGTH, STATE_LENGTH
from .pledges import Proof
from .seasons import Project


class Cheer(models.Model):
    """One word that one person said of somebody's proof with a tap; each of the words once."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    proof = models.ForeignKey(Proof, models.PROTECT, related_name="cheers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    word = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in CheerWord])
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_cheer"
        constraints = [models.UniqueConstraint(fields=["proof", "person", "word"], name="pledges_cheer_once")]

    def __str__(self) -> str:
        return f"{self.word} {self.proof_id}"


class Comment(models.Model):
    """A few words under a proof."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    proof = models.ForeignKey(Proof, models.PROTECT, related_name="comments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(max_length=PROSE_LENGTH)
    at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.UUIDField(null=True)
    hidden_why = models.CharField(max_length=PROSE_LENGTH, default="", blank=True)
    judged = models.BooleanField(default=False)  # by a steward: a leader changes nothing any more

    class Meta:
        db_table = "pledges_comment"
        indexes = [models.Index(fields=["proof", "-id"], name="pledges_comment_of")]

    def __str__(self) -> str:
        return f"{self.id}"


class Block(models.Model):
    """A person does not want to see another one's words. Never shown to that one."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    whom = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_block"
        constraints = [
            models.UniqueConstraint(fields=["person", "whom"], name="pledges_block_once"),
            models.CheckConstraint(condition=~Q(person=F("whom")), name="pledges_block_other"),
        ]

    def __str__(self) -> str:
        return f"{self.id}"


class Complaint(models.Model):
    """Somebody says that a proof, a comment or a person breaks the rules; a steward decides."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    kind = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in ComplaintKind])
    subject = models.UUIDField()
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    whose = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    why = models.CharField(max_length=PROSE_LENGTH)
    words = models.CharField(max_length=1_000, default="", blank=True)
    at = models.DateTimeField(default=clock.now)
    decided = models.CharField(max_length=STATE_LENGTH, default="", blank=True)  # upheld, dismissed
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "pledges_complaint"
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "project", "by"], name="pledges_complaint_once")
        ]
        indexes = [models.Index(fields=["at"], condition=Q(decided=""), name="pledges_complaint_waits")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Hush(models.Model):
    """What a steward took out of a group: a proof or the words of a meeting out of its sight, or the word from a person. The day
    still counts as it did.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in ComplaintKind])
    subject = models.UUIDField()
    why = models.CharField(max_length=PROSE_LENGTH)
    by = models.UUIDField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_hush"
        constraints = [models.UniqueConstraint(fields=["project", "kind", "subject"], name="pledges_hush_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Notice(models.Model):
    """What a leader lets everybody of a project know."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    by = models.UUIDField()
    text = models.CharField(max_length=PROSE_LENGTH)
    at = models.DateTimeField(default=clock.now)
    taken_down_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "pledges_notice"
        indexes = [models.Index(fields=["project", "-id"], name="pledges_notice_of")]

    def __str__(self) -> str:
        return f"{self.id}"
