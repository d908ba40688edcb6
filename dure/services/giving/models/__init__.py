"""Tables of giving. A box has the id of its cause, a gift the id of its transfer in the ledger."""

from .core import (
    PICTURES,
    PROOFS,
    Agreement,
    Approval,
    Box,
    Cause,
    Check,
    Cheer,
    Gift,
    Line,
    Objection,
    Picture,
    Plan,
    ReportLine,
    Step,
    private,
)
from .funds import Deposit, MatchFund
from .letters import Letter
from .pooled import TITLE_LENGTH_MAX, Pooled
from .regular import Regular, RegularCharge

__all__ = [
    "PICTURES",
    "PROOFS",
    "TITLE_LENGTH_MAX",
    "Agreement",
    "Approval",
    "Box",
    "Cause",
    "Check",
    "Cheer",
    "Deposit",
    "Gift",
    "Letter",
    "Line",
    "MatchFund",
    "Objection",
    "Picture",
    "Plan",
    "Pooled",
    "Regular",
    "RegularCharge",
    "ReportLine",
    "Step",
    "private",
]
