"""Writes of the ledger. All demand the transaction of the action that calls them."""

from .book import *  # noqa: F403
