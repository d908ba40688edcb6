"""Complain, hide, block: what people of a group need against each other.

A complaint is once a person and thing. Who is blocked is told nothing, by no answer of any face: what lies between the two is
not there for either (`queries.sees`). A block waits for what the blocked one is just saying, by the lock on their pledges.
"""

from typing import Final
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.kit import limits, tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import guarding as rules
from dure.services.pledges.rules import permits, steps
from dure.services.pledges.types import (
    Comment,
    CommentId,
    ComplaintId,
    ComplaintKind,
    HushId,
    Meant,
    ProjectId,
    WrongStep,
)

from .meetings import show_meeting, take_meeting_down

HOUR_SECONDS: Final = 3_600


def complain(by: Actor, kind: ComplaintKind, subject: UUID, why: str, *, key: str) -> None:
    """Say that a proof, a comment or a meeting breaks the rules; a steward decides. Once a person and thing.

    Raises NotAllowed, OwnWords, BadValue, TooOften, NotFound.
    """
    with tx.action(by, "pledges.complain", key, (kind, subject, why), bool) as done:
        if not done:
            meant = queries.meant_by(by, kind, subject)
            _note(by, kind, subject, meant, why)
            done.keep(True)


def complain_of_person(by: Actor, project: ProjectId, person: PersonId, why: str, *, key: str) -> None:
    """Say that somebody behaves badly in a project; a steward decides.

    Raises NotAllowed, OwnWords, BadValue, TooOften, NotFound.
    """
    with tx.action(by, "pledges.complain_of_person", key, (project, person, why), bool) as done:
        if not done:
            if (
                not queries.is_of_group(project, person)
                or models.Block.objects.filter(person=person, whom=by.person).exists()
            ):
                raise NotFound(what="person")
            _note(by, ComplaintKind.PERSON, person, Meant(person, project), why)
            done.keep(True)


def decide_complaint(by: Actor, complaint: ComplaintId, upheld: bool, why: str, *, key: str) -> None:
    """A steward without a part in it decides all complaints of the same thing. Upheld, a comment is hidden, a proof is seen
    by nobody of the group any more (its day counts as it did), a meeting is cancelled and its words are shown no more, and a
    person says nothing more in this project. Dismissed, what a leader hid is shown again.

    Raises NotAllowed, NotTheirTurn, BadValue, WrongStep, NotFound.
    """
    with tx.action(by, "pledges.decide_complaint", key, (complaint, upheld, why), bool) as done:
        if done:
            return
        permits.may_steward(by)
        row = models.Complaint.objects.select_related("project").filter(id=complaint).first()
        if row is None:
            raise NotFound(what="complaint")
        same = models.Complaint.objects.filter(kind=row.kind, subject=row.subject, project=row.project, decided="")
        waiting = list(same.select_for_update(of=("self",)).order_by("id"))
        complaining = frozenset(PersonId(one.by_id) for one in waiting)
        rules.may_decide(by, PersonId(row.project.leader_id), PersonId(row.whose_id), complaining)
        if not waiting:
            raise WrongStep(state=row.decided)
        said = permits.check_why(why) if upheld else ""
        now = clock.now()
        word = rules.UPHELD if upheld else rules.DISMISSED
        same.update(decided=word, decided_by=by.person, decided_at=now)
        _follow(by, row, upheld, said)
        done.keep(True)


def lift_hush(by: Actor, hush: HushId, *, key: str) -> None:
    """A steward shows a proof or the words of a meeting to their group again, or gives somebody the word again; twice is once.
    A meeting that was cancelled stays so: everybody was told.

    Raises NotAllowed, NotTheirTurn.
    """
    with tx.action(by, "pledges.lift_hush", key, hush, bool) as done:
        if not done:
            permits.may_steward(by)
            row = models.Hush.objects.select_related("project").filter(id=hush).first()
            if row is not None:
                whose = row.subject
                if row.kind != ComplaintKind.PERSON:
                    whose = queries.meant(ComplaintKind(row.kind), row.subject).whose
                rules.may_decide(by, PersonId(row.project.leader_id), PersonId(whose), frozenset())
                if row.kind == ComplaintKind.MEETING:
                    show_meeting(row.subject)
                row.delete()
            done.keep(True)


def hide_comment(by: Actor, comment: CommentId, why: str, *, key: str) -> Comment:
    """The leader, or a steward, hides a comment and says why: who wrote it reads that.

    Raises NotAllowed, NotTheirTurn, WrongStep, BadValue, NotFound.
    """
    with tx.action(by, "pledges.hide_comment", key, (comment, why), UUID) as done:
        if not done:
            row = _comment_to_judge(by, comment)
            said = permits.check_why(why)
            if row.hidden_at is not None:
                raise WrongStep(state="hidden")
            row.hidden_at, row.hidden_by, row.hidden_why = clock.now(), by.person, said
            row.judged = by.is_steward
            row.save(update_fields=["hidden_at", "hidden_by", "hidden_why", "judged"])
            done.keep(row.id)
        return queries.comment(comment)


def show_comment(by: Actor, comment: CommentId, *, key: str) -> Comment:
    """Show a hidden comment again. Raises NotAllowed, NotTheirTurn, WrongStep, NotFound."""
    with tx.action(by, "pledges.show_comment", key, comment, UUID) as done:
        if not done:
            row = _comment_to_judge(by, comment)
            row.hidden_at, row.hidden_by, row.hidden_why = None, None, ""
            row.judged = by.is_steward
            row.save(update_fields=["hidden_at", "hidden_by", "hidden_why", "judged"])
            done.keep(row.id)
        return queries.comment(comment)


def block(by: Actor, whom: PersonId, *, key: str) -> None:
    """See nothing more of somebody with whom one shares a project, and let them see nothing. Nobody tells them.

    Raises NotAllowed, OwnWords, WrongStep, TooOften, NotFound.
    """
    with tx.action(by, "pledges.block", key, whom, bool) as done:
        if done:
            return
        person = rules.may_block(by, whom)
        if not queries.share_a_group(person, whom):
            raise NotFound(what="person")
        limits.count(f"pledges.block:{person}", rules.BLOCKS_PER_HOUR_MAX, HOUR_SECONDS)
        # Whoever is just saying something holds one of these: it is said before, and the time of the block is after it.
        of_whom = models.Pledge.objects.filter(person_id=whom, state__in=steps.HELD)
        list(of_whom.select_for_update(no_key=True).order_by("id").values_list("id"))
        if models.Block.objects.filter(person_id=person).count() >= rules.BLOCKS_MAX:
            raise WrongStep(state="full")
        made = models.Block(id=ids.new(), person_id=person, whom_id=whom, at=clock.now())
        models.Block.objects.bulk_create([made], ignore_conflicts=True)
        done.keep(True)


def unblock(by: Actor, whom: PersonId, *, key: str) -> None:
    """See somebody again whom one blocked. Raises NotAllowed."""
    with tx.action(by, "pledges.unblock", key, whom, bool) as done:
        if not done:
            models.Block.objects.filter(person_id=permits.somebody(by), whom_id=whom).delete()
            done.keep(True)


def _note(by: Actor, kind: ComplaintKind, subject: UUID, meant: Meant, why: str) -> None:
    person = permits.somebody(by)
    rules.may_complain(by, meant.whose, queries.is_of_group(meant.project, person))
    said = permits.check_why(why)
    limits.count(f"pledges.complain:{person}", rules.COMPLAINTS_PER_HOUR_MAX, HOUR_SECONDS)
    made = models.Complaint(
        id=ids.new(),
        kind=kind,
        subject=subject,
        project_id=meant.project,
        whose_id=meant.whose,
        by_id=person,
        why=said,
        words=meant.words,
        at=clock.now(),
    )
    models.Complaint.objects.bulk_create([made], ignore_conflicts=True)


def _follow(by: Actor, row: models.Complaint, upheld: bool, why: str) -> None:
    """What a decision does to what was complained of; what its writer deleted meanwhile is gone already."""
    if row.kind == ComplaintKind.COMMENT:
        comments = models.Comment.objects.filter(id=row.subject)
        if upheld:
            comments.update(judged=True, hidden_at=clock.now(), hidden_by=by.person, hidden_why=why)
        else:
            comments.update(judged=True, hidden_at=None, hidden_by=None, hidden_why="")
    elif row.kind == ComplaintKind.MEETING:
        if upheld:
            take_meeting_down(row.subject, permits.somebody(by), why)
            _hush(by, row, why)
    elif upheld:
        _hush(by, row, why)


def _hush(by: Actor, row: models.Complaint, why: str) -> None:
    made = models.Hush(
        id=ids.new(),
        project_id=row.project_id,
        kind=row.kind,
        subject=row.subject,
        why=why,
        by=permits.somebody(by),
        at=clock.now(),
    )
    models.Hush.objects.bulk_create([made], ignore_conflicts=True)


def _comment_to_judge(by: Actor, comment: CommentId) -> models.Comment:
    rows = models.Comment.objects.select_related("proof__pledge__project").select_for_update(of=("self",))
    row = rows.filter(id=comment).first()
    if row is None:
        raise NotFound(what="comment")
    leader = PersonId(row.proof.pledge.project.leader_id)
    rules.may_hide(by, leader, PersonId(row.person_id), row.judged)
    return row
