"""What one can do in pledges: one verb, one transaction, `by: Actor` first."""

from .calendar import close_calendar, forget_calendar, renew_calendar
from .certifying import accept_proof, appeal_proof, hear_appeal, reject_proof, send_proof, withdraw_proof
from .cheering import cheer, comment, delete_comment, edit_comment, take_cheer_back
from .disputing import confirm_verdict, dispute_settlement, propose_verdict, send_back_dispute
from .forgetting import forget_proofs, forget_words, let_person_go, sweep_files
from .guarding import (
    block,
    complain,
    complain_of_person,
    decide_complaint,
    hide_comment,
    lift_hush,
    show_comment,
    unblock,
)
from .joining import PURPOSE, change_consent, complete_deposit, join, lapse_offers, leave, pay_deposit, settle_payment
from .keepsakes import forget_certificates, make_certificate, withdraw_certificate
from .meetings import answer_meeting, call_meeting, cancel_meeting, edit_meeting, note_attendance
from .paying import ask_payouts, drop_box, drop_pool, note_box
from .projects import cancel_project, decide_project, edit_project, propose_project, replace_leader
from .reminding import drop_reminder_of, forget_reminders, remind, set_reminder, set_reminder_of, sweep_reminders
from .seasons import open_season
from .settling import begin_settlement, return_deposits, settle_next
from .streams import close_stream, forget_streams, open_stream
from .telling import TELLER, Letter, bring_along, post_notice, take_down_notice, tell
from .voting import vote

__all__ = [
    "PURPOSE",
    "TELLER",
    "Letter",
    "accept_proof",
    "answer_meeting",
    "appeal_proof",
    "ask_payouts",
    "begin_settlement",
    "block",
    "bring_along",
    "call_meeting",
    "cancel_meeting",
    "cancel_project",
    "change_consent",
    "cheer",
    "close_calendar",
    "close_stream",
    "comment",
    "complain",
    "complain_of_person",
    "complete_deposit",
    "confirm_verdict",
    "decide_complaint",
    "decide_project",
    "delete_comment",
    "dispute_settlement",
    "drop_box",
    "drop_pool",
    "drop_reminder_of",
    "edit_comment",
    "edit_meeting",
    "edit_project",
    "forget_calendar",
    "forget_certificates",
    "forget_proofs",
    "forget_reminders",
    "forget_streams",
    "forget_words",
    "hear_appeal",
    "hide_comment",
    "join",
    "lapse_offers",
    "leave",
    "let_person_go",
    "lift_hush",
    "make_certificate",
    "note_attendance",
    "note_box",
    "open_season",
    "open_stream",
    "pay_deposit",
    "post_notice",
    "propose_project",
    "propose_verdict",
    "reject_proof",
    "remind",
    "renew_calendar",
    "replace_leader",
    "return_deposits",
    "send_back_dispute",
    "send_proof",
    "set_reminder",
    "set_reminder_of",
    "settle_next",
    "settle_payment",
    "show_comment",
    "sweep_files",
    "sweep_reminders",
    "take_cheer_back",
    "take_down_notice",
    "tell",
    "unblock",
    "vote",
    "withdraw_certificate",
    "withdraw_proof",
]
