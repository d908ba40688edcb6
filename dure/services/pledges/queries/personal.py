"""What pledges adds to a person's data export."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from dure.services.pledges import models

from .pledges import standing

ROWS_AT_ONCE = 500


def export_of(person: UUID) -> Mapping[str, object]:
    """The projects a person led and was in, with what they sent, agreed to and got back."""
    return {
        "led": _led(person),
        "pledges": _pledges(person),
        "proofs": _proofs(person),
        "consents": _consents(person),
        "comments": _comments(person),
        "notices": _notices(person),
        "reminders": _reminders(person),
        "cheers": _cheers(person),
        "complaints": _complaints(person),
        "disputes": _disputes(person),
        "votes": _votes(person),
        "blocked": _blocked(person),
        "meetings": _meetings(person),
        "answers": _answers(person),
    }


def _led(person: UUID) -> Iterator[Mapping[str, object]]:
    for row in models.Project.objects.filter(leader_id=person).order_by("proposed_at", "pk").iterator(ROWS_AT_ONCE):
        yield {"title": row.title, "promise": row.promise, "state": row.state, "proposed_at": row.proposed_at}


def _pledges(person: UUID) -> Iterator[Mapping[str, object]]:
    rows = (
        models.Pledge.objects.filter(person_id=person)
        .select_related("project", "settlement", "certificate")
        .prefetch_related("corrections")
        .order_by("asked_at", "pk")
    )
    for row in rows.iterator(ROWS_AT_ONCE):
        settlement: models.Settlement | None = getattr(row, "settlement", None)
        certificate: models.Certificate | None = getattr(row, "certificate", None)
        stands = standing(row)
        yield {
            "project": row.project.title,
            "state": row.state,
            "deposit": row.deposit,
            "asked_at": row.asked_at,
            "kept": stands.kept if stands else None,
            "refund": stands.refund if stands else None,
            "donation": stands.donation if stands else None,
            "fee": stands.fee if stands else None,
            "settled_kept": settlement.kept if settlement else None,
            "certificate": {"code": certificate.code, "name": certificate.name} if certificate else None,
        }


def _proofs(person: UUID) -> Iterator[Mapping[str, object]]:
    rows = models.Proof.objects.filter(pledge__person_id=person).select_related("pledge__project").order_by("id")
    for row in rows.iterator(ROWS_AT_ONCE):
        yield {
            "project": row.pledge.project.title,
            "day": row.day,
            "state": row.state,
            "text": row.text,
            "number": row.number,
            "sent_at": row.sent_at,
            "why": row.why,
            "appeal": row.appeal,
        }


def _consents(person: UUID) -> Iterator[Mapping[str, object]]:
    rows = (
        models.ConsentStep.objects.filter(pledge__person_id=person)
        .select_related("pledge__project")
        .order_by("at", "pk")
    )
    for row in rows.iterator(ROWS_AT_ONCE):
        yield {"project": row.pledge.project.title, "gives": row.gives, "at": row.at}


def _comments(person: UUID) -> Iterator[Mapping[str, object]]:
    rows = models.Comment.objects.filter(person_id=person).select_related("proof__pledge__project").order_by("id")
    for row in rows.iterator(ROWS_AT_ONCE):
        yield {"project": row.proof.pledge.project.title, "day": row.proof.day, "text": row.text, "at": row.at}


def _cheers(person: UUID) -> Iterator[Mapping[str, object]]:
    rows = models.Cheer.objects.filter(person_id=person).select_related("proof__pledge__project").order_by("id")
    for row in rows.iterator(ROWS_AT_ONCE):
        yield {"project": row.proof.pledge.project.title, "day": row.proof.day, "word": row.word, "at": row.at}


def _complaints(person: UUID) -> Iterator[Mapping[str, object]]:
    rows = models.Complaint.objects.filter(by_id=person).select_related("project").order_by("id")
    for row in rows.iterator(ROWS_AT_ONCE):
        yield {"project": row.project.title, "of": row.kind, "why": row.why, "at": row.at, "decided": row.decided}


def _disputes(person: UUID) -> Iterator[Mapping[str, object]]:
    rows = models.Dispute.objects.filter(pledge__person_id=person).select_related("pledge__project", "correction")
    for row in rows.order_by("asked_at", "id"):
        moved: models.Correction | None = getattr(row, "correction", None)
        yield {
            "project": row.pledge.project.title,
            "days": list(row.days.order_by("day").values_list("day", flat=True)),
            "why": row.why,
            "state": row.state,
            "at": row.asked_at,
            "kept_besides": moved.kept if moved else None,
            "refund_besides": moved.refund if moved else None,
            "donation_less": -moved.donation if moved else None,
        }


def _votes(person: UUID) -> Iterator[Mapping[str, object]]:
    rows = models.Vote.objects.filter(pledge__person_id=person).select_related("pledge__project", "receiver")
    for row in rows.order_by("at", "pledge_id"):
        yield {"project": row.pledge.project.title, "receiver": str(row.receiver.organisation_id), "at": row.at}


def _blocked(person: UUID) -> Iterator[Mapping[str, object]]:
    for row in models.Block.objects.filter(person_id=person).order_by("id").iterator(ROWS_AT_ONCE):
        yield {"person": str(row.whom_id), "at": row.at}


def _meetings(person: UUID) -> Iterator[Mapping[str, object]]:
    rows = models.Meeting.objects.filter(by=person).select_related("project").order_by("id")
    for row in rows.iterator(ROWS_AT_ONCE):
        yield {
            "project": row.project.title,
            "title": row.title,
            "place": row.place,
            "notes": row.notes,
            "starts_at": row.starts_at,
            "state": row.state,
            "called_at": row.called_at,
        }


def _answers(person: UUID) -> Iterator[Mapping[str, object]]:
    rows = models.MeetingAnswer.objects.filter(person_id=person).select_related("meeting__project").order_by("id")
    for row in rows.iterator(ROWS_AT_ONCE):
        yield {
            "project": row.meeting.project.title,
            "meeting_at": row.meeting.starts_at,
            "answer": row.word,
            "companions": row.companions,
            "since": row.since,
            "came": row.came,
        }


def _notices(person: UUID) -> Iterator[Mapping[str, object]]:
    rows = models.Notice.objects.filter(by=person).select_related("project").order_by("id")
    for row in rows.iterator(ROWS_AT_ONCE):
        yield {"project": row.project.title, "text": row.text, "at": row.at, "taken_down_at": row.taken_down_at}


def _reminders(person: UUID) -> Iterator[Mapping[str, object]]:
    rows = models.ReminderHour.objects.filter(person_id=person).select_related("pledge__project").order_by("at", "id")
    for row in rows.iterator(ROWS_AT_ONCE):
        yield {"project": row.pledge.project.title if row.pledge else None, "hour": row.hour, "since": row.at}
