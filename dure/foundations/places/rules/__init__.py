"""What is decided about places without looking anything up. Pure: no clock, no database, no files."""

from .changes import around, follow, prefixes_of, valid_from_of
from .codes import canonical, level_of, wider
from .drawing import outline, picture, shade
from .lists import assemble
from .names import alternatives, rank, without_namesakes
from .points import checked_point, nearest_first
from .sums import without_covered

__all__ = [
    "alternatives",
    "around",
    "assemble",
    "canonical",
    "checked_point",
    "follow",
    "level_of",
    "nearest_first",
    "outline",
    "picture",
    "prefixes_of",
    "rank",
    "shade",
    "valid_from_of",
    "wider",
    "without_covered",
    "without_namesakes",
]
