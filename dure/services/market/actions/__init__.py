"""What one can do in market: one verb, one transaction, `by: Actor` first."""

from .associations import ask_association, decide_association, end_association, end_untrusted
from .campaigns import carry_campaign, cost_of, end_due, open_campaign, stop_campaign
from .coupons import give_by_itself, give_coupon, take_coupon
from .credits import (
    decide_deposit,
    enter_deposit,
    grant_budget,
    grant_credit,
    hold_credit,
    open_fund,
    spend_credit,
)
from .forgetting import forget_coupons, let_person_go
from .lessons import complete_due, forget_friends, look_again, look_at_figures, note_efforts, see_tasks, take_friends
from .listing import load_markets
from .paying import pay_owed
from .redeeming import UPLOAD_MAX, redeem, settle_due, settle_offline, undo
from .regulars import give_due, note_regular, note_visit, welcome
from .returning import return_budget, return_credit, return_left
from .shops import adopt_channel, answer_place, close_shop, edit_shop, open_shop, reopen_shop
from .tutoring import (
    answer,
    ask,
    cancel_visit,
    enrol,
    name_tutor,
    open_course,
    plan_visit,
    plan_visits,
    settle_visit,
    withdraw_enrolment,
)

__all__ = [
    "UPLOAD_MAX",
    "adopt_channel",
    "answer",
    "answer_place",
    "ask",
    "ask_association",
    "cancel_visit",
    "carry_campaign",
    "close_shop",
    "complete_due",
    "cost_of",
    "decide_association",
    "decide_deposit",
    "edit_shop",
    "end_association",
    "end_due",
    "end_untrusted",
    "enrol",
    "enter_deposit",
    "forget_coupons",
    "forget_friends",
    "give_by_itself",
    "give_coupon",
    "give_due",
    "grant_budget",
    "grant_credit",
    "hold_credit",
    "let_person_go",
    "load_markets",
    "look_again",
    "look_at_figures",
    "name_tutor",
    "note_efforts",
    "note_regular",
    "note_visit",
    "open_campaign",
    "open_course",
    "open_fund",
    "open_shop",
    "pay_owed",
    "plan_visit",
    "plan_visits",
    "redeem",
    "reopen_shop",
    "return_budget",
    "return_credit",
    "return_left",
    "see_tasks",
    "settle_due",
    "settle_offline",
    "settle_visit",
    "spend_credit",
    "stop_campaign",
    "take_coupon",
    "take_friends",
    "undo",
    "welcome",
    "withdraw_enrolment",
]
