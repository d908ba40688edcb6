"""The JSON face of giving."""

from . import desks, reading, taking_part
from .roots import routes

__all__ = ["desks", "reading", "routes", "taking_part"]
