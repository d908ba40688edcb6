"""The JSON face of giving."""

from . import desks, gifts, reading, taking_part
from .roots import routes

__all__ = ["desks", "gifts", "reading", "routes", "taking_part"]
