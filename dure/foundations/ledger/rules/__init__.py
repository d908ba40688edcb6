"""Decisions of the ledger. Pure."""

from .book import *  # noqa: F403
