"""Do payments and receipts keep their promises? Checks for `dure verify`."""

from dure.kit.verify import Check, Finding, Progress

from .findings import counted, rows_of
from .payouts import papers_that_differ

__all__ = ["money_checks"]


def money_checks() -> tuple[Check, ...]:
    """The promises of payments, refunds and receipts, each with the check that walks it."""
    return (
        Check("ledger.payments", "every captured payment stands in the book, to the won", _payments),
        Check("ledger.waits", "the account of a payment holds what waits there, and nothing else", _waits),
        Check("ledger.providers", "a provider's account is what it took less what it gave back", _providers),
        Check("ledger.refunds", "what is refunded never exceeds what was captured, and stands in the book", _refunds),
        Check(
            "ledger.owed",
            "what is owed to payers is what providers refused less what two people paid at the bank, to the won",
            _owed,
        ),
        Check(
            "ledger.settlements", "a settlement is its lines, and booked as net, fee and VAT to the won", _settlements
        ),
        Check(
            "ledger.payouts",
            "every payout waits or stands in one live file; files are their lines and their bytes, and what arrived is booked",
            _payouts,
        ),
        Check(
            "ledger.receipts", "receipts issued less reversed are the donations on them, by donor and year", _receipts
        ),
        Check("ledger.receipt_numbers", "receipts are numbered without gaps, by issuer and year", _numbers),
    )


def _payments(progress: Progress) -> list[Finding]:
    found = [
        Finding("ledger.payments", f"{amount} captured, but not booked", str(payment))
        for payment, amount in rows_of("verify_payments")
    ]
    return counted(found, progress)


def _waits(progress: Progress) -> list[Finding]:
    found = [Finding("ledger.waits", what, str(payment)) for payment, what in rows_of("verify_waits")]
    return counted(found, progress)


def _providers(progress: Progress) -> list[Finding]:
    found = [Finding("ledger.providers", what, str(account)) for account, what in rows_of("verify_providers")]
    return counted(found, progress)


def _refunds(progress: Progress) -> list[Finding]:
    found = [Finding("ledger.refunds", what, str(subject)) for subject, what in rows_of("verify_refunds")]
    return counted(found, progress)


def _owed(progress: Progress) -> list[Finding]:
    found = [Finding("ledger.owed", what, subject) for subject, what in rows_of("verify_owed")]
    return counted(found, progress)


def _settlements(progress: Progress) -> list[Finding]:
    found = [Finding("ledger.settlements", what, str(subject)) for subject, what in rows_of("verify_settlements")]
    return counted(found, progress)


def _payouts(progress: Progress) -> list[Finding]:
    found = [Finding("ledger.payouts", what, str(subject)) for subject, what in rows_of("verify_payouts")]
    found += [Finding("ledger.payouts", what, str(file)) for file, what in papers_that_differ()]
    return counted(found, progress)


def _receipts(progress: Progress) -> list[Finding]:
    found = [Finding("ledger.receipts", what, str(donor)) for donor, what in rows_of("verify_receipts")]
    return counted(found, progress)


def _numbers(progress: Progress) -> list[Finding]:
    found = [
        Finding("ledger.receipt_numbers", f"{year}: last number {last}, {count} receipts up to {highest}", str(issuer))
        for issuer, year, last, count, highest in rows_of("verify_receipt_numbers")
    ]
    return counted(found, progress)
