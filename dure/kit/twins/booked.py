"""What the twins of the houses are made of: a clock, faults, webhooks, and books that may be kept in a file."""

import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from .clock import TwinClock
from .faults import FaultPlan, FaultRule
from .server import BODY_BYTES_MAX, Answer
from .webhooks import Post, WebhookSender


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
    body_bytes_max = BODY_BYTES_MAX

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
