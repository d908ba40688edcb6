"""The JSON face of market."""

from . import counter, reading, taking
from .roots import routes

__all__ = ["counter", "reading", "routes", "taking"]
