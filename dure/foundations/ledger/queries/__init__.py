"""Reads of the ledger, as frozen values."""

from .book import *
from .chain import *
from .checkouts import *
from .duties import *
from .lineage import *
from .mandates import *
from .money_checks import *
from .owed import *
from .payments import *
from .payouts import *
from .personal import *
from .receipts import *
from .reconciling import *
from .settling import *
from .verify import *
