"""What the ledger does by itself."""

from .book import *  # noqa: F403
from .payments import *  # noqa: F403
