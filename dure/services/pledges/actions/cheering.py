"""People of a group cheer each other's proofs with one tap, and write a few words under them.

A cheer is a wish, not a step: said again it stands, taken back again it is gone. Whoever speaks holds their own pledge
locked, so that nobody who is just leaving, and nobody whose account is being closed, leaves a word behind.
"""

from typing import Final
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.kit import limits, tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import group as rules
from dure.services.pledges.rules import guarding, permits
from dure.services.pledges.types import (
    CheerWord,
    Comment,
    CommentId,
    Life,
    PledgeState,
    ProjectId,
    ProjectState,
    ProofId,
    ProofState,
    WrongStep,
)

from .common import phase_of

HOUR_SECONDS: Final = 3_600


def cheer(by: Actor, proof: ProofId, word: CheerWord, *, key: str) -> Life:
    """Say one of the words of somebody else's proof; of each proof each word once, however often it is said.

    Raises NotAllowed, OwnProof, SeasonClosed, WrongStep, Silenced, TooOften, NotFound.
    """
    with tx.action(by, "pledges.cheer", key, (proof, word), UUID) as done:
        if not done:
            row = _proof_row(proof)
            whose = PersonId(row.pledge.person_id)
            person = rules.may_cheer(by, _leader(row), _goes_on(by, row), whose)
            _is_open(by, row)
            limits.count(f"pledges.cheer:{person}", rules.CHEERS_PER_HOUR_MAX, HOUR_SECONDS)
            said = models.Cheer(id=ids.new(), proof=row, person_id=person, word=word, at=clock.now())
            models.Cheer.objects.bulk_create([said], ignore_conflicts=True)
            done.keep(row.id)
        return queries.lives(by, [proof])[proof]


def take_cheer_back(by: Actor, proof: ProofId, word: CheerWord, *, key: str) -> Life:
    """Take one's word back, as long as one sees the proof; where it was not said, nothing changes.

    Raises NotAllowed, NotFound.
    """
    with tx.action(by, "pledges.take_cheer_back", key, (proof, word), UUID) as done:
        if not done:
            queries.proof_of_group(by, proof)
            models.Cheer.objects.filter(proof_id=proof, person_id=permits.somebody(by), word=word).delete()
            done.keep(proof)
        return queries.lives(by, [proof])[proof]


def comment(by: Actor, proof: ProofId, text: str, *, key: str) -> Comment:
    """Write a few words under a proof, also one's own.

    Raises NotAllowed, SeasonClosed, WrongStep, Silenced, BadValue, CommentsFull, TooOften, NotFound.
    """
    with tx.action(by, "pledges.comment", key, (proof, text), UUID) as done:
        if done:
            return queries.comment(CommentId(done.answer()))
        row = _proof_row(proof)
        person = rules.may_speak(by, _leader(row), _goes_on(by, row))
        models.Proof.objects.select_for_update(no_key=True).get(id=proof)  # no two are both the last that fits
        _is_open(by, row)
        said = rules.check_words(text)
        limits.count(f"pledges.comment:{person}", rules.COMMENTS_PER_HOUR_MAX, HOUR_SECONDS)
        rules.check_room(models.Comment.objects.filter(proof=row).count())
        made = models.Comment.objects.create(id=ids.new(), proof=row, person_id=person, text=said, at=clock.now())
        return queries.comment(CommentId(done.keep(made.id)))


def edit_comment(by: Actor, comment: CommentId, text: str, *, key: str) -> Comment:
    """Change one's own words; that they were changed is shown; what is hidden stays as it is.

    Raises NotAllowed, SeasonClosed, WrongStep, Silenced, BadValue, TooOften, NotFound.
    """
    with tx.action(by, "pledges.edit_comment", key, (comment, text), UUID) as done:
        if done:
            return queries.comment(comment)
        found = queries.comment(comment)
        permits.may_touch(by, found.person)
        row = _proof_row(found.proof)
        person = rules.may_speak(by, _leader(row), _goes_on(by, row))
        _is_open(by, row)
        if found.is_hidden:
            raise WrongStep(state="hidden")
        said = rules.check_words(text)
        limits.count(f"pledges.comment:{person}", rules.COMMENTS_PER_HOUR_MAX, HOUR_SECONDS)
        if said != found.text:
            models.Comment.objects.filter(id=comment).update(text=said, edited_at=clock.now())
        done.keep(comment)
        return queries.comment(comment)


def delete_comment(by: Actor, comment: CommentId, *, key: str) -> ProofId:
    """Take one's own words away, at any time and for good. Answers under which proof they stood. Raises NotAllowed, NotFound."""
    with tx.action(by, "pledges.delete_comment", key, comment, UUID) as done:
        if done:
            return ProofId(done.answer())
        found = queries.comment(comment)
        permits.may_touch(by, found.person)
        models.Comment.objects.filter(id=comment).delete()
        return ProofId(done.keep(found.proof))


def _proof_row(proof: ProofId) -> models.Proof:
    row = models.Proof.objects.select_related("pledge__project__season").filter(id=proof).first()
    if row is None:
        raise NotFound(what="proof")
    return row


def _leader(row: models.Proof) -> PersonId:
    return PersonId(row.pledge.project.leader_id)


def _goes_on(by: Actor, row: models.Proof) -> bool:
    """Whether who acts is in the project and goes on; their pledge stays as it is until this is committed."""
    going_on = (PledgeState.JOINED, PledgeState.SETTLED)  # of the latter the season says that it is too late
    mine = models.Pledge.objects.filter(
        project_id=row.pledge.project_id, person_id=permits.somebody(by), state__in=going_on
    )
    return mine.select_for_update(no_key=True).first() is not None


def _is_open(by: Actor, row: models.Proof) -> None:
    """Whether the group talks about this proof now, and who acts sees it and has a voice.

    Raises SeasonClosed, WrongStep, NotFound, Silenced.
    """
    project = row.pledge.project
    if not queries.sees(by, PersonId(row.pledge.person_id), ProofId(row.id)):
        raise NotFound(what="proof")
    guarding.demand_voice(queries.silenced_why(ProjectId(project.id), permits.somebody(by)))
    permits.demand_phase(phase_of(project.season), *rules.TALKING)
    if project.state != ProjectState.OPEN or ProofState(row.state) not in rules.SHOWN:
        raise WrongStep(state=project.state if project.state != ProjectState.OPEN else row.state)
