"""The JSON face of the ledger."""

from . import differences, owed, payouts, receipts, settlements
from .roots import routes

__all__ = ["differences", "owed", "payouts", "receipts", "routes", "settlements"]
