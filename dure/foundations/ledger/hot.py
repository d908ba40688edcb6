"""What hot rooms of services need of the ledger beside the SQL function `ledger_post_group`: money that is taken already."""

from typing import Final

from dure.foundations.ledger.providers import read_receipt
from dure.foundations.ledger.types import Limit, NewAccount

__all__ = ["TILL", "read_receipt"]

TILL: Final = NewAccount("provider:sandbox", Limit.NONE)
"""Where money of capture receipts comes from: what the provider that signs them owes us."""
