"""What a group said of its proofs: how many said which word, and the comments; four statements however many proofs."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Final

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.services.pledges import models
from dure.services.pledges.rules import group as rules
from dure.services.pledges.rules import permits, steps
from dure.services.pledges.types import (
    CheerWord,
    Comment,
    CommentId,
    Life,
    PledgeState,
    Project,
    ProjectId,
    Proof,
    ProofId,
)

from .guarding import sees, unseen_by
from .projects import project
from .proofs import proof

HIDDEN_SHOWN_MAX: Final = 50
ALL: Final = rules.COMMENTS_PER_PROOF_MAX
NOTHING: Final = Q(pk__in=())


def may_speak(by: Actor, of: Project) -> bool:
    """Whether somebody goes on in a project or leads it: these cheer and comment."""
    return by.person is not None and (by.person == of.leader or goes_on(of.id, by.person))


def goes_on(project_id: ProjectId, person: PersonId) -> bool:
    """Whether a person is in a project and did not stop."""
    rows = models.Pledge.objects.filter(project_id=project_id, person_id=person)
    return rows.filter(state=PledgeState.JOINED).exists()


def proof_of_group(by: Actor, proof_id: ProofId) -> tuple[Proof, Project]:
    """A proof that its group sees, with its project. Raises NotFound, NotAllowed."""
    found = proof(proof_id)
    row = models.Pledge.objects.filter(id=found.pledge).values_list("project_id", flat=True).get()
    of, person = project(ProjectId(row)), permits.somebody(by)
    inside = models.Pledge.objects.filter(project_id=row, person_id=person, state__in=(*steps.HELD, "settled"))
    permits.may_see_group(by, of.leader, inside.exists())
    watches = by.is_steward or by.is_auditor
    if found.state not in rules.SHOWN or not (watches or sees(by, found.person, proof_id)):
        raise NotFound(what="proof")
    return found, of


def lives(by: Actor, proofs: Collection[ProofId]) -> Mapping[ProofId, Life]:
    """What was said of each of these proofs, with the last comments of each: none that is hidden, and none of people of whom one
    blocked the other. The caller asked who may see the proofs.
    """
    return _lives(by, proofs, rules.LAST_SHOWN, NOTHING)


def _lives(by: Actor, proofs: Collection[ProofId], last: int, hidden: Q) -> Mapping[ProofId, Life]:
    """The same with the `last` comments of each proof, and of the hidden ones these."""
    counts: dict[ProofId, dict[CheerWord, int]] = defaultdict(dict)
    rows = models.Cheer.objects.filter(proof__in=proofs).order_by()
    for proof_id, word, people in rows.values_list("proof_id", "word").annotate(n=Count("id")):
        counts[ProofId(proof_id)][CheerWord(word)] = people
    mine: dict[ProofId, list[CheerWord]] = defaultdict(list)
    if by.person is not None:
        for proof_id, word in rows.filter(person_id=by.person).values_list("proof_id", "word"):
            mine[ProofId(proof_id)].append(CheerWord(word))
    many: dict[ProofId, int] = {}
    said: dict[ProofId, list[Comment]] = defaultdict(list)
    unseen = () if by.is_steward or by.is_auditor else unseen_by(by.person)
    there = models.Comment.objects.filter(Q(hidden_at__isnull=True) | hidden, proof__in=proofs)
    shown = there.exclude(person__in=unseen).annotate(
        many=Window(Count("id"), partition_by=F("proof_id")),
        place=Window(RowNumber(), partition_by=F("proof_id"), order_by="-id"),
    )
    for row in _with_project(shown.filter(place__lte=last)).order_by("id"):
        many[ProofId(row.proof_id)] = vars(row)["many"]
        said[ProofId(row.proof_id)].append(_comment(row))
    return {one: Life(one, rules.cheers(counts[one], mine[one]), many.get(one, 0), tuple(said[one])) for one in proofs}


def life(by: Actor, proof_id: ProofId) -> Life:
    """All that was said of one proof. Raises NotFound, NotAllowed."""
    _found, of = proof_of_group(by, proof_id)
    judges = by.is_steward or by.is_auditor or by.person == of.leader
    hidden = Q(hidden_at__isnull=False) if judges else Q(person=by.person)
    return _lives(by, [proof_id], ALL, hidden)[proof_id]


def comment(comment_id: CommentId) -> Comment:
    """One comment. Raises NotFound."""
    row = _with_project(models.Comment.objects.filter(id=comment_id)).first()
    if row is None:
        raise NotFound(what="comment")
    return _comment(row)


def hidden_comments(by: Actor) -> tuple[Comment, ...]:
    """What leaders hid and no steward has looked at, the newest first. Raises NotAllowed."""
    permits.may_look(by)
    rows = _with_project(models.Comment.objects.filter(hidden_at__isnull=False, judged=False))
    return tuple(_comment(row) for row in rows.order_by("-hidden_at", "-id")[:HIDDEN_SHOWN_MAX])


def _with_project(rows: QuerySet[models.Comment]) -> QuerySet[models.Comment]:
    return rows.select_related("proof__pledge")


def _comment(row: models.Comment) -> Comment:
    return Comment(
        id=CommentId(row.id),
        proof=ProofId(row.proof_id),
        project=ProjectId(row.proof.pledge.project_id),
        person=PersonId(row.person_id),
        text=row.text,
        at=row.at,
        edited_at=row.edited_at,
        is_hidden=row.hidden_at is not None,
        hidden_why=row.hidden_why,
    )
