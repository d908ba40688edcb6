"""Faces of the inbox: pages, the API, the chatbot protocol, the stream's bells, browsers that may be woken."""

import asyncio
import io
from base64 import urlsafe_b64encode
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.channels import actions, models, queries
from dure.foundations.channels.api import live
from dure.foundations.channels.pages.inbox import live_address
from dure.foundations.channels.rules import push as push_rules
from dure.foundations.channels.rules.skill_limits import violations
from dure.foundations.channels.types import Command, Content, Text
from dure.foundations.people.models import Person
from dure.foundations.people.tests import making as folk
from dure.kit import bearer, bells, tx

from .talking import BY, Stall, client_id, me, reply, say, stall

pytestmark = pytest.mark.django_db


@pytest.fixture
def mill() -> Stall:
    return stall()


def logged_in(by: Actor) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(Person.objects.get(id=me(by)))
    return client


def talk(at: Stall) -> str:
    return reverse("channels:talk", args=[at.handle])


def test_a_plain_form_says_it_and_the_bot_answers_at_once(mill: Stall) -> None:
    with tx.durable():
        actions.edit_own_answer(mill.owner, mill.channel, "영업시간", (), "아홉 시부터")
    by, key = folk.person(), client_id()
    page = logged_in(by)
    answer = page.post(talk(mill), {"text": "영업시간이요", "client_id": key})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{talk(mill)}#m1")
    page.post(talk(mill), {"text": "영업시간이요", "client_id": key})
    shown = page.get(talk(mill)).content.decode()
    assert shown.count("영업시간이요</div>") == 1
    assert "아홉 시부터" in shown
    assert queries.unread_total(by) == 0, "what was shown is read"


def test_the_pages_own_queue_hears_a_word_and_why_not(mill: Stall) -> None:
    page, queue = logged_in(folk.person()), {"X-Dure-Queue": "1"}
    said = page.post(talk(mill), {"text": "네", "client_id": client_id()}, headers=queue)
    assert (said.status_code, said.json()) == (201, {"position": 1})
    empty = page.post(talk(mill), {"text": " ", "client_id": client_id()}, headers=queue)
    assert (empty.status_code, bool(empty.json()["said"])) == (422, True)
    models.Channel.objects.filter(id=mill.channel).update(state="closed")
    closed = page.post(talk(mill), {"text": "네", "client_id": client_id()}, headers=queue)
    assert (closed.status_code, bool(closed.json()["said"])) == (410, True)


def test_what_was_typed_stays_when_it_cannot_be_taken(mill: Stall) -> None:
    page = logged_in(folk.person())
    models.Channel.objects.filter(id=mill.channel).update(state="paused")
    answer = page.post(talk(mill), {"text": "길게 쓴 글입니다", "client_id": client_id()})
    assert answer.status_code == 409
    assert "길게 쓴 글입니다" in answer.content.decode()


def test_a_picture_goes_along_and_is_shown_to_both_sides_only(mill: Stall) -> None:
    by, out = folk.person(), io.BytesIO()
    Image.new("RGB", (30, 20), "green").save(out, "PNG")
    sent = SimpleUploadedFile("x.png", out.getvalue(), "image/png")
    page = logged_in(by)
    page.post(talk(mill), {"text": "이겁니다", "picture": sent, "says": "쌀 포대", "client_id": client_id()})
    kept = models.Attachment.objects.get()
    address = reverse("channels:file", args=[kept.id])
    assert f'src="{address}"' in page.get(talk(mill)).content.decode()
    shown = page.get(address)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/webp")
    assert shown.getvalue().startswith(b"RIFF")
    assert logged_in(mill.owner).get(address).getvalue()
    assert logged_in(folk.person()).get(address).status_code == 404
    assert Client(headers={"host": "localhost"}).get(address).status_code == 303  # log in first


def test_words_of_people_are_text_and_never_markup(mill: Stall) -> None:
    by = folk.person()
    say(by, mill, "<script>alert(1)</script> javascript:alert(1) https://shop.example/a")
    shown = logged_in(by).get(talk(mill)).content.decode()
    assert "<script>alert" not in shown
    assert 'href="javascript:' not in shown
    assert 'href="https://shop.example/a"' in shown


def test_a_page_that_asks_again_gets_only_what_came_since(mill: Stall) -> None:
    by = folk.person()
    said = say(by, mill, "하나")
    page, asks = logged_in(by), {"HX-Request": "true"}
    assert page.get(f"{talk(mill)}?after=1", headers=asks).status_code == 204
    reply(mill.staff[0], said.conversation, "둘")
    part = page.get(f"{talk(mill)}?after=1", headers=asks).content.decode()
    assert "둘" in part
    assert "하나" not in part
    assert 'name="after" value="2"' in part


def test_staff_answer_at_the_desk_and_strangers_find_nothing(mill: Stall) -> None:
    said = say(folk.person("윤손님"), mill, "배추 있나요")
    one, other = mill.staff
    address = reverse("channels-desk:conversation", args=[said.conversation])
    desk = logged_in(one)
    assert desk.get(reverse("channels-desk:inbox")).status_code == 302  # the only channel opens at once
    assert "윤손님" in desk.get(reverse("channels-desk:inbox_of", args=[mill.channel]) + "?shelf=bot").content.decode()
    assert desk.post(address, {"text": "네, 있습니다", "client_id": client_id()}).status_code == 302
    taken = logged_in(other).post(address, {"text": "저도요", "client_id": client_id()})
    assert taken.status_code == 409
    assert logged_in(folk.person()).get(address).status_code == 404
    assert logged_in(folk.steward()).get(address).status_code == 404
    for verb, status in (("back", 303), ("take", 303), ("close", 303), ("close", 409), ("dance", 404)):
        turned = desk.post(reverse("channels-desk:turn", args=[said.conversation, verb]))
        assert turned.status_code == status, verb


def test_the_secret_of_the_chatbot_is_shown_to_owners_only(mill: Stall) -> None:
    address, secret = reverse("channels-desk:words", args=[mill.channel]), queries.skill_secret(mill.channel)
    assert secret in logged_in(mill.owner).get(address).content.decode()
    seen = logged_in(mill.staff[0]).get(address)
    assert (seen.status_code, secret in seen.content.decode()) == (200, False)
    assert logged_in(folk.person()).get(address).status_code == 403
    taught = {"what": "answer", "title": "주차", "phrases": "차,주차장", "text": "뒤편에 있습니다"}
    assert logged_in(mill.staff[0]).post(address, taught).status_code == 303
    assert logged_in(mill.staff[0]).post(address, taught | {"title": ""}).status_code == 422
    assert [one.phrases for one in queries.own_answers(mill.owner, mill.channel)] == [("차", "주차장")]


# The API


def as_bearer(by: Actor, key: str = "") -> dict[str, str]:
    return {
        "Authorization": f"Bearer {bearer.mint(me(by), verified=True)}",
        "Idempotency-Key": key or client_id(),
        "Accept-Language": "ko",
    }


def test_conversations_over_the_api(api_client: Any, mill: Stall) -> None:
    by, staff = folk.person(), mill.staff[0]
    headers = as_bearer(by)
    first = api_client.post(f"/api/v1/channels/{mill.handle}/messages", json={"text": "계세요"}, headers=headers)
    again = api_client.post(f"/api/v1/channels/{mill.handle}/messages", json={"text": "계세요"}, headers=headers)
    assert (first.status_code, again.json()) == (201, first.json())
    (one,) = api_client.get("/api/v1/channels/conversations", headers=headers).json()
    path = f"/api/v1/channels/conversations/{one['id']}"
    answered = api_client.post(f"{path}/replies", json={"text": "네"}, headers=as_bearer(staff))
    assert (answered.status_code, answered.json()["speaker"]) == (201, "staff")
    since = api_client.get(f"{path}/messages?after=1", headers=headers).json()
    assert since[-1]["parts"] == [{"type": "text", "text": "네"}]
    assert api_client.post(f"{path}/seen", json={"position": 99}, headers=as_bearer(by)).status_code == 200
    assert api_client.get("/api/v1/channels/conversations", headers=headers).json()[0]["unread"] == 0
    stranger = as_bearer(folk.person())
    assert api_client.get(f"{path}/messages", headers=stranger).status_code == 404
    assert api_client.post(f"{path}/replies", json={"text": "네"}, headers=stranger).status_code == 403
    assert api_client.get("/api/v1/channels/conversations").status_code == 401


# The chatbot's protocol


def skill_request(utterance: str, **more: Any) -> dict[str, Any]:
    return {
        "intent": {"id": "x", "name": "x"},
        "userRequest": {
            "timezone": "Asia/Seoul",
            "utterance": utterance,
            "lang": "ko",
            "user": {"id": "abc", "type": "botUserKey", "properties": {}},
            **more,
        },
        "bot": {"id": "b", "name": "봇"},
        "action": {"id": "a", "name": "a", "params": {}, "detailParams": {}, "clientExtra": None},
    }


def test_the_same_content_answers_in_the_chatbots_protocol(api_client: Any, mill: Stall) -> None:
    with tx.durable():
        actions.edit_own_answer(mill.owner, mill.channel, "영업시간", (), "아홉 시부터 " * 90)
    path = f"/api/v1/channels/bot/skill/{mill.handle}"
    secret = {"X-Dure-Skill": queries.skill_secret(mill.channel)}
    answer = api_client.post(path, json=skill_request("영업시간 알려줘"), headers=secret)
    assert answer.status_code == 200
    assert violations(answer.json()) == ()
    assert answer.json()["template"]["outputs"][0]["simpleText"]["text"].startswith("아홉 시부터")
    for words_of in ("나가기", "소개", "상담원", "아무 말이나", ""):
        assert violations(api_client.post(path, json=skill_request(words_of), headers=secret).json()) == ()
    assert api_client.post(path, json=skill_request("네")).status_code == 403
    other = {"X-Dure-Skill": queries.skill_secret(stall().channel)}
    assert api_client.post(path, json=skill_request("네"), headers=other).status_code == 403
    assert not models.Conversation.objects.exists()


def test_a_slow_answer_is_promised_and_goes_only_where_it_may(
    api_client: Any, mill: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Command("sample.slow", lambda said: Content((Text("다 됐습니다"),)), ("오래",), slow=True)
    monkeypatch.setattr("dure.foundations.channels.queries.bots._offered", {"sample": (slow,)})
    path = f"/api/v1/channels/bot/skill/{mill.handle}"
    secret = {"X-Dure-Skill": queries.skill_secret(mill.channel)}
    no_way = api_client.post(path, json=skill_request("오래 걸리는 것"), headers=secret).json()
    assert "useCallback" not in no_way
    evil = skill_request("오래 걸리는 것", callbackUrl="https://169.254.169.254/latest")
    assert api_client.post(path, json=evil, headers=secret).status_code == 422
    good = skill_request("오래 걸리는 것", callbackUrl="https://bot-api.kakao.com/v1/c/1")
    promised = api_client.post(path, json=good, headers=secret).json()
    assert (promised["version"], promised["useCallback"]) == ("2.0", True)
    assert violations(promised) == ()


# The stream


def test_a_ticket_opens_the_stream_for_a_while_and_nothing_else(api_client: Any) -> None:
    by = folk.person()
    ticket = live_address(by).partition("ticket=")[2]
    for bad in ("", "x", ticket[:-1] + ("a" if ticket[-1] != "a" else "b")):
        assert api_client.get("/api/v1/channels/live", params={"ticket": bad}).status_code == 403
    with time_machine.travel(clock.now().timestamp() + live.TICKET_SECONDS_MAX + 60):
        assert api_client.get("/api/v1/channels/live", params={"ticket": ticket}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_bell_rings_after_the_commit_and_only_for_its_name() -> None:
    def ring(name: str, *, commits: bool) -> None:
        try:
            with transaction.atomic():
                bells.ring((name,))
                if not commits:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        finally:
            connection.close()  # this thread's own

    async def heard() -> list[bool]:
        async with bells.listening(("one",)) as bell, bells.listening(("two",)) as other:
            assert await bell.wait(5)  # on listening everybody looks once
            assert await other.wait(5)
            await asyncio.to_thread(ring, "one", commits=False)
            nothing = await bell.wait(0.3)
            await asyncio.to_thread(ring, "one", commits=True)
            return [nothing, await bell.wait(5), await other.wait(0.3), await bell.wait(0.1)]

    assert asyncio.run(heard()) == [False, True, False, False]


# Browsers that may be woken


def browser(number: int = 0) -> tuple[str, str, str]:
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = [urlsafe_b64encode(one).rstrip(b"=").decode() for one in (raw, ids.new().bytes)]
    return f"https://push.example.com/send/{number}", keys[0], keys[1]


def test_a_browser_is_kept_once_and_is_whoever_s_is_logged_in_there() -> None:
    one, other = folk.person(), folk.person()
    endpoint, point, secret = browser()
    with tx.durable():
        first = actions.subscribe(one, endpoint, point, secret, "Firefox")
        assert actions.subscribe(one, endpoint, point, secret) == first
        actions.subscribe(other, endpoint, point, secret)
        assert not actions.note_heartbeat(one, endpoint)
        assert actions.note_heartbeat(other, endpoint)
        actions.unsubscribe(one, endpoint)
    assert queries.subscriptions_of(me(one)) == ()
    assert [kept.endpoint for kept in queries.subscriptions_of(me(other))] == [endpoint]
    with tx.durable(), pytest.raises(NotAllowed):
        actions.subscribe(Actor(person=None), endpoint, point, secret)


def test_the_oldest_browser_goes_and_silent_ones_too() -> None:
    by = folk.person()
    with tx.durable():
        for number in range(push_rules.SUBSCRIPTIONS_MAX + 2):
            actions.subscribe(by, *browser(number))
    assert len(queries.subscriptions_of(me(by))) == push_rules.SUBSCRIPTIONS_MAX
    models.PushSubscription.objects.filter(endpoint__endswith="/5").update(failures=push_rules.FAILURES_MAX)
    with tx.durable():
        assert actions.prune_subscriptions(BY, clock.now()) == 1
        later = clock.now() + push_rules.SILENT_MAX * 2
        assert actions.prune_subscriptions(BY, later) == push_rules.SUBSCRIPTIONS_MAX - 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://10.0.0.1/x",
        "https://[::1]/x",
        "https://db.internal/x",
        "https://push.example.com:8443/x",
        "https://u:p@push.example.com/x",
        "https://push.example.com/" + "a" * 1_000,
        "file:///etc/passwd",
        "",
    ],
)
def test_a_subscription_never_leads_inside(endpoint: str) -> None:
    with pytest.raises(BadValue):
        push_rules.clean_endpoint(endpoint)


@pytest.mark.parametrize(("point", "secret"), [("", ""), ("AAAA", "AAAA"), ("A" * 87, "A" * 22), ("!" * 87, "?" * 22)])
def test_keys_of_a_browser_are_points_and_secrets(point: str, secret: str) -> None:
    with pytest.raises(BadValue):
        push_rules.clean_keys(point, secret)


def test_the_background_script_comes_from_an_address_that_stays() -> None:
    answer = Client(headers={"host": "localhost"}).get(reverse("channels:worker"))
    assert (answer.status_code, answer.headers["Service-Worker-Allowed"]) == (200, "/")
    assert answer.headers["Content-Type"].startswith("text/javascript")
