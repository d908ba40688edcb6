"""What market does on its own, when a time has come. Each task is safe to run again."""

from .counters import end_campaigns, settle_redemptions

__all__ = ["end_campaigns", "settle_redemptions"]
