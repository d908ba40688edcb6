"""Words that go to many are judged once, not once a batch; of none of them anything is kept."""

import hashlib
import threading
from collections import OrderedDict
from typing import Final

import msgspec

from dure.foundations.channels.rules import sending as rules
from dure.foundations.channels.types import Content, Purpose
from dure.kit import keys

KEPT_MAX: Final = 4_096


class Faults:
    """What the lint said of words, by a digest under a key that only this process has: the first lines of people's answers are
    judged here, too, and stay in nobody's memory.
    """

    def __init__(self) -> None:
        self._key = keys.fresh()
        self._kept: OrderedDict[bytes, str] = OrderedDict()
        self._lock = threading.Lock()  # senders of one process share it

    def of(self, purpose: Purpose, content: Content, name: str, contact: str) -> str:
        """The rule of form that these words break; empty: none."""
        said = msgspec.json.encode((purpose, content, name, contact))
        digest = hashlib.blake2b(said, key=self._key, digest_size=32).digest()
        with self._lock:
            if digest in self._kept:
                self._kept.move_to_end(digest)
                return self._kept[digest]
        fault = rules.fault_of(purpose, content, name, contact)
        with self._lock:
            self._kept[digest] = fault
            if len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        return fault
