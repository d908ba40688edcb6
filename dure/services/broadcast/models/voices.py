"""How announcements sound, made from their words or their recordings. All of it can be made again."""

from django.db import models
from django.db.models import Q

from dure.services.broadcast.types import Form, VoiceFault, VoiceState

from .airing import Announcement

STATE_LENGTH, FAULT_LENGTH, FORM_LENGTH = 10, 12, 8


class Voice(models.Model):
    """The making of it. `until`: while it is made, when whoever does it is taken for dead; failed, when it is tried again."""

    announcement = models.OneToOneField(Announcement, models.CASCADE, primary_key=True, related_name="+")
    state = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in VoiceState])
    fault = models.CharField(
        max_length=FAULT_LENGTH, choices=[(one.value, one.value) for one in VoiceFault if one], blank=True, default=""
    )
    tries = models.PositiveSmallIntegerField()
    until = models.DateTimeField(null=True)
    begins = models.FloatField(default=0)
    once = models.FloatField(default=0)
    again = models.FloatField(null=True)
    seconds = models.FloatField(default=0)
    at = models.DateTimeField()

    class Meta:
        db_table = "broadcast_voice"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="made") | Q(once__gt=0, seconds__gt=0, fault=""), name="broadcast_voice_made"
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(fault=""), name="broadcast_voice_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.announcement_id}"


class VoiceFile(models.Model):
    """One form of it."""

    id = models.BigAutoField(primary_key=True)
    voice = models.ForeignKey(Voice, models.CASCADE, related_name="files", db_index=False)
    form = models.CharField(max_length=FORM_LENGTH, choices=[(one.value, one.value) for one in Form])
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        db_table = "broadcast_voice_file"
        constraints = [models.UniqueConstraint(fields=["voice", "form"], name="broadcast_voice_file_once")]

    def __str__(self) -> str:
        return f"{self.form} {self.size}"
