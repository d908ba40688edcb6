"""What the ledger does by itself."""

from .book import *  # noqa: F403
