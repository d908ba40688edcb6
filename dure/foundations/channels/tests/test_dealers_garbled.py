"""Dealers that answer nonsense: an adapter raises nothing, and no nonsense is a success."""

import hashlib
import threading
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dure.base.refusals import Refusal
from dure.foundations.channels.providers import nhn, solapi
from dure.foundations.channels.types import AttemptState, Route, Told
from dure.kit.twins import Answer, Asked, FaultPlan, Server, TwinClock, WebhookSender

from .dealing import SECRET, SENDER, TEMPLATE, a_carriage, again, carried

_NAMES = """
messageList failedMessageList groupInfo customFields key statusCode to nextKey errorCode header resultCode isSuccessful
message sendResults recipientSeq recipientGroupingKey messageSearchResultResponse messages messageStatus data eventDataId
hooks hookId appKey event receiveDate dateReceived
"""
NAMES = st.sampled_from(_NAMES.split())
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["one", "4000", "2000", "9999", "0", "APP", "MESSAGE_RESULT_UPDATE", "2026-01-01", "99999999"]),
)
SHAPES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)
ENTRIES = st.dictionaries(NAMES, SHAPES, max_size=5)
LISTS = st.one_of(SHAPES, st.lists(st.one_of(SHAPES, ENTRIES), max_size=3))
GUIDED = st.one_of(  # right on the outside, and then something else
    st.fixed_dictionaries({"messageList": LISTS, "failedMessageList": LISTS}),
    st.fixed_dictionaries(
        {"messageList": st.dictionaries(st.text(max_size=3), ENTRIES, max_size=3), "nextKey": LEAVES}
    ),
    st.fixed_dictionaries(
        {"header": st.just({"resultCode": 0}), "message": st.fixed_dictionaries({"sendResults": LISTS})}
    ),
    st.fixed_dictionaries(
        {
            "header": st.just({"resultCode": 0}),
            "messageSearchResultResponse": st.fixed_dictionaries({"messages": LISTS}),
        }
    ),
    st.fixed_dictionaries({"appKey": st.just("APP"), "event": st.just("MESSAGE_RESULT_UPDATE"), "hooks": LISTS}),
    st.lists(st.fixed_dictionaries({"eventDataId": SHAPES, "data": st.one_of(SHAPES, ENTRIES)}), max_size=3),
)
BODIES = st.one_of(
    GUIDED.map(msgspec.json.encode),
    GUIDED.map(msgspec.json.encode),
    SHAPES.map(msgspec.json.encode),
    st.dictionaries(NAMES, SHAPES, max_size=5).map(msgspec.json.encode),
    st.binary(max_size=40),
    st.just(b"[" * 3_000),
    st.just(b"<html>busy</html>"),
)
STATUSES = st.sampled_from([200, 200, 200, 201, 302, 400, 401, 402, 403, 404, 429, 500, 503, 599])


class Garbled:
    """A machine that answers what it is told to, whatever is asked."""

    name = "garbled"
    body_bytes_max = 1_000_000

    def __init__(self) -> None:
        self.clock, self.faults, self.lock = TwinClock(), FaultPlan(), threading.RLock()
        self.webhooks = WebhookSender(self.clock, self.faults, ())
        self.status, self.body = 200, b""

    def route(self, asked: Asked) -> str:
        return "any"

    def error(self) -> Answer:
        return Answer(503)

    def answer(self, asked: Asked) -> Answer:
        return Answer(self.status, self.body)

    def books(self) -> object:
        return {}


def codes(dealer: str, templates: Any) -> Any:
    return {TEMPLATE: "code"}


@pytest.fixture(scope="module")
def garbled():
    twin = Garbled()
    with Server(twin) as server:
        account = solapi.Account(
            key="K", secret=SECRET, sender="029302266", channel="PF", hook_secret=SECRET, url=server.origin
        )
        other = nhn.Account(appkey="APP", secret=SECRET, sender=SENDER, signature=SECRET, url=server.origin)
        yield twin, solapi.Solapi(account, codes, 2), nhn.Nhn(other, codes, 2)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(STATUSES, BODIES, st.booleans())
@example(
    200,
    b'{"header":{"resultCode":0},"message":{"sendResults":[{"recipientGroupingKey":[]},{"recipientSeq":{}}]}}',
    False,
)
@example(200, b'{"messageList":[{"to":[]}],"failedMessageList":[{"to":{},"customFields":[]}]}', False)
def test_an_adapter_raises_nothing_and_believes_only_its_own_key(garbled, status, body, asked_before):
    twin, *dealers = garbled
    twin.status, twin.body = status, body
    for dealer in dealers:
        one = a_carriage(Route.ALIMTALK, key="one")
        (told,) = carried(dealer, again(one) if asked_before else one)
        if told.state in (AttemptState.ACCEPTED, AttemptState.DELIVERED):
            assert status == 200 or dealer.dealer == "nhn"
            assert b"one" in body or b"01012345678" in body or b"recipientSeq" in body


@settings(max_examples=300, deadline=None)
@given(BODIES)
def test_reports_are_read_or_refused_whatever_stands_in_them(body):
    account = solapi.Account(key="K", secret=SECRET, sender="029302266", hook_secret=SECRET)
    other = nhn.Account(appkey="APP", secret=SECRET, sender=SENDER, signature=SECRET)
    signed = {
        "x-solapi-secret": hashlib.sha1(SECRET.encode(), usedforsecurity=False).hexdigest(),
        "x-toast-webhook-signature": SECRET,
    }
    for dealer in (solapi.Solapi(account, codes), nhn.Nhn(other, codes)):
        try:
            told = dealer.read_reports(body, signed)
        except Refusal:
            continue
        assert all(isinstance(one, Told) and one.event and one.key and one.at.tzinfo for one in told)
