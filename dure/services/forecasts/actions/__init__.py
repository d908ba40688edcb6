"""Writes of forecasts: one verb, one transaction. Each asks the rules who may."""

from .alerting import AlertWording, tell_alerts
from .alerts import sweep_alerts, take_alert
from .calling import CallWording, ask_calls, mark_called
from .fetching import ask_moved, ask_warned, claim_feed, hear, note_broken, sweep
from .forgetting import forget_person
from .issuing import agree_issue, issue_due, send_issue, take_issue_back, throw_issue_away, write_issue
from .pinning import pin, unpin
from .reaching import tell_regions
from .retelling import retell
from .sources import end_source, fetch_next, put_source
from .subscribing import bring_friends, choose_place, drop_place, set_reader
from .telling import mark_read, tell_next
from .watching import agree_watch, ask_watch, end_watch, sweep_watches
from .wording import Wording
from .zones import put_zones, resolve_places

__all__ = [
    "AlertWording",
    "CallWording",
    "Wording",
    "agree_issue",
    "agree_watch",
    "ask_calls",
    "ask_moved",
    "ask_warned",
    "ask_watch",
    "bring_friends",
    "choose_place",
    "claim_feed",
    "drop_place",
    "end_source",
    "end_watch",
    "fetch_next",
    "forget_person",
    "hear",
    "issue_due",
    "mark_called",
    "mark_read",
    "note_broken",
    "pin",
    "put_source",
    "put_zones",
    "resolve_places",
    "retell",
    "send_issue",
    "set_reader",
    "sweep",
    "sweep_alerts",
    "sweep_watches",
    "take_alert",
    "take_issue_back",
    "tell_alerts",
    "tell_next",
    "tell_regions",
    "throw_issue_away",
    "unpin",
    "write_issue",
]
