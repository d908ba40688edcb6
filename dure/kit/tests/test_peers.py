"""Parties speak with each other through their doors: the client of one, the door of the other, each with its own key."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest
from django.conf import settings
from django.test import Client
from django.urls import include, path

from dure.base.refusals import NotFound
from dure.kit import peers, signed

OURS = signed.public_of("test-" * 10)
ORIGIN = "http://localhost:8001"


@dataclass(frozen=True)
class Peer:
    url: str
    key: str


class Question(msgspec.Struct, frozen=True):
    number: int


class Reply(msgspec.Struct, frozen=True):
    double: int
    to: str


def answer(sender: str, message: Question) -> Reply:
    if message.number == 13:
        raise NotFound(what="number")
    return Reply(message.number * 2, sender)


@pytest.fixture(autouse=True)
def both(monkeypatch: pytest.MonkeyPatch) -> list[httpx.Request]:
    """This process is both parties: it asks `visits` as `identity`, and its own door answers; what was sent is listed."""
    sent: list[httpx.Request] = []
    others: Any = (("visits", Peer(ORIGIN, OURS)), ("identity", Peer(ORIGIN, OURS)))
    ours = replace(settings.DURE, origin=ORIGIN, peers=others)
    monkeypatch.setattr(settings, "DURE", ours)
    urls = ModuleType("urls_of_doors")
    kind = peers.Message(Question, answer, ("identity",))
    vars(urls)["urlpatterns"] = [path("party/", include([peers.door({"double": kind})]))]
    monkeypatch.setattr(settings, "ROOT_URLCONF", urls)

    def carry(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return carried(request)

    monkeypatch.setattr(peers, "_line", lambda: httpx.Client(transport=httpx.MockTransport(carry)))
    return sent


def carried(request: httpx.Request) -> httpx.Response:
    """What the door answers to this request."""
    given = {name.title(): value for name, value in request.headers.items() if name not in ("host", "content-length")}
    with pytest.MonkeyPatch.context() as there:
        there.setattr(settings, "DURE", replace(settings.DURE, role="visits"))
        said: Any = Client().post(
            urlsplit(str(request.url)).path, data=request.content, content_type="application/json", headers=given
        )
    return httpx.Response(said.status_code, headers=dict(said.items()), content=said.content)


@pytest.mark.django_db
def test_a_question_is_answered() -> None:
    assert peers.ask("visits", "/party/double", Question(21), Reply) == Reply(42, "identity")


@pytest.mark.django_db
def test_a_refusal_travels_as_its_code() -> None:
    with pytest.raises(peers.PeerRefused) as no:
        peers.ask("visits", "/party/double", Question(13), Reply)
    assert no.value.why == "not_found"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["halve", "double"])
def test_what_is_not_for_this_sender_does_not_exist(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    if name == "double":
        monkeypatch.setattr(settings, "DURE", replace(settings.DURE, role="visits"))
    with pytest.raises(peers.PeerRefused) as no:
        peers.ask("visits", f"/party/{name}", Question(1), Reply)
    assert no.value.why == "not_found"


@pytest.mark.django_db
def test_the_same_message_is_taken_once(both: list[httpx.Request]) -> None:
    peers.ask("visits", "/party/double", Question(1), Reply)
    [request] = both
    again = carried(request)
    assert (again.status_code, again.json()) == (401, {"code": "not_signed"})
    assert "signature" not in again.headers


@pytest.mark.django_db
def test_a_message_that_nobody_known_signed_is_not_read() -> None:
    assert Client().post("/party/double", data=b"{}", content_type="application/json").status_code == 401
    assert Client().get("/party/double").status_code == 405


@pytest.mark.django_db
def test_a_message_that_does_not_fit_is_refused_by_name() -> None:
    with pytest.raises(peers.PeerRefused) as no:
        peers.ask("visits", "/party/double", Reply(1, "x"), Reply)
    assert no.value.why == "bad_value"


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["body", "status", "other_request", "unsigned", "broken"])
def test_an_answer_that_is_not_to_this_question_is_not_believed(monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    first: list[httpx.Response] = []

    def meddle(request: httpx.Request) -> httpx.Response:
        if change == "broken":
            raise httpx.ConnectError("gone")
        answer = carried(request)
        first.append(answer)
        body = b'{"double":1,"to":"identity"}' if change == "body" else answer.content
        status = 404 if change == "status" else answer.status_code
        given = {} if change == "unsigned" else dict((first[0] if change == "other_request" else answer).headers)
        return httpx.Response(status, headers=given, content=body)

    monkeypatch.setattr(peers, "_line", lambda: httpx.Client(transport=httpx.MockTransport(meddle)))
    if change == "other_request":
        assert peers.ask("visits", "/party/double", Question(1), Reply).double == 2
    with pytest.raises(peers.PeerSilent):
        peers.ask("visits", "/party/double", Question(1), Reply)


def test_a_party_that_nobody_named_is_not_asked() -> None:
    with pytest.raises(peers.NoPeer):
        peers.ask("authority", "/party/double", Question(1), Reply)


@pytest.mark.parametrize("limit", ["ANSWER_BYTES_MAX", "WHOLE_SECONDS_MAX"])
def test_an_answer_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    """Who sends for ever fills nobody's memory and keeps nobody waiting."""
    sent = itertools.count()

    def endless() -> Iterator[bytes]:
        for _ in itertools.takewhile(lambda number: number < 1_000, sent):
            yield b"x" * 1_000

    there = httpx.MockTransport(lambda request: httpx.Response(200, content=endless()))
    monkeypatch.setattr(peers, "_line", lambda: httpx.Client(transport=there))
    monkeypatch.setattr(peers, limit, -1 if limit == "WHOLE_SECONDS_MAX" else 5_000)
    with pytest.raises(peers.PeerSilent):
        peers.ask("visits", "/party/double", Question(1), Reply)
    assert next(sent) < 10
