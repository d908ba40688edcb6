"""Reads of the ledger, as frozen values."""

from .book import *  # noqa: F403
