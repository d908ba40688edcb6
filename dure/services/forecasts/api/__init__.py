"""The JSON face of forecasts."""

from . import mine, reading
from .roots import routes

__all__ = ["mine", "reading", "routes"]
