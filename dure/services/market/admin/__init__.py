"""The back office of market."""

from . import lessons

__all__ = ["lessons"]
