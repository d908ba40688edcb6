"""Speaking with the other parties, and being spoken to: typed messages, each signed, each taken once.

    answer = peers.ask("visits", "/checkin/party/certify", Certify(...), Certified)   # the other party's door answers
    urlpatterns = [path("party/", include([peers.door({"certify": Message(Certify, certify, ("identity",))})]))]

A message is a frozen struct in JSON; its name is the last part of the address. A refusal travels as its code. Who may send what
stands with the message; the function it leads to gets (sender, message) and calls one action.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import httpx
import msgspec
import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dure.base import clock
from dure.base.refusals import Refusal, TooOften
from dure.kit import faces, guards, limits, signed, tx

BODY_BYTES_MAX: Final = 1_000_000
CONNECT_SECONDS_MAX: Final = 5
ANSWER_SECONDS_MAX: Final = 20  # for one piece of an answer
WHOLE_SECONDS_MAX: Final = 60  # for all of it: who sends a byte now and then keeps nobody for ever
ANSWER_BYTES_MAX: Final = 50_000_000  # an hour at a place with 300,000 guests
REMEMBERED: Final = signed.SKEW * 2 + timedelta(seconds=1)  # a nonce: longer than its message can be taken
log = structlog.get_logger(__name__)


class Peer(Protocol):
    """Another party, as the settings name it: where it answers, and the public half of the key with which it signs."""

    @property
    def url(self) -> str: ...
    @property
    def key(self) -> str: ...


class NoPeer(Refusal):
    """This process was not told where that party is, and with which key it signs."""

    party: str


class PeerSilent(Refusal):
    """The other party does not answer, or not in a way that can be believed. It may have done what it was asked."""

    party: str
    retry_seconds: int = 5


class PeerRefused(Refusal):
    """The other party said no. `why` is the code of its refusal."""

    party: str
    why: str


@dataclass(frozen=True, slots=True)
class Message[M: msgspec.Struct]:
    """A kind of message: its type, what answers it, and which parties may send it."""

    kind: type[M]
    answer: Callable[[str, M], msgspec.Struct]
    senders: tuple[str, ...]


def ask[A: msgspec.Struct](party: str, address: str, message: msgspec.Struct, answers: type[A]) -> A:
    """Send a message to the door at `address` and wait for its answer, holding no transaction meanwhile.

    Raises NoPeer, PeerSilent, PeerRefused.
    """
    tx.demand_none()
    peer = _peer(party)
    body, nonce, at = msgspec.json.encode(message), signed.fresh_nonce(), clock.now()
    asked = signed.Asked("POST", urlsplit(peer.url).netloc, address, body)
    headers = signed.headers(asked, signed.own_key(), settings.DURE.role, at, nonce)
    try:
        answer = _answered(f"{peer.url}{asked.path}", body, headers)
    except (httpx.HTTPError, _TooMuch) as error:
        log.warning("peer_silent", party=party, error=type(error).__name__)
        raise PeerSilent(party=party) from error
    said = _believed(party, peer, answer, nonce)
    try:
        if answer.status_code != httpx.codes.OK:
            raise PeerRefused(party=party, why=msgspec.json.decode(said, type=_No).code)
        return msgspec.json.decode(said, type=answers)
    except msgspec.MsgspecError as error:
        raise PeerSilent(party=party) from error


def url_of(party: str) -> str:
    """Where another party answers; empty when nobody said so."""
    found: Peer | None = dict(settings.DURE.peers).get(party)
    return found.url if found else ""


def door(messages: Mapping[str, Message[Any]]) -> URLPattern:
    """The one address at which other parties' messages are taken."""

    @csrf_exempt  # the party's signature is the proof; there is no session
    @guards.uncounted
    @require_POST
    def take(request: HttpRequest, name: str) -> HttpResponse:
        try:
            who = _sender(request)
        except Refusal as refusal:
            return guards.answered(HttpResponse(_no(refusal), content_type="application/json", status=401))
        status, body = _answer(messages.get(name), who.sender, request.body)
        headers = signed.headers(
            signed.Answered(status, body), signed.own_key(), settings.DURE.role, clock.now(), who.nonce
        )
        response = HttpResponse(body, content_type="application/json", status=status, headers=headers)
        return guards.answered(response)

    return path("<slug:name>", take, name="take")


class _No(msgspec.Struct, frozen=True):
    code: str


def _no(refusal: Refusal) -> bytes:
    return msgspec.json.encode(_No(refusal.code))


def _answer(kind: Message[Any] | None, sender: str, body: bytes) -> tuple[int, bytes]:
    if kind is None or sender not in kind.senders:
        return 404, msgspec.json.encode(_No("not_found"))
    try:
        message = msgspec.json.decode(body, type=kind.kind)
    except msgspec.MsgspecError:
        return 422, msgspec.json.encode(_No("bad_value"))
    try:
        return 200, msgspec.json.encode(kind.answer(sender, message))
    except Refusal as refusal:
        return faces.status_of(type(refusal)), _no(refusal)


def _sender(request: HttpRequest) -> signed.Signed:
    """Who sent it, once. Raises NotSigned."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_BYTES_MAX:
        raise signed.NotSigned(why="length")
    ours = urlsplit(settings.DURE.origin).netloc
    asked = signed.Asked(request.method or "", ours, request.path, request.body)
    given = {name.lower(): value for name, value in request.headers.items()}
    known = {party: peer.key for party, peer in settings.DURE.peers}
    who = signed.check(asked, given, known, clock.now())
    try:
        limits.count(f"signed:{who.sender}:{who.nonce}", 1, int(REMEMBERED.total_seconds()))
    except TooOften:
        raise signed.NotSigned(why="seen") from None
    return who


def _answered(url: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    """The whole answer: no more of it is read than one may have, and for no longer. Raises HTTPError, _TooMuch."""
    until = time.monotonic() + WHOLE_SECONDS_MAX
    found = bytearray()
    with _line().stream("POST", url, content=body, headers=headers) as answer:
        for piece in answer.iter_bytes():
            found += piece
            if len(found) > ANSWER_BYTES_MAX or time.monotonic() > until:
                raise _TooMuch("an answer without an end")
        return httpx.Response(answer.status_code, headers=_plain(answer.headers), content=bytes(found))


def _plain(headers: httpx.Headers) -> list[tuple[str, str]]:
    """The headers of an answer that was packed for the way and is unpacked now."""
    return [(name, value) for name, value in headers.multi_items() if name.lower() != "content-encoding"]


class _TooMuch(Exception):
    """An answer that is longer, or takes longer, than any may."""


def _believed(party: str, peer: Peer, answer: httpx.Response, nonce: str) -> bytes:
    """The body of an answer that this party signed to this very request."""
    message = signed.Answered(answer.status_code, answer.content)
    try:
        who = signed.check(message, dict(answer.headers), {party: peer.key}, clock.now())
    except signed.NotSigned as refusal:
        log.warning("peer_not_believed", party=party, status=answer.status_code, why=refusal.why)
        raise PeerSilent(party=party) from refusal
    if who.nonce != nonce:
        raise PeerSilent(party=party)
    return answer.content


def _peer(party: str) -> Peer:
    found: Peer | None = dict(settings.DURE.peers).get(party)
    if found is None:
        raise NoPeer(party=party)
    return found


@cache
def _line() -> httpx.Client:
    wait = httpx.Timeout(ANSWER_SECONDS_MAX, connect=CONNECT_SECONDS_MAX)
    return httpx.Client(timeout=wait, follow_redirects=False, trust_env=False)
