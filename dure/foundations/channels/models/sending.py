"""Tables of the outbox: content, sendings, dispatches, attempts, reports, and what dealers have left."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dure.base import clock, ids
from dure.foundations.channels.types import AttemptState, DispatchState, Lane, Purpose, Route, SendingState, Why

from .channels import Channel

KEY_LENGTH = 120
CODE_LENGTH = 20
ONLY_LENGTH = 40


class Body(models.Model):
    """Content, stored once however many receive it. Never changed."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    content = models.BinaryField()  # JSON of types.Content

    class Meta:
        db_table = "channels_body"

    def __str__(self) -> str:
        return str(self.id)


class Sending(models.Model):
    """Content on its way to an audience."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Purpose])
    lane = models.PositiveSmallIntegerField(choices=[(one.value, one.name) for one in Lane])
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    template = models.UUIDField(null=True)
    segment = models.BinaryField(null=True)  # JSON of types.Segment; None: persons were named
    key = models.CharField(max_length=KEY_LENGTH)
    about = models.UUIDField(null=True)
    state = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in SendingState], default="queueing"
    )
    count = models.PositiveIntegerField(default=0)
    queued_to = models.UUIDField(null=True)  # the last person matched; queueing goes on after it
    asked_by = models.UUIDField(null=True)
    free_only = models.BooleanField(default=False)
    only = models.CharField(
        max_length=ONLY_LENGTH, default="", db_default="", blank=True
    )  # routes with a blank between
    confidential = models.BooleanField(default=False, db_default=False)  # nothing of it is shown to the channel's staff
    keyed = models.BooleanField(default=False, db_default=False)  # a call asks for a key
    most_won = models.PositiveBigIntegerField(default=0)  # held back for it; 0: nobody pays, or nothing costs
    each_won = models.PositiveIntegerField(default=0)  # of it, for one person
    begun_won = models.PositiveBigIntegerField(
        default=0
    )  # of it, what dealers were asked for: never more than was held
    paid_by = models.CharField(max_length=20, blank=True)  # the house that held it back
    settle_at = models.DateTimeField(
        null=True
    )  # when to look what it came to; None: that is settled, or waits in a pool
    pooled_at = models.DateTimeField(null=True)  # since when what an answer came to waits to be told with others
    at = models.DateTimeField(default=clock.now)
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "channels_sending"
        constraints = [models.UniqueConstraint(fields=["key"], name="channels_sending_key")]
        indexes = [
            models.Index(fields=["state"], name="channels_sending_open", condition=Q(state__in=["queueing", "open"])),
            models.Index(fields=["channel", "at"], name="channels_sending_of"),
            models.Index(fields=["settle_at"], name="channels_sending_to_settle", condition=Q(settle_at__isnull=False)),
            models.Index(fields=["channel"], name="channels_sending_secret", condition=Q(confidential=True)),
            models.Index(fields=["channel"], name="channels_sending_pooled", condition=Q(pooled_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.at}"


class Dispatch(models.Model):
    """A sending for one person."""

    id = models.BigAutoField(primary_key=True)
    sending = models.ForeignKey(Sending, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    lane = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in DispatchState], default="waiting"
    )
    rung = models.PositiveSmallIntegerField(default=0)  # of the purpose's ladder
    tries = models.PositiveSmallIntegerField(default=0)  # on this rung
    best = models.CharField(max_length=10, blank=True)  # the best that any attempt reached
    counted = models.BooleanField(default=False)  # has taken its place in the day's cap
    next_at = models.DateTimeField(null=True)  # when to look again; None: it has its end, or a report will come
    why = models.CharField(max_length=20, blank=True, choices=[(one.value, one.value) for one in Why])
    variables = models.JSONField(null=True)
    recalled_at = models.DateTimeField(null=True)  # nothing more goes to this person since then
    opened_at = models.DateTimeField(null=True)
    clicked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "channels_dispatch"
        constraints = [models.UniqueConstraint(fields=["sending", "person"], name="channels_dispatch_once")]
        indexes = [
            models.Index(
                fields=["sending", "next_at", "id"],
                name="channels_dispatch_next",
                condition=Q(next_at__isnull=False),
            ),
            models.Index(fields=["person", "id"], name="channels_dispatch_of"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.person_id}"


class Attempt(models.Model):
    """One try of a dispatch on one route. Written before the dealer is asked; its key is the dealer's idempotency key."""

    id = models.BigAutoField(primary_key=True)
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="+", db_index=False)
    route = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Route])
    rung = models.PositiveSmallIntegerField(default=0)  # the attempt group: a ladder may use a route twice
    dealer = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=KEY_LENGTH)
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in AttemptState], default="begun")
    code = models.CharField(max_length=CODE_LENGTH, blank=True)  # the dealer's own
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # when its end was reported
    won = models.PositiveIntegerField(default=0)  # what the dealer takes for it

    class Meta:
        db_table = "channels_attempt"
        constraints = [models.UniqueConstraint(fields=["key"], name="channels_attempt_key")]
        indexes = [models.Index(fields=["dispatch"], name="channels_attempt_of")]

    def __str__(self) -> str:
        return f"{self.route} {self.state}"


class Held(models.Model):
    """A ruling that made a dispatch wait, kept so that it can be explained."""

    id = models.BigAutoField(primary_key=True)
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="+", db_index=False)
    route = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Route])
    why = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Why])
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        db_table = "channels_held"
        indexes = [models.Index(fields=["dispatch"], name="channels_held_of")]

    def __str__(self) -> str:
        return f"{self.why} until {self.until}"


class DayCount(models.Model):
    """How many of one purpose a channel has sent to a person on one day in Seoul: what the cap is held against."""

    pk = models.CompositePrimaryKey("channel", "person", "purpose", "day")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Purpose])
    day = models.DateField()
    count = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "channels_day_count"
        indexes = [models.Index(fields=["day"], name="channels_day_count_old")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.day} {self.count}"


class Report(models.Model):
    """A dealer's word on an attempt, once by its own event id, in the order in which it came."""

    id = models.BigAutoField(primary_key=True)
    dealer = models.CharField(max_length=20)
    event = models.CharField(max_length=80)
    attempt = models.ForeignKey(
        Attempt, models.PROTECT, related_name="+", null=True
    )  # None: we know of no such attempt
    code = models.CharField(max_length=CODE_LENGTH)
    at = models.DateTimeField()

    class Meta:
        db_table = "channels_report"
        constraints = [models.UniqueConstraint(fields=["dealer", "event"], name="channels_report_once")]

    def __str__(self) -> str:
        return f"{self.dealer} {self.code}"


class DealerLoad(models.Model):
    """A dealer's token bucket and circuit breaker, shared by all workers."""

    dealer = models.CharField(max_length=20, primary_key=True)
    tokens = models.FloatField(default=0)
    filled_at = models.DateTimeField(default=clock.now)
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True)  # nothing is asked of it before
    booked_until = models.DateTimeField(null=True)  # its time up to then is given away

    class Meta:
        db_table = "channels_dealer"

    def __str__(self) -> str:
        return self.dealer
