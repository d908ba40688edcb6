"""The JSON face of giving."""

from . import desk_reading, desks, gifts, mine, reading, regular, taking_part
from .roots import routes

__all__ = ["desk_reading", "desks", "gifts", "mine", "reading", "regular", "routes", "taking_part"]
