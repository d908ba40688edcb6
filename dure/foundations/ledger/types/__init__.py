"""What the ledger talks about."""

from .book import *  # noqa: F403
from .refusals import *  # noqa: F403
