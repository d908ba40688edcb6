"""The API of pledges: what pages show and do, it shows and does, to those who may."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from dure.base import clock
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import bearer
from dure.services.pledges import actions, models, queries
from dure.services.pledges.types import PledgeId, ProofKind

from . import making
from .making import Ground, key

ROOT = "/api/v1/pledges"


@pytest.fixture
def ask(api_client: Any) -> Any:
    def asked(by: Actor | None, verb: str, path: str, once: str = "", **body: object) -> Any:
        headers = {} if verb == "get" else {"Idempotency-Key": once or key()}
        if by is not None:
            headers["Authorization"] = f"Bearer {bearer.mint(folk.id_of(by), verified=by.verified)}"
        more = {} if verb in ("get", "delete") else {"json": body}
        return getattr(api_client, verb)(f"{ROOT}/{path}", headers=headers, **more)

    return asked


def second_day(ground: Ground) -> None:
    """It is the second day of the season: requests go by the clock on the wall."""
    before = clock.today() - timedelta(days=2)
    models.Season.objects.filter(id=ground.season.id).update(
        starts_on=clock.today() - timedelta(days=1), join_until=before, propose_until=before
    )


def test_from_a_season_to_a_proof(ask: Any, ground: Ground) -> None:
    by = ground.people[0]
    [season] = ask(None, "get", "seasons").json()
    assert ask(None, "get", f"seasons/{season['code']}").json()["figures"] is None
    [project] = ask(None, "get", f"seasons/{season['code']}/projects?q=산책").json()
    assert ask(None, "get", f"projects/{project['code']}").json()["capacity"] == 5
    receiver = season["receivers"][0]["id"]
    once = key()
    joined = ask(by, "post", f"projects/{project['code']}/pledges", once, gives=True, receiver=receiver)
    assert (joined.status_code, joined.json()["state"]) == (201, "paying")
    again = ask(by, "post", f"projects/{project['code']}/pledges", once, gives=True, receiver=receiver)
    assert again.json() == joined.json()
    pledge = joined.json()["id"]
    address = ask(by, "post", f"mine/{pledge}/checkout").json()["address"]
    assert address.startswith("/pay/sandbox/")
    making.pay(by, queries.pledge(PledgeId(UUID(pledge))))
    assert [one["state"] for one in ask(by, "get", "mine").json()] == ["joined"]
    assert [one["won"] for one in ask(by, "get", f"mine/{pledge}/statement").json()] == [10_000]
    assert ask(by, "put", f"mine/{pledge}/consent", gives=False).json()["consent"]["gives"] is False
    second_day(ground)
    sent = ask(by, "put", f"mine/{pledge}/days/2", text="걸었어요")
    assert (sent.status_code, sent.json()["state"] in ("counts", "late")) == (
        200,
        True,
    )  # late: it was midnight just now
    early = ask(by, "put", f"mine/{pledge}/days/5", text="먼저 보내요")
    assert (early.status_code, early.json()["code"]) == (409, "day_not_open")
    assert ask(by, "post", f"mine/{pledge}/leave").json()["state"] == "stopped"


def test_photos_are_not_taken_here(ask: Any, ground: Ground) -> None:
    models.Project.objects.filter(id=ground.project.id).update(proof=ProofKind.PHOTO)
    by = ground.people[0]
    pledge = making.joined(by, ground.project)
    second_day(ground)
    words = ask(by, "put", f"mine/{pledge.id}/days/2", text="사진 대신")
    assert (words.status_code, words.json()["code"], words.json()["fields"]) == (422, "proof_unfit", {"needs": "photo"})


def test_who_is_nobody_or_somebody_else_is_refused(ask: Any, ground: Ground) -> None:
    one, other = ground.people[:2]
    pledge = making.joined(one, ground.project)
    second_day(ground)
    proof = making.prove(one, pledge, 1)
    actions.reject_proof(ground.leader, proof.id, "안 보여요", key=key())
    for verb, path, body in (
        ("get", "mine", {}),
        ("post", f"projects/{ground.project.code}/pledges", {"gives": False}),
        ("post", f"mine/{pledge.id}/checkout", {}),
        ("get", f"mine/{pledge.id}/statement", {}),
        ("put", f"mine/{pledge.id}/consent", {"gives": False}),
        ("post", f"mine/{pledge.id}/leave", {}),
        ("put", f"mine/{pledge.id}/days/2", {"text": "걸었어요"}),
        ("post", f"proofs/{proof.id}/appeal", {"words": "보여요"}),
    ):
        assert ask(None, verb, path, **body).status_code == 401, path
        if str(pledge.id) in path or "proofs" in path:
            assert ask(other, verb, path, **body).status_code == 403, path
    assert ask(one, "post", f"proofs/{proof.id}/appeal", words="보여요").json()["state"] == "appealed"
