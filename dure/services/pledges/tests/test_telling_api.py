"""Notices, open proofs and reminders over the API: what pages let somebody do, it lets them do, and nobody else."""

from typing import Any

import pytest
from django.urls import reverse

from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit.visiting import browser, form
from dure.services.pledges import queries

from . import making
from .making import Ground, key
from .test_api import ask

__all__ = ["ask"]  # a fixture


@pytest.fixture
def everybody(ground: Ground) -> dict[str, Actor | None]:
    """Who might ask."""
    one, outside, *_others = ground.people
    making.joined(one, ground.project)
    return {
        "nobody": None,
        "inside": one,
        "outside": outside,
        "leader": ground.leader,
        "steward": ground.stewards[0],
        "auditor": folk.auditor(),
    }


def test_notices_are_the_leaders_to_post_and_the_groups_to_read(
    ask: Any, ground: Ground, everybody: dict[str, Actor | None]
) -> None:
    path = f"projects/{ground.project.code}/notices"
    posted = {name: ask(by, "post", path, text="내일은 쉬어요").status_code for name, by in everybody.items()}
    assert posted == {"nobody": 401, "inside": 403, "outside": 403, "leader": 201, "steward": 403, "auditor": 403}
    address = reverse("pledges:post_notice", args=[ground.project.code])
    for name, by in everybody.items():  # the same as on pages
        if by is not None and name != "leader":
            assert browser(by).post(address, form(text="알림")).status_code == posted[name]
    read = {name: ask(by, "get", path).status_code for name, by in everybody.items()}
    assert read == {"nobody": 401, "inside": 200, "outside": 403, "leader": 200, "steward": 200, "auditor": 200}
    [notice] = ask(everybody["inside"], "get", path).json()
    assert notice["text"] == "내일은 쉬어요"
    down = f"notices/{notice['id']}"
    for name, status in (("nobody", 401), ("inside", 403), ("outside", 403), ("auditor", 403), ("steward", 200)):
        assert ask(everybody[name], "delete", down).status_code == status
    assert ask(ground.leader, "get", path).json() == []
    once = key()
    again = [ask(ground.leader, "post", path, once, text="한 번만").json() for _ in range(2)]
    assert again[0] == again[1]
    for wrong in ("", "가" * 301, " "):
        assert ask(ground.leader, "post", path, text=wrong).status_code == 422
    assert len(queries.notices(ground.project.id)) == 1


def test_open_proofs_are_opened_and_closed_by_their_person(
    ask: Any, ground: Ground, everybody: dict[str, Actor | None]
) -> None:
    by = ground.people[0]
    [pledge] = queries.my_pledges(making.person_of(by))
    path = f"mine/{pledge.id}/stream"
    assert ask(by, "get", path).json() == {"is_open": False, "address": "", "since": None}
    for name, who in everybody.items():
        status = {"nobody": 401, "inside": 200}.get(name, 403)
        for verb in ("get", "put", "delete"):
            assert ask(who, verb, path).status_code == status
    opened = ask(by, "put", path).json()
    assert opened["is_open"]
    assert ask(by, "put", path).json() == ask(by, "get", path).json() == opened
    assert browser().get("/" + opened["address"].split("/", 3)[3]).status_code == 200
    assert not ask(by, "delete", path).json()["is_open"]
    assert browser().get("/" + opened["address"].split("/", 3)[3]).status_code == 404


def test_reminders_are_chosen_by_their_person(ask: Any, ground: Ground, everybody: dict[str, Actor | None]) -> None:
    by = ground.people[0]
    [pledge] = queries.my_pledges(making.person_of(by))
    path = f"mine/{pledge.id}/reminder"
    for name, who in everybody.items():
        status = {"nobody": 401, "inside": 200}.get(name, 403)
        assert ask(who, "put", path, hour=9).status_code == ask(who, "delete", path).status_code == status
    assert ask(by, "get", "mine/reminders").json()["hour"] is None
    assert ask(by, "put", "mine/reminders", hour=10).json()["projects"][0]["hour"] == 10
    said = ask(by, "put", path, hour=None).json()
    assert [said["hour"], said["projects"][0]["hour"], said["projects"][0]["own"]] == [10, None, True]
    assert ask(by, "delete", path).json()["projects"][0] == ask(by, "get", "mine/reminders").json()["projects"][0]
    for wrong in (7, 21, 24, -1, "9", 9.5):
        assert ask(by, "put", path, hour=wrong).status_code in (400, 422)
    assert ask(by, "put", "mine/reminders", hour=None).json()["hour"] is None
