"""Slow answers of the bot go to the messenger that waits for them: once, in its protocol, and nowhere else."""

import json
from collections.abc import Iterator
from functools import partial

import httpx
import pytest

from dure.base.refusals import BadValue
from dure.foundations.channels import queries, tasks
from dure.foundations.channels.rules.skill_limits import violations
from dure.foundations.channels.types import Answer, AskedIn, Command, Said

from .talking import Stall, stall, words

pytestmark = pytest.mark.django_db
ADDRESS = "https://bot-api.kakao.com/callback/one"


@pytest.fixture
def mill() -> Stall:
    return stall()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[httpx.Request]]:
    """Requests that would have left this machine."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={"status": "SUCCESS"})

    monkeypatch.setattr("httpx.Client", partial(httpx.Client, transport=httpx.MockTransport(answer)))
    yield requests
    queries.offer_commands("shed", ())


def offer(answer: object) -> None:
    def answering(said: Said) -> Answer | None:
        assert said.asked_in is AskedIn.SKILL
        assert said.person is None, "whoever asks there is nobody here"
        return answer  # type: ignore[return-value]  # given by the test

    queries.offer_commands("shed", (Command("shed.slow", answering, ("사다리 찾아 줘",), slow=True),))


def call_back(mill: Stall, address: str = ADDRESS) -> str:
    return str(tasks.call_back(str(mill.channel), "사다리 찾아 줘", "", address))


def test_the_answer_is_posted_once_in_the_protocol(mill: Stall, heard: list[httpx.Request]) -> None:
    offer(words("마을회관에 있습니다."))
    assert call_back(mill) == "200"
    (request,) = heard
    assert (request.method, str(request.url)) == ("POST", ADDRESS)
    said = json.loads(request.content)
    assert not violations(said)
    assert "마을회관에 있습니다." in request.content.decode()


def test_a_house_that_has_nothing_to_say_is_no_silence(mill: Stall, heard: list[httpx.Request]) -> None:
    offer(None)
    call_back(mill)
    assert not violations(json.loads(heard[0].content))


@pytest.mark.parametrize(
    "address",
    ["http://bot-api.kakao.com/x", "https://127.0.0.1/x", "https://example.org/x", "https://bot-api.kakao.com:8443/x"],
)
def test_what_lay_in_the_queue_may_lead_nowhere_else(mill: Stall, heard: list[httpx.Request], address: str) -> None:
    offer(words("값"))
    with pytest.raises(BadValue):
        call_back(mill, address)
    assert not heard


def test_it_is_not_followed_to_another_address(mill: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def away(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"Location": "http://127.0.0.1/inside"})

    monkeypatch.setattr("httpx.Client", partial(httpx.Client, transport=httpx.MockTransport(away)))
    offer(words("값"))
    assert call_back(mill) == "302"
    assert asked == [ADDRESS]
    queries.offer_commands("shed", ())
