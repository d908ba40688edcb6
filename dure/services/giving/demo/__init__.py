"""The sample town's causes, and the ground on which a drive is replayed."""

from .causes import load
from .drive import (
    API,
    Ground,
    box_to_pay_out,
    cheer_request,
    gift_request,
    open_ground,
    page_request,
    refund_request,
    token,
)
from .pace import PEAK, Intent, intents

__all__ = [
    "API",
    "PEAK",
    "Ground",
    "Intent",
    "box_to_pay_out",
    "cheer_request",
    "gift_request",
    "intents",
    "load",
    "open_ground",
    "page_request",
    "refund_request",
    "token",
]
