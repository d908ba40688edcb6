"""Proposing: anyone with a verified account writes a draft, names a partner, and puts it to the gate."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from dure.base import clock, ids
from dure.foundations.ledger.queries import cost_cap
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, OrganisationId
from dure.foundations.places import queries as places
from dure.kit import limits, outbox, tx
from dure.services.giving import models, queries, rules
from dure.services.giving.types import (
    AgreementState,
    BudgetLine,
    CauseDraft,
    CauseId,
    CauseProposed,
    CauseState,
    CauseWithdrawn,
    PartnerAnswered,
    PartnerAsked,
    PartnerState,
    Topic,
    Want,
    WrongState,
)

from .common import drop_file, lock_cause, move, state_of

PROPOSAL_VERSION = 0
DRAFTS_PER_DAY_MAX = 20
DAY_SECONDS = 86_400


def draft(by: Actor, content: CauseDraft, *, key: str) -> CauseId:
    """Keep a new draft. Nothing is shown to others before `propose`.

    Raises NotAllowed, BadValue, SumDiffers, CostsTooHigh, TooOften, NotFound.
    """
    with tx.action(by, "giving.draft", key, content, UUID) as done:
        if done:
            return CauseId(done.answer())
        person = rules.verified(by)
        _check(content)
        limits.count(f"giving.draft:{person}", DRAFTS_PER_DAY_MAX, DAY_SECONDS)
        cause = models.Cause(id=ids.new(), proposer_id=person, created_at=clock.now())
        _fill(cause, content)
        cause.save(force_insert=True)
        write_lines(cause, PROPOSAL_VERSION, content.lines)
        return CauseId(done.keep(cause.id))


def edit(by: Actor, cause: CauseId, content: CauseDraft, *, key: str) -> CauseId:
    """Change a draft, or a proposal that vetting sent back: of that one only what nobody agreed to, or less of it.

    The partner is asked anew unless only the story changed. Raises NotAllowed, WrongState, AgreedBefore, GoalFrozen,
    BadValue, SumDiffers, CostsTooHigh, NotFound.
    """
    with tx.action(by, "giving.edit", key, (cause, content), UUID) as done:
        if done:
            return CauseId(done.answer())
        locked = lock_cause(cause)
        before, content = _content_of(locked), _trimmed(content)
        after = rules.may_rewrite(by, locked.proposer_id, state_of(locked), before, content)
        _check(content)
        if rules.asks_partner_anew(before, content):
            if locked.partner_state != PartnerState.ASKED:
                outbox.emit(PartnerAsked(cause=cause, partner=locked.partner_id, anew=True, at=clock.now()))
            locked.partner_state = PartnerState.ASKED
        _fill(locked, content)
        locked.save()
        models.Line.objects.filter(cause=locked, version=PROPOSAL_VERSION).delete()
        write_lines(locked, PROPOSAL_VERSION, content.lines)
        move(locked, Want.EDIT, after, by)
        return CauseId(done.keep(locked.id))


def propose(by: Actor, cause: CauseId, *, key: str) -> CauseId:
    """Put a draft to the agreement gate. Raises NotAllowed, WrongState."""
    with tx.action(by, "giving.propose", key, cause, UUID) as done:
        if done:
            return CauseId(done.answer())
        locked = lock_cause(cause)
        after = rules.may_edit(by, locked.proposer_id, state_of(locked), Want.PROPOSE)
        now = move(locked, Want.PROPOSE, after, by)
        locked.proposed_at, locked.gate_ends_at = now, now + timedelta(days=rules.GATE_DAYS)
        locked.save(update_fields=["proposed_at", "gate_ends_at"])
        outbox.emit(
            CauseProposed(
                cause=cause, proposer=locked.proposer_id, partner=locked.partner_id, region=locked.region, at=now
            )
        )
        outbox.emit(PartnerAsked(cause=cause, partner=locked.partner_id, anew=False, at=now))
        return CauseId(done.keep(locked.id))


def resubmit(by: Actor, cause: CauseId, *, key: str) -> CauseId:
    """Hand the reworked proposal back to vetting. Raises NotAllowed, WrongState."""
    with tx.action(by, "giving.resubmit", key, cause, UUID) as done:
        if done:
            return CauseId(done.answer())
        locked = lock_cause(cause)
        after = rules.may_edit(by, locked.proposer_id, state_of(locked), Want.RESUBMIT)
        move(locked, Want.RESUBMIT, after, by)
        return CauseId(done.keep(locked.id))


def withdraw(by: Actor, cause: CauseId, why: str, *, key: str) -> CauseId:
    """The proposer takes the proposal back, until its box opens. Raises NotAllowed, WrongState."""
    with tx.action(by, "giving.withdraw", key, (cause, why), UUID) as done:
        if done:
            return CauseId(done.answer())
        locked = lock_cause(cause)
        after = rules.may_edit(by, locked.proposer_id, state_of(locked), Want.WITHDRAW)
        now = move(locked, Want.WITHDRAW, after, by, why)
        locked.ended_why = why[:500]
        locked.save(update_fields=["ended_why"])
        outbox.emit(CauseWithdrawn(cause=cause, at=now))
        return CauseId(done.keep(locked.id))


def answer_as_partner(by: Actor, cause: CauseId, accepts: bool, *, key: str) -> CauseId:
    """An owner of the named partner says whether it will carry the cause out. Raises NotAllowed, WrongState."""
    with tx.action(by, "giving.answer_as_partner", key, (cause, accepts), UUID) as done:
        if done:
            return CauseId(done.answer())
        locked = lock_cause(cause)
        rules.may_work_for_partner(by, OrganisationId(locked.partner_id), binds=True)
        after = rules.follow(state_of(locked), Want.ANSWER_AS_PARTNER)
        locked.partner_state = PartnerState.ACCEPTED if accepts else PartnerState.DECLINED
        locked.save(update_fields=["partner_state"])
        now = move(locked, Want.ANSWER_AS_PARTNER, after, by, locked.partner_state)
        outbox.emit(PartnerAnswered(cause=cause, partner=locked.partner_id, accepted=accepts, at=now))
        return CauseId(done.keep(locked.id))


def discard(by: Actor, cause: CauseId, *, key: str) -> None:
    """Delete a draft for good: it was never shown to anybody. Raises NotAllowed, WrongState."""
    with tx.action(by, "giving.discard", key, cause, bool) as done:
        if done:
            return
        locked = lock_cause(cause)
        rules.may_edit(by, locked.proposer_id, state_of(locked), Want.WITHDRAW)
        if state_of(locked) is not CauseState.DRAFT:
            raise WrongState(state=locked.state, want="discard")
        for picture in models.Picture.objects.filter(cause=locked):
            drop_file(picture.file)
        for table in (models.Line, models.Picture, models.Step):
            table.objects.filter(cause=locked).delete()
        locked.delete()
        done.keep(True)


def write_lines(cause: models.Cause, version: int, lines: tuple[BudgetLine, ...]) -> None:
    """Write the lines of one version of the budget."""
    models.Line.objects.bulk_create(
        models.Line(
            cause=cause,
            version=version,
            position=position,
            label=line.label.strip(),
            amount=line.amount,
            kind=line.kind,
        )
        for position, line in enumerate(lines)
    )


def valid_agreements(cause: models.Cause) -> int:
    """How many agreements stand. Exact while the cause is locked."""
    return models.Agreement.objects.filter(cause=cause, state=AgreementState.VALID).count()


def _check(content: CauseDraft) -> None:
    rules.check_draft(content)
    rules.check_lines(content.lines, content.goal, cost_cap(content.goal))
    people.organisation(content.partner)  # raises NotFound
    places.region(content.region)  # raises NotFound


def _trimmed(content: CauseDraft) -> CauseDraft:
    """As it will be kept, so that a blank more or less is no change."""
    texts = {field: getattr(content, field).strip() for field in ("title", "story", "beneficiary")}
    return replace(content, lines=tuple(replace(line, label=line.label.strip()) for line in content.lines), **texts)


def _content_of(cause: models.Cause) -> CauseDraft:
    return CauseDraft(
        title=cause.title,
        story=cause.story,
        beneficiary=cause.beneficiary,
        topic=Topic(cause.topic),
        region=cause.region,
        goal=cause.goal,
        days_open=cause.days_open,
        partner=cause.partner_id,
        lines=queries.lines_of(cause.id, PROPOSAL_VERSION),
        emergency=cause.emergency,
    )


def _fill(cause: models.Cause, content: CauseDraft) -> None:
    cause.title, cause.story = content.title.strip(), content.story.strip()
    cause.beneficiary, cause.topic, cause.region = content.beneficiary.strip(), content.topic, content.region
    cause.goal, cause.days_open, cause.emergency = content.goal, content.days_open, content.emergency
    cause.partner_id = content.partner
