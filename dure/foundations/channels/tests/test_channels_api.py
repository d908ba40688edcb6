"""The JSON face of channels: the same actions, the same refusals, once for a key."""

import pytest

from dure.base import ids
from dure.foundations.channels import queries
from dure.foundations.people.types import Actor
from dure.kit import bearer

from . import making

pytestmark = pytest.mark.django_db
CONTENT = {"parts": [{"type": "text", "text": "내일은 쉽니다."}]}


def headers(by: Actor, key: str = "") -> dict[str, str]:
    return {
        "Authorization": f"Bearer {bearer.mint(making.id_of(by), verified=True)}",
        "Idempotency-Key": key or str(ids.new()),
    }


def test_a_friendship_from_joining_to_leaving(api_client) -> None:
    channel, _owner = making.channel()
    friend = making.person()
    at = f"/api/v1/channels/{channel.id}"
    shown = api_client.get(f"/api/v1/channels/by-handle/{channel.handle}")
    assert shown.json()["id"] == str(channel.id)
    sent = headers(friend, "once")
    for _ in range(2):
        answer = api_client.put(f"{at}/friendship", json={"ads": True}, headers=sent)
        assert answer.status_code == 200, answer.text
    assert answer.json()["night_ads_since"] is None
    assert api_client.put(f"{at}/friendship", json={"ads": False}, headers=sent).json()["code"] == "key_reused"
    night = api_client.put(f"{at}/consents/night_ads", json={"yes": True}, headers=headers(friend))
    assert night.json()["night_ads_since"]
    assert len(api_client.get("/api/v1/channels/friendships", headers=headers(friend)).json()) == 1
    left = api_client.post(f"{at}/leaving", headers=headers(friend))
    assert left.json()["token"]
    log = api_client.get(f"{at}/consents", headers=headers(friend)).json()
    assert len(log) == 6
    assert {line["origin"] for line in log} == {"api"}


def test_a_broadcast_and_its_condition(api_client) -> None:
    channel, owner = making.channel()
    making.friend(channel.id)
    at = f"/api/v1/channels/{channel.id}"
    said = {"purpose": "info", "title": "쉬는 날", "content": CONTENT, "segment": "tag:x or 가입 < 7"}
    made = api_client.post(f"{at}/broadcasts", json=said, headers=headers(owner, "once"))
    assert made.status_code == 201, made.text
    assert (
        api_client.post(f"{at}/broadcasts", json=said, headers=headers(owner, "once")).json()["id"] == made.json()["id"]
    )
    other = said | {"content": {"parts": [{"type": "text", "text": "모레는 쉽니다."}]}}
    assert (
        api_client.post(f"{at}/broadcasts", json=other, headers=headers(owner, "once")).json()["code"] == "key_reused"
    )
    one = f"/api/v1/channels/broadcasts/{made.json()['id']}"
    assert api_client.get(f"{one}/estimate", headers=headers(owner)).json()["reached"] == 1
    assert api_client.post(f"{one}/handing-in", headers=headers(owner)).json()["state"] == "scheduled"
    assert api_client.post(f"{one}/stop", headers=headers(owner)).json()["state"] == "stopped"
    again = {"version": made.json()["version"], "yes": True}
    assert (
        api_client.post(f"{one}/approval", json=again, headers=headers(making.steward())).json()["code"]
        == "wrong_state"
    )
    wrong = api_client.post(f"{at}/broadcasts", json=said | {"segment": "별명:x"}, headers=headers(owner))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "segment_unreadable")
    reach = api_client.get(f"{at}/reach", params={"segment": "tag:x"}, headers=headers(owner)).json()
    assert reach == {"segment": "꼬리표:x", "count": 0}
    assert api_client.get(f"{at}/broadcasts", headers=headers(making.person())).status_code == 403


def test_friends_and_notes_are_for_who_works_there(api_client) -> None:
    channel, owner = making.channel()
    friend = making.friend(channel.id)
    at = f"/api/v1/channels/{channel.id}/friends"
    noted = api_client.put(f"{at}/{friend.person}/note", json={"tags": ["단골"]}, headers=headers(owner))
    assert noted.json()["tags"] == ["단골"]
    page = api_client.get(at, params={"segment": "꼬리표:단골"}, headers=headers(owner)).json()
    assert page["total"] == 1
    assert (
        api_client.get(at, params={"segment": "읽음 < 3"}, headers=headers(owner)).json()["code"] == "too_few_to_tell"
    )
    for stranger in (making.person(), making.steward(), friend):
        assert api_client.get(at, headers=headers(stranger)).status_code == 403
    assert queries.noted(owner, channel.id, making.id_of(friend)).tags == ("단골",)


def test_a_channel_opens_over_the_api_once(api_client) -> None:
    owned, owner = making.organisation(making.person())
    said = {"organisation": str(owned), "handle": "두부집", "name": "두부집 (예시)", "contact": "063-000-0101"}
    first = api_client.post("/api/v1/channels", json=said, headers=headers(owner, "once"))
    assert first.status_code == 201, first.text
    assert api_client.post("/api/v1/channels", json=said, headers=headers(owner, "once")).json() == first.json()
    taken = api_client.post("/api/v1/channels", json=said, headers=headers(owner))
    assert (taken.status_code, taken.json()["code"]) == (409, "handle_taken")
    bad = api_client.post("/api/v1/channels", json=said | {"handle": "두부house"}, headers=headers(owner))
    assert bad.status_code == 422
