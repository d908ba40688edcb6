"""Decisions of the ledger. Pure."""

from .book import *
from .chain import *
from .lineage import *
