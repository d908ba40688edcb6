"""What giving offers to the command line: checks for `dure verify`, what `dure doctor` should say, loads for `dure simulate`."""

from .checks import verify_checks
from .diagnosing import diagnoses
from .drive import simulate

__all__ = ["diagnoses", "simulate", "verify_checks"]
