"""A day is proved; what comes late or is doubted is decided by people: the leader first, a steward on appeal."""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.fields.files import FieldFile

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.kit import limits, outbox, tx
from dure.kit.photos import small_webp
from dure.services.pledges import models, queries
from dure.services.pledges.rules import days, permits, steps
from dure.services.pledges.types import (
    AppealHeard,
    DayClosed,
    NewProof,
    PledgeId,
    PledgeState,
    ProjectState,
    Proof,
    ProofId,
    ProofKind,
    ProofRejected,
    ProofState,
    ProofWant,
    SeasonPhase,
    Window,
    WrongStep,
)

from .common import lock_pledge, lock_season, phase_of


def send_proof(by: Actor, new: NewProof, *, key: str) -> Proof:
    """Prove a day. Sent again for the same day, as long as it is open, it replaces what was sent; one a day counts.

    A proof that arrives after its day closed waits for the leader's word. Raises NotAllowed, WrongStep, NoSuchDay, DayNotOpen,
    DayClosed, ProofUnfit, BadValue, TooOften, NotFound.
    """
    now = clock.now()  # what counts is when it arrives, not when its turn comes
    body = (new.pledge, new.day, new.text, new.number, sha256(new.picture).hexdigest())
    with tx.action(by, "pledges.send_proof", key, body, UUID) as done:
        if done:
            return queries.proof(ProofId(done.answer()))
        pledge = _own_pledge(by, new.pledge)
        project = pledge.project
        state = days.state_when_sent(_closes(pledge, new.day), _opens(pledge, new.day), now)
        row = models.Proof.objects.filter(pledge=pledge, day=new.day).first()
        if row is None:
            row = models.Proof(id=ids.new(), pledge=pledge, day=new.day)
        elif state is ProofState.LATE and row.state not in (ProofState.LATE, ProofState.WITHDRAWN):
            raise DayClosed(closed_at=_closes(pledge, new.day))  # what stood when the day closed stands
        elif state is ProofState.COUNTS:
            state = steps.proof_after(ProofState(row.state), ProofWant.SEND)
        permits.check_proof(new, permits.judged_as(new, ProofKind(project.proof), bool(row.picture)))
        counted = f"{permits.PROOFS_COUNTED}{pledge.person_id}"
        # Drawn before the person's count is locked, which a whole group of the hot room may be waiting for; but not for who has
        # used up the hour.
        drawn = b"" if limits.used(counted) >= permits.PROOFS_PER_HOUR_MAX else _drawn(new)
        limits.count(counted, permits.PROOFS_PER_HOUR_MAX, permits.HOUR_SECONDS)
        drawn = drawn or _drawn(new)  # the hour was over meanwhile
        row.state, row.text, row.number, row.sent_at = state, new.text.strip(), new.number, now
        if drawn:
            _hang(row, new.picture, drawn)
        row.save()
        done.keep(row.id)
        return queries.proof(ProofId(row.id))


def withdraw_proof(by: Actor, proof: ProofId, *, key: str) -> Proof:
    """Take a proof back as long as its day is open. Raises NotAllowed, DayClosed, WrongStep, NotFound."""
    with tx.action(by, "pledges.withdraw_proof", key, proof, UUID) as done:
        if done:
            return queries.proof(proof)
        pledge = _own_pledge(by, queries.proof(proof).pledge)
        row = models.Proof.objects.get(id=proof)
        if clock.now() >= _closes(pledge, row.day):
            raise DayClosed(closed_at=_closes(pledge, row.day))
        row.state = steps.proof_after(ProofState(row.state), ProofWant.WITHDRAW)
        _take_down(row.picture)
        row.picture, row.print, row.text, row.number = "", "", "", None
        row.save()
        done.keep(row.id)
        return queries.proof(proof)


def accept_proof(by: Actor, proof: ProofId, *, key: str) -> Proof:
    """The leader, or a steward, lets a late proof count, or one that was rejected after all.

    Raises NotAllowed, NotTheirTurn, SeasonClosed, WrongStep, NotFound.
    """
    with tx.action(by, "pledges.accept_proof", key, proof, UUID) as done:
        if done:
            return queries.proof(proof)
        row, _ = _judged(by, proof)
        _judge(row, ProofWant.ACCEPT, by)
        return _kept(done.keep(row.id))


def reject_proof(by: Actor, proof: ProofId, why: str, *, key: str) -> Proof:
    """The leader, or a steward, says why a proof does not count; until a week after the last day. Its person may appeal.

    Raises NotAllowed, NotTheirTurn, SeasonClosed, BadValue, WrongStep, NotFound.
    """
    with tx.action(by, "pledges.reject_proof", key, (proof, why), UUID) as done:
        if done:
            return queries.proof(proof)
        row, pledge = _judged(by, proof)
        starts_on = pledge.project.season.starts_on
        last = days.last_day(starts_on) + timedelta(days=days.OBJECT_DAYS)
        if clock.today() > last and row.state != ProofState.LATE:
            permits.demand_phase(phase_of(pledge.project.season), SeasonPhase.RUNNING)
        if row.appeal:  # a steward upheld it, for good
            raise WrongStep(state=row.state)
        row.why = permits.check_why(why)
        _judge(row, ProofWant.REJECT, by)
        outbox.emit(ProofRejected(proof=row.id, pledge=pledge.id, person=pledge.person_id, day=row.day, at=clock.now()))
        return _kept(done.keep(row.id))


def appeal_proof(by: Actor, proof: ProofId, words: str, *, key: str) -> Proof:
    """Whose proof was rejected asks a steward to look at it. Raises NotAllowed, SeasonClosed, BadValue, WrongStep, NotFound."""
    with tx.action(by, "pledges.appeal_proof", key, (proof, words), UUID) as done:
        if done:
            return queries.proof(proof)
        permits.may_touch(by, queries.proof(proof).person)
        locked = lock_season(queries.season_of_proof(proof))  # nobody begins to settle it while somebody appeals
        permits.demand_phase(phase_of(locked), SeasonPhase.RUNNING, SeasonPhase.REVIEW)
        _locked_pledge(proof)  # who stopped is settled for what was kept, and may appeal, too
        row = models.Proof.objects.get(id=proof)
        row.appeal = permits.check_why(words)
        row.state = steps.proof_after(ProofState(row.state), ProofWant.APPEAL)
        row.save(update_fields=["appeal", "state"])
        return _kept(done.keep(row.id))


def hear_appeal(by: Actor, proof: ProofId, upheld: bool, why: str, *, key: str) -> Proof:
    """A steward without a part in it decides an appeal, for good.

    Raises NotAllowed, NotTheirTurn, BadValue, WrongStep, NotFound.
    """
    with tx.action(by, "pledges.hear_appeal", key, (proof, upheld, why), UUID) as done:
        if done:
            return queries.proof(proof)
        pledge = _locked_pledge(proof)
        row = models.Proof.objects.get(id=proof)
        permits.may_hear(by, PersonId(pledge.project.leader_id), PersonId(pledge.person_id), row.judged_by)
        if not upheld:
            row.why = permits.check_why(why)
        _judge(row, ProofWant.UPHOLD if upheld else ProofWant.REFUSE, by)
        heard = AppealHeard(
            proof=row.id, pledge=pledge.id, person=pledge.person_id, day=row.day, upheld=upheld, at=clock.now()
        )
        outbox.emit(heard)
        return _kept(done.keep(row.id))


def _own_pledge(by: Actor, pledge: PledgeId) -> models.Pledge:
    """The actor's pledge, locked, while it is in a project that goes on."""
    row = lock_pledge(pledge)
    permits.may_touch(by, PersonId(row.person_id))
    if PledgeState(row.state) is not PledgeState.JOINED:
        raise WrongStep(state=row.state)
    if row.project.state != ProjectState.OPEN:
        raise WrongStep(state=row.project.state)
    return row


def _locked_pledge(proof: ProofId) -> models.Pledge:
    found = models.Proof.objects.filter(id=proof).values_list("pledge_id", flat=True).first()
    if found is None:
        raise NotFound(what="proof")
    row = lock_pledge(found)
    if PledgeState(row.state) not in steps.HELD:
        raise WrongStep(state=row.state)
    return row


def _judged(by: Actor, proof: ProofId) -> tuple[models.Proof, models.Pledge]:
    pledge = _locked_pledge(proof)
    permits.may_judge(by, PersonId(pledge.project.leader_id), PersonId(pledge.person_id))
    permits.demand_phase(phase_of(pledge.project.season), SeasonPhase.RUNNING, SeasonPhase.REVIEW)
    return models.Proof.objects.get(id=proof), pledge


def _judge(row: models.Proof, want: ProofWant, by: Actor) -> None:
    row.state = steps.proof_after(ProofState(row.state), want)
    row.judged_by, row.judged_at = by.person, clock.now()
    if want is ProofWant.REJECT:
        row.rejected_by = by.person
    row.save(update_fields=["state", "why", "judged_by", "judged_at", "rejected_by"])


def _kept(proof: UUID) -> Proof:
    return queries.proof(ProofId(proof))


def _window(pledge: models.Pledge) -> Window:
    return Window(pledge.project.window_start, pledge.project.window_until)


def _opens(pledge: models.Pledge, day: int) -> datetime:
    return days.opens_at(pledge.project.season.starts_on, day, _window(pledge))


def _closes(pledge: models.Pledge, day: int) -> datetime:
    season = pledge.project.season
    return days.closes_at(season.starts_on, day, _window(pledge), season.grace_minutes)


def _drawn(new: NewProof) -> bytes:
    return small_webp(new.picture)[0] if new.picture else b""


def _hang(row: models.Proof, content: bytes, drawn: bytes) -> None:
    """Keep the small picture that was drawn of `content`; what stood there before goes once this is committed."""
    _take_down(row.picture)
    row.print = sha256(content).hexdigest()
    row.picture.save(f"{ids.new()}.webp", ContentFile(drawn), save=False)


def _take_down(file: FieldFile) -> None:
    """Delete the file once its row says so for good. What a crash leaves behind, the sweep finds."""
    store, name = file.storage, file.name
    if name:
        transaction.on_commit(lambda: store.delete(name))
