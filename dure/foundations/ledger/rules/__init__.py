"""Decisions of the ledger. Pure."""

from .book import *  # noqa: F403
from .chain import *  # noqa: F403
from .lineage import *  # noqa: F403
