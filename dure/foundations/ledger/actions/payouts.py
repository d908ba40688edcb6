"""Payouts on their way to the bank: asked for, put into a file, released by another steward, confirmed, come back.

A payout is locked before it is put into a file, a file before anything is done with it, and then, in the order of their ids,
the organisations that are paid: nobody replaces a bank account while its number is being written down.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.conf import settings

from dure.base import clock, ids
from dure.base.refusals import NotFound
from dure.foundations.ledger.models import payouts as models
from dure.foundations.ledger.queries import payouts as queries
from dure.foundations.ledger.rules import payout_papers as papers
from dure.foundations.ledger.rules import payouts as rules
from dure.foundations.ledger.rules.settling import BANK
from dure.foundations.ledger.types.book import NewPosting, NewReversal, PostingId
from dure.foundations.ledger.types.payouts import (
    BankReferenceKnown,
    FileForm,
    FileState,
    FileWant,
    LineState,
    NewPayout,
    Payee,
    PayeeChanged,
    Payer,
    PayoutDiffers,
    PayoutFileId,
    PayoutFileWhole,
    PayoutInFile,
    PayoutLine,
    PayoutWaits,
    WrittenFile,
    WrittenLine,
)
from dure.foundations.ledger.types.settling import BankLine
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, BankAccount, NoBankAccount, OrganisationId
from dure.kit import seals, tx

from . import book
from .payment_moves import opened
from .reversals import reverse

__all__ = [
    "ask_payout",
    "confirm_payouts",
    "drop_payouts",
    "prepare_payouts",
    "read_payouts",
    "release_payouts",
    "return_payout",
]


def ask_payout(by: Actor, new: NewPayout) -> None:
    """Something that was posted to an organisation's account in the book is to be paid at the bank. The same again changes
    nothing. Raises BadValue, PayoutDiffers.
    """
    tx.demand()
    rules.check_payout(new)
    row = models.Payout(id=new.id, payee_id=new.payee, amount=new.amount, title=new.title, at=clock.now())
    models.Payout.objects.bulk_create([row], ignore_conflicts=True)
    known = models.Payout.objects.get(id=new.id)
    for field, given in (("payee_id", new.payee), ("amount", new.amount), ("title", new.title)):
        if getattr(known, field) != given:
            raise PayoutDiffers(field=field.removesuffix("_id"))


def prepare_payouts(by: Actor, payouts: Sequence[UUID], *, key: str) -> PayoutFileId:
    """Put payouts that wait into a file; answers its id. Nobody can read it before another steward released it.

    Raises NotAllowed, ConflictOfInterest, NotFound, BadValue, PayoutInFile, PayoutWaits, PayeeUnwritable.
    """
    rules.may_handle(by, frozenset())
    chosen = sorted(set(payouts))
    with tx.action(by, "ledger.prepare_payouts", key, chosen, UUID) as done:
        if done:
            return PayoutFileId(done.answer())
        rules.check_choice(len(payouts), len(chosen))
        rows = list(models.Payout.objects.select_for_update().filter(id__in=chosen).order_by("id"))
        if len(rows) != len(chosen):
            raise NotFound(what="payout")
        rules.may_handle(by, frozenset(OrganisationId(row.payee_id) for row in rows))
        _refuse_live(chosen)
        accounts = _accounts(by, [row.payee_id for row in rows])
        now, file = clock.now(), PayoutFileId(ids.new())
        models.PayoutFile.objects.create(
            id=file,
            code=ids.speakable(8),
            state=FileState.PREPARED,
            total=sum(row.amount for row in rows),
            count=len(rows),
            prepared_by_id=rules.somebody(by),
            prepared_at=now,
        )
        models.PayoutLine.objects.bulk_create(
            models.PayoutLine(
                id=ids.new(),
                file_id=file,
                payout=row,
                position=position,
                amount=row.amount,
                account_id=accounts[row.payee_id][0].id,
                state=LineState.LISTED,
            )
            for position, row in enumerate(sorted(rows, key=lambda row: (row.at, row.id)), start=1)
        )
        _step(by, file, FileWant.PREPARE)
        return PayoutFileId(done.keep(file))


def release_payouts(by: Actor, file: PayoutFileId, *, key: str) -> PayoutFileId:
    """Another steward signs the file: its papers are written, and their bytes stay as they are.

    Raises NotAllowed, ConflictOfInterest, SameSteward, WrongFileState, PayeeChanged, PayoutWaits, PayeeUnwritable.
    """
    with tx.action(by, "ledger.release_payouts", key, file, UUID) as done:
        if done:
            return PayoutFileId(done.answer())
        whole = queries.payout_file(by, file, lock=True)
        after = rules.may_release(by, whole.file, _payees(whole))
        now = clock.now()
        _write_papers(_written(by, whole))
        models.PayoutFile.objects.filter(id=file).update(state=after, released_by=by.person, released_at=now)
        _move_lines(file, FileWant.RELEASE)
        _step(by, file, FileWant.RELEASE)
        return PayoutFileId(done.keep(file))


def drop_payouts(by: Actor, file: PayoutFileId, *, key: str) -> PayoutFileId:
    """A file that was not released is given up; its payouts wait again. Raises NotAllowed, ConflictOfInterest, WrongFileState."""
    with tx.action(by, "ledger.drop_payouts", key, file, UUID) as done:
        if done:
            return PayoutFileId(done.answer())
        whole = queries.payout_file(by, file, lock=True)
        rules.may_handle(by, _payees(whole))
        after = rules.follow(whole.file.state, FileWant.DROP)
        _move_lines(file, FileWant.DROP)
        models.PayoutFile.objects.filter(id=file).update(state=after)
        _step(by, file, FileWant.DROP)
        return PayoutFileId(done.keep(file))


def read_payouts(by: Actor, file: PayoutFileId, form: FileForm) -> bytes:
    """The bytes of a released file, always the same; who read them is written down.

    Raises NotAllowed, ConflictOfInterest, NotFound, WrongFileState.
    """
    with tx.durable():
        whole = queries.payout_file(by, file)
        rules.may_handle(by, _payees(whole))
        rules.follow(whole.file.state, FileWant.READ)
        paper = models.PayoutPaper.objects.filter(file_id=file, form=form).first()
        if paper is None:
            raise NotFound(what="paper")
        content = seals.unseal(queries.SEAL, paper.id, bytes(paper.sealed))
        if papers.digest(content) != paper.sha256:
            raise ValueError("a paper is not what was released")
        _step(by, file, FileWant.READ, form)
    return content


def confirm_payouts(by: Actor, file: PayoutFileId, bank: BankLine, *, key: str) -> PayoutFileId:
    """The bank took the file: of the lines that did not come back, to the won, under its own reference. Now it is booked.

    Raises NotAllowed, ConflictOfInterest, WrongFileState, BadValue, PayoutSumDiffers, BankReferenceKnown.
    """
    with tx.action(by, "ledger.confirm_payouts", key, (file, bank), UUID) as done:
        if done:
            return PayoutFileId(done.answer())
        whole = queries.payout_file(by, file, lock=True)
        rules.may_handle(by, _payees(whole))
        after = rules.follow(whole.file.state, FileWant.CONFIRM)
        reference = rules.check_bank(bank, whole.on_the_way)
        if models.PayoutFile.objects.filter(bank_reference=reference).exists():
            raise BankReferenceKnown(reference=reference)
        now = clock.now()
        for account in (BANK, rules.PARTNERS_BANK):
            opened(by, account)
        arrived = [line for line in whole.lines if line.state is LineState.SENT]
        book.post_many(by, [NewPosting.of(rules.entry(line), now) for line in arrived])
        models.PayoutFile.objects.filter(id=file).update(
            state=after, bank_reference=reference, confirmed_by=by.person, confirmed_at=now
        )
        _move_lines(file, FileWant.CONFIRM)
        _step(by, file, FileWant.CONFIRM, reference)
        return PayoutFileId(done.keep(file))


def return_payout(by: Actor, line: UUID, why: str, *, key: str) -> PayoutFileId:
    """A line came back from the bank, or was refused there: its payout waits again. What was booked of it is taken back.

    Raises NotAllowed, ConflictOfInterest, NotFound, BadValue, WrongFileState.
    """
    rules.may_handle(by, frozenset())
    said = rules.check_why(why)
    with tx.action(by, "ledger.return_payout", key, (line, said), UUID) as done:
        if done:
            return PayoutFileId(done.answer())
        file = queries.payout_file_of(line)
        whole = queries.payout_file(by, file, lock=True)
        rules.may_handle(by, _payees(whole))
        found = next(each for each in whole.lines if each.id == line)
        others = frozenset(each.state for each in whole.lines if each.id != line)
        after, now = rules.after_return(whole.file, found, others), clock.now()
        if found.state is LineState.PAID:
            posting = rules.sent(found)
            reverse(by, NewReversal(PostingId(ids.derived(posting, "back")), posting, now, said))
        models.PayoutLine.objects.filter(id=line).update(state=LineState.RETURNED, why=said, ended_at=now)
        models.PayoutFile.objects.filter(id=file).update(state=after)
        _step(by, file, FileWant.RETURN_LINE, f"{found.title}: {said}")
        return PayoutFileId(done.keep(file))


def _refuse_live(payouts: Sequence[UUID]) -> None:
    live = models.PayoutLine.objects.filter(payout__in=payouts, state__in=rules.LIVE)
    found = live.order_by("payout").values_list("payout_id", flat=True).first()
    if found is not None:
        raise PayoutInFile(payout=found)


def _payees(whole: PayoutFileWhole) -> frozenset[OrganisationId]:
    return frozenset(OrganisationId(line.payee) for line in whole.lines)


def _accounts(by: Actor, payees: Sequence[UUID]) -> Mapping[UUID, tuple[BankAccount, Payee]]:
    """The bank account of each payee, and how the papers say it. Each payee stays as it is until the transaction ends."""
    found = {}
    for payee in sorted(set(payees)):
        card = people.organisation(payee, lock=True)
        try:
            account = people.payout_account(payee)
        except NoBankAccount:
            raise PayoutWaits(payee=card.name) from None
        if not card.verified:
            raise PayoutWaits(payee=card.name)
        whole = people.bank_account(by, OrganisationId(payee), whole=True)
        if whole is None or whole.id != account.id:
            raise PayoutWaits(payee=card.name)
        found[payee] = account, papers.check_payee(Payee(whole.bank_code, whole.number, whole.holder), card.name)
    return found


def _written(by: Actor, whole: PayoutFileWhole) -> WrittenFile:
    accounts = _accounts(by, [line.payee for line in whole.lines])
    used = dict(models.PayoutLine.objects.filter(file_id=whole.file.id).values_list("id", "account_id"))
    for line in whole.lines:
        if accounts[line.payee][0].id != used[line.id]:
            raise PayeeChanged(payee=line.payee_name)
    return WrittenFile(
        id=whole.file.id,
        at=clock.now(),
        payer=Payer(settings.DURE.operator_name, *settings.DURE.operator_account),
        lines=tuple(_written_line(line, accounts[line.payee][1]) for line in whole.lines),
    )


def _written_line(line: PayoutLine, to: Payee) -> WrittenLine:
    return WrittenLine(line.id, to, line.amount, line.title)


def _write_papers(file: WrittenFile) -> None:
    """pain.001 names the account it is paid from, so it is written only where the settings say that."""
    contents = {FileForm.CSV: papers.csv_of(file)}
    if file.payer.number and file.payer.name:
        contents[FileForm.PAIN] = papers.pain_of(file)
    for form, content in contents.items():
        paper = ids.derived(file.id, form)
        models.PayoutPaper.objects.create(
            id=paper,
            file_id=file.id,
            form=form,
            sealed=seals.seal(queries.SEAL, paper, content),
            sha256=papers.digest(content),
            size=len(content),
        )


def _move_lines(file: UUID, want: FileWant) -> None:
    before, after = rules.LINES_AFTER[want]
    ended = None if after is LineState.SENT else clock.now()
    models.PayoutLine.objects.filter(file_id=file, state=before).update(state=after, ended_at=ended)


def _step(by: Actor, file: UUID, want: FileWant, note: str = "") -> None:
    models.PayoutStep.objects.create(file_id=file, want=want, by_id=rules.somebody(by), at=clock.now(), note=note[:400])
