"""Tables of the ledger."""

from .book import Account, Balance, ChainLink, OpenPending, SealMark, Transfer
from .checkouts import Checkout
from .mandates import Mandate, SandboxCard
from .owed import RefundStep
from .payments import Payment, Refund
from .payouts import Payout, PayoutFile, PayoutLine, PayoutPaper, PayoutStep
from .receipts import Donation, DonationReceipt, DonationReceiptLine, ReceiptSeries
from .reconciling import Difference, DifferenceStep, Reconciliation
from .sandbox import SandboxCancel, SandboxOrder, SandboxPayment
from .settling import Settlement, SettlementLine

__all__ = [
    "Account",
    "Balance",
    "ChainLink",
    "Checkout",
    "Difference",
    "DifferenceStep",
    "Donation",
    "DonationReceipt",
    "DonationReceiptLine",
    "Mandate",
    "OpenPending",
    "Payment",
    "Payout",
    "PayoutFile",
    "PayoutLine",
    "PayoutPaper",
    "PayoutStep",
    "ReceiptSeries",
    "Reconciliation",
    "Refund",
    "RefundStep",
    "SandboxCancel",
    "SandboxCard",
    "SandboxOrder",
    "SandboxPayment",
    "SealMark",
    "Settlement",
    "SettlementLine",
    "Transfer",
]
