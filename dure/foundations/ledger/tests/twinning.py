"""What the tests of twins and of adapters share: twins that answer in this process, whose webhooks come in by hand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from dure.foundations.ledger.twins import KakaoPayTwin, TossTwin
from dure.foundations.ledger.twins.base import Setting
from dure.kit.twins import Letter, Server

SECRET = "test_sk_of_the_tests"
LATE_SECONDS = 0.3


class Postbox:
    """Keeps what a twin posts, and answers as it is told."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.answers = 200

    def __call__(self, letter: Letter) -> int:
        self.letters.append(letter)
        return self.answers

    @property
    def said(self) -> list[dict[str, Any]]:
        return [json.loads(letter.body) for letter in self.letters]


@contextmanager
def toss(post: Any = None) -> Iterator[tuple[TossTwin, Server]]:
    twin = TossTwin(Setting(secret=SECRET), post)
    with Server(twin, late_seconds=LATE_SECONDS) as server:
        yield twin, server


@contextmanager
def kakaopay() -> Iterator[tuple[KakaoPayTwin, Server]]:
    twin = KakaoPayTwin(Setting(secret=SECRET))
    with Server(twin, late_seconds=LATE_SECONDS) as server:
        yield twin, server


def toss_line(server: Server | str, key: str = "") -> httpx.Client:
    origin = server if isinstance(server, str) else server.origin
    headers = {"Idempotency-Key": key} if key else {}
    return httpx.Client(base_url=origin, auth=(SECRET, ""), headers=headers, trust_env=False)


def kakaopay_line(server: Server) -> httpx.Client:
    headers = {"Authorization": f"SECRET_KEY {SECRET}"}
    return httpx.Client(base_url=f"{server.origin}/online/v1/payment", headers=headers, trust_env=False)
