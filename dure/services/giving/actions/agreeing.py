"""The agreement gate: each agreement is counted under the lock of its cause, so the count is exact."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings

from dure.base import clock, ids
from dure.base.refusals import BadValue, Busy, NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import keys, limits, outbox, tx
from dure.services.giving import models, rules
from dure.services.giving.rules.gate import gate_missed
from dure.services.giving.types import (
    AgreementEnded,
    AgreementGiven,
    AgreementState,
    CauseId,
    CauseRejected,
    CauseState,
    GateReached,
    GateReopened,
    Want,
)

from .common import lock_cause, move, state_of
from .proposing import valid_agreements

AGREEMENTS_PER_HOUR_MAX = 30
HOUR_SECONDS = 3_600
IDENTITY_KEY = "giving.agreements.v1"
GATES_PER_RUN_MAX = 500
log = structlog.get_logger(__name__)


def agree(by: Actor, cause: CauseId, *, key: str) -> int:
    """Agree that a box should open; answers how many agree now.

    Raises WrongState, GateClosed, NotAllowed, OwnProposal, AlreadyAgreed, AgreementInvalid, SameIdentity, TooOften.
    """
    with tx.action(by, "giving.agree", key, cause, int) as done:
        if done:
            return done.answer()
        person, locked = rules.somebody(by), lock_cause(cause)
        own = models.Agreement.objects.filter(cause=locked, person_id=person).first()
        identity = rules.identity_in(locked.id, people.identity_of(person).key, keys.derived(IDENTITY_KEY))
        taken = (
            models.Agreement.objects.filter(cause=locked, identity=identity, state=AgreementState.VALID)
            .exclude(person_id=person)
            .exists()
        )
        over = locked.gate_ends_at is not None and gate_missed(state_of(locked), locked.gate_ends_at, clock.now())
        rules.may_agree(
            by, state_of(locked), locked.proposer_id, AgreementState(own.state) if own else None, taken, over
        )
        limits.count(f"giving.agree:{person}", AGREEMENTS_PER_HOUR_MAX, HOUR_SECONDS)
        now = clock.now()
        models.Agreement.objects.update_or_create(
            cause=locked,
            person_id=person,
            defaults={"identity": identity, "state": AgreementState.VALID, "at": now, "ended_at": None},
            create_defaults={"id": ids.new(), "identity": identity, "at": now},
        )
        outbox.emit(AgreementGiven(cause=cause, person=person, at=now))
        return done.keep(_settle_gate(locked, by))


def unagree(by: Actor, cause: CauseId, *, key: str) -> int:
    """Take the agreement back while the gate is open; answers how many agree now. Raises GateClosed, NotAllowed."""
    with tx.action(by, "giving.unagree", key, cause, int) as done:
        if done:
            return done.answer()
        person, locked = rules.somebody(by), lock_cause(cause)
        own = models.Agreement.objects.filter(cause=locked, person_id=person).first()
        rules.may_unagree(state_of(locked), AgreementState(own.state) if own else None)
        _end(own, AgreementState.WITHDRAWN, by, "")
        return done.keep(_settle_gate(locked, by))


def invalidate(by: Actor, agreements: tuple[UUID, ...], why: str, *, key: str) -> int:
    """A steward strikes agreements out of one cause; the gate may close again. Answers how many agree now.

    Raises NotAllowed, BadValue, NotFound, WrongState.
    """
    with tx.action(by, "giving.invalidate", key, (agreements, why), int) as done:
        if done:
            return done.answer()
        rules.may_steward(by)
        if not why.strip():
            raise BadValue(field="why", reason="length")
        causes = set(models.Agreement.objects.filter(id__in=agreements).values_list("cause_id", flat=True))
        if len(causes) != 1:
            raise NotFound(what="agreement")
        locked = lock_cause(causes.pop())
        after = rules.follow(state_of(locked), Want.INVALIDATE)
        for one in models.Agreement.objects.filter(id__in=agreements, state=AgreementState.VALID):
            _end(one, AgreementState.INVALIDATED, by, why)
        move(locked, Want.INVALIDATE, after, by, why)
        return done.keep(_settle_gate(locked, by))


def end_missed_gates(by: Actor) -> int:
    """End every proposal whose time at the gate is over; answers how many. Run by a task, safe to run again.

    One that is busy waits for the next run and holds up no other.
    """
    rules.may_run(by)
    now = clock.now()
    late = models.Cause.objects.filter(state=CauseState.PROPOSED, gate_ends_at__lte=now).order_by("gate_ends_at", "pk")
    ended = 0
    for cause_id in list(late.values_list("id", flat=True)[:GATES_PER_RUN_MAX]):
        try:
            with tx.durable():
                ended += _end_missed(by, cause_id, now)
        except Busy:
            log.warning("gate_not_ended_yet", cause=str(cause_id))
    return ended


def _end_missed(by: Actor, cause_id: UUID, now: datetime) -> bool:
    locked = lock_cause(cause_id)
    if locked.gate_ends_at is None or not gate_missed(state_of(locked), locked.gate_ends_at, now):
        return False
    at = move(locked, Want.MISS_GATE, rules.follow(state_of(locked), Want.MISS_GATE), by, "gate_missed")
    locked.ended_why = "gate_missed"
    locked.save(update_fields=["ended_why"])
    outbox.emit(CauseRejected(cause=CauseId(cause_id), why="gate_missed", at=at))
    return True


def _settle_gate(cause: models.Cause, by: Actor) -> int:
    """Open or close the gate as the count asks; the cause is locked."""
    valid = valid_agreements(cause)
    before, needed = state_of(cause), settings.DURE.agreements_needed
    after = rules.gate_after(before, valid, needed)
    if after is before:
        return valid
    counted = f"{valid}/{needed}"  # `dure verify` holds it against the agreements
    if after is CauseState.VETTING:
        at = move(cause, Want.REACH_GATE, after, by, counted)
        cause.gate_reached_at = at
        outbox.emit(GateReached(cause=CauseId(cause.id), agreements=valid, at=at))
    else:
        at = move(cause, Want.REOPEN_GATE, after, by, counted)
        cause.gate_reached_at = None
        cause.gate_ends_at = at + timedelta(days=rules.GATE_DAYS)  # the first time may long be over
        outbox.emit(GateReopened(cause=CauseId(cause.id), agreements=valid, at=at))
    cause.save(update_fields=["gate_reached_at", "gate_ends_at"])
    return valid


def _end(agreement: models.Agreement | None, state: AgreementState, by: Actor, why: str) -> None:
    if agreement is None:
        raise NotFound(what="agreement")
    agreement.state, agreement.ended_at, agreement.ended_by, agreement.why = state, clock.now(), by.person, why
    agreement.save(update_fields=["state", "ended_at", "ended_by", "why"])
    outbox.emit(AgreementEnded(cause=CauseId(agreement.cause_id), person=agreement.person_id, at=agreement.ended_at))
