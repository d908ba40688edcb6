"""Reads of the ledger, as frozen values."""

from .book import *  # noqa: F403
from .chain import *  # noqa: F403
from .duties import *  # noqa: F403
from .lineage import *  # noqa: F403
from .money_checks import *  # noqa: F403
from .payments import *  # noqa: F403
from .personal import *  # noqa: F403
from .receipts import *  # noqa: F403
from .reconciling import *  # noqa: F403
from .settling import *  # noqa: F403
from .verify import *  # noqa: F403
