"""What market does on its own, when a time has come. Each task is safe to run again."""

from .counters import end_campaigns, settle_redemptions
from .lessons import forget_friends
from .regulars import give_due_coupons

__all__ = ["end_campaigns", "forget_friends", "give_due_coupons", "settle_redemptions"]
