"""Tables of pledges. The won itself stands in the ledger: each deposit in an account of its own."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q

from dure.base import clock, ids
from dure.services.pledges.rules.days import SEASON_DAYS
from dure.services.pledges.rules.steps import LIVE
from dure.services.pledges.types import (
    CheerWord,
    ComplaintKind,
    PledgeState,
    ProjectState,
    ProofKind,
    ProofState,
    SeasonState,
)

STATE_LENGTH = 12
NAME_LENGTH, PROSE_LENGTH, CODE_LENGTH = 60, 300, 12
PICTURES = "pledges/pictures"  # folder of the private store


def private() -> Storage:
    """Files that only a page which asks for a permission hands out."""
    return storages["private"]


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
    """An organisation that may receive what is not returned."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    season = models.ForeignKey(Season, models.PROTECT, related_name="receivers")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    account = models.UUIDField(unique=True)
    position = models.PositiveIntegerField()

    class Meta:
        db_table = "pledges_receiver"
        constraints = [
            models.UniqueConstraint(fields=["season", "organisation"], name="pledges_receiver_once"),
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


class Pledge(models.Model):
    """One person in one project. Its deposit's transfer and account follow from its id."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="pledges")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in PledgeState])
    deposit = models.PositiveBigIntegerField()
    gives = models.BooleanField()
    receiver = models.ForeignKey(Receiver, models.PROTECT, related_name="+", null=True)
    payment = models.UUIDField(null=True, unique=True)
    asked_at = models.DateTimeField(default=clock.now)
    offered_until = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "pledges_pledge"
        constraints = [
            models.UniqueConstraint(
                fields=["project", "person"],
                condition=Q(state__in=[one.value for one in LIVE]),
                name="pledges_pledge_once",
            ),
            models.CheckConstraint(
                condition=Q(gives=True, receiver__isnull=False) | Q(gives=False, receiver__isnull=True),
                name="pledges_pledge_consent",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["joined", "stopped", "settled"])
                | (Q(payment__isnull=False) & Q(held_at__isnull=False)),
                name="pledges_pledge_held",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "state", "asked_at"], name="pledges_pledge_of"),
            models.Index(fields=["person", "-asked_at"], name="pledges_pledge_person"),
        ]

    def __str__(self) -> str:
        return f"{self.id}"


class ConsentStep(models.Model):
    """Every word of a person about what may be given. Only grows."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="consents")
    gives = models.BooleanField()
    receiver = models.ForeignKey(Receiver, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_consent_step"
        indexes = [models.Index(fields=["pledge", "-at"], name="pledges_consent_of")]

    def __str__(self) -> str:
        return f"{self.gives} {self.pledge_id}"


class Proof(models.Model):
    """That a day was kept, as its person says; one a pledge and day."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    pledge = models.ForeignKey(
        Pledge, models.PROTECT, related_name="proofs", db_index=False
    )  # the first of pledges_proof_once
    day = models.PositiveIntegerField()
    state = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in ProofState])
    text = models.CharField(max_length=1_000, default="", blank=True)
    number = models.PositiveBigIntegerField(null=True)
    picture = models.FileField(upload_to=PICTURES, storage=private, default="", blank=True)
    print = models.CharField(max_length=64, default="", blank=True)  # SHA-256 of the picture as it came
    sent_at = models.DateTimeField(default=clock.now)
    why = models.CharField(max_length=PROSE_LENGTH, default="", blank=True)
    appeal = models.CharField(max_length=PROSE_LENGTH, default="", blank=True)
    judged_by = models.UUIDField(null=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "pledges_proof"
        constraints = [
            models.UniqueConstraint(fields=["pledge", "day"], name="pledges_proof_once"),
            models.CheckConstraint(condition=Q(day__gte=1) & Q(day__lte=SEASON_DAYS), name="pledges_proof_day"),
        ]
        indexes = [
            models.Index(fields=["print"], condition=~Q(print=""), name="pledges_proof_print"),
            models.Index(fields=["state"], condition=Q(state__in=["late", "appealed"]), name="pledges_proof_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.pledge_id}"


class Settlement(models.Model):
    """What became of a deposit. Its transfers' ids follow from the pledge."""

    pledge = models.OneToOneField(Pledge, models.PROTECT, primary_key=True, related_name="settlement")
    kept = models.PositiveIntegerField()
    deposit = models.PositiveBigIntegerField()
    refund = models.PositiveBigIntegerField()
    donation = models.PositiveBigIntegerField()
    fee = models.PositiveBigIntegerField()
    receiver = models.ForeignKey(Receiver, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=clock.now)
    refunded_at = models.DateTimeField(null=True)  # handed to the provider; the rest is the ledger's

    class Meta:
        db_table = "pledges_settlement"
        constraints = [
            models.CheckConstraint(
                condition=Q(deposit=F("refund") + F("donation") + F("fee")), name="pledges_settlement_sums"
            ),
            models.CheckConstraint(condition=Q(kept__lte=SEASON_DAYS), name="pledges_settlement_kept"),
            models.CheckConstraint(
                condition=Q(receiver__isnull=False) | (Q(donation=0) & Q(fee=0)), name="pledges_settlement_consent"
            ),
        ]
        indexes = [
            models.Index(fields=["pledge"], condition=Q(refunded_at__isnull=True), name="pledges_settlement_owed"),
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id}"


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
    """What a steward took out of a group: a proof out of its sight, or the word from a person. The day still counts as it did."""

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
