"""A loopback twin of the weather authority's machine: what `dure twin weather` serves. Written from its published shapes, not
from our adapter: this room imports no other room of the house, and only `commands` and tests import it.
"""

from .weather import WeatherTwin

__all__ = ["WeatherTwin"]
