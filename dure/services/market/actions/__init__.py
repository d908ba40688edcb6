"""What one can do in market: one verb, one transaction, `by: Actor` first."""

from .associations import ask_association, decide_association, name_market_channel
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
from .listing import load_markets
from .redeeming import UPLOAD_MAX, redeem, settle_due, settle_offline, undo
from .shops import answer_place, close_shop, edit_shop, name_channel, open_shop

__all__ = [
    "UPLOAD_MAX",
    "answer_place",
    "ask_association",
    "carry_campaign",
    "close_shop",
    "cost_of",
    "decide_association",
    "decide_deposit",
    "edit_shop",
    "end_due",
    "enter_deposit",
    "give_by_itself",
    "give_coupon",
    "grant_budget",
    "grant_credit",
    "hold_credit",
    "load_markets",
    "name_channel",
    "name_market_channel",
    "open_campaign",
    "open_fund",
    "open_shop",
    "redeem",
    "settle_due",
    "settle_offline",
    "spend_credit",
    "stop_campaign",
    "take_coupon",
    "undo",
]
