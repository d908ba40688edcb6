"""What market does on its own, when a time has come. Each task is safe to run again."""

from .counters import end_campaigns, pay_shops, return_left, settle_redemptions
from .keeping import forget_coupons
from .lessons import complete_courses, forget_friends
from .regulars import give_due_coupons
from .telling import tell_coupon

__all__ = [
    "complete_courses",
    "end_campaigns",
    "forget_coupons",
    "forget_friends",
    "give_due_coupons",
    "pay_shops",
    "return_left",
    "settle_redemptions",
    "tell_coupon",
]
