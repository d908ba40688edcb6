"""Writes of giving: one verb, one transaction."""

from .agreeing import agree, end_missed_gates, invalidate, unagree
from .attesting import attest_gifts, unattest_gift
from .boxes import close, close_due, extend, stop
from .deposits import confirm_deposit, take_deposit_back, top_up
from .forgetting import IDENTITY_KEPT, PROOFS_KEPT, forget
from .gifting import PURPOSE, begin_gift, complete_gift, refund_gift, settle_payment
from .matching import cheer, open_fund
from .moderating import hide_words, object_to, show_words
from .paying import approve_plan, pay_out, reject_plan, revise_plan
from .picturing import add_picture, remove_picture, sweep_files
from .pooling import take_pooled
from .proposing import answer_as_partner, discard, draft, edit, propose, resubmit, withdraw
from .regular import (
    card_registered,
    change_regular,
    charge_regular,
    pause_regular,
    promise,
    register_card,
    resume_regular,
    stop_regular,
)
from .reporting import add_report_line, file_report, remove_report_line
from .stopping import refund_all_stopped, refund_stopped
from .vetting import approve, ask_work, register_collection, reject
from .writing import take_letters, write_donors

__all__ = [
    "IDENTITY_KEPT",
    "PROOFS_KEPT",
    "PURPOSE",
    "add_picture",
    "add_report_line",
    "agree",
    "answer_as_partner",
    "approve",
    "approve_plan",
    "ask_work",
    "attest_gifts",
    "begin_gift",
    "card_registered",
    "change_regular",
    "charge_regular",
    "cheer",
    "close",
    "close_due",
    "complete_gift",
    "confirm_deposit",
    "discard",
    "draft",
    "edit",
    "end_missed_gates",
    "extend",
    "file_report",
    "forget",
    "hide_words",
    "invalidate",
    "object_to",
    "open_fund",
    "pause_regular",
    "pay_out",
    "promise",
    "propose",
    "refund_all_stopped",
    "refund_gift",
    "refund_stopped",
    "register_card",
    "register_collection",
    "reject",
    "reject_plan",
    "remove_picture",
    "remove_report_line",
    "resubmit",
    "resume_regular",
    "revise_plan",
    "settle_payment",
    "show_words",
    "stop",
    "stop_regular",
    "sweep_files",
    "take_deposit_back",
    "take_letters",
    "take_pooled",
    "top_up",
    "unagree",
    "unattest_gift",
    "withdraw",
    "write_donors",
]
