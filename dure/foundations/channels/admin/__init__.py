"""The back office of channels: to look at, nothing to change."""

from . import inbox

__all__ = ["inbox"]
