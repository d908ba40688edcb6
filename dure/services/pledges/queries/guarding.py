"""What of a group somebody does not see, what waits for a steward, and whom one blocked."""

from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.services.pledges import models
from dure.services.pledges.rules import group, permits, steps
from dure.services.pledges.types import (
    Blocked,
    Complaint,
    ComplaintId,
    ComplaintKind,
    Hush,
    HushId,
    Meant,
    ProjectId,
    ProofId,
)

WAITING_MAX: Final = 50


def unseen_by(person: PersonId | None) -> frozenset[PersonId]:
    """Whom a person blocked, and who blocked them: neither sees the other."""
    if person is None:
        return frozenset()
    pairs = models.Block.objects.filter(Q(person=person) | Q(whom=person)).values_list("person_id", "whom_id")
    return frozenset(PersonId(one) for pair in pairs for one in pair if one != person)


def sees(by: Actor, whose: PersonId, proof: ProofId) -> bool:
    """Whether nothing stands between somebody and a proof that their group sees: no block, no steward's word."""
    between = Q(person=by.person, whom=whose) | Q(person=whose, whom=by.person)
    hushed = models.Hush.objects.filter(kind=ComplaintKind.PROOF, subject=proof)
    return not (models.Block.objects.filter(between).exists() or (by.person != whose and hushed.exists()))


def hushed_proofs(project_id: ProjectId) -> QuerySet[models.Hush, UUID]:
    """Proofs of a project that a steward took out of its group's sight."""
    return models.Hush.objects.filter(project_id=project_id, kind=ComplaintKind.PROOF).values_list("subject", flat=True)


def silenced_why(project_id: ProjectId, person: PersonId) -> str | None:
    """Why a person says nothing more in a project; None: they may."""
    return _hushed_why(project_id, ComplaintKind.PERSON, person)


def unseen_why(project_id: ProjectId, proof: ProofId) -> str | None:
    """Why the group does not see a proof any more; None: it does."""
    return _hushed_why(project_id, ComplaintKind.PROOF, proof)


def _hushed_why(project_id: ProjectId, kind: ComplaintKind, subject: UUID) -> str | None:
    rows = models.Hush.objects.filter(project_id=project_id, kind=kind, subject=subject)
    return rows.values_list("why", flat=True).first()


def hushes(by: Actor) -> tuple[Hush, ...]:
    """What stewards took out of groups, the newest first. Raises NotAllowed."""
    permits.may_look(by)
    return tuple(
        Hush(
            id=HushId(row.id),
            project=ProjectId(row.project_id),
            kind=ComplaintKind(row.kind),
            subject=row.subject,
            why=row.why,
            at=row.at,
        )
        for row in models.Hush.objects.order_by("-at", "-id")[:WAITING_MAX]
    )


def is_of_group(project_id: ProjectId, person: PersonId) -> bool:
    """Whether a person is in a project, stopped or not, or leads it."""
    inside = models.Pledge.objects.filter(project_id=project_id, person_id=person, state__in=(*steps.HELD, "settled"))
    return inside.exists() or models.Project.objects.filter(id=project_id, leader_id=person).exists()


def share_a_group(person: PersonId, other: PersonId) -> bool:
    """Whether two people are, or were, in one project, or one leads what the other is in."""
    of_other = models.Pledge.objects.filter(person_id=other, held_at__isnull=False).values("project_id")
    mine = models.Pledge.objects.filter(person_id=person, held_at__isnull=False)
    led = models.Project.objects.filter(leader_id=other).values("id")
    return (
        mine.filter(Q(project_id__in=of_other) | Q(project_id__in=led)).exists()
        or models.Project.objects.filter(leader_id=person, id__in=of_other).exists()
    )


def blocked_by(person: PersonId) -> tuple[Blocked, ...]:
    """Whom a person blocked, the last one first."""
    rows = models.Block.objects.filter(person_id=person).order_by("-at", "-id").values_list("whom_id", "at")
    return tuple(Blocked(PersonId(whom), at) for whom, at in rows)


def complaints(by: Actor) -> tuple[Complaint, ...]:
    """What waits for a steward, the oldest first; those of the same thing are one. Raises NotAllowed."""
    permits.may_look(by)
    rows = models.Complaint.objects.filter(decided="").order_by("at", "id")
    first: dict[tuple[str, UUID, UUID], models.Complaint] = {}
    whys: dict[tuple[str, UUID, UUID], list[str]] = {}
    for row in rows[: WAITING_MAX * 4]:
        same = (row.kind, row.subject, row.project_id)
        first.setdefault(same, row)
        whys.setdefault(same, []).append(row.why)
    return tuple(_complaint(row, whys[same]) for same, row in list(first.items())[:WAITING_MAX])


def count_complaints() -> int:
    """How many things wait for a steward's word."""
    return models.Complaint.objects.filter(decided="").values("kind", "subject", "project").distinct().count()


def meant(kind: ComplaintKind, subject: UUID) -> Meant:
    """Whose a proof, a comment or a meeting is, in which project, and its words. Raises NotFound."""
    if kind is ComplaintKind.PROOF:
        proofs = models.Proof.objects.filter(id=subject)
        found = proofs.values_list("pledge__person_id", "pledge__project_id", "text").first()
    elif kind is ComplaintKind.MEETING:
        meeting = models.Meeting.objects.filter(id=subject).first()
        words = "\n".join(filter(None, (meeting.title, meeting.place, meeting.notes))) if meeting else ""
        found = (meeting.by, meeting.project_id, words) if meeting else None
    else:
        comments = models.Comment.objects.filter(id=subject)
        found = comments.values_list("person_id", "proof__pledge__project_id", "text").first()
    if found is None:
        raise NotFound(what=kind.value)
    return Meant(PersonId(found[0]), ProjectId(found[1]), found[2])


def meant_by(by: Actor, kind: ComplaintKind, subject: UUID) -> Meant:
    """The same for somebody of the group: what its pages do not show them is not there. Raises NotFound."""
    avoid = models.Block.objects.filter(whom=by.person).values("person")
    if kind is ComplaintKind.PROOF:
        hushed = models.Hush.objects.filter(kind=kind, subject=subject).exists()
        proofs = models.Proof.objects.filter(id=subject, state__in=group.SHOWN).exclude(pledge__person__in=avoid)
        is_there = proofs.exists() and not hushed
    elif kind is ComplaintKind.MEETING:
        is_there = models.Meeting.objects.filter(id=subject, hidden=False).exists()
    else:
        comments = models.Comment.objects.filter(id=subject, hidden_at__isnull=True, proof__state__in=group.SHOWN)
        is_there = comments.exclude(person__in=avoid).exclude(proof__pledge__person__in=avoid).exists()
    if not is_there:
        raise NotFound(what=kind.value)
    return meant(kind, subject)


def _complaint(row: models.Complaint, whys: list[str]) -> Complaint:
    return Complaint(
        id=ComplaintId(row.id),
        kind=ComplaintKind(row.kind),
        subject=row.subject,
        project=ProjectId(row.project_id),
        whose=PersonId(row.whose_id),
        words=row.words,
        whys=tuple(whys),
        at=row.at,
    )
