"""What market does on its own, when a time has come. Each task is safe to run again."""

from .counters import end_campaigns, settle_redemptions
from .lessons import forget_friends

__all__ = ["end_campaigns", "forget_friends", "settle_redemptions"]
