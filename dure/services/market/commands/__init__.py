"""The command line of market: `dure import markets --from FILE`, `dure simulate markets`, its checks of `dure verify`."""

from .checks import verify_checks
from .importing import importers
from .year import simulate

__all__ = ["importers", "simulate", "verify_checks"]
