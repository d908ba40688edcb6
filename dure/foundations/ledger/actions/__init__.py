"""Writes of the ledger. All demand the transaction of the action that calls them."""

from .book import *  # noqa: F403
from .chain import *  # noqa: F403
from .convergence import *  # noqa: F403
from .payments import *  # noqa: F403
from .receipts import *  # noqa: F403
from .reconciling import *  # noqa: F403
from .refunds import *  # noqa: F403
from .reservations import *  # noqa: F403
from .reversals import *  # noqa: F403
from .sandbox import *  # noqa: F403
from .settling import *  # noqa: F403
