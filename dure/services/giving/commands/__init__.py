"""What giving offers to the command line: its checks for `dure verify`."""

from .checks import verify_checks

__all__ = ["verify_checks"]
