"""What the ledger talks about."""

from .book import *
from .chain import *
from .checkouts import *
from .law import *
from .lineage import *
from .mandates import *
from .owed import *
from .payments import *
from .payouts import *
from .providers import *
from .receipts import *
from .reconciling import *
from .refusals import *
from .sandbox import *
from .settling import *
