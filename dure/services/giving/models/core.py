"""Tables of giving. A box has the id of its cause, a gift the id of its transfer in the ledger."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models

from dure.base import ids
from dure.services.giving.types import (
    AgreementState,
    CauseState,
    GiftState,
    LineKind,
    MatchKind,
    PartnerState,
    Topic,
    Verdict,
)

STATE_LENGTH = 12
PICTURES, PROOFS = "giving/pictures", "giving/proofs"  # folders of the private store


def choices(kind: type[CauseState] | type[Topic] | type[GiftState] | type[LineKind]) -> list[tuple[str, str]]:
    """Values of an enum as Django asks for them."""
    return [(one.value, one.name.lower()) for one in kind]


def private() -> Storage:
    """Files that only a page which asks for a permission hands out."""
    return storages["private"]


def person_key() -> "models.ForeignKey[models.Model, models.Model]":
    """A foreign key down to a person; money and votes outlive nobody's account silently, hence PROTECT."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")


class Cause(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    code = models.CharField(max_length=8, unique=True, default=ids.speakable)
    state = models.CharField(max_length=STATE_LENGTH, choices=choices(CauseState), default=CauseState.DRAFT)
    proposer = person_key()
    partner = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    partner_state = models.CharField(max_length=STATE_LENGTH, default=PartnerState.ASKED)
    title = models.CharField(max_length=60)
    story = models.TextField(max_length=10_000)
    beneficiary = models.CharField(max_length=100)
    topic = models.CharField(max_length=12, choices=choices(Topic))
    region = models.CharField(max_length=10)
    goal = models.BigIntegerField()
    days_open = models.PositiveIntegerField()
    emergency = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    gate_ends_at = models.DateTimeField(null=True)
    gate_reached_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=500, blank=True)
    collection_number = models.CharField(max_length=40, blank=True, default="")  # the law registers each collection

    class Meta:
        db_table = "giving_cause"
        constraints = [
            models.CheckConstraint(condition=models.Q(goal__gt=0), name="giving_cause_goal"),
            models.UniqueConstraint(
                fields=["collection_number"],
                condition=~models.Q(collection_number=""),
                name="giving_cause_collection",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-proposed_at"], name="giving_cause_list"),
            models.Index(fields=["partner"], name="giving_cause_partner"),
            models.Index(fields=["proposer"], name="giving_cause_proposer"),
        ]

    def __str__(self) -> str:
        return self.title


class Box(models.Model):
    """The donation box of a cause that was opened: what the hot path reads."""

    cause = models.OneToOneField(Cause, on_delete=models.PROTECT, primary_key=True, related_name="box", db_column="id")
    state = models.CharField(max_length=STATE_LENGTH, choices=choices(CauseState), default=CauseState.OPEN)
    account = models.UUIDField(unique=True)  # ledger: what people gave
    match_account = models.UUIDField(unique=True)  # ledger: what matching funds added
    project_account = models.UUIDField(unique=True)  # ledger: paid out to the partner, not yet reported as spent
    spent_account = models.UUIDField(unique=True)  # ledger: spent, by report line
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    payout = models.UUIDField(null=True)  # ledger: the posting that paid it out
    paid_out_at = models.DateTimeField(null=True)
    paid_to = models.ForeignKey(
        "people.BankAccount", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    report_due_on = models.DateField(null=True)
    reported_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "giving_box"
        verbose_name_plural = "boxes"
        indexes = [models.Index(fields=["state", "closes_at"], name="giving_box_closing")]

    def __str__(self) -> str:
        return self.cause.title


class Line(models.Model):
    """A line of the proposal's budget (version 0) or of a revised plan (version 1, 2, ...)."""

    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, related_name="budget")
    version = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    label = models.CharField(max_length=100)
    amount = models.BigIntegerField()
    kind = models.CharField(max_length=STATE_LENGTH, choices=choices(LineKind), default=LineKind.DIRECT)

    class Meta:
        db_table = "giving_line"
        constraints = [
            models.UniqueConstraint(fields=["cause", "version", "position"], name="giving_line_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="giving_line_amount"),
        ]

    def __str__(self) -> str:
        return self.label


class Picture(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, related_name="pictures")
    position = models.PositiveIntegerField()
    file = models.ImageField(upload_to=PICTURES, storage=private)  # a draft's are its proposer's alone
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = models.CharField(max_length=200)

    class Meta:
        db_table = "giving_picture"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.alt


class Agreement(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, related_name="agreements")
    person = person_key()
    identity = models.CharField(
        max_length=64, blank=True
    )  # one for all accounts of a person, in this cause only; erased later
    state = models.CharField(max_length=STATE_LENGTH, default=AgreementState.VALID)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "giving_agreement"
        constraints = [
            models.UniqueConstraint(fields=["cause", "person"], name="giving_agreement_once"),
            models.UniqueConstraint(
                fields=["cause", "identity"],
                condition=models.Q(state="valid") & ~models.Q(identity=""),
                name="giving_agreement_identity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause_id} {self.state}"


class Check(models.Model):
    """A steward's word in vetting. `round` grows each time the proposer resubmits."""

    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, related_name="checks")
    steward = person_key()
    round = models.PositiveIntegerField()
    verdict = models.CharField(max_length=STATE_LENGTH)
    marks = models.JSONField(default=list)
    emergency = models.BooleanField(default=False)  # whether this steward confirms that it is one
    comment = models.TextField(blank=True, max_length=2_000)
    at = models.DateTimeField()

    class Meta:
        db_table = "giving_check"
        verbose_name = "vetting check"

    def __str__(self) -> str:
        return f"{Verdict(self.verdict).name.lower()} {self.cause_id}"


class Gift(models.Model):
    """A gift. Its money is in the ledger under the same id; totals are always summed there."""

    id = models.UUIDField(primary_key=True, editable=False)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="+", db_index=False)
    donor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount = models.BigIntegerField()
    message = models.CharField(max_length=300, blank=True)
    hidden = models.BooleanField(default=False, db_default=False)  # the words only; the gift itself always stands
    name_shown = models.BooleanField(default=False)
    state = models.CharField(max_length=STATE_LENGTH, choices=choices(GiftState), default=GiftState.PENDING)
    payment = models.UUIDField(unique=True)  # the captured payment: each pays for one gift
    key = models.CharField(max_length=255)  # the request's idempotency key
    body_hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "giving_gift"
        constraints = [
            models.UniqueConstraint(fields=["donor", "key"], name="giving_gift_once"),  # also finds a donor's gifts
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="giving_gift_amount"),
        ]
        indexes = [
            models.Index(fields=["box", "-at"], include=["donor", "amount", "state"], name="giving_gift_wall"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.box_id}"


class Cheer(models.Model):
    """A comment or a share. The first of a person, box and day counts as a gift from the matching fund."""

    id = models.UUIDField(primary_key=True, editable=False)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="+")
    person = person_key()
    kind = models.CharField(max_length=STATE_LENGTH)
    text = models.CharField(max_length=300, blank=True)
    hidden = models.BooleanField(default=False)
    matched = models.BigIntegerField(default=0)
    fund = models.ForeignKey("giving.MatchFund", on_delete=models.PROTECT, related_name="+", null=True)
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        db_table = "giving_cheer"
        constraints = [
            models.UniqueConstraint(
                fields=["box", "person", "day"], condition=models.Q(matched__gt=0), name="giving_cheer_matched_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in MatchKind]), name="giving_cheer_kind"
            ),
        ]
        indexes = [models.Index(fields=["box", "-at"], name="giving_cheer_wall")]

    def __str__(self) -> str:
        return f"{self.kind} {self.box_id}"


class Objection(models.Model):
    """A reader finds that words on a wall break the rules; it waits until a steward hides them or lets them stand."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=STATE_LENGTH)  # of the entry: a gift or a comment
    entry = models.UUIDField()
    person = person_key()
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "giving_objection"
        constraints = [models.UniqueConstraint(fields=["entry", "person"], name="giving_objection_once")]
        indexes = [models.Index(fields=["box"], condition=models.Q(settled_at=None), name="giving_objection_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.entry}"


class Plan(models.Model):
    """A revised plan for the sum really raised. Its lines are `Line`s of the same version."""

    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveIntegerField()
    total = models.BigIntegerField()
    by = person_key()
    at = models.DateTimeField()
    rejected_at = models.DateTimeField(null=True)
    rejected_why = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "giving_plan"
        constraints = [models.UniqueConstraint(fields=["box", "version"], name="giving_plan_once")]

    def __str__(self) -> str:
        return f"{self.box_id} v{self.version}"


class Approval(models.Model):
    """A steward's yes to a plan; two different people are needed."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="approvals")
    steward = person_key()
    at = models.DateTimeField()

    class Meta:
        db_table = "giving_approval"
        constraints = [models.UniqueConstraint(fields=["plan", "steward"], name="giving_approval_once")]

    def __str__(self) -> str:
        return f"{self.plan_id}"


class ReportLine(models.Model):
    """One use of money: date, payee, purpose, amount, proof. Posted to the ledger when the report is filed."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="report_lines")
    position = models.PositiveIntegerField()
    spent_on = models.DateField()
    payee = models.CharField(max_length=100)
    purpose = models.CharField(max_length=200)
    amount = models.BigIntegerField()
    proof = models.FileField(upload_to=PROOFS, storage=private)
    proof_name = models.CharField(max_length=200)
    proof_sha256 = models.CharField(max_length=64)

    class Meta:
        db_table = "giving_report_line"
        ordering = ["spent_on", "position"]
        constraints = [
            models.UniqueConstraint(fields=["box", "position"], name="giving_report_line_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="giving_report_line_amount"),
        ]

    def __str__(self) -> str:
        return self.purpose


class Step(models.Model):
    """The history of a cause: who led it from which state to which, and why. Append only."""

    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, related_name="steps")
    want = models.CharField(max_length=20)
    before = models.CharField(max_length=STATE_LENGTH)
    after = models.CharField(max_length=STATE_LENGTH)
    by = models.UUIDField(null=True)
    why = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "giving_step"
        indexes = [models.Index(fields=["cause", "at"], name="giving_step_history")]

    def __str__(self) -> str:
        return f"{self.before} > {self.after}"
