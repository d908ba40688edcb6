"""What the ledger does by itself."""

from .book import *
from .payments import *
