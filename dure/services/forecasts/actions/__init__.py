"""Writes of forecasts: one verb, one transaction. Each asks the rules who may."""

from .fetching import claim_feed, hear, sweep
from .forgetting import forget_person
from .subscribing import choose_place, drop_place, set_reader
from .telling import Wording, mark_read, tell_next
from .watching import CallWording, agree_watch, ask_calls, ask_watch, end_watch, mark_called
from .zones import put_zones, resolve_places

__all__ = [
    "CallWording",
    "Wording",
    "agree_watch",
    "ask_calls",
    "ask_watch",
    "choose_place",
    "claim_feed",
    "drop_place",
    "end_watch",
    "forget_person",
    "hear",
    "mark_called",
    "mark_read",
    "put_zones",
    "resolve_places",
    "set_reader",
    "sweep",
    "tell_next",
]
