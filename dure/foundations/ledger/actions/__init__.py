"""Writes of the ledger. All demand the transaction of the action that calls them."""

from .book import *
from .chain import *
from .convergence import *
from .deposits import *
from .mandates import *
from .owed import *
from .payments import *
from .payouts import *
from .receipts import *
from .reconciling import *
from .refunding import *
from .refunds import *
from .reservations import *
from .reversals import *
from .sandbox import *
from .settling import *
