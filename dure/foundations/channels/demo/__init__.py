"""The sample town's channels: friends, what they agreed to, what was written to them."""

from . import friends

__all__ = ["load"]


def load() -> None:
    """Load what is not there yet."""
    friends.load()
