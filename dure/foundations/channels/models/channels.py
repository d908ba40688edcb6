"""Tables of channels, friends and the consent log."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dure.base import clock, ids
from dure.foundations.channels.types import Carried, ChannelState, ConsentAct, ConsentKind, Gone, JoinedBy

HANDLE_LENGTH = 12
NAME_LENGTH = 60
ABOUT_LENGTH = 500
TAG_LENGTH = 20


class Channel(models.Model):
    """The voice of an organisation."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    organisation = models.UUIDField()
    handle = models.CharField(max_length=HANDLE_LENGTH, unique=True)
    name = models.CharField(max_length=NAME_LENGTH)
    about = models.CharField(max_length=ABOUT_LENGTH, blank=True)
    contact = models.CharField(max_length=NAME_LENGTH, blank=True)
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in ChannelState], default="open")
    paused_why = models.CharField(max_length=200, blank=True)
    discreet = models.BooleanField(default=False)  # its words stand in the inbox only
    opened_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "channels_channel"
        indexes = [models.Index(fields=["organisation"], name="channels_channel_of")]

    def __str__(self) -> str:
        return self.name


class Friend(models.Model):
    """One person and one channel, whether friends now or once. Consents as they stand; how they came about is in ConsentLine."""

    pk = models.CompositePrimaryKey("channel", "person")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    joined_by = models.CharField(max_length=10, choices=[(one.value, one.value) for one in JoinedBy])
    left_at = models.DateTimeField(null=True)
    ads_since = models.DateTimeField(null=True)
    night_ads_since = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)  # when they last opened a message of the channel
    region = models.CharField(max_length=10, blank=True)
    tags = models.JSONField(default=list)
    note = models.CharField(max_length=500, blank=True)  # the channel's own; the friend may see it in their export

    class Meta:
        db_table = "channels_friend"
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(ads_since__isnull=True, night_ads_since__isnull=True),
                name="channels_friend_left_takes_no_ads",
            ),
            models.CheckConstraint(
                condition=Q(night_ads_since__isnull=True) | Q(ads_since__isnull=False),
                name="channels_friend_night_needs_ads",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="channels_friend_of", condition=Q(left_at__isnull=True)),
            models.Index(
                fields=["channel", "joined_at"], name="channels_friend_here", condition=Q(left_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.channel_id}"


class FriendDate(models.Model):
    """A day that a channel remembers of a friend: "birthday" (any year), "visited" (the last time)."""

    pk = models.CompositePrimaryKey("channel", "person", "name")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=TAG_LENGTH)
    on = models.DateField()

    class Meta:
        db_table = "channels_friend_date"

    def __str__(self) -> str:
        return f"{self.name} {self.on}"


class ConsentLine(models.Model):
    """The log of consents: the database refuses UPDATE and DELETE."""

    id = models.BigAutoField(primary_key=True)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in ConsentKind])
    act = models.CharField(max_length=10, choices=[(one.value, one.value) for one in ConsentAct])
    version = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        db_table = "channels_consent_line"
        indexes = [models.Index(fields=["channel", "person", "id"], name="channels_consent_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.act} {self.at}"


class Barrier(models.Model):
    """Who wants nothing more from anybody, or whom a dealer says it must not reach: a salted hash of the address, no name. It is
    the word of who had the address then, and stays theirs: it bars nobody to whom the address is given later.
    """

    id = models.BigAutoField(primary_key=True)
    route = models.CharField(max_length=10)
    hash = models.BinaryField(max_length=32)
    whose = models.BinaryField(max_length=32, default=b"")  # a salted hash of who had the address then; b"": not noted
    why = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        db_table = "channels_barrier"
        constraints = [models.UniqueConstraint(fields=["route", "hash", "whose"], name="channels_barrier_once")]

    def __str__(self) -> str:
        return f"{self.route} {self.why}"


class Reach(models.Model):
    """How a person can be reached outside the inbox: an address of one route, proved, sealed (kit.seals), with its salted hash. A
    telephone number is kept under SMS and serves texts and calls. Gone: it leads nowhere, and only its end is kept to be shown.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    route = models.CharField(max_length=10)
    sealed = models.BinaryField()
    hash = models.BinaryField(max_length=32)
    proved_at = models.DateTimeField(default=clock.now)
    aloud = models.BooleanField(default=False)  # what comes by telephone is read by a call
    gone_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=10, blank=True, choices=[(one.value, one.value) for one in Gone])

    class Meta:
        db_table = "channels_reach"
        indexes = [
            models.Index(fields=["person", "route"], name="channels_reach_of", condition=Q(gone_at__isnull=True))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["route", "hash"], name="channels_reach_once", condition=Q(gone_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.route} of {self.person_id}"


class NumberAsk(models.Model):
    """A telephone number that waits for its code, sealed; one a person. The code itself is kept nowhere (queries.code_of)."""

    id = models.UUIDField(primary_key=True, editable=False)  # new for each code
    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    carried = models.CharField(
        max_length=10, default=Carried.WAITING, choices=[(one.value, one.value) for one in Carried]
    )

    class Meta:
        db_table = "channels_number_ask"

    def __str__(self) -> str:
        return f"a number of {self.person_id}"
