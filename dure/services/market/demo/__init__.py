"""The sample town's market, made through its actions. Everything in it is plainly a sample."""

from . import lessons, market

__all__ = ["load"]


def load() -> None:
    """Load the market, then the course in which its shops learn."""
    market.load()
    lessons.load()
