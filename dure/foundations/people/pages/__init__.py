"""The pages of people: joining and log-in, 나, organisations, the stewards' queue."""

from .words import REASONS, SAYS

__all__ = ["REASONS", "SAYS"]
