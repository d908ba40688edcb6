"""The ledger for stewards and auditors to look at. Nothing here can be changed, not even by a superuser."""

from .book import *
from .payments import *
from .payouts import *
from .reconciling import *
