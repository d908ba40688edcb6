"""What the tests of dealers share: twins that answer in this process, adapters set up for them, attempts to carry."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from dure.base import clock, ids
from dure.foundations.channels.providers import nhn, push, push_lines, push_sealing, solapi
from dure.foundations.channels.twins import NhnTwin, PushTwin, SmtpTwin, SolapiTwin
from dure.foundations.channels.twins.push import Browser
from dure.foundations.channels.types import (
    Carriage,
    Dealer,
    Outcome,
    Purpose,
    PushSubscription,
    Route,
)
from dure.foundations.channels.types.content import text
from dure.kit.twins import Letter, Server, Setting

SECRET = "test_sk_of_the_tests"
SENDER = "s" * 40
LATE_SECONDS = 0.3
PUSH_KEY = int.from_bytes(push_sealing.unpadded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))  # of RFC 8291
TEMPLATE = UUID("019a0000-0000-7000-8000-000000000001")
UNKNOWN_TEMPLATE = UUID("019a0000-0000-7000-8000-000000000002")
TEXT = "#{이름}님, #{시각}에 예약되었습니다."
VARIABLES = {"이름": "김예시", "시각": "오후 3시"}


class Postbox:
    """Keeps what a twin posts, and answers as it is told."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.answers = 200

    def __call__(self, letter: Letter) -> int:
        self.letters.append(letter)
        return self.answers


def a_carriage(
    route: Route = Route.SMS, to: str | tuple[PushSubscription, ...] = "01012345678", **other: Any
) -> Carriage:
    given: dict[str, Any] = {
        "key": ids.new().hex,
        "route": route,
        "to": to,
        "content": text("예약이 확인되었습니다."),
        "purpose": Purpose.INFO,
        "sender": "예시 떡집",
        "expires_at": clock.now() + timedelta(hours=1),
    }
    if route is Route.ALIMTALK:
        given |= {"template": TEMPLATE, "variables": VARIABLES, "content": text("김예시님, 오후 3시에 예약되었습니다.")}
    return Carriage(**given | other)


def again(one: Carriage) -> Carriage:
    return replace(one, again=True)


def carried(dealer: Dealer, *batch: Carriage) -> Sequence[Outcome]:
    """What a dealer says of these; every answer has the shape that the outbox relies on."""
    outcomes = dealer.carry(batch)
    assert [one.key for one in outcomes] == [one.key for one in batch]
    assert all(len(one.code) <= 20 for one in outcomes)
    return outcomes


def one(dealer: Dealer, carriage: Carriage) -> Outcome:
    return carried(dealer, carriage)[0]


@contextmanager
def solapi_twin(post: Any = None) -> Iterator[tuple[SolapiTwin, solapi.Solapi, Server]]:
    twin = SolapiTwin(Setting(secret=SECRET), post)
    with Server(twin, late_seconds=LATE_SECONDS) as server:
        template = twin_template(twin)
        account = solapi.Account(
            key="KEY", secret=SECRET, sender="029302266", channel="PF01TEST", hook_secret=SECRET, url=server.origin
        )
        yield twin, solapi.Solapi(account, _codes(template), answer_seconds=5), server


@contextmanager
def nhn_twin(post: Any = None) -> Iterator[tuple[NhnTwin, nhn.Nhn, Server]]:
    twin = NhnTwin(Setting(secret=SECRET), post)
    with Server(twin, late_seconds=LATE_SECONDS) as server:
        template = twin_template(twin)
        account = nhn.Account(appkey="APP", secret=SECRET, sender=SENDER, signature=SECRET, url=server.origin)
        yield twin, nhn.Nhn(account, _codes(template), answer_seconds=5), server


@contextmanager
def push_twin() -> Iterator[tuple[PushTwin, push.WebPush, Server]]:
    twin = PushTwin(Setting(secret=SECRET))
    lines = push_lines.Lines(answer_seconds=5)
    with Server(twin, late_seconds=LATE_SECONDS) as server:
        voice = push_sealing.Voice(PUSH_KEY, "mailto:town@example.org", clock.now)
        try:
            yield twin, push.WebPush(voice, (server.origin,), lines), server
        finally:
            lines.close()


@contextmanager
def smtp_twin() -> Iterator[SmtpTwin]:
    twin = SmtpTwin(Setting(secret=SECRET), late_seconds=LATE_SECONDS).listen()
    try:
        yield twin
    finally:
        twin.close()


def twin_template(twin: Any, content: str = TEXT) -> str:
    """A template that the twin has approved; its code there."""
    if isinstance(twin, SolapiTwin):
        from dure.foundations.channels.twins.solapi import Template as SolapiTemplate

        twin.book.templates["KA01TPTEST"] = SolapiTemplate("KA01TPTEST", "예약", "PF01TEST", content, status="APPROVED")
        return "KA01TPTEST"
    from dure.foundations.channels.twins.nhn import Template as NhnTemplate

    twin.book.templates["reserved"] = NhnTemplate("reserved", "예약", content, status="TSC03")
    return "reserved"


def subscribed(server: Server, browser: Browser) -> PushSubscription:
    endpoint = f"{server.origin}/push/{browser.id}"
    return PushSubscription(ids.new(), ids.new(), endpoint, browser.point, browser.auth, "phone")  # type: ignore[arg-type]  # any person


def _codes(code: str) -> Any:
    def codes(dealer: str, templates: Collection[UUID]) -> Mapping[UUID, str]:
        return {TEMPLATE: code} if TEMPLATE in templates else {}

    return codes
