"""What one can do in pledges: one verb, one transaction, `by: Actor` first."""

from .certifying import accept_proof, appeal_proof, hear_appeal, reject_proof, send_proof, withdraw_proof
from .forgetting import forget_proofs, let_person_go, sweep_files
from .joining import PURPOSE, change_consent, complete_deposit, join, lapse_offers, leave, pay_deposit, settle_payment
from .projects import cancel_project, decide_project, edit_project, propose_project, replace_leader
from .seasons import open_season
from .settling import ask_payouts, begin_settlement, return_deposits, settle_next

__all__ = [
    "PURPOSE",
    "accept_proof",
    "appeal_proof",
    "ask_payouts",
    "begin_settlement",
    "cancel_project",
    "change_consent",
    "complete_deposit",
    "decide_project",
    "edit_project",
    "forget_proofs",
    "hear_appeal",
    "join",
    "lapse_offers",
    "leave",
    "let_person_go",
    "open_season",
    "pay_deposit",
    "propose_project",
    "reject_proof",
    "replace_leader",
    "return_deposits",
    "send_proof",
    "settle_next",
    "settle_payment",
    "sweep_files",
    "withdraw_proof",
]
