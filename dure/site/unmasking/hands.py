"""A clock that somebody else moves: the programs of a day that is attacked all read the same eight bytes of a file."""

import mmap
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_SECONDS: Final = struct.Struct("d")


def set_to(file: Path, at: datetime) -> None:
    """Put the clock to this instant, for whoever reads it."""
    if not file.exists():
        file.write_bytes(bytes(_SECONDS.size))
    with file.open("r+b") as opened:
        opened.write(_SECONDS.pack(at.timestamp()))


def read(file: Path) -> Callable[[], datetime]:
    """What a program goes by: the instant that stands in the file."""
    with file.open("rb") as opened:
        seen = mmap.mmap(opened.fileno(), _SECONDS.size, access=mmap.ACCESS_READ)
    return lambda: datetime.fromtimestamp(_SECONDS.unpack_from(seen)[0], UTC)
