"""The words of an announcement in other languages, typed by who speaks to the village."""

from django.db import models

from dure.base import clock

from .airing import WORDS_LENGTH, Announcement

LANGUAGE_LENGTH = 8


class Translation(models.Model):
    """One language of one announcement."""

    id = models.BigAutoField(primary_key=True)
    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="translations", db_index=False)
    language = models.CharField(max_length=LANGUAGE_LENGTH)
    words = models.CharField(max_length=WORDS_LENGTH)
    written_by = models.UUIDField()
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "broadcast_translation"
        constraints = [models.UniqueConstraint(fields=["announcement", "language"], name="broadcast_translation_once")]

    def __str__(self) -> str:
        return f"{self.language} {self.announcement_id}"
