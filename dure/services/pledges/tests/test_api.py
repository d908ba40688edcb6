"""The API of pledges: what pages show and do, it shows and does, to those who may."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from dure.foundations.people.types import Actor
from dure.kit.group_commit import GroupCommit
from dure.services.pledges import actions, hot, models, queries
from dure.services.pledges.types import PledgeId, ProofId, ProofKind

from . import making
from .making import Ground, key

ROOT = "/api/v1/pledges"
pytestmark = pytest.mark.usefixtures("hot_room")


@pytest.fixture
def ask(api_client: Any) -> Any:
    def asked(by: Actor | None, verb: str, path: str, once: str = "", **body: object) -> Any:
        headers = {} if verb == "get" else {"Idempotency-Key": once or key()}
        if by is not None:
            headers["Authorization"] = f"Bearer {making.token(by)}"
        more = {} if verb in ("get", "delete") else {"json": body}
        return getattr(api_client, verb)(f"{ROOT}/{path}", headers=headers, **more)

    return asked


def test_from_a_season_to_a_proof(ask: Any, real_ground: Ground) -> None:
    by = real_ground.people[0]
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
    making.begun(real_ground)
    sent = ask(by, "put", f"mine/{pledge}/days/2", text="걸었어요")
    assert (sent.status_code, sent.json()["state"] in ("counts", "late")) == (
        200,
        True,
    )  # late: it was midnight just now
    early = ask(by, "put", f"mine/{pledge}/days/5", text="먼저 보내요")
    assert (early.status_code, early.json()["code"]) == (409, "day_not_open")
    assert ask(by, "post", f"mine/{pledge}/leave").json()["state"] == "stopped"


def test_photos_are_not_taken_here(ask: Any, real_ground: Ground) -> None:
    models.Project.objects.filter(id=real_ground.project.id).update(proof=ProofKind.PHOTO)
    by = real_ground.people[0]
    pledge = making.joined(by, real_ground.project)
    making.begun(real_ground)
    words = ask(by, "put", f"mine/{pledge.id}/days/2", text="사진 대신")
    assert (words.status_code, words.json()["code"], words.json()["fields"]) == (422, "proof_unfit", {"needs": "photo"})


def test_who_is_nobody_or_somebody_else_is_refused(ask: Any, real_ground: Ground) -> None:
    one, other = real_ground.people[:2]
    pledge = making.joined(one, real_ground.project)
    making.begun(real_ground)
    proof = making.prove(one, pledge, 1)
    actions.reject_proof(real_ground.leader, proof.id, "안 보여요", key=key())
    for verb, path, body in (
        ("get", "mine", {}),
        ("post", f"projects/{real_ground.project.code}/pledges", {"gives": False}),
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


def test_a_proof_reads_as_everywhere_and_is_done_once(ask: Any, real_ground: Ground) -> None:
    by = real_ground.people[0]
    pledge = making.joined(by, real_ground.project)
    making.begun(real_ground)
    once, path = key(), f"mine/{pledge.id}/days/1"
    sent = ask(by, "put", path, once, text=" 걸었어요 ")
    assert (sent.status_code, sent.json()["text"]) == (200, "걸었어요")
    assert sent.json() == msgspec.json.decode(msgspec.json.encode(queries.proof(ProofId(UUID(sent.json()["id"])))))
    assert ask(by, "put", path, once, text=" 걸었어요 ").json() == sent.json()
    other = ask(by, "put", path, once, text="뛰었어요")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert sent.headers["cache-control"] == "no-store"


def test_what_is_too_much_at_once_is_told_when_to_come_back(
    ask: Any, real_ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = real_ground.people[0]
    pledge = making.joined(by, real_ground.project)
    making.begun(real_ground)
    full = GroupCommit[hot.Prove, hot.Verdict](hot.write, queue_max=1)
    full._queue.put_nowait(object())  # type: ignore[arg-type]  # whoever waits there
    full._tasks.add(object())  # type: ignore[arg-type]  # and a writer that never comes
    monkeypatch.setattr(hot, "proofs", full)
    answer = ask(by, "put", f"mine/{pledge.id}/days/2", text="걸었어요")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "busy", "1")
