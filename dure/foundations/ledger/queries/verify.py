"""Does the book keep its promises? Each check walks the log and answers findings; none means that it holds."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from dure.foundations.ledger import models, rules
from dure.foundations.ledger.types import AccountId, BalanceDifference, Break, Head
from dure.kit import sqlfiles
from dure.kit.verify import FINDINGS_MAX, Check, Finding, Progress, silent

from .book import PACKAGE
from .chain import verify_chain
from .findings import counted, rows_of

__all__ = ["checks", "rebuild_check", "verify"]

PAGE: Final = 10_000


def checks(anchor: Head | None = None) -> tuple[Check, ...]:
    """The promises of the book, each with the check that walks it."""

    def chain(progress: Progress) -> list[Finding]:
        return [_broken(each) for each in verify_chain(progress, anchor).breaks]

    return (
        Check("ledger.zero_sum", "every prefix of the log sums to zero in each currency", _zero_sum),
        Check("ledger.limits", "no account was ever beyond its limit, reservations counted", _limits),
        Check("ledger.references", "resolutions fit their reservations, reversals mirror their transfers", _references),
        Check("ledger.once", "nothing is resolved or reversed twice", _once),
        Check("ledger.postings", "every posting has all its legs", _postings),
        Check("ledger.balances", "balances are what the log says, byte for byte", _balances),
        Check("ledger.lineage", "every won that left an account that holds money came into it before", _lineage),
        Check("ledger.chain", "the hash chain holds from its first link to its head", chain),
    )


def verify(progress: Progress = silent, anchor: Head | None = None) -> tuple[Finding, ...]:
    """All checks of the ledger, one after the other; `progress` counts within each."""
    return tuple(finding for check in checks(anchor) for finding in check.run(progress))


def rebuild_check() -> tuple[BalanceDifference, ...]:
    """Balances and open reservations that differ from what the log says, compared as text; nothing when all is equal."""
    return tuple(
        BalanceDifference(account=AccountId(account), stored=stored, rebuilt=rebuilt)
        for account, stored, rebuilt in rows_of("verify_balances")
    )


def _balances(progress: Progress) -> list[Finding]:
    found = [
        Finding("ledger.balances", f"stored {each.stored}, the log says {each.rebuilt}", str(each.account))
        for each in rebuild_check()
    ]
    return counted(found, progress, models.Balance.objects.count())


def _zero_sum(progress: Progress) -> list[Finding]:
    found = [
        Finding("ledger.zero_sum", f"the log up to number {seq} sums to {total} {currency}", str(seq))
        for seq, currency, total in rows_of("verify_zero_sum")
    ]
    return counted(found, progress)


def _limits(progress: Progress) -> list[Finding]:
    found = [
        Finding("ledger.limits", f"short of {short} at number {seq} of the log", str(account))
        for account, seq, short in rows_of("verify_limits")
    ]
    return counted(found, progress)


def _references(progress: Progress) -> list[Finding]:
    found = [
        Finding("ledger.references", f"the {what} does not fit what it refers to", str(transfer))
        for transfer, what in rows_of("verify_references")
    ]
    return counted(found, progress)


def _once(progress: Progress) -> list[Finding]:
    found = [Finding("ledger.once", f"{what} more than once", subject) for what, subject in rows_of("verify_once")]
    return counted(found, progress)


def _postings(progress: Progress) -> list[Finding]:
    found = [
        Finding("ledger.postings", f"has {count} legs and says {said}", str(posting))
        for posting, count, said in rows_of("verify_postings")
    ]
    return counted(found, progress)


def _lineage(progress: Progress) -> list[Finding]:
    """The plain way: a queue of lots for each account, and what is left in it must be its balance."""
    queues: dict[UUID, rules.Queue] = defaultdict(rules.Queue)
    found: list[Finding] = []
    total = models.Transfer.objects.count()
    for number, (_, transfer, giver, gives, taker, takes, amount) in enumerate(_stream("verify_lineage"), start=1):
        if transfer is None and (left := queues[giver].left()) != amount:
            found.append(Finding("ledger.lineage", f"lots hold {left}, the balance {amount}", str(giver)))
        missing = queues[giver].take(amount)[1] if gives else 0
        if missing:
            found.append(Finding("ledger.lineage", f"{missing} of {amount} came from nowhere", str(transfer)))
        if takes:
            queues[taker].give(transfer, amount)
        if number % PAGE == 0:
            progress(number, total)
        if len(found) >= FINDINGS_MAX:
            break
    return counted(found, progress, total)


def _broken(each: Break) -> Finding:
    where = f"position {each.position}" if each.position else f"transfer {each.transfer}"
    about = f" (transfer {each.transfer})" if each.position and each.transfer else ""
    return Finding(
        "ledger.chain", f"{each.kind.replace('_', ' ')} at {where}{about}", str(each.position or each.transfer)
    )


def _stream(statement: str) -> Iterator[tuple[Any, ...]]:
    """Rows through a cursor of the server, so that a long log needs no memory here."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sqlfiles.load(PACKAGE, statement).text)
        while rows := cursor.fetchmany(PAGE):
            yield from rows
