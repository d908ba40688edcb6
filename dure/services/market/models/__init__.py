"""Tables of market: columns, constraints, indexes. No behaviour."""

from .coupons import Campaign, Conflict, Coupon, Redemption
from .credits import Deposit, Fund, Grant, MessageCost
from .markets import Association, Market, Shop

__all__ = [
    "Association",
    "Campaign",
    "Conflict",
    "Coupon",
    "Deposit",
    "Fund",
    "Grant",
    "Market",
    "MessageCost",
    "Redemption",
    "Shop",
]
