"""What officers issue, and the certificates under which it leaves."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dure.base import clock, ids
from dure.services.forecasts.types import DeskKind, IssueState

from .alerts import Alert
from .common import CODE_LENGTH


class Certificate(models.Model):
    """A certificate of this installation's own key, as others pin it. The key itself is derived and stands nowhere."""

    fingerprint = models.CharField(primary_key=True, max_length=CODE_LENGTH * 2)
    content = models.BinaryField()  # PEM
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "forecasts_certificate"

    def __str__(self) -> str:
        return self.fingerprint


class Issue(models.Model):
    """What somebody wrote at the desk, until it left, and from then on what became of it."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    state = models.CharField(
        max_length=CODE_LENGTH, choices=[(one, one) for one in IssueState], default=IssueState.DRAFT
    )
    kind = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in DeskKind])
    replaces = models.ForeignKey(Alert, models.PROTECT, related_name="+", null=True)
    content = models.BinaryField()  # JSON
    written_at = models.DateTimeField(default=clock.now)
    leaves_at = models.DateTimeField(null=True)
    alert = models.OneToOneField(Alert, models.PROTECT, related_name="+", null=True)

    class Meta:
        db_table = "forecasts_issue"
        constraints = [
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("author")), name="forecasts_issue_two"
            ),
            models.CheckConstraint(
                condition=Q(alert__isnull=True) | Q(state=IssueState.ISSUED), name="forecasts_issue_done"
            ),
        ]
        indexes = [
            models.Index(fields=["leaves_at"], condition=Q(state=IssueState.SENT), name="forecasts_issue_due"),
            models.Index(fields=["organisation", "-written_at"], name="forecasts_issue_of"),
        ]

    def __str__(self) -> str:
        return f"{self.id}"
