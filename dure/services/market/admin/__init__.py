"""The back office of market: everything to look at, nothing to change."""

from . import coupons, lessons, places, purses

__all__ = ["coupons", "lessons", "places", "purses"]
