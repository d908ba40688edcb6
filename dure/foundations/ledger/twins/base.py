"""What both twins share: the clock, the faults, the books in a file, times and taxes as Korea writes them."""

import tempfile
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from dure.base import clock
from dure.kit.twins import Answer, FaultPlan, FaultRule, TwinClock, WebhookSender
from dure.kit.twins.webhooks import Post


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """How a twin is set up."""

    secret: str
    pace: float = 1.0
    faults: tuple[FaultRule, ...] = ()
    file: Path | None = None  # where the books are kept; None: in memory


class Twin[Book: msgspec.Struct]:
    """A twin with books of type `Book`."""

    name = ""
    webhook_minutes: Sequence[int] = ()

    def __init__(self, setting: Setting, empty: Book, post: Post | None = None) -> None:
        self.setting = setting
        self.clock = TwinClock(setting.pace)
        self.faults = FaultPlan(setting.faults)
        self.webhooks = WebhookSender(self.clock, self.faults, self.webhook_minutes, post)
        self.lock = threading.RLock()
        self.book = empty
        if setting.file and setting.file.exists():
            self.book = msgspec.json.decode(setting.file.read_bytes(), type=type(empty))

    def books(self) -> object:
        return msgspec.to_builtins(self.book)

    def kept(self, answer: Answer) -> Answer:
        """The answer, after the books were written to their file, whole or not at all."""
        if path := self.setting.file:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as fresh:
                fresh.write(msgspec.json.encode(self.book))
            Path(fresh.name).replace(path)
        return answer


def vat(amount: int, tax_free: int) -> int:
    """The tax in an amount when the shop says nothing: an eleventh of what is taxed, rounded half up."""
    return ((amount - tax_free) * 2 + 11) // 22


def offset_time(at: datetime | None) -> str | None:
    """2026-01-01T00:00:00+09:00"""
    return clock.local(at).isoformat(timespec="seconds") if at else None


def naive_time(at: datetime | None) -> str | None:
    """2026-01-01T00:00:00, on Seoul's wall clock"""
    return clock.local(at).replace(tzinfo=None).isoformat(timespec="seconds") if at else None
