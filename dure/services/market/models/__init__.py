"""Tables of market: columns, constraints, indexes. No behaviour."""

from .coupons import Campaign, Conflict, Coupon, Redemption
from .credits import Deposit, Fund, Grant, GrantReturn, MessageCost
from .lessons import Arrival, Effort, TaskDone
from .markets import Association, Closure, Market, Shop
from .tutoring import Course, Enrolment, Question, Visit

__all__ = [
    "Arrival",
    "Association",
    "Campaign",
    "Closure",
    "Conflict",
    "Coupon",
    "Course",
    "Deposit",
    "Effort",
    "Enrolment",
    "Fund",
    "Grant",
    "GrantReturn",
    "Market",
    "MessageCost",
    "Question",
    "Redemption",
    "Shop",
    "TaskDone",
    "Visit",
]
