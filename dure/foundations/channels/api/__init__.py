"""The JSON face of channels: friends and consents, broadcasts, conversations, and the stream that says when to look."""

from . import broadcasts, channels, inbox, live
from .roots import routes

__all__ = ["broadcasts", "channels", "inbox", "live", "routes"]
