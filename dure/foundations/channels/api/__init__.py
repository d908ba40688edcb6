"""The JSON face of channels: friends and consents, broadcasts, conversations, ways to people, and the stream that says when to
look."""

from . import broadcasts, channels, inbox, live, ways
from .roots import routes

__all__ = ["broadcasts", "channels", "inbox", "live", "routes", "ways"]
