"""A telephone for tests: what happens on it is posted, signed, as the gateway would; what it recorded lies at a twin of it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.test import Client

from dure.base import clock, ids
from dure.base.signatures import HEADER, signature
from dure.foundations.people.types import Actor
from dure.kit.twins import Server, Setting
from dure.services.broadcast import actions
from dure.services.broadcast.tests import making
from dure.services.broadcast.twins import TelephoneTwin
from dure.services.broadcast.twins.telephone import RECORDINGS, tone

SECRET = "a-secret-of-the-gateway"
DIGITS = "395172"
HEAD_NUMBER, DEPUTY_NUMBER, LISTENER_NUMBER, STRANGER = (
    "+821012340001",
    "+821012340002",
    "+821012340003",
    "+821012349999",
)
PATH = "/broadcast/calls/"
STANDING = 1e-9


@dataclass
class Phone:
    """One call."""

    number: str
    gateway: Server
    name: str = field(default_factory=lambda: ids.new().hex)
    turn: int = 0
    answers: list[dict[str, Any]] = field(default_factory=list)

    def ring(self) -> "Phone":
        return self.tell("rang", **{"from": self.number})

    def press(self, *keys: str, played: float = 0.0) -> "Phone":
        for one in keys:
            self.tell("keyed", keys=one, played=played)
        return self

    def speak(self, content: bytes | None = None) -> "Phone":
        return self.tell("recorded", recording=self.recorded(tone() if content is None else content))

    def hang_up(self, played: float = 0.0) -> "Phone":
        return self.tell("ended", played=played)

    def recorded(self, content: bytes) -> str:
        """The address of something that was said."""
        twin = self.gateway.twin
        assert isinstance(twin, TelephoneTwin)
        name = ids.new().hex
        twin.book.recordings[name] = content
        return f"{self.gateway.origin}{RECORDINGS}{name}.wav"

    def tell(self, event: str, **more: object) -> "Phone":
        got = posted({"call": self.name, "event": event, "turn": self.turn, **more})
        assert got.status_code == 200, got.content.decode()
        self.answers.append(got.json())
        self.turn = self.answers[-1]["turn"]
        return self

    @property
    def said(self) -> str:
        """The words of the last answer."""
        return " ".join(one["text"] for one in self.answers[-1]["say"] if "text" in one)

    @property
    def then(self) -> str:
        return str(self.answers[-1]["then"])

    @property
    def plays(self) -> list[str]:
        """The addresses of sounds in the last answer."""
        return [one["play"] for one in self.answers[-1]["say"] if "play" in one]


def posted(said: Mapping[str, object], secret: str = SECRET, late_seconds: int = 0) -> Any:
    body = json.dumps(said).encode()
    headers = {HEADER: signature(secret, int(clock.now().timestamp()) - late_seconds, body)}
    return Client().post(PATH, data=body, content_type="application/json", headers=headers)


@contextmanager
def gateway(settings: Any, begins: datetime | None = None) -> Iterator[Server]:
    """What keeps recordings; it posts nothing by itself. `begins`: where its clock stands still, for its threads know nothing of
    one that a test moves.
    """
    pace = STANDING if begins else 1.0
    with making.at(begins or clock.now()):
        twin = TelephoneTwin(Setting(secret=SECRET, pace=pace))
    with Server(twin) as server:
        settings.DURE = replace(
            settings.DURE, telephone_secret=SECRET, telephone_number="031-000-0000", telephone_url=server.origin
        )
        yield server


def known(ground: making.Ground) -> None:
    """The head, the deputy and the first listener have telephones; head and deputy speak by them."""
    for by, number in (
        (ground.head, HEAD_NUMBER),
        (ground.deputy, DEPUTY_NUMBER),
        (ground.listeners[0], LISTENER_NUMBER),
    ):
        making.numbered(by, number)
    for by in (ground.head, ground.deputy):
        with_digits(by)


def with_digits(by: Actor, digits: str = DIGITS) -> None:
    actions.set_telephone_secret(by, digits, key=making.key())
