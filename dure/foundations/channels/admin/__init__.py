"""The back office of channels: to look at, nothing to change."""

from . import channels, inbox, ways

__all__ = ["channels", "inbox", "ways"]
