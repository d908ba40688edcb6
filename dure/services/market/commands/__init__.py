"""The command line of market: `dure import markets --from FILE`, `dure simulate markets`."""

from .importing import importers
from .year import simulate

__all__ = ["importers", "simulate"]
