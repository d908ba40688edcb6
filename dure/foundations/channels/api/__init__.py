"""The JSON face of channels: conversations, and the stream that says when to look."""

from . import inbox, live
from .roots import routes

__all__ = ["inbox", "live", "routes"]
