"""Alerts as they came, whom we believe, and where we ask for alerts."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dure.base import clock, ids
from dure.services.forecasts.types import AlertTelling, MsgType, Scope, SenderRole, Status

from .common import CODE_LENGTH, IDENTITY_LENGTH, MARK_LENGTH, NAME_LENGTH, REGION_LENGTH, URL_LENGTH


class AlertSource(models.Model):
    """An address that is asked for alerts: a list of them, or one."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)
    url = models.CharField(max_length=URL_LENGTH)
    next_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True)
    good_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    why = models.CharField(max_length=CODE_LENGTH, default="", blank=True)  # of the last answer; empty: it was good
    error = models.CharField(max_length=NAME_LENGTH, default="", blank=True)  # the kind of one that nobody foresaw
    etag = models.CharField(max_length=MARK_LENGTH, default="", blank=True)
    modified = models.CharField(max_length=MARK_LENGTH, default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "forecasts_source"
        constraints = [
            models.UniqueConstraint(fields=["url"], condition=Q(ended_at__isnull=True), name="forecasts_source_once")
        ]

    def __str__(self) -> str:
        return self.name


class SourceItem(models.Model):
    """An alert that a list named and we fetched: what was issued stays as it is, so it is not asked for again."""

    source = models.ForeignKey(AlertSource, models.PROTECT, related_name="items", db_index=False)
    url = models.CharField(max_length=URL_LENGTH)
    at = models.DateTimeField(default=clock.now)  # when a list named it last

    class Meta:
        db_table = "forecasts_source_item"
        constraints = [models.UniqueConstraint(fields=["source", "url"], name="forecasts_source_item_once")]
        indexes = [models.Index(fields=["at"], name="forecasts_source_item_at")]

    def __str__(self) -> str:
        return self.url


class Pin(models.Model):
    """A certificate that an operator took for one sender, after its fingerprint was read aloud."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    sender = models.CharField(max_length=IDENTITY_LENGTH)
    certificate = models.BinaryField()  # PEM
    fingerprint = models.CharField(max_length=CODE_LENGTH * 2)  # SHA-256 in hexadecimal digits
    heard_from = models.CharField(max_length=MARK_LENGTH)
    pinned_at = models.DateTimeField(default=clock.now)
    pinned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_from = models.DateTimeField(null=True)
    unpinned_at = models.DateTimeField(null=True)
    unpinned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    class Meta:
        db_table = "forecasts_pin"
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "fingerprint"], condition=Q(unpinned_at__isnull=True), name="forecasts_pin_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_from__isnull=True, unpinned_at__isnull=True)
                | Q(withdrawn_from__lte=F("unpinned_at")),
                name="forecasts_pin_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.fingerprint[:8]}"


class Alert(models.Model):
    """One alert, with the bytes as they were received or issued. Never changed; but one that nobody vouched for gives way to the
    true one of the same name.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    sender = models.CharField(max_length=IDENTITY_LENGTH)
    identifier = models.CharField(max_length=IDENTITY_LENGTH)
    sent = models.DateTimeField()
    status = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in Status], blank=True)
    msg_type = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in MsgType], blank=True)
    scope = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in Scope], blank=True)
    references = models.TextField(default="", blank=True)  # as in the standard: sender,identifier,sent
    content = models.BinaryField()
    findings = models.BinaryField()  # JSON
    arrived_at = models.DateTimeField(default=clock.now)
    source = models.ForeignKey(AlertSource, models.PROTECT, related_name="+", null=True)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+", null=True)  # issued here
    role = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in SenderRole])
    untrusted = models.CharField(max_length=CODE_LENGTH, default="", blank=True)  # why; empty: it is believed
    reaches_people = models.BooleanField(default=False)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # by an update or cancellation of its own sender
    regions = models.TextField(default="", blank=True)  # beginnings of region codes, with blanks between them
    placed = models.BinaryField(
        default=b"[]"
    )  # JSON: the regions of each segment; empty: of a time before it was noted
    tell_at = models.DateTimeField(null=True)  # when to look next whom to tell; none: nobody any more
    tell_after = models.UUIDField(null=True)  # the reader up to whom this round has come

    class Meta:
        db_table = "forecasts_alert"
        constraints = [
            models.UniqueConstraint(fields=["sender", "identifier", "sent"], name="forecasts_alert_once"),
            models.CheckConstraint(
                condition=Q(tell_at__isnull=True) | Q(untrusted="", reaches_people=True), name="forecasts_alert_told"
            ),
        ]
        indexes = [
            models.Index(fields=["sender", "ends_at"], name="forecasts_alert_of"),
            models.Index(fields=["-arrived_at"], name="forecasts_alert_newest"),
            models.Index(fields=["tell_at"], condition=Q(tell_at__isnull=False), name="forecasts_alert_due"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.identifier}"


class AlertRegion(models.Model):
    """A region in which a steward had people told of an alert that does not name it."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="added", db_index=False)
    region = models.CharField(max_length=REGION_LENGTH)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "forecasts_alert_region"
        constraints = [models.UniqueConstraint(fields=["alert", "region"], name="forecasts_alert_region_once")]

    def __str__(self) -> str:
        return self.region


class BrokenNight(models.Model):
    """How many people were told of an alert in their quiet hours by one round, and in whose role; written with the messages."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="nights")
    at = models.DateTimeField(default=clock.now)
    telling = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in AlertTelling])
    level = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in SenderRole])
    readers = models.PositiveIntegerField()

    class Meta:
        db_table = "forecasts_broken_night"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.readers}"
