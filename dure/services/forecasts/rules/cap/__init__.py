"""The Common Alerting Protocol: parse tolerantly and loudly, issue strictly."""

from .chains import fold
from .checks import reaches_people
from .issuing import issue
from .parsing import parse
from .signing import sign, verify

__all__ = ["fold", "issue", "parse", "reaches_people", "sign", "verify"]
