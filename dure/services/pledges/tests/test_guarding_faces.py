"""Complaining, hiding and blocking on pages, at the desk and over the API."""

from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from dure.base import clock
from dure.foundations.people.tests import making as folk
from dure.kit.visiting import browser, form, text
from dure.services.pledges import actions, models, queries
from dure.services.pledges.types import Comment, Proof

from . import making
from .making import Ground, key, person_of
from .test_api import ask

__all__ = ["ask"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def proof(ground: Ground) -> Proof:
    """The first's proof of yesterday; the second is in the project, too."""
    pledge = making.joined(ground.people[0], ground.project)
    making.joined(ground.people[1], ground.project)
    making.begun(ground)
    with making.at(clock.now()):
        return making.prove(ground.people[0], pledge, 1)


@pytest.fixture
def said(ground: Ground, proof: Proof) -> Comment:
    return actions.comment(ground.people[1], proof.id, "거친 말이 여기 있어요", key=key())


def test_from_a_complaint_to_a_decision(ground: Ground, proof: Proof, said: Comment) -> None:
    client = browser(ground.people[0])
    address = reverse("pledges:complain", args=["comment", said.id])
    assert address in text(client, "pledges:proof", proof.id)
    assert "거친 말이 여기 있어요" in client.get(address).content.decode()
    assert client.post(address, form(of="words", why="")).status_code == 422
    assert client.post(address, form(of="words", why="거칠어요")).status_code == 303
    assert client.post(address, form(of="person", why="자꾸 그래요")).status_code == 303
    steward = browser(ground.stewards[0])
    assert reverse("pledges-desk:complaints") in text(steward, "pledges-desk:stewards")
    page = text(steward, "pledges-desk:complaints")
    assert "거칠어요" in page
    assert "자꾸 그래요" in page
    for one in queries.complaints(ground.stewards[0]):
        decide = reverse("pledges-desk:decide_complaint", args=[one.id])
        for by in (ground.leader, ground.people[0], folk.auditor(), None):
            assert browser(by).post(decide, form(answer="yes", why="안 돼요")).status_code in (302, 303, 403)
        assert steward.post(decide, form(answer="yes", why="그러면 안 돼요")).status_code == 303
    assert "거친 말이 여기 있어요" not in text(client, "pledges:proof", proof.id)
    page = text(browser(ground.people[1]), "pledges:proof", proof.id)
    assert page.count("그러면 안 돼요") == 2  # why it is hidden, and why they say nothing more
    [hush] = queries.hushes(ground.stewards[0])
    assert steward.post(reverse("pledges-desk:lift_hush", args=[hush.id]), form()).status_code == 303
    assert queries.hushes(ground.stewards[0]) == ()


def test_who_may_open_what(ground: Ground, proof: Proof, said: Comment) -> None:
    complain = reverse("pledges:complain", args=["proof", proof.id])
    desk = reverse("pledges-desk:complaints")
    for by, complains, decides in (
        (None, False, False),
        (ground.people[0], False, False),  # it is their own
        (ground.people[1], True, False),
        (ground.people[2], False, False),
        (ground.leader, True, False),
        (ground.stewards[0], False, True),
        (folk.auditor(), False, True),
    ):
        client = browser(by)
        assert (client.get(complain).status_code == 200) == complains
        assert (client.get(desk).status_code == 200) == decides
        assert (client.get(reverse("pledges:blocked")).status_code == 200) == (by is not None)
    nothing = reverse("pledges:complain", args=["person", proof.id])
    assert browser(ground.people[1]).get(nothing).status_code == 404


def test_a_leader_hides_and_shows_on_the_page(ground: Ground, proof: Proof, said: Comment) -> None:
    leader, hide = browser(ground.leader), reverse("pledges:hide_comment", args=[said.id])
    show = reverse("pledges:show_comment", args=[said.id])
    assert hide in text(leader, "pledges:proof", proof.id)
    assert hide not in text(browser(ground.people[0]), "pledges:proof", proof.id)
    assert browser(ground.people[0]).post(hide, form(why="싫어요")).status_code == 403
    assert leader.post(hide, form(why="")).status_code == 422
    assert leader.post(hide, form(why="서로 존중해요")).status_code == 303
    assert "서로 존중해요" in text(browser(ground.people[1]), "pledges:proof", proof.id)
    hidden = reverse("pledges:complain", args=["comment", said.id])
    assert browser(ground.people[0]).get(hidden).status_code == 404
    assert show in text(browser(ground.stewards[0]), "pledges-desk:complaints")
    assert browser(ground.people[1]).post(show, form()).status_code == 403
    assert leader.post(show, form()).status_code == 303
    assert "거친 말이 여기 있어요" in text(browser(ground.people[0]), "pledges:proof", proof.id)


def test_blocking_is_undone_on_a_page(ground: Ground, proof: Proof, said: Comment) -> None:
    client, person = browser(ground.people[0]), str(person_of(ground.people[1]))
    assert reverse("pledges:blocked") not in text(client, "pledges:mine")
    assert client.post(reverse("pledges:block"), form(person="누구")).status_code == 422
    assert client.post(reverse("pledges:block"), form(person=person)).status_code == 303
    assert reverse("pledges:blocked") in text(client, "pledges:mine")
    assert "거친 말이 여기 있어요" not in text(client, "pledges:proof", proof.id)
    blocked = browser(ground.people[1])
    assert blocked.get(reverse("pledges:proof", args=[proof.id])).status_code == 404
    assert blocked.get(reverse("pledges:complain", args=["proof", proof.id])).status_code == 404
    assert "1일째" not in text(blocked, "pledges:group", ground.project.code)
    assert person in text(client, "pledges:blocked")
    assert client.post(reverse("pledges:unblock"), form(person=person)).status_code == 303
    assert not models.Block.objects.exists()


def test_the_api_complains_hides_and_blocks(ask: Any, ground: Ground, proof: Proof, said: Comment) -> None:
    one, other, outside = ground.people
    code, comment = ground.project.code, f"comments/{said.id}"
    blocked = f"blocked/{person_of(other)}"
    of_person = f"projects/{code}/people/{person_of(other)}/complaints"
    for path in (f"{comment}/complaints", of_person):
        assert ask(one, "post", path, why="거칠어요").json() == {"noted": True}
        assert ask(None, "post", path, why="거칠어요").status_code == 401
        assert ask(outside, "post", path, why="거칠어요").status_code == 403
    assert ask(other, "post", f"proofs/{proof.id}/complaints", why="남의 사진").status_code == 201
    assert ask(one, "post", f"proofs/{proof.id}/complaints", why="제 사진").json()["code"] == "own_words"
    assert queries.count_complaints() == 3
    for by in (None, one, other, outside):
        assert ask(by, "put", f"{comment}/hidden", why="숨겨요").status_code in (401, 403)
        assert ask(by, "delete", f"{comment}/hidden").status_code in (401, 403)
    assert ask(ground.leader, "put", f"{comment}/hidden", why="숨겨요").json()["is_hidden"] is True
    assert ask(ground.leader, "delete", f"{comment}/hidden").json()["is_hidden"] is False
    for verb, path in (("get", "blocked"), ("put", blocked), ("delete", blocked)):
        assert ask(None, verb, path).status_code == 401
    assert ask(outside, "put", blocked).status_code == 404
    assert ask(one, "put", blocked).status_code == 200
    assert [found["person"] for found in ask(one, "get", "blocked").json()] == [str(person_of(other))]
    told = [ask(other, "put", f"proofs/{one}/cheers/cheer").json() for one in (proof.id, UUID(int=proof.id.int ^ 1))]
    for answer in told:
        answer.pop("instance")
    assert told[0] == told[1]  # as if it were not there
    assert ask(one, "delete", blocked).status_code == 200
    assert ask(one, "get", "blocked").json() == []
