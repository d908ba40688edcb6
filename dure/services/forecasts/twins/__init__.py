"""Loopback twins: the weather authority's machine (`dure twin weather`), an agency that publishes alerts (`dure twin alerts`).

Written from published shapes, not from our adapters: this room imports no other room of the house, and only `commands` and tests
import it.
"""

from .alerts import AlertTwin
from .weather import WeatherTwin

__all__ = ["AlertTwin", "WeatherTwin"]
