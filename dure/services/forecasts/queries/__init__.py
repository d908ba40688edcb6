"""Reads of forecasts. Frozen values only."""

from .feeds import board, feed_health, feed_standings
from .personal import export_of
from .places import cells, places, reader, subscriptions, zone_names, zone_of, zone_table
from .reading import channel_of_forecasts, due_board, may_warn, notices, reaches, told
from .watching import watch, watch_by_code, watches

__all__ = [
    "board",
    "cells",
    "channel_of_forecasts",
    "due_board",
    "export_of",
    "feed_health",
    "feed_standings",
    "may_warn",
    "notices",
    "places",
    "reaches",
    "reader",
    "subscriptions",
    "told",
    "watch",
    "watch_by_code",
    "watches",
    "zone_names",
    "zone_of",
    "zone_table",
]
