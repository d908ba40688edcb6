"""A batch as it is handed to a telephone."""

from dataclasses import dataclass, field

from .messages import ToldEntry
from .passes import Batch


@dataclass(frozen=True, slots=True)
class IssuedBatch:
    """A batch with what the telephone needs to hold the visit party's key against its log. Kept nowhere but on the telephone."""

    batch: Batch = field(repr=False)
    told: ToldEntry  # the log's entry about `batch.visits`, with its proof
    log: str  # the key of that log
    codes: tuple[str, ...] = field(repr=False)  # to read out, where the screen cannot be scanned
