"""Calls to the number of the village broadcast, what somebody is known by who speaks there, words that are still to be typed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dure.base import clock, ids

from .airing import Announcement
from .villages import SECRET_LENGTH

HASH_LENGTH = 32


class TelephoneSecret(models.Model):
    """By what somebody with an office is known who calls: its hash, and how often it was tried wrongly."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+")
    secret = models.CharField(max_length=SECRET_LENGTH)
    set_at = models.DateTimeField(default=clock.now)
    wrong = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "broadcast_telephone_secret"

    def __str__(self) -> str:
        return str(self.person_id)


class Call(models.Model):
    """A call of somebody whom we know by their number, which stands nowhere here. Gone after a day.

    `name`: a keyed hash of what the gateway calls it. `told`: one of what it told last; `answer`: what that was answered, so that
    the same once more is answered the same. `turn`: of that answer.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name = models.BinaryField(max_length=HASH_LENGTH, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    number = models.BinaryField(max_length=HASH_LENGTH, default=b"")  # hash of one that listens without an account
    about = models.UUIDField(null=True)  # the announcement about which it is called
    state = models.JSONField()
    turn = models.PositiveSmallIntegerField()
    told = models.BinaryField(max_length=HASH_LENGTH)
    answer = models.JSONField()
    begun_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "broadcast_call"
        constraints = [
            models.CheckConstraint(condition=Q(turn__gte=1), name="broadcast_call_turn"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, number=b"") | (Q(person__isnull=True) & ~Q(number=b"")),
                name="broadcast_call_whose",
            ),
        ]
        indexes = [models.Index(fields=["begun_at"], name="broadcast_call_begun")]

    def __str__(self) -> str:
        return f"{self.begun_at:%Y-%m-%d %H:%M}"


class WordsWanted(models.Model):
    """An announcement that was spoken by telephone: its words say only who spoke, until somebody types them."""

    announcement = models.OneToOneField(Announcement, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "broadcast_words_wanted"

    def __str__(self) -> str:
        return str(self.announcement_id)
