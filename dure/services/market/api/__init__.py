"""The JSON face of market."""

from . import counter, lessons, reading, taking
from .roots import routes

__all__ = ["counter", "lessons", "reading", "routes", "taking"]
