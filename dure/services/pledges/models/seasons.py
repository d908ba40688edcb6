"""A season, who may receive something of it, and its projects."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dure.base import clock, ids
from dure.services.pledges.types import (
    ProjectState,
    ProofKind,
    SeasonState,
)

from .common import BOX_TITLE_LENGTH, CODE_LENGTH, NAME_LENGTH, PROSE_LENGTH, STATE_LENGTH


class Season(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    name = models.CharField(max_length=NAME_LENGTH)
    starts_on = models.DateField()
    propose_until = models.DateField()
    join_until = models.DateField()
    deposit = models.PositiveBigIntegerField()
    grace_minutes = models.PositiveIntegerField(default=0)
    fee_percent = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in SeasonState], default="open"
    )
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField(default=clock.now)
    settling_by = models.UUIDField(null=True)
    settling_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    root = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        db_table = "pledges_season"
        constraints = [
            models.CheckConstraint(
                condition=Q(propose_until__lte=F("join_until")) & Q(join_until__lt=F("starts_on")),
                name="pledges_season_days",
            ),
            models.CheckConstraint(condition=Q(deposit__gt=0) & Q(fee_percent__lte=10), name="pledges_season_won"),
        ]

    def __str__(self) -> str:
        return self.name


class Receiver(models.Model):
    """An organisation, or a donation box that it carries out, that may receive what is not returned."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    season = models.ForeignKey(Season, models.PROTECT, related_name="receivers")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    account = models.UUIDField(unique=True)
    position = models.PositiveIntegerField()
    box = models.UUIDField(null=True)
    title = models.CharField(max_length=BOX_TITLE_LENGTH, default="", blank=True)  # of the box, as it was then

    class Meta:
        db_table = "pledges_receiver"
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation"], condition=Q(box=None), name="pledges_receiver_once"
            ),
            models.UniqueConstraint(fields=["season", "box"], name="pledges_receiver_box_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}"


class Project(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    season = models.ForeignKey(Season, models.PROTECT, related_name="projects")
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title = models.CharField(max_length=NAME_LENGTH)
    promise = models.CharField(max_length=PROSE_LENGTH)
    how = models.CharField(max_length=PROSE_LENGTH)
    proof = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in ProofKind])
    unit = models.CharField(max_length=10, default="", blank=True)
    capacity = models.PositiveIntegerField()
    days_a_week = models.PositiveIntegerField(default=7)
    window_start = models.PositiveIntegerField(default=0)
    window_until = models.PositiveIntegerField(default=1_440)
    state = models.CharField(
        max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in ProjectState], default="proposed"
    )
    proposed_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_project"
        constraints = [
            models.CheckConstraint(
                condition=Q(days_a_week__gte=1) & Q(days_a_week__lte=7), name="pledges_project_days_a_week"
            ),
            models.CheckConstraint(
                condition=Q(window_start__lt=F("window_until")) & Q(window_until__lte=1_440),
                name="pledges_project_window",
            ),
        ]
        indexes = [models.Index(fields=["season", "state"], name="pledges_project_of")]

    def __str__(self) -> str:
        return self.title


class ProjectStep(models.Model):
    """What was decided about a project, by whom and why. Only grows."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="steps")
    want = models.CharField(max_length=STATE_LENGTH)
    after = models.CharField(max_length=STATE_LENGTH)
    by = models.UUIDField(null=True)
    why = models.CharField(max_length=PROSE_LENGTH, default="", blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_project_step"
        indexes = [models.Index(fields=["project", "-at"], name="pledges_project_step_of")]

    def __str__(self) -> str:
        return f"{self.want} {self.project_id}"
