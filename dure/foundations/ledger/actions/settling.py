"""Take a provider's settlement in, book it when the bank has the money, take a booking back."""

from datetime import date
from uuid import UUID

from django.conf import settings

from dure.base import clock, ids
from dure.base.refusals import BadValue
from dure.foundations.ledger import providers
from dure.foundations.ledger.models import settling as models
from dure.foundations.ledger.queries import reconciling as differences
from dure.foundations.ledger.queries import settling as queries
from dure.foundations.ledger.rules import reconciling as differing
from dure.foundations.ledger.rules import settlement_files as files
from dure.foundations.ledger.rules import settling as rules
from dure.foundations.ledger.types.book import NewPosting, NewReversal, PostingId
from dure.foundations.ledger.types.payments import OrderId
from dure.foundations.ledger.types.providers import Difference, DifferenceKind
from dure.foundations.ledger.types.reconciling import Reconciliation, ReconciliationId, ReconciliationOutcome
from dure.foundations.ledger.types.settling import (
    BankLine,
    BankLineUsed,
    LineSettledBefore,
    Settlement,
    SettlementDiffers,
    SettlementHead,
    SettlementId,
    SettlementState,
    SettlementStatement,
    Settles,
)
from dure.foundations.people.types import Actor
from dure.kit import tx

from . import book
from .payment_moves import opened, provider_account
from .reconciling import DIFFERENCES_KEPT_MAX, close_gone, keep_differences
from .reversals import reverse

__all__ = [
    "book_settlement",
    "fetch_settlements",
    "import_settlement",
    "name_unsettled",
    "reverse_settlement",
    "take_settlement",
]

AT_ONCE = 5_000


def take_settlement(by: Actor, new: SettlementStatement) -> SettlementId:
    """Enter a provider's statement; the same again changes nothing. What differs from our books is kept by name.

    Nothing is booked before the bank has the money. Raises NotAllowed, BadValue, StatementSumWrong, SettlementDiffers,
    LineSettledBefore.
    """
    rules.may_settle(by)
    rules.check_statement(new)
    with tx.durable():
        made = SettlementId(ids.new())
        models.Settlement.objects.bulk_create([_row(made, new)], ignore_conflicts=True)
        known = models.Settlement.objects.select_for_update().get(provider=new.provider, reference=new.reference)
        if known.id != made:
            _check_same(by, known, new)
            return SettlementId(known.id)
        _write_lines(made, new)
        ours = queries.payments_in_settlement(new.provider, new.lines)
        cancelled = queries.cancelled_in_settlements(new.provider, {line.payment_key for line in new.lines})
        _keep(by, new, rules.compare_lines(new, ours, cancelled, _rate(new.provider)))
        return made


def import_settlement(by: Actor, head: SettlementHead, content: bytes) -> SettlementId:
    """Enter a settlement from a file that somebody downloaded at the provider's; the same again changes nothing.

    Raises NotAllowed, SettlementFileWrong, and what take_settlement raises.
    """
    rules.may_settle(by)
    new = SettlementStatement(head.provider, head.reference, head.on, files.lines_of(content), head.net)
    return take_settlement(by, new)


def fetch_settlements(by: Actor, provider: str, on: date) -> tuple[SettlementId, ...]:
    """Ask a provider whose adapter offers it for what it paid out on a day, and enter it. Others answer nothing.

    Raises as take_settlement does, and ProviderUnknown, ProviderSilent.
    """
    rules.may_settle(by)
    tx.demand_none()
    adapter = providers.provider(provider)
    return tuple(take_settlement(by, each) for each in adapter.settled(on)) if isinstance(adapter, Settles) else ()


def name_unsettled(by: Actor, provider: str) -> int:
    """Keep as differences what was taken long ago and stands in no settlement, close those that do by now; answers how many."""
    rules.may_settle(by)
    before, now = differences.open_of_kind(provider, DifferenceKind.NOT_SETTLED), clock.now()
    since, until = now - rules.LOOK_BACK, now - rules.SETTLED_WITHIN
    found = rules.unsettled(queries.payments_unsettled(provider, since, until, DIFFERENCES_KEPT_MAX))
    settled = queries.settled_of(before)
    if found or settled:
        run = Reconciliation(
            id=ReconciliationId(ids.new()),
            provider=provider,
            since=since,
            until=until,
            outcome=ReconciliationOutcome.DIFFERS if found else ReconciliationOutcome.AGREES,
            ours=len(found),
            theirs=0,
            found=len(found),
            at=now,
            by=by.person,
            differences=found,
        )
        with tx.durable():
            keep_differences(run)
            close_gone(run, settled)
    return len(found)


def book_settlement(by: Actor, settlement: UUID, bank: BankLine, *, key: str) -> SettlementState:
    """A line of the bank statement for it. Of the same sum: net, fee and VAT are booked; else nothing is, and a difference kept.

    A line of the bank statement is good for one settlement of a provider. Raises NotAllowed, NotFound, SettlementNotBookable,
    BankLineUsed, BadValue.
    """
    rules.may_settle(by)
    reference = rules.check_bank_line(bank)
    with tx.action(by, "ledger.book_settlement", key, (settlement, bank), SettlementState) as done:
        if done:
            return done.answer()
        known = queries.settlement(by, settlement, lock=True)
        rules.may_book(known)
        after, posting = rules.after_bank(known, bank), rules.posting_of(known)
        row = models.Settlement.objects.filter(id=settlement)
        row.update(bank_amount=bank.amount, bank_reference=reference, booked_by=by.person)
        if after is SettlementState.BOOKED:
            if queries.bank_line_used(known, reference):
                raise BankLineUsed(reference=reference)
            _book(by, known, posting)
            row.update(state=after, version=known.version + 1, posting=posting)
        else:
            row.update(state=after)
            _keep_bank(by, known, bank)
        return done.keep(after)


def reverse_settlement(by: Actor, settlement: UUID, reason: str, *, key: str) -> SettlementId:
    """Take a booking back, whole; it can be booked anew. Raises NotAllowed, NotFound, SettlementNotBookable, BadValue."""
    rules.may_settle(by)
    said = differing.check_note(reason)[:200]
    with tx.action(by, "ledger.reverse_settlement", key, (settlement, said), UUID) as done:
        if done:
            return SettlementId(done.answer())
        known = queries.settlement(by, settlement, lock=True)
        rules.may_take_back(known)
        if known.posting is None:
            raise ValueError("what is booked has a posting")
        undo = PostingId(ids.derived(known.posting, "reverse"))
        reverse(by, NewReversal(undo, PostingId(known.posting), clock.now(), said))
        models.Settlement.objects.filter(id=settlement).update(
            state=SettlementState.REVERSED, posting=None, bank_amount=None, bank_reference=""
        )
        return SettlementId(done.keep(settlement))


def _row(made: SettlementId, new: SettlementStatement) -> models.Settlement:
    return models.Settlement(
        id=made,
        provider=new.provider,
        reference=new.reference,
        on=new.on,
        gross=new.gross,
        fee=new.fee,
        vat=new.vat,
        net=new.net,
        state=SettlementState.TAKEN,
        at=clock.now(),
    )


def _write_lines(made: SettlementId, new: SettlementStatement) -> None:
    keys = {line.payment_key for line in new.lines}
    before = models.SettlementLine.objects.filter(provider=new.provider, payment_key__in=keys)
    settled = set(before.values_list("payment_key", "kind", "cancel_id"))
    for line in new.lines:
        if (line.payment_key, line.kind.value, line.cancel_id) in settled:
            raise LineSettledBefore(payment_key=line.payment_key)
    models.SettlementLine.objects.bulk_create(
        (
            models.SettlementLine(
                settlement_id=made,
                provider=new.provider,
                order=line.order,
                payment_key=line.payment_key,
                kind=line.kind,
                cancel_id=line.cancel_id,
                amount=line.amount,
                fee=line.fee,
                vat=line.vat,
            )
            for line in new.lines
        ),
        batch_size=AT_ONCE,
    )


def _check_same(by: Actor, known: models.Settlement, new: SettlementStatement) -> None:
    for field in ("on", "gross", "fee", "vat", "net"):
        if getattr(known, field) != getattr(new, field):
            raise SettlementDiffers(field=field)
    if queries.settlement_lines(by, known.id) != new.lines:
        raise SettlementDiffers(field="lines")


def _book(by: Actor, known: Settlement, posting: UUID) -> None:
    provider = opened(by, provider_account(known.provider))
    for account in (rules.BANK, rules.FEES, rules.FEES_VAT):
        opened(by, account)
    moved = rules.entries(known, provider, posting)
    if not moved:
        raise BadValue(field="net", reason="out_of_range")
    book.post(by, NewPosting(PostingId(posting), moved, clock.now(), known.reference))


def _keep_bank(by: Actor, known: Settlement, bank: BankLine) -> None:
    begin, _end = differing.day(known.on, clock.SEOUL)
    one = Difference(
        DifferenceKind.SETTLED, OrderId(known.reference[:64]), str(known.id), known.net, bank.amount, begin
    )
    keep_differences(_run(by, known.provider, known, (one,)))


def _keep(by: Actor, new: SettlementStatement, found: tuple[Difference, ...]) -> None:
    if found:
        keep_differences(_run(by, new.provider, new, found))


def _run(
    by: Actor, provider: str, about: Settlement | SettlementStatement, found: tuple[Difference, ...]
) -> Reconciliation:
    begin, end = differing.day(about.on, clock.SEOUL)
    lines = len(about.lines) if isinstance(about, SettlementStatement) else 1
    return Reconciliation(
        id=ReconciliationId(ids.new()),
        provider=provider,
        since=begin,
        until=end,
        outcome=ReconciliationOutcome.DIFFERS,
        ours=lines,
        theirs=lines,
        found=len(found),
        at=clock.now(),
        by=by.person,
        differences=found,
    )


def _rate(provider: str) -> int | None:
    """The rate of the contract in ten-thousandths, as the settings say; None: not written down."""
    return dict(settings.DURE.fee_rates).get(provider)
