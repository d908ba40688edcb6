"""Tables of dealers' reviews."""

from django.db import models

from dure.base import clock, ids
from dure.foundations.channels.types import ReviewState

from .broadcasts import Template

CODE_LENGTH = 60
COMMENT_LENGTH = 500


class DealerTemplate(models.Model):
    """One version of a template at one dealer."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    template = models.ForeignKey(Template, models.PROTECT, related_name="+")
    dealer = models.CharField(max_length=20)
    code = models.CharField(max_length=CODE_LENGTH, blank=True)
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in ReviewState], default="wanted")
    comment = models.CharField(max_length=COMMENT_LENGTH, blank=True)
    asked_by = models.UUIDField(null=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "channels_dealer_template"
        constraints = [
            models.UniqueConstraint(fields=["template", "dealer"], name="channels_dealer_template_once"),
            models.CheckConstraint(
                condition=models.Q(state="wanted") | ~models.Q(code=""), name="channels_dealer_template_has_code"
            ),
        ]
        indexes = [
            models.Index(
                fields=["changed_at"],
                name="channels_dealer_template_open",
                condition=models.Q(state__in=["wanted", "asked"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.dealer} {self.code}"
