"""What giving offers to the command line: its checks for `dure verify`, its loads for `dure simulate`."""

from .checks import verify_checks
from .drive import simulate

__all__ = ["simulate", "verify_checks"]
