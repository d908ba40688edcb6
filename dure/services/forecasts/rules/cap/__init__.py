"""The Common Alerting Protocol: parse tolerantly and loudly, issue strictly."""

from .checks import reaches_people
from .issuing import issue
from .parsing import parse

__all__ = ["issue", "parse", "reaches_people"]
