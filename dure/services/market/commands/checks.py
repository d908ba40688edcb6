"""The promises of market, each with the statement that finds the records which break it."""

from typing import Final

from dure.kit.verify import Check, of_statements
from dure.services.market import queries

PROMISES: Final = (
    (
        "market.coupons",
        "no campaign gave out more than its stock, nobody has more of it than the cap, and it counts what it gave",
        "verify_coupons",
    ),
    (
        "market.redemptions",
        "a coupon is used once at most, where it is good, and a use is no conflict too",
        "verify_redemptions",
    ),
    (
        "market.payments",
        "every final use that others pay is one transfer to its shop, and no shop is paid for anything else",
        "verify_coupon_payments",
    ),
    (
        "market.budgets",
        "what was set aside for a campaign is what it paid, holds and gave back",
        "verify_coupon_budgets",
    ),
    (
        "market.funds",
        "a fund has what was deposited, less what it granted and set aside; what nobody is left to use went back",
        "verify_market_funds",
    ),
    ("market.credits", "message credits granted are those spent, held, left and given back", "verify_credits"),
)


def verify_checks() -> tuple[Check, ...]:
    """The promises of market. Each is one statement over all records, whatever their number."""
    return of_statements(PROMISES, queries.findings)
