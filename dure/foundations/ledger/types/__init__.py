"""What the ledger talks about."""

from .book import *  # noqa: F403
from .chain import *  # noqa: F403
from .law import *  # noqa: F403
from .lineage import *  # noqa: F403
from .payments import *  # noqa: F403
from .providers import *  # noqa: F403
from .receipts import *  # noqa: F403
from .reconciling import *  # noqa: F403
from .refusals import *  # noqa: F403
from .sandbox import *  # noqa: F403
from .settling import *  # noqa: F403
