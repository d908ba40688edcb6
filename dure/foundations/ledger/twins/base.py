"""What both twins share: times and taxes as Korea writes them."""

from datetime import datetime

from dure.base import clock
from dure.kit.twins import Setting, Twin

__all__ = ["Setting", "Twin", "naive_time", "offset_time", "vat"]


def vat(amount: int, tax_free: int) -> int:
    """The tax in an amount when the shop says nothing: an eleventh of what is taxed, rounded half up."""
    return ((amount - tax_free) * 2 + 11) // 22


def offset_time(at: datetime | None) -> str | None:
    """2026-01-01T00:00:00+09:00"""
    return clock.local(at).isoformat(timespec="seconds") if at else None


def naive_time(at: datetime | None) -> str | None:
    """2026-01-01T00:00:00, on Seoul's wall clock"""
    return clock.local(at).replace(tzinfo=None).isoformat(timespec="seconds") if at else None
