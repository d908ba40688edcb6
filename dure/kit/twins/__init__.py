"""What every loopback twin shares: a clock that can be moved, a plan of faults, a sender of webhooks that retries, a server.

A twin stands for somebody else's machine (a payment provider, a message dealer): the same addresses, limits, codes and
retries, on this machine only, and faults on request. Its books are in memory, and in a file if one is named. The houses'
`twins` rooms say what their twins answer; they know nothing of the adapters they are made to try.
"""

from .booked import Setting, Twin
from .clock import TwinClock
from .faults import Fault, FaultPlan, FaultRule
from .server import Answer, Asked, LoopbackTwin, Server, json_answer, line_at, origin_of, page_answer, redirect
from .webhooks import Letter, WebhookSender

__all__ = [
    "Answer",
    "Asked",
    "Fault",
    "FaultPlan",
    "FaultRule",
    "Letter",
    "LoopbackTwin",
    "Server",
    "Setting",
    "Twin",
    "TwinClock",
    "WebhookSender",
    "json_answer",
    "line_at",
    "origin_of",
    "page_answer",
    "redirect",
]
