"""What the ledger talks about."""

from .book import *  # noqa: F403
from .chain import *  # noqa: F403
from .lineage import *  # noqa: F403
from .refusals import *  # noqa: F403
