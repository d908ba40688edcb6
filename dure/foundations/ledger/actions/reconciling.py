"""Compare our books with the providers', keep what was found, see to each difference.

What only one of the two lists shows is looked up on the other side before it is called a difference: the lists are read one
after the other while people pay.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from dure.base import clock, ids
from dure.foundations.ledger import providers
from dure.foundations.ledger.models import reconciling as models
from dure.foundations.ledger.models.payments import Payment as PaymentRow
from dure.foundations.ledger.queries import payments
from dure.foundations.ledger.queries import reconciling as queries
from dure.foundations.ledger.rules import payments as payment_rules
from dure.foundations.ledger.rules import reconciling as rules
from dure.foundations.ledger.types.payments import Payment, ProviderSilent, ReceiptForged
from dure.foundations.ledger.types.providers import Difference, ProviderAnswer
from dure.foundations.ledger.types.reconciling import (
    DifferenceEntry,
    DifferenceId,
    DifferenceState,
    DifferenceWant,
    Reconciliation,
    ReconciliationId,
    ReconciliationOutcome,
)
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.kit.verify import Progress, silent

from .convergence import converge_payment

__all__ = [
    "ask_again",
    "explain_difference",
    "look_into",
    "note_difference",
    "reconcile",
    "run_reconciliation",
]

DIFFERENCES_KEPT_MAX = 10_000  # of one run; beyond that something is wrong that no list explains


def reconcile(by: Actor, provider: str, since: datetime, until: datetime) -> tuple[Difference, ...]:
    """Where the provider's list of captured payments and ours differ, in both directions, by name. Keeps nothing.

    Raises NotAllowed, ProviderUnknown, ProviderSilent, BadValue.
    """
    return _compared(by, provider, since, until, silent)[0]


def run_reconciliation(
    by: Actor, provider: str, since: datetime, until: datetime, progress: Progress = silent
) -> Reconciliation:
    """Compare, and keep the run with what it found. Differences that are gone by now are closed by it.

    A provider that does not answer makes a run of its own kind, which says nothing about the books. Raises NotAllowed,
    ProviderUnknown, BadValue.
    """
    found: tuple[Difference, ...] = ()
    counts = (0, 0)
    try:
        found, counts = _compared(by, provider, since, until, progress)
        outcome = ReconciliationOutcome.DIFFERS if found else ReconciliationOutcome.AGREES
    except ProviderSilent:
        outcome = ReconciliationOutcome.SILENT
    run = Reconciliation(
        id=ReconciliationId(ids.new()),
        provider=provider,
        since=since,
        until=until,
        outcome=outcome,
        ours=counts[0],
        theirs=counts[1],
        found=len(found),
        at=clock.now(),
        by=by.person,
        differences=found,
    )
    with tx.durable():
        keep_differences(run)
        _close_gone(run)
    return run


def look_into(by: Actor, differences: Sequence[Difference]) -> int:
    """Have the provider asked about each order of a reconciliation; answers how many of them are known here."""
    tx.demand()
    rules.may_reconcile(by)
    orders = [difference.order for difference in differences]
    return PaymentRow.objects.filter(order__in=orders).update(ask_at=clock.now(), asks=0)


def ask_again(by: Actor, difference: UUID) -> DifferenceEntry:
    """Ask the provider about the payment now, bring ours in line where we know it, and write down how it stands then.

    Raises NotAllowed, NotFound, DifferenceClosed, ProviderUnknown, ProviderSilent.
    """
    rules.may_settle_difference(by)
    tx.demand_none()
    known = queries.difference(by, difference)
    rules.may_ask(known.difference.kind)
    rules.follow(known.state, DifferenceWant.ASK)
    for one in PaymentRow.objects.filter(provider=known.provider, order=known.difference.order):
        converge_payment(by, payments.payment(one.id).id)
    now = _looked_up(known.provider, known.difference, None)
    same = now is not None and rules.id_of(known.provider, now) == known.id
    with tx.durable():
        return _step(by, difference, DifferenceWant.ASK if same else DifferenceWant.AGREE)


def note_difference(by: Actor, difference: UUID, note: str, *, key: str) -> DifferenceId:
    """Write down what somebody found out about it. Raises NotAllowed, NotFound, BadValue."""
    return _by_person(by, difference, DifferenceWant.NOTE, note, key)


def explain_difference(by: Actor, difference: UUID, note: str, *, key: str) -> DifferenceId:
    """Close it with the reason why the books differ and may. Raises NotAllowed, NotFound, DifferenceClosed, BadValue."""
    return _by_person(by, difference, DifferenceWant.EXPLAIN, note, key)


def _by_person(by: Actor, difference: UUID, want: DifferenceWant, note: str, key: str) -> DifferenceId:
    rules.may_settle_difference(by)
    said = rules.check_note(note)
    with tx.action(by, f"ledger.{want}_difference", key, (difference, said), UUID) as done:
        if done:
            return DifferenceId(done.answer())
        return DifferenceId(done.keep(_step(by, difference, want, said).id))


def _step(by: Actor, difference: UUID, want: DifferenceWant, note: str = "") -> DifferenceEntry:
    models.Difference.objects.select_for_update().filter(id=difference).first()
    after = rules.follow(queries.difference(by, difference).state, want)
    models.DifferenceStep.objects.create(
        difference_id=difference, want=want, after=after, by_id=by.person, note=note, at=clock.now()
    )
    return queries.difference(by, difference)


def _compared(
    by: Actor, provider: str, since: datetime, until: datetime, progress: Progress
) -> tuple[tuple[Difference, ...], tuple[int, int]]:
    """Differences of the whole period, and how many payments we count and the provider listed in it."""
    rules.may_reconcile(by)
    rules.check_period(since, until)
    tx.demand_none()
    adapter, found, ours_count, theirs_count = providers.provider(provider), list[Difference](), 0, 0
    stretches = rules.stretches(since, until)
    for done, (begin, end) in enumerate(stretches, start=1):
        wide = rules.widened(begin, end)
        theirs = list(adapter.listed(*wide))
        ours = payments.payments_captured(provider, *wide)
        listed = {answer.payment_key: answer for answer in theirs}
        for one in rules.compare(ours, theirs):
            if begin <= one.at < end and (confirmed := _looked_up(provider, one, listed.get(one.payment_key))):
                found.extend(rules.within((confirmed,), begin, end))
        ours_count += sum(begin <= one.captured_at < end for one in ours if one.captured_at)
        theirs_count += sum(begin <= answer.at < end for answer in theirs)
        progress(done, len(stretches))
    return rules.in_order(found), (ours_count, theirs_count)


def _looked_up(provider: str, seen: Difference, listed: ProviderAnswer | None) -> Difference | None:
    """The same payment looked up on both sides, now. None: they agree after all."""
    ours = queries.payment_of_provider(provider, seen.payment_key)
    if ours is not None and ours.captured and not ours.refunded and listed is None and _proven(ours):
        return None
    answers = providers.provider(provider).find(seen.order)
    theirs = next((each for each in answers if each.payment_key == seen.payment_key and each.taken), listed)
    if theirs is None and ours is not None and ours.captured and _proven(ours):
        theirs = payment_rules.as_captured(ours)
    others = sum(each.taken and each.payment_key != seen.payment_key for each in answers)
    under_way = queries.refunds_under_way(ours.id) if ours is not None else 0
    return rules.difference_of(ours, theirs, under_way, others)


def _proven(ours: Payment) -> bool:
    """Whether the key is the provider's own signed word that it took this sum: a list that lacks it says less."""
    try:
        return providers.verify_receipt(ours.payment_key).amount == ours.amount
    except ReceiptForged:
        return False


def keep_differences(run: Reconciliation) -> None:
    """Enter a run and what it found, each difference once, whoever found it before."""
    tx.demand()
    row = models.Reconciliation.objects.create(
        id=run.id,
        provider=run.provider,
        since=run.since,
        until=run.until,
        outcome=run.outcome,
        ours=run.ours,
        theirs=run.theirs,
        found=run.found,
        at=run.at,
        by_id=run.by,
    )
    if run.outcome is ReconciliationOutcome.SILENT:
        return
    found = {rules.id_of(run.provider, one): one for one in run.differences[:DIFFERENCES_KEPT_MAX]}
    known = set(models.Difference.objects.filter(id__in=found).values_list("id", flat=True))
    fresh = [
        models.Difference(id=id_, run=row, provider=run.provider, kind=one.kind, order=one.order)
        for id_, one in found.items()
        if id_ not in known
    ]
    for each in fresh:
        one = found[DifferenceId(each.id)]
        each.payment_key, each.ours, each.theirs, each.at = one.payment_key, one.ours, one.theirs, one.at
    models.Difference.objects.bulk_create(fresh, ignore_conflicts=True)
    _steps(row, [each.id for each in fresh], DifferenceWant.FIND)
    _steps(row, list(known), DifferenceWant.FIND_AGAIN)


def close_gone(run: Reconciliation, before: Sequence[DifferenceId]) -> None:
    """Of the differences known `before`, those that this run did not find any more agree by now."""
    row = models.Reconciliation.objects.get(id=run.id)
    found = {rules.id_of(run.provider, one) for one in run.differences}
    _steps(row, rules.gone(before, found), DifferenceWant.AGREE)


def _close_gone(run: Reconciliation) -> None:
    """What was open in the period and is found no more agrees by now."""
    if run.outcome is ReconciliationOutcome.SILENT or run.found > DIFFERENCES_KEPT_MAX:
        return
    close_gone(run, queries.open_in_period(run.provider, run.since, run.until))


def _steps(run: models.Reconciliation, differences: Sequence[UUID], want: DifferenceWant) -> None:
    states = queries.states_of(differences)
    models.DifferenceStep.objects.bulk_create(
        models.DifferenceStep(
            difference_id=each,
            want=want,
            after=rules.follow(states[each], want) if each in states else DifferenceState.OPEN,
            run=run,
            by_id=run.by_id,
            at=run.at,
        )
        for each in differences
    )
