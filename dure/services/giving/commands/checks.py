"""The promises of giving, each with the statement that finds the records which break it."""

from typing import Final

from dure.kit.verify import Check, of_statements
from dure.services.giving import queries

PROMISES: Final = (
    (
        "giving.gifts",
        "every gift is one transfer of its id, amount, giver and box, and all money in a box is a gift or a pooled sum",
        "verify_gifts",
    ),
    ("giving.pooled", "what was handed over to a box is in the book once, and what went back is not", "verify_pooled"),
    ("giving.refunds", "a gift that went back was reversed in the book, and no other was", "verify_gift_reversals"),
    (
        "giving.payments",
        "a payment pays for one gift at most, for every gift one was taken, and no money taken for a gift waits for ever",
        "verify_gift_payments",
    ),
    ("giving.donations", "every gift that stands can be receipted, and none that went back", "verify_donations"),
    (
        "giving.cheers",
        "what cheers added is what matching funds paid, once a person, box and day, never beyond the fund",
        "verify_cheers",
    ),
    (
        "giving.payouts",
        "a box is paid out whole, as planned and approved, or not at all, and the bank is to pay as much to its partner",
        "verify_payouts",
    ),
    ("giving.reports", "a filed report sums to what was paid out, and each line is in the book", "verify_reports"),
    (
        "giving.regular",
        "a month of a regular gift is one gift at most, of its donor, sum and partner",
        "verify_regular",
    ),
    ("giving.gates", "nobody agreed twice or to their own cause, and gates stand where they must", "verify_gates"),
    ("giving.steps", "every cause came to its state step by step, and its box with it", "verify_steps"),
)


def verify_checks() -> tuple[Check, ...]:
    """The promises of giving. Each is one statement over all records, whatever their number."""
    return of_statements(PROMISES, queries.findings)
