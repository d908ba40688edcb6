"""Tables of courses, shops in them, visits, questions."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dure.services.market.rules.tutoring import ANSWER_LENGTH, NAME_LENGTH, NOTE_LENGTH_MAX, QUESTION_LENGTH
from dure.services.market.types.tutoring import EnrolmentState, VisitState

STATE_LENGTH = 10
CERTIFICATE_LENGTH = 10


class Course(models.Model):
    """Shops that learn together from one day on."""

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.CharField(max_length=NAME_LENGTH[1])
    begins_on = models.DateField()
    opened_by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "market_course"

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """A shop in a course. One that is over leaves room for the next."""

    id = models.UUIDField(primary_key=True, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    tutor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in EnrolmentState])
    certificate = models.CharField(max_length=CERTIFICATE_LENGTH, unique=True)
    enrolled_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "market_enrolment"
        constraints = [
            models.UniqueConstraint(
                name="market_enrolment_once", fields=["organisation", "course"], condition=~Q(state="withdrawn")
            ),
            models.CheckConstraint(
                name="market_enrolment_completed",
                condition=Q(state="completed", completed_at__isnull=False)
                | (~Q(state="completed") & Q(completed_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.state}"


class Visit(models.Model):
    """A tutor comes by."""

    id = models.UUIDField(primary_key=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="+")
    tutor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on = models.DateField()
    state = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in VisitState])
    note = models.CharField(max_length=NOTE_LENGTH_MAX, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "market_visit"
        constraints = [models.UniqueConstraint(name="market_visit_day", fields=["enrolment", "on"])]
        indexes = [models.Index(fields=["tutor", "on"], name="market_visit_of")]

    def __str__(self) -> str:
        return f"{self.on} {self.state}"


class Question(models.Model):
    """A shop asks, its tutor answers."""

    id = models.UUIDField(primary_key=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="+")
    asked_by = models.UUIDField()
    text = models.CharField(max_length=QUESTION_LENGTH[1])
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=ANSWER_LENGTH[1], blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "market_question"
        constraints = [
            models.CheckConstraint(
                name="market_question_answered",
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return self.text
