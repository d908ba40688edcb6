"""What the lessons know of one person: for their data export."""

from collections.abc import Mapping

from dure.foundations.people.types import PersonId
from dure.services.market.models import lessons as moments
from dure.services.market.models import tutoring as tables


def export_of_learning(person: PersonId) -> Mapping[str, object]:
    """Questions they asked, shops they look after, visits they made, the shops whose friend they became, and those
    that answered them.
    """
    asked = tables.Question.objects.filter(asked_by=person).order_by("asked_at", "pk")
    visits = tables.Visit.objects.filter(tutor_id=person).order_by("on")
    tutored = tables.Enrolment.objects.filter(tutor_id=person).select_related("organisation", "course")
    friendships = moments.Arrival.objects.filter(person=person).select_related("organisation")
    return {
        "questions": [
            {"text": one.text, "asked_at": one.asked_at, "answer": one.answer, "answered_at": one.answered_at}
            for one in asked
        ],
        "tutor_of": [
            {"shop": one.organisation.name, "course": one.course.name, "since": one.enrolled_at} for one in tutored
        ],
        "visits": [{"on": one.on, "state": one.state, "note": one.note} for one in visits],
        "friend_of": (
            {"shop": one.organisation.name, "joined_at": one.joined_at, "left_at": one.left_at, "seen_at": one.seen_at}
            for one in friendships.iterator()
        ),
        "answered_by": (
            {"shop": one.organisation.name, "on": one.on}
            for one in moments.Effort.objects.filter(about=person).select_related("organisation").iterator()
        ),
    }
