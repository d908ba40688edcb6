"""Vetting: stewards without a stake check a proposal, send it back with comments, reject it, or open its box."""

from datetime import timedelta
from uuid import UUID

from dure.base import clock
from dure.base.refusals import BadValue
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import Limit, NewAccount
from dure.foundations.people.types import Actor, OrganisationId
from dure.kit import outbox, tx
from dure.services.giving import models, queries, rules
from dure.services.giving.types import (
    BoxId,
    BoxOpened,
    CauseId,
    CauseRejected,
    CauseState,
    CollectionNumberTaken,
    NeedsWorkAsked,
    Verdict,
    VettingMark,
    Want,
    Yes,
)

from .common import lock_cause, move, state_of

COMMENT_LENGTH_MIN = 5
PROVIDER = NewAccount("provider:sandbox", Limit.NONE)


def ask_work(by: Actor, cause: CauseId, comment: str, *, key: str) -> CauseId:
    """Send the proposal back to its proposer with a comment. Raises NotAllowed, WrongState, BadValue."""
    with tx.action(by, "giving.ask_work", key, (cause, comment), UUID) as done:
        if done:
            return CauseId(done.answer())
        locked = lock_cause(cause)
        after = _may_vet(by, locked, Want.ASK_WORK)
        _need_words(comment)
        _write_check(locked, by, Verdict.NEEDS_WORK, (), comment)
        at = move(locked, Want.ASK_WORK, after, by, comment)
        outbox.emit(NeedsWorkAsked(cause=cause, steward=by.person or UUID(int=0), at=at))
        return CauseId(done.keep(locked.id))


def reject(by: Actor, cause: CauseId, why: str, *, key: str) -> CauseId:
    """End a proposal and say why. Raises NotAllowed, WrongState, BadValue."""
    with tx.action(by, "giving.reject", key, (cause, why), UUID) as done:
        if done:
            return CauseId(done.answer())
        locked = lock_cause(cause)
        after = _may_vet(by, locked, Want.REJECT)
        _need_words(why)
        _write_check(locked, by, Verdict.REJECT, (), why)
        at = move(locked, Want.REJECT, after, by, why)
        locked.ended_why = why[:500]
        locked.save(update_fields=["ended_why"])
        outbox.emit(CauseRejected(cause=cause, why=why[:500], at=at))
        return CauseId(done.keep(locked.id))


def approve(by: Actor, cause: CauseId, yes: Yes, *, key: str) -> CauseState:
    """A steward's yes to the proposal they have read. It opens the box, or waits for a second steward where the goal asks for
    two. Without every steward's confirmation of an emergency the box opens as an ordinary one.

    Raises NotAllowed, WrongState, ProposalChanged, BadValue, SamePerson, PartnerNotReady, ReportOverdue.
    """
    with tx.action(by, "giving.approve", key, (cause, yes), CauseState) as done:
        if done:
            return done.answer()
        locked = lock_cause(cause)
        _may_vet(by, locked, Want.OPEN)
        rules.check_same_round(yes.round, queries.vetting_round(cause))
        earlier = models.Check.objects.filter(cause=locked, round=yes.round, verdict=Verdict.APPROVE)
        after = rules.may_open(
            by,
            state_of(locked),
            locked.goal,
            yes.marks,
            set(earlier.values_list("steward_id", flat=True)),
            queries.readiness(locked.id),
        )
        confirmations = [*earlier.values_list("emergency", flat=True), yes.emergency]
        confirms = yes.emergency and locked.emergency
        _write_check(locked, by, Verdict.APPROVE, yes.marks, yes.comment, emergency=confirms)
        if after is CauseState.OPEN:
            _open(locked, by, rules.confirmed_emergency(locked.emergency, confirmations))
        return done.keep(after)


def register_collection(by: Actor, cause: CauseId, number: str, *, key: str) -> CauseId:
    """Write down the number of this very collection, from the authority's letter. From then on its box may take more than what
    needs none. A wrong number is put right by the next one.

    Raises NotAllowed, WrongState, BadValue, CollectionNumberTaken.
    """
    number = " ".join(number.split())
    with tx.action(by, "giving.register_collection", key, (cause, number), UUID) as done:
        if done:
            return CauseId(done.answer())
        locked = lock_cause(cause)
        after = rules.may_register(by, state_of(locked), locked.proposer_id, OrganisationId(locked.partner_id), number)
        other = models.Cause.objects.filter(collection_number=number).exclude(id=cause).values_list("code", flat=True)
        if other:
            raise CollectionNumberTaken(code_of_other=other[0])
        locked.collection_number = number
        locked.save(update_fields=["collection_number"])
        move(locked, Want.REGISTER, after, by, number)
        return CauseId(done.keep(locked.id))


def _may_vet(by: Actor, cause: models.Cause, want: Want) -> CauseState:
    return rules.may_vet(by, state_of(cause), want, cause.proposer_id, OrganisationId(cause.partner_id))


def _need_words(text: str) -> None:
    if len(text.strip()) < COMMENT_LENGTH_MIN:
        raise BadValue(field="comment", reason="length")


def _write_check(
    cause: models.Cause,
    by: Actor,
    verdict: Verdict,
    marks: tuple[VettingMark, ...],
    comment: str,
    *,
    emergency: bool = False,
) -> None:
    models.Check.objects.create(
        cause=cause,
        steward_id=rules.somebody(by),
        round=queries.vetting_round(cause.id),
        verdict=verdict,
        marks=[mark.value for mark in marks],
        comment=comment.strip(),
        emergency=emergency,
        at=clock.now(),
    )


def _open(cause: models.Cause, by: Actor, emergency: bool) -> None:
    """Open the accounts a box needs, then the box. A box account never goes below zero, pending included."""
    why = "" if not cause.emergency else "emergency_confirmed" if emergency else "emergency_not_confirmed"
    at = move(cause, Want.OPEN, CauseState.OPEN, by, why)
    if cause.emergency != emergency:
        cause.emergency = emergency
        cause.save(update_fields=["emergency"])
    ledger.open_account(by, PROVIDER, at)  # gifts that are paid already come from here (hot.py)
    accounts = {}
    for name, limit in (
        ("box", Limit.DEBITS_MUST_NOT_EXCEED_CREDITS),
        ("matched", Limit.DEBITS_MUST_NOT_EXCEED_CREDITS),
        ("project", Limit.DEBITS_MUST_NOT_EXCEED_CREDITS),
        ("spent", Limit.NONE),
    ):
        accounts[name] = ledger.open_account(by, NewAccount(f"{name}:{cause.id}", limit), at).id
    closes_at = at + timedelta(days=cause.days_open)
    models.Box.objects.create(
        cause=cause,
        state=CauseState.OPEN,
        account=accounts["box"],
        match_account=accounts["matched"],
        project_account=accounts["project"],
        spent_account=accounts["spent"],
        opens_at=at,
        closes_at=closes_at,
    )
    outbox.emit(
        BoxOpened(
            box=BoxId(cause.id),
            partner=cause.partner_id,
            goal=cause.goal,
            region=cause.region,
            closes_at=closes_at,
            at=at,
        )
    )
