"""Reads of forecasts. Frozen values only."""

from .alerts import (
    alert,
    alert_key,
    alert_received,
    alerts_in_force,
    alerts_received,
    not_fetched,
    pins,
    pins_behind,
    references_of,
    sources,
)
from .feeds import board, feed_health, feed_health_of, feed_standings
from .issuing import (
    agencies_of,
    cap_file,
    issue,
    issues,
    own_certificates,
    own_fingerprints,
    own_sender,
    preview,
    published,
)
from .messages import messages_at
from .personal import export_of
from .places import cells, places, reader, subscriptions, zone_names, zone_of, zone_table
from .reading import NOTHING, alerts_unread, channel_of_forecasts, due_board, may_warn, notices, reaches, told
from .warned import wanted_of, warned_board, warned_told, warning_key, warnings_at
from .watching import watch, watch_by_code, watches

__all__ = [
    "NOTHING",
    "agencies_of",
    "alert",
    "alert_key",
    "alert_received",
    "alerts_in_force",
    "alerts_received",
    "alerts_unread",
    "board",
    "cap_file",
    "cells",
    "channel_of_forecasts",
    "due_board",
    "export_of",
    "feed_health",
    "feed_health_of",
    "feed_standings",
    "issue",
    "issues",
    "may_warn",
    "messages_at",
    "not_fetched",
    "notices",
    "own_certificates",
    "own_fingerprints",
    "own_sender",
    "pins",
    "pins_behind",
    "places",
    "preview",
    "published",
    "reaches",
    "reader",
    "references_of",
    "sources",
    "subscriptions",
    "told",
    "wanted_of",
    "warned_board",
    "warned_told",
    "warning_key",
    "warnings_at",
    "watch",
    "watch_by_code",
    "watches",
    "zone_names",
    "zone_of",
    "zone_table",
]
