"""Cheers and comments on pages and over the API: one tap, plain forms, closed to whoever is not in the project."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dure.base import clock
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit.visiting import browser, form, text
from dure.services.pledges import actions, models, queries
from dure.services.pledges.types import CheerWord, Proof

from . import making
from .making import Ground, key
from .test_api import ask

__all__ = ["ask"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def proof(ground: Ground) -> Proof:
    """Somebody's proof of the first day; today is the second one."""
    pledge = making.joined(ground.people[0], ground.project)
    making.joined(ground.people[1], ground.project)
    making.begun(ground)
    with making.at(clock.now()):
        return making.prove(ground.people[0], pledge, 1)


def tap(client: Client, proof: Proof, came_from: str = "", **said: str) -> Any:
    headers = {"Referer": f"http://testserver{came_from}"} if came_from else {}
    return client.post(reverse("pledges:cheer", args=[proof.id]), form(**said), headers=headers)


def test_one_tap_cheers_and_another_takes_it_back(ground: Ground, proof: Proof) -> None:
    by, client = ground.people[1], browser(ground.people[1])
    group = reverse("pledges:group", args=[ground.project.code])
    page = text(client, "pledges:group", ground.project.code)
    assert page.count('name="word"') == 3
    answer = tap(client, proof, f"{group}?before=#x", word="great")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"http://testserver{group}?before=#p-{proof.id}")
    page = text(client, "pledges:group", ground.project.code)
    assert (page.count('name="word"'), page.count('name="back"'), page.count('aria-pressed="true"')) == (2, 1, 1)
    assert tap(client, proof, back="great").headers["Location"].endswith(f"{proof.id}/#p-{proof.id}")
    assert not any(one.people for one in queries.life(by, proof.id).cheers)
    for wrong in ({}, {"word": "love"}, {"back": "cheer\x00"}):
        assert tap(client, proof, **wrong).status_code == 422


def test_ones_own_proof_has_counts_and_no_buttons(ground: Ground, proof: Proof) -> None:
    actions.cheer(ground.people[1], proof.id, CheerWord.THANKS, key=key())
    client = browser(ground.people[0])
    for page in (
        text(client, "pledges:group", ground.project.code),
        text(client, "pledges:proof", proof.id),
    ):
        assert 'name="word"' not in page
        assert "고마워요" in page or "Thank you" in page
    assert tap(client, proof, word="cheer").status_code == 403


def test_a_comment_is_written_changed_and_deleted(ground: Ground, proof: Proof) -> None:
    by, client = ground.people[1], browser(ground.people[1])
    address = reverse("pledges:proof", args=[proof.id])
    assert client.post(address, form(text="")).status_code == 422
    said = form(text="<b>좋아요</b>\n내일도")
    answer = client.post(address, said)
    [made] = queries.life(by, proof.id).last
    assert answer.headers["Location"] == f"{address}#c-{made.id}"
    assert client.post(address, said).status_code == 303
    page = text(client, "pledges:proof", proof.id)
    assert page.count("&lt;b&gt;좋아요&lt;/b&gt;<br>내일도") == 1
    edit, delete = (reverse(f"pledges:{one}_comment", args=[made.id]) for one in ("edit", "delete"))
    assert edit in page
    assert edit not in text(browser(ground.people[0]), "pledges:proof", proof.id)
    assert client.post(edit, form(text="바꾼 말")).status_code == 303
    assert "바꾼 말" in text(client, "pledges:group", ground.project.code)
    other = browser(ground.people[0])
    assert [other.get(edit).status_code, other.post(edit, form(text="남의 말")).status_code] == [403, 403]
    assert other.post(delete, form()).status_code == 403
    assert client.post(delete, form()).status_code == 303
    assert not models.Comment.objects.exists()


def test_who_is_not_in_the_project_sees_and_says_nothing(ground: Ground, proof: Proof) -> None:
    outside: tuple[Actor | None, ...] = (None, ground.people[2])
    for by in outside:
        client = browser(by)
        for answer in (
            client.get(reverse("pledges:proof", args=[proof.id])),
            client.post(reverse("pledges:proof", args=[proof.id]), form(text="밖에서")),
            tap(client, proof, word="cheer"),
            tap(client, proof, back="cheer"),
        ):
            assert answer.status_code in (302, 303, 403)
            assert by is None or answer.status_code == 403
    for watching in (ground.stewards[0], folk.auditor()):  # they look on
        client = browser(watching)
        assert 'name="word"' not in text(client, "pledges:proof", proof.id)
        assert client.post(reverse("pledges:proof", args=[proof.id]), form(text="보고 있어요")).status_code == 403
    assert not models.Comment.objects.exists()


def test_the_api_does_what_pages_do(ask: Any, ground: Ground, proof: Proof) -> None:
    by, outside = ground.people[1], ground.people[2]
    [shown] = ask(by, "get", f"projects/{ground.project.code}/proofs").json()
    assert (shown["proof"]["id"], shown["life"]["comments"]) == (str(proof.id), 0)
    # neither the pledge, by which a count is found, nor what was said to leader and stewards
    assert set(shown["proof"]) == {"id", "person", "day", "text", "number", "has_picture", "sent_at"}
    older = f"projects/{ground.project.code}/proofs?before={proof.id}"
    assert ask(by, "get", older).json() == []
    cheers = f"proofs/{proof.id}/cheers"
    assert ask(by, "put", f"{cheers}/great").json()["cheers"][1] == {"word": "great", "people": 1, "mine": True}
    assert ask(by, "delete", f"{cheers}/great").json()["cheers"][1]["people"] == 0
    assert ask(by, "put", f"{cheers}/love").status_code == 422
    own = ask(ground.people[0], "put", f"{cheers}/great")
    assert (own.status_code, own.json()["code"]) == (403, "own_proof")
    made = ask(by, "post", f"proofs/{proof.id}/comments", text="좋아요")
    assert made.status_code == 201
    comment = f"comments/{made.json()['id']}"
    assert ask(by, "put", comment, text="바꿔요").json()["text"] == "바꿔요"
    assert ask(by, "put", comment, text="가" * 301).status_code == 422
    for verb, path, body in (
        ("get", f"projects/{ground.project.code}/proofs", {}),
        ("get", f"proofs/{proof.id}/life", {}),
        ("put", f"{cheers}/great", {}),
        ("delete", f"{cheers}/great", {}),
        ("post", f"proofs/{proof.id}/comments", {"text": "밖에서"}),
        ("put", comment, {"text": "밖에서"}),
        ("delete", comment, {}),
    ):
        assert ask(None, verb, path, **body).status_code == 401, path
        assert ask(outside, verb, path, **body).status_code == 403, path
    assert ask(by, "get", f"proofs/{proof.id}/life").json()["comments"] == 1
    assert ask(by, "delete", comment).json() == {"proof": str(proof.id)}
