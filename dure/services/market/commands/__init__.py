"""The command line of market: `dure import markets --from FILE`."""

from .importing import importers

__all__ = ["importers"]
