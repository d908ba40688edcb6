"""Village broadcast over JSON: from the head's word to a listener's "I heard it", and what is refused."""

from datetime import timedelta
from typing import Any

import pytest

from dure.base import clock
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY, Actor
from dure.kit import bearer
from dure.services.broadcast import models

from . import making
from .making import Ground, key, later

ROOT = "/api/v1/broadcast"
WORDS = making.WORDS


def as_(by: Actor) -> dict[str, str]:
    asked = {"Idempotency-Key": key()}
    return asked | ({"Authorization": f"Bearer {bearer.mint(by.person, verified=True)}"} if by.person else {})


def told(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def sent_over_json(ground: Ground, api_client: Any, **more: object) -> Any:
    villages = [str(ground.village.id)]
    body = {"villages": villages, "words": WORDS, **more}
    draft = told(api_client.post(f"{ROOT}/studio/announcements", json=body, headers=as_(ground.head)), 201)
    address = f"{ROOT}/studio/announcements/{draft['id']}"
    return told(api_client.post(f"{address}/send", json={"villages": villages}, headers=as_(ground.head)))


def test_from_the_word_to_the_ear(ground: Ground, api_client: Any) -> None:
    one, other = ground.listeners
    said = sent_over_json(ground, api_client)
    assert (said["state"], said["words"]) == ("sent", WORDS)
    models.Airing.objects.filter(announcement_id=said["id"]).update(at=clock.now() - timedelta(seconds=1))
    making.aired()
    listed = told(api_client.get(f"{ROOT}/announcements", headers=as_(one)))
    assert [each["id"] for each in listed] == [said["id"]]
    address = f"{ROOT}/announcements/{said['id']}"
    far = told(api_client.post(f"{address}/played", json={"parts": [[0, 5]]}, headers=as_(one)))
    assert far["counts"]
    assert not far["heard"]
    assert told(api_client.post(f"{address}/heard", headers=as_(one)))["heard"]
    counted = told(api_client.get(f"{ROOT}/studio/announcements/{said['id']}/counts", headers=as_(ground.head)))
    assert counted["by_standing"]["heard"] == 1
    assert (
        told(api_client.post(f"{ROOT}/studio/announcements/{said['id']}/end", headers=as_(ground.deputy)))["state"]
        == "ended"
    )
    assert making.standing(said_of(said))[making.person_of(other)] == "expired"


def said_of(said: Any) -> Any:
    """What `standing` asks of an announcement."""

    class Said:
        id = said["id"]

    return Said()


def test_what_is_urgent_waits_for_a_second_person(ground: Ground, api_client: Any) -> None:
    said = sent_over_json(ground, api_client, kind="urgent")
    assert said["state"] == "asked"
    waiting = told(api_client.get(f"{ROOT}/studio/waiting", headers=as_(ground.deputy)))
    assert [one["id"] for one in waiting] == [said["id"]]
    address = f"{ROOT}/studio/announcements/{said['id']}"
    refused = told(api_client.post(f"{address}/agree", headers=as_(ground.head)), 403)
    assert refused["code"] == "second_person_needed"
    assert told(api_client.post(f"{address}/agree", headers=as_(ground.deputy)))["state"] == "sent"
    assert told(api_client.post(f"{address}/take-back", headers=as_(ground.deputy)))["state"] == "taken_back"


def test_joining_and_leaving(ground: Ground, api_client: Any) -> None:
    new, address = folk.person("새이웃"), f"{ROOT}/villages/{ground.village.code}/listener"
    joined = told(api_client.put(address, json={"tie": "away", "zone": "Europe/Berlin"}, headers=as_(new)))
    assert (joined["tie"], joined["zone"]) == ("away", "Europe/Berlin")
    assert len(told(api_client.get(f"{ROOT}/villages", headers=as_(new)))) == 1
    assert told(api_client.put(address, json={"tie": "away", "zone": "Mars/Base"}, headers=as_(new)), 422)["code"]
    assert told(api_client.delete(address, headers=as_(new))) == {"left": True}
    assert told(api_client.delete(address, headers=as_(new))) == {"left": False}


def test_the_list_of_people_to_visit(ground: Ground, api_client: Any) -> None:
    with later():
        making.sent(ground)
    for minutes in (1, 2, 20):
        with later(minutes=minutes):
            making.aired()
    address = f"{ROOT}/studio/villages/{ground.village.code}/visits"
    lines = told(api_client.get(address, headers=as_(ground.deputy)))
    assert len(lines) == 3
    done = told(api_client.put(f"{address}/{lines[0]['id']}", json={"visited": True}, headers=as_(ground.head)))
    assert sum(one["visited"] for one in done) == 1
    assert api_client.get(address, headers=as_(ground.listeners[0])).status_code == 403


@pytest.mark.parametrize(
    ("address", "method", "body"),
    [
        ("announcements", "get", None),
        ("villages", "get", None),
        ("studio/villages", "get", None),
        ("studio/announcements", "get", None),
        ("studio/waiting", "get", None),
        ("rates", "get", None),
        ("studio/announcements", "post", {"villages": ["00000000-0000-7000-8000-000000000000"], "words": "말"}),
    ],
)
def test_nobody_reads_or_speaks_without_a_token(
    ground: Ground, api_client: Any, address: str, method: str, body: Any
) -> None:
    said = {"json": body} if body else {}
    assert getattr(api_client, method)(f"{ROOT}/{address}", headers=as_(NOBODY), **said).status_code == 401


def test_who_speaks_there_and_who_does_not(ground: Ground, api_client: Any) -> None:
    body = {"villages": [str(ground.village.id)], "words": WORDS}
    refused = told(api_client.post(f"{ROOT}/studio/announcements", json=body, headers=as_(ground.listeners[0])), 403)
    assert refused["code"] == "no_office"
    said = sent_over_json(ground, api_client)
    for verb in ("take-back", "end", "agree"):
        address = f"{ROOT}/studio/announcements/{said['id']}/{verb}"
        assert api_client.post(address, headers=as_(ground.listeners[0])).status_code == 403
    assert told(api_client.get(f"{ROOT}/rates", headers=as_(ground.owner)))[0]["percent"] is None
    assert told(api_client.get(f"{ROOT}/rates", headers=as_(ground.listeners[0]))) == []


@pytest.mark.parametrize(
    "change",
    [{"words": ""}, {"words": "가" * 801}, {"villages": []}, {"kind": "shout"}, {"more": 1}, {"repeats": "DAILY"}],
)
def test_bad_input_is_refused_by_name(ground: Ground, api_client: Any, change: dict[str, object]) -> None:
    body = {"villages": [str(ground.village.id)], "words": WORDS} | change
    found = told(api_client.post(f"{ROOT}/studio/announcements", json=body, headers=as_(ground.head)), 422)
    assert found["code"]
    assert not models.Announcement.objects.exists()
