"""Regular gifts on the pages and in the API, from the button on a box to stopping it."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from dure.foundations.people.tests import making as people
from dure.foundations.people.types import Actor, system
from dure.kit import bearer
from dure.kit.visiting import browser
from dure.services.giving import actions, queries
from dure.services.giving.types import RegularState

from . import making

pytestmark = pytest.mark.django_db
MINE = "/giving/mine/regular/"


def as_(by: Actor) -> dict[str, str]:
    return {"Authorization": f"Bearer {bearer.mint(people.id_of(by), verified=by.verified)}"}


def test_from_the_button_on_a_box_to_stopping_it(town: making.Town) -> None:
    donor, card = people.person(), queries.card(making.opened(town))
    client = browser(donor)
    here = f"/giving/{card.code}/regular/"
    assert f'href="{here}"' in client.get(f"/giving/{card.code}/").content.decode()
    assert "아직 정기후원이 없습니다" in client.get(MINE).content.decode()
    page = client.get(here).content.decode()
    assert "카드 등록하러 가기" in page
    assert 'value="30000"' in client.post(here, {"sum": "30000", "idempotency_key": "s"}).content.decode()
    said = {"amount": "10000", "day": "25", "reach": "partner", "name_shown": "no", "idempotency_key": "a"}
    assert client.post(here, said | {"amount": "10"}).status_code == 422
    assert client.post(here, said | {"day": "32"}).status_code == 422
    to_card = client.post(here, said)["Location"]
    back = client.post(to_card, {"scenario": "approve"})["Location"]
    mine = client.get(back)["Location"]
    assert client.get(back).status_code == 303, "loading it again does no harm"
    actions.charge_regular(system("test"))
    page = client.get(mine).content.decode()
    for word in ("10,000원", "연습용 카드 ****1004", "기부", "매달", "그만두기", "쉬기"):
        assert word in page, word
    assert client.get(here)["Location"] == mine, "one for a partner"
    change = {"amount": "20000", "day": "5", "idempotency_key": "c"}
    assert client.post(mine, change | {"amount": "1"}).status_code == 422
    assert client.post(mine, change).status_code == 303
    assert "20,000원" in client.get(MINE).content.decode()
    assert client.post(f"{mine}pause/", {"idempotency_key": "p"}).status_code == 303
    assert "다시 이어" in client.get(mine).content.decode() or "이어 가기" in client.get(mine).content.decode()
    assert client.post(f"{mine}resume/", {"idempotency_key": "r"}).status_code == 303
    assert client.post(f"{mine}stop/", {"idempotency_key": "x"}).status_code == 303
    page = client.get(mine).content.decode()
    assert "그만둠" in page
    assert f"{mine}stop/" not in page


def test_who_turns_back_without_a_card_has_promised_nothing(town: making.Town) -> None:
    donor, card = people.person(), queries.card(making.opened(town))
    client = browser(donor)
    said = {"amount": "10000", "day": "25", "reach": "box", "name_shown": "no", "idempotency_key": "a"}
    to_card = client.post(f"/giving/{card.code}/regular/", said)["Location"]
    back = client.post(to_card, {"scenario": "cancel"})["Location"]
    page = client.get(back)
    assert page.status_code == 402
    assert "빠져나간 돈은 없습니다" in page.content.decode()
    assert donor.person is not None
    assert queries.my_regulars(donor.person) == ()


def test_others_do_not_get_in(town: making.Town) -> None:
    donor, card = people.person(), queries.card(making.opened(town))
    client = browser(donor)
    said = {"amount": "10000", "day": "25", "reach": "box", "name_shown": "no", "idempotency_key": "a"}
    to_card = client.post(f"/giving/{card.code}/regular/", said)["Location"]
    mine = client.get(client.post(to_card, {"scenario": "approve"})["Location"])["Location"]
    stranger = browser(people.person())
    assert stranger.get(mine).status_code == 403
    for verb in ("pause", "resume", "stop"):
        assert stranger.post(f"{mine}{verb}/", {"idempotency_key": "x"}).status_code == 403
    for path in (mine, MINE, f"/giving/{card.code}/regular/"):
        assert Client().get(path).status_code == 303, path


def test_the_api_from_promise_to_stop(api_client: Any, town: making.Town) -> None:
    donor, box = people.person(), making.opened(town)
    token = as_(donor)

    def send(method: str, path: str, key: str, body: object = None) -> Any:
        ask = getattr(api_client, method)
        return ask(f"/api/v1/giving/{path}", json=body or {}, headers=token | {"Idempotency-Key": key})

    made = send("post", f"boxes/{box}/regular-gifts", "a", {"amount": 10_000, "day": 25})
    assert made.status_code == 201, made.text
    where = urlsplit(made.json()["checkout"])
    assert send("post", f"boxes/{box}/regular-gifts", "b", {"amount": 10, "day": 25}).status_code == 422
    client = browser(donor)
    client.get(client.post(f"{where.path}?{where.query}", {"scenario": "approve"})["Location"])
    [mine] = api_client.get("/api/v1/giving/me/regular-gifts", headers=token).json()
    here = f"me/regular-gifts/{mine['id']}"
    assert (mine["state"], mine["amount"]) == ("running", 10_000)
    assert send("put", here, "c", {"amount": 20_000, "day": 1}).json()["amount"] == 20_000
    assert send("post", f"{here}/pause", "p").json()["state"] == "paused"
    assert send("post", f"{here}/resumption", "r").json()["state"] == "running"
    assert send("post", f"{here}/stop", "s").json()["state"] == RegularState.ENDED
    assert send("post", f"{here}/pause", "late").status_code == 409
    assert api_client.get(f"/api/v1/giving/{here}", headers=as_(people.person())).status_code == 403
    assert api_client.get("/api/v1/giving/me/regular-gifts").status_code == 401
