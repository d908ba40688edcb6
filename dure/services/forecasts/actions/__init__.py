"""Writes of forecasts: one verb, one transaction. Each asks the rules who may."""

from .calling import CallWording, ask_calls, mark_called
from .fetching import ask_moved, claim_feed, hear, sweep
from .forgetting import forget_person
from .retelling import retell
from .subscribing import bring_friends, choose_place, drop_place, set_reader
from .telling import Wording, mark_read, tell_next
from .watching import agree_watch, ask_watch, end_watch, sweep_watches
from .zones import put_zones, resolve_places

__all__ = [
    "CallWording",
    "Wording",
    "agree_watch",
    "ask_calls",
    "ask_moved",
    "ask_watch",
    "bring_friends",
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
    "retell",
    "set_reader",
    "sweep",
    "sweep_watches",
    "tell_next",
]
