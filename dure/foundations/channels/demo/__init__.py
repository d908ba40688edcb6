"""The sample town's channels: friends, what they agreed to, what was written to them, what they say to each other."""

from . import friends, inbox

__all__ = ["load"]


def load() -> None:
    """Load what is not there yet."""
    friends.load()
    inbox.load()
