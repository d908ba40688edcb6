"""The twins keep the limits that the dealers document, asked without our adapters."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dure.base import clock
from dure.foundations.channels.twins import NhnTwin
from dure.kit.twins import Answer, Setting

from .dealing import SECRET, SENDER, nhn_twin, push_twin, solapi_twin, twin_template

NHN_BASE = "/alimtalk/v2.3/appkeys/APP"


def solapi_line(server: Any, secret: str = SECRET, skew: float = 0, salt: str = "salt-of-16-bytes") -> httpx.Client:
    date = (clock.now() + timedelta(seconds=skew)).isoformat()
    signature = hmac.new(secret.encode(), f"{date}{salt}".encode(), hashlib.sha256).hexdigest()
    proof = f"HMAC-SHA256 apiKey=KEY, date={date}, salt={salt}, signature={signature}"
    return httpx.Client(base_url=server.origin, headers={"Authorization": proof}, trust_env=False)


def sent(server: Any, *messages: dict[str, Any], **more: Any) -> list[str]:
    """The status codes of these messages, in their order."""
    plain = [
        {"to": f"0101111{place:04}", "from": "029302266", "text": "글", "type": "SMS"} | one
        for place, one in enumerate(messages)
    ]
    body = {"messages": plain, "showMessageList": True, **more}
    with solapi_line(server, salt=hashlib.sha256(json.dumps(plain).encode()).hexdigest()) as line:
        said = line.post("/messages/v4/send-many/detail", json=body).json()
    codes = {one["to"]: one["statusCode"] for one in (*said["failedMessageList"], *said["messageList"])}
    return [codes[one["to"]] for one in plain]


TALK = {"type": "ATA", "kakaoOptions": {"pfId": "PF01TEST", "templateId": "KA01TPTEST"}}
FILLED = {"#{이름}": "김예시", "#{시각}": "오후 3시"}


def talk(**options: Any) -> dict[str, Any]:
    return TALK | {"text": "", "kakaoOptions": {**TALK["kakaoOptions"], "variables": FILLED, **options}}  # type: ignore[dict-item]  # an object


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"text": "가" * 45}, "2000"),
        ({"text": "가" * 45 + "a"}, "1031"),
        ({"text": "a" * 90}, "2000"),
        ({"text": "가" * 1_000, "type": "LMS"}, "2000"),
        ({"text": "가" * 1_000 + "a", "type": "LMS"}, "1031"),
        ({"text": "글 🎉"}, "1029"),
        ({"text": "똠"}, "1029"),
        ({"subject": "제목"}, "1013"),
        ({"subject": "가" * 21, "type": "LMS"}, "1014"),
        ({"text": ""}, "1010"),
        ({"to": ""}, "1010"),
        ({"to": "010-1111-2222"}, "1011"),
        ({"type": "PIGEON"}, "1025"),
        ({"from": "0299999999"}, "1062"),
        ({"customFields": {"k" * 31: "v"}}, "1032"),
        ({"customFields": {"k": "v" * 101}}, "1032"),
        ({"customFields": {"k": 1}}, "1032"),
        ({"kakaoOptions": {}}, "1033"),
        (talk(), "2000"),
        (talk(pfId=""), "1041"),
        (talk(pfId="PF01OTHER"), "1041"),
        (talk(templateId="KA01OTHER"), "1042"),
        (talk(variables={}), "1043"),
        (talk() | {"text": "다른 글"}, "1043"),
        (talk(variables=FILLED | {"#{이름}": "가" * 1_000}), "1031"),
        (talk(buttons=[{"buttonName": "가" * 15}]), "1049"),
        (talk(buttons=[{"buttonName": "가"}] * 6), "1050"),
        ({"to": "01000001060"}, "1060"),
        ({"to": "01000001061"}, "1061"),
        ({"to": "01000001064"}, "1064"),
        ({"type": "VOICE", "text": "들립니다"}, "2000"),
    ],
)
def test_solapi_takes_or_refuses_a_message_by_its_code(message, code):
    with solapi_twin() as (_, _, server):
        assert sent(server, message) == [code]


def test_solapi_takes_a_number_once_a_call_unless_told_otherwise():
    with solapi_twin() as (_, _, server):
        same = {"to": "01011112222"}
        body = [same, same]
        with solapi_line(server) as line:
            plain = [{"from": "029302266", "text": "글"} | one for one in body]
            said = line.post("/messages/v4/send-many/detail", json={"messages": plain, "showMessageList": True}).json()
            assert [one["statusCode"] for one in said["failedMessageList"]] == ["1026"]
        with solapi_line(server, salt="another") as line:
            said = line.post("/messages/v4/send-many/detail", json={"messages": plain, "allowDuplicates": True}).json()
            assert said["failedMessageList"] == []
            assert said["groupInfo"]["count"]["registeredSuccess"] == 2


def test_solapi_knows_who_asks_and_takes_a_signature_once():
    with solapi_twin() as (_, _, server):
        with solapi_line(server, secret="wrong") as line:
            assert line.get("/messages/v4/list").status_code == 403
        with solapi_line(server, skew=-16 * 60) as line:
            assert line.get("/messages/v4/list").json()["errorCode"] == "RequestTimeTooSkewed"
        with solapi_line(server) as line:
            assert line.get("/messages/v4/list").status_code == 200
            assert line.get("/messages/v4/list").json()["errorCode"] == "DuplicatedSignature"
        assert httpx.get(f"{server.origin}/messages/v4/list", trust_env=False).status_code == 401


def nhn_line(server: Any, once: str = "", secret: str = SECRET) -> httpx.Client:
    headers = {"X-Secret-Key": secret} | ({"X-NC-API-IDEMPOTENCY-KEY": once} if once else {})
    return httpx.Client(base_url=server.origin, headers=headers, trust_env=False)


def asked(server: Any, *recipients: dict[str, Any], once: str = "", **body: Any) -> dict[str, Any]:
    given = [
        {"recipientNo": "01011112222", "templateParameter": {"이름": "김", "시각": "3시"}} | one for one in recipients
    ]
    with nhn_line(server, once) as line:
        said = {"senderKey": SENDER, "templateCode": "reserved", "recipientList": given, **body}
        answer: dict[str, Any] = line.post(f"{NHN_BASE}/messages", json=said).json()
    return answer


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        ({}, 0),
        ({"recipientNo": "0" * 16}, -4019),
        ({"recipientNo": "010-1"}, -4019),
        ({"templateParameter": {}}, -3049),
        ({"templateParameter": {"이름": "가" * 1_400, "시각": "3시"}}, -2019),
        ({"recipientGroupingKey": "k" * 101}, -2000),
        ({"resendParameter": {"isResend": True}}, -2502),
    ],
)
def test_nhn_takes_or_refuses_a_receiver_by_its_code(recipient, code):
    with nhn_twin() as (_, _, server):
        said = asked(server, recipient, {})
        assert [one["resultCode"] for one in said["message"]["sendResults"]] == [code, 0]
        assert said["header"]["resultCode"] == 0


@pytest.mark.parametrize(
    ("body", "count", "code"),
    [
        ({}, 1_000, 0),
        ({}, 1_001, -2004),
        ({}, 0, -2004),
        ({"senderKey": "short"}, 1, -2017),
        ({"templateCode": "c" * 21}, 1, -2000),
        ({"templateCode": "unknown"}, 1, -3003),
    ],
)
def test_nhn_takes_or_refuses_a_call(body, count, code):
    with nhn_twin() as (_, _, server):
        assert asked(server, *({} for _ in range(count)), **body)["header"]["resultCode"] == code


def test_nhn_refuses_the_same_key_for_ten_minutes():
    with nhn_twin() as (twin, _, server):
        assert asked(server, {}, once="key")["header"]["resultCode"] == 0
        assert asked(server, {}, once="key")["header"]["resultCode"] == -1005
        assert asked(server, {}, once="other")["header"]["resultCode"] == 0
        twin.clock.advance(10 * 60 + 1)
        assert asked(server, {}, once="key")["header"]["resultCode"] == 0
        assert len(twin.book.messages) == 3


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 0),
        ({"templateContent": "가" * 1_300}, 0),
        ({"templateContent": "가" * 1_301}, -2019),
        ({"templateContent": "".join(f"#{{{number}}}" for number in range(41))}, -2000),
        ({"buttons": [{"name": "가" * 14}] * 5}, 0),
        ({"buttons": [{"name": "가" * 15}]}, -2018),
        ({"buttons": [{"name": "가"}] * 6}, -2018),
        ({"buttons": [{"name": "#{이름}"}]}, -2018),
        ({"templateMessageType": "AD"}, -2018),
        ({"templateMessageType": "AD", "buttons": [{"type": "AC", "name": "친구 추가"}]}, -2018),
        ({"templateMessageType": "AD", "buttons": [{"type": "AC", "name": "채널 추가"}]}, 0),
        (
            {
                "templateMessageType": "MI",
                "buttons": [{"type": "WL", "name": "보기"}, {"type": "AC", "name": "채널 추가"}],
            },
            -2018,
        ),
        ({"templateCode": "reserved"}, -3004),
    ],
)
def test_nhn_takes_or_refuses_a_template(body, code):
    with nhn_twin() as (_, _, server), nhn_line(server) as line:
        said = {"templateCode": "new", "templateName": "새 템플릿", "templateContent": "글", **body}
        told = line.post(f"{NHN_BASE}/senders/{SENDER}/templates", json=said).json()
        assert told["header"]["resultCode"] == code


def test_nhn_holds_ads_back_from_ten_to_nine_in_the_evening_until_eight():
    with nhn_twin() as (twin, _, _):
        template = twin.book.templates["reserved"]
        template.kind = "AD"
        ends = set()
        for _ in range(24 * 6):
            here = clock.local(twin.clock.now()).time()
            night = (here.hour, here.minute) >= (20, 50) or here.hour < 8
            assert (twin._end("01011112222", "글", template) == "3022") is night
            ends.add(night)
            twin.clock.advance(600)
        assert ends == {True, False}


def test_nhn_lists_by_dates_of_thirty_days_at_most():
    with nhn_twin() as (_, _, server), nhn_line(server) as line:
        for query, code in (
            ({}, 4),
            ({"startCreateDate": "2026-01-01 00:00", "endCreateDate": "2026-02-01 00:00"}, 4),
            ({"startCreateDate": "2026-01-01 00:00", "endCreateDate": "2026-01-30 00:00"}, 0),
            ({"requestId": "x"}, 0),
        ):
            assert line.get(f"{NHN_BASE}/messages", params=query).json()["header"]["resultCode"] == code
        with nhn_line(server, secret="wrong") as other:
            assert other.get(f"{NHN_BASE}/messages").json()["header"]["resultCode"] == -1001


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, b"x", 403),
        ({"Authorization": "vapid t=a.b.c, k=BAAA"}, b"x", 403),
        ({}, b"x" * 4_097, 413),
    ],
)
def test_a_push_service_refuses_what_the_standards_forbid(headers, body, status):
    with push_twin() as (twin, _, server):
        path = f"{server.origin}/push/{twin.browser().id}"
        assert httpx.post(path, content=body, headers={"TTL": "1", **headers}, trust_env=False).status_code == status


def test_books_last_in_their_file(tmp_path):
    setting = Setting(secret=SECRET, file=tmp_path / "books.json")
    first = NhnTwin(setting)
    twin_template(first)
    first.kept(Answer(200))
    assert NhnTwin(setting).book == first.book
