"""Webhooks of a twin: posted in order, again by the provider's own schedule until somebody answers 200."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import httpx
import structlog

from dure.base import ids

from .clock import TwinClock
from .faults import Fault, FaultPlan

ANSWER_SECONDS_MAX = 10
ROUTE = "webhook"
OVERTAKEN = timedelta(minutes=1)  # so much later than it should, so that the next one comes first
OK = 200
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """One webhook on its way. `tries` counts the posts that were not answered with 200."""

    id: str
    body: bytes
    headers: Mapping[str, str]
    due: datetime
    tries: int = 0
    fault: Fault | None = None


type Post = Callable[[Letter], int]


def post_to(address: str) -> Post:
    """Post to one address over HTTP; 0: nobody answered."""

    def post(letter: Letter) -> int:
        try:
            return httpx.post(
                address, content=letter.body, headers=dict(letter.headers), timeout=ANSWER_SECONDS_MAX
            ).status_code
        except httpx.HTTPError as error:
            log.info("webhook_not_taken", address=address, why=type(error).__name__)
            return 0

    return post


class WebhookSender:
    """Posts letters when they are due; `schedule` are the minutes until each retry, after which a letter is given up."""

    def __init__(self, clock: TwinClock, faults: FaultPlan, schedule: Sequence[int], post: Post | None = None) -> None:
        self._clock, self._faults, self._schedule, self._post = clock, faults, tuple(schedule), post
        self._lock = threading.Lock()
        self._posting = threading.Lock()
        self._waiting: list[Letter] = []
        self.given_up: list[Letter] = []

    def send(self, body: bytes, headers: Mapping[str, str], after: timedelta = timedelta()) -> None:
        """Put a webhook on its way, to be posted in `after` at the earliest. Without an address nobody is told, as with a
        provider where none is registered.
        """
        if self._post is None:
            return
        fault = self._faults.take(ROUTE, webhook=True)
        due = self._clock.now() + after + (OVERTAKEN if fault is Fault.OUT_OF_ORDER else timedelta())
        letter = Letter(ids.new().hex, body, {"content-type": "application/json", **headers}, due, 0, fault)
        with self._lock:
            self._waiting.append(letter)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def deliver_due(self) -> int:
        """Post what is due now; answers how many letters were taken."""
        if self._post is None:
            return 0
        with self._posting:
            return sum(self._deliver(letter, self._post) for letter in self._take_due())

    def _take_due(self) -> list[Letter]:
        now = self._clock.now()
        with self._lock:
            due = [letter for letter in self._waiting if letter.due <= now]
            self._waiting = [letter for letter in self._waiting if letter.due > now]
        return sorted(due, key=lambda letter: letter.due)

    def _deliver(self, letter: Letter, post: Post) -> int:
        if letter.fault is Fault.WITHHELD:
            self.given_up.append(letter)
            return 0
        status = post(letter)
        if letter.fault is Fault.TWICE:
            post(letter)
        if status == OK:
            return 1
        if letter.tries >= len(self._schedule):
            self.given_up.append(letter)
            return 0
        again_at = self._clock.now() + timedelta(minutes=self._schedule[letter.tries])
        with self._lock:
            self._waiting.append(replace(letter, due=again_at, tries=letter.tries + 1, fault=None))
        return 0
