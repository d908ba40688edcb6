"""What the ledger offers to the command line: its checks for `dure verify`."""

from dure.foundations.ledger import queries
from dure.kit.verify import Check


def verify_checks() -> tuple[Check, ...]:
    """The promises of the book, and of payments and receipts."""
    return (*queries.checks(), *queries.money_checks())
