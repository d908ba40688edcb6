"""Reads of payouts on their way to the bank, for stewards and auditors."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from dure.base.refusals import NotFound
from dure.foundations.ledger.models import payouts as models
from dure.foundations.ledger.rules import payout_papers as papers
from dure.foundations.ledger.rules import payouts as rules
from dure.foundations.ledger.rules import reconciling
from dure.foundations.ledger.types.payouts import (
    FileForm,
    FileState,
    FileWant,
    LineState,
    Payout,
    PayoutFile,
    PayoutFileId,
    PayoutFilePage,
    PayoutFilePaper,
    PayoutFileStep,
    PayoutFileWhole,
    PayoutLine,
    PayoutLineId,
    PayoutPlace,
    PayoutWay,
)
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, OrganisationId
from dure.kit import seals

__all__ = [
    "payout_file",
    "payout_file_of",
    "payout_files",
    "payout_files_open",
    "payout_way",
    "payouts_late",
    "payouts_waiting",
]

PAGE_SIZE = 20
SEAL = "ledger.payout_papers.v1"
PLACES = {
    LineState.SENT: PayoutPlace.BANK,
    LineState.PAID: PayoutPlace.ARRIVED,
    LineState.RETURNED: PayoutPlace.RETURNED,
}


def payouts_waiting(by: Actor) -> tuple[Payout, ...]:
    """Payouts that stand in no file under way, the longest wait first; as many as fit into one file. Raises NotAllowed."""
    reconciling.may_reconcile(by)
    rows = waiting().annotate(came_back=Count("lines", filter=Q(lines__state=LineState.RETURNED)))
    shown = list(rows.order_by("at", "id")[: rules.LINES_MAX])
    cards = people.organisations(row.payee_id for row in shown)
    ready = {payee for payee, card in cards.items() if card.verified and people.has_verified_bank_account(payee)}
    return tuple(
        Payout(
            id=row.id,
            payee=row.payee_id,
            payee_name=cards[OrganisationId(row.payee_id)].name,
            amount=row.amount,
            title=row.title,
            at=row.at,
            returned=vars(row)["came_back"],
            ready=row.payee_id in ready,
        )
        for row in shown
    )


def payout_files(by: Actor, state: FileState | None = None, words: str = "", page: int = 1) -> PayoutFilePage:
    """A page of the files, the latest first, of one state or all; `words` stand in the code, the bank's reference or the
    title of a payout in it. Raises NotAllowed.
    """
    reconciling.may_reconcile(by)
    rows = models.PayoutFile.objects.filter(**({"state": state} if state else {}))
    if said := " ".join(words.split()):
        titled = models.PayoutLine.objects.filter(file=OuterRef("pk"), payout__title__icontains=said)
        rows = rows.filter(Q(code__iexact=said) | Q(bank_reference__icontains=said) | Exists(titled))
    pages = Paginator(rows.order_by("-prepared_at", "-id"), PAGE_SIZE)
    shown = pages.get_page(page)
    return PayoutFilePage(tuple(_file(row) for row in shown), pages.count, shown.number, pages.num_pages)


def payout_file(by: Actor, file: UUID, *, lock: bool = False) -> PayoutFileWhole:
    """A file with its lines, papers and steps. Raises NotAllowed, NotFound."""
    reconciling.may_reconcile(by)
    rows = models.PayoutFile.objects.select_for_update() if lock else models.PayoutFile.objects.all()
    row = rows.filter(id=file).first()
    if row is None:
        raise NotFound(what="payout_file")
    papers = row.papers.order_by("form").values_list("form", "sha256", "size")
    return PayoutFileWhole(
        file=_file(row),
        lines=_lines(row.lines.select_related("payout").order_by("position")),
        papers=tuple(
            PayoutFilePaper(FileForm(form), f"dure-payout-{row.code}.{form}", digest, size)
            for form, digest, size in papers
        ),
        steps=tuple(
            PayoutFileStep(FileWant(step.want), step.by_id, step.at, step.note) for step in row.steps.order_by("id")
        ),
    )


def payout_file_of(line: UUID) -> PayoutFileId:
    """The file a line stands in. Raises NotFound."""
    found = models.PayoutLine.objects.filter(id=line).values_list("file_id", flat=True).first()
    if found is None:
        raise NotFound(what="payout_line")
    return PayoutFileId(found)


def payout_way(payout: UUID) -> PayoutWay | None:
    """How far a payout has come; None when nothing of that id is to be paid."""
    row = models.Payout.objects.filter(id=payout).first()
    if row is None:
        return None
    last = (
        row.lines.select_related("file").exclude(state=LineState.DROPPED).order_by("-file__prepared_at", "-id").first()
    )
    if last is None or last.state == LineState.LISTED:
        return PayoutWay(PayoutPlace.WAITS, row.at)
    at = last.ended_at or last.file.released_at or row.at
    return PayoutWay(PLACES[LineState(last.state)], at, last.why)


def payouts_late(since: datetime) -> int:
    """Payouts asked for before `since` that have not arrived."""
    arrived = models.PayoutLine.objects.filter(payout=OuterRef("pk"), state=LineState.PAID)
    return models.Payout.objects.filter(at__lt=since).exclude(Exists(arrived)).count()


def payout_files_open() -> int:
    """Files that wait for another steward, or for the bank."""
    return models.PayoutFile.objects.filter(state__in=(FileState.PREPARED, FileState.RELEASED)).count()


def waiting() -> QuerySet[models.Payout]:
    """Payouts without a live line."""
    live = models.PayoutLine.objects.filter(payout=OuterRef("pk"), state__in=rules.LIVE)
    return models.Payout.objects.exclude(Exists(live))


def papers_that_differ() -> Iterator[tuple[UUID, str]]:
    """Released files whose bytes are not what was signed, or do not come to the sum and number of their lines."""
    rows = models.PayoutPaper.objects.select_related("file").order_by("file", "form")
    for row in rows.iterator():
        try:
            content = seals.unseal(SEAL, row.id, bytes(row.sealed))
        except seals.SealBroken:
            yield row.file_id, f"its {row.form} cannot be opened"
            continue
        if papers.digest(content) != row.sha256 or len(content) != row.size:
            yield row.file_id, f"its {row.form} is not what was released"
        elif papers.counted(FileForm(row.form), content) != (row.file.count, row.file.total):
            yield row.file_id, f"its {row.form} does not come to {row.file.count} lines and {row.file.total} won"


def _lines(rows: Iterable[models.PayoutLine]) -> tuple[PayoutLine, ...]:
    shown = list(rows)
    cards = people.organisations(row.payout.payee_id for row in shown)
    accounts = people.bank_accounts(row.account_id for row in shown)
    return tuple(
        PayoutLine(
            id=PayoutLineId(row.id),
            payout=row.payout_id,
            payee=row.payout.payee_id,
            payee_name=cards[OrganisationId(row.payout.payee_id)].name,
            title=row.payout.title,
            amount=row.amount,
            bank_code=accounts[row.account_id].bank_code,
            account=accounts[row.account_id].number,
            holder=accounts[row.account_id].holder,
            state=LineState(row.state),
            why=row.why,
            ended_at=row.ended_at,
        )
        for row in shown
    )


def _file(row: models.PayoutFile) -> PayoutFile:
    return PayoutFile(
        id=PayoutFileId(row.id),
        code=row.code,
        state=FileState(row.state),
        total=row.total,
        count=row.count,
        prepared_by=row.prepared_by_id,
        prepared_at=row.prepared_at,
        released_by=row.released_by_id,
        released_at=row.released_at,
        bank_reference=row.bank_reference,
        confirmed_at=row.confirmed_at,
    )
