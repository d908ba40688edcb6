"""Tables of market: columns, constraints, indexes. No behaviour."""

from .coupons import Campaign, Conflict, Coupon, Redemption
from .credits import Deposit, Fund, Grant, MessageCost
from .lessons import Arrival, Effort, TaskDone
from .markets import Association, Market, Shop
from .tutoring import Course, Enrolment, Question, Visit

__all__ = [
    "Arrival",
    "Association",
    "Campaign",
    "Conflict",
    "Coupon",
    "Course",
    "Deposit",
    "Effort",
    "Enrolment",
    "Fund",
    "Grant",
    "Market",
    "MessageCost",
    "Question",
    "Redemption",
    "Shop",
    "TaskDone",
    "Visit",
]
