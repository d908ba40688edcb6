"""The API's conventions: every no is a problem, in the person's language."""

import base64
import io
import json
from dataclasses import replace
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from PIL import Image

from dure.base import clock
from dure.foundations.people import api as people_api
from dure.foundations.people.tests import making as folk
from dure.kit import bearer, limits, routes
from dure.services.giving import hot
from dure.services.giving import queries as giving
from dure.services.giving.tests import making
from dure.site import api as site_api


@pytest.fixture
def person(db):
    return get_user_model().objects.create_user("minji@example.org", "correct horse battery", name="민지")


def test_the_description_serves_and_names_every_problem(api_client):
    document = api_client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/token" in document["paths"]
    answers = document["paths"]["/api/v1/token"]["post"]["responses"]
    assert {"200", "409", "422", "429", "503", "default"} <= set(answers)
    assert set(answers["422"]["content"]) == {"application/problem+json"}
    assert set(document["components"]["schemas"]["Problem"]["required"]) >= {
        "type",
        "title",
        "status",
        "detail",
        "code",
    }
    assert json.dumps(site_api.description())


def test_an_unknown_address_is_a_problem_in_the_language_asked_for(api_client):
    korean = api_client.get("/api/v1/nothing")
    english = api_client.get("/api/v1/nothing", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert korean.status_code == english.status_code == 404
    assert korean.headers["content-type"] == "application/problem+json"
    assert english.json()["detail"] == "There is nothing at this address."
    assert korean.json()["detail"] != english.json()["detail"]
    assert english.json()["code"] == "not_found"
    assert english.json()["instance"] == "/api/v1/nothing"


def test_a_known_address_says_which_methods_it_takes(api_client):
    answer = api_client.get("/api/v1/token")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"email": "a@example.org"}, "#/password", "missing"),
        ({"email": "a", "password": "x"}, "#/email", "too_short"),
        ({"email": 5, "password": "x"}, "#/email", "wrong_type"),
        ({"email": "a@example.org", "password": "x", "who": 1}, "#/who", "unknown_field"),
    ],
)
def test_a_body_that_does_not_fit_says_where_and_why(api_client, body, pointer, code):
    answer = api_client.post("/api/v1/token", json=body, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "validation"
    [error] = answer.json()["errors"]
    assert (error["where"], error["pointer"], error["code"]) == ("body", pointer, code)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[1", b'{"email": "\\ud800", "password": "x"}', b"\xff\xfe", b'{"email": "\xff", "password": "x"}'],
)
def test_a_body_that_is_no_json_is_a_problem(api_client, raw):
    answer = api_client.post("/api/v1/token", content=raw)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] in ("bad_json", "too_short", "wrong_type")


def test_a_null_character_is_refused_before_the_database_sees_it(api_client):
    answer = api_client.post("/api/v1/token", json={"email": "a\0b@example.org", "password": "x"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad_value"
    assert answer.json()["fields"] == {"field": "email", "reason": "null_character"}


def test_a_password_makes_a_token(api_client, person):
    answer = api_client.post("/api/v1/token", json={"email": "minji@example.org", "password": "correct horse battery"})
    assert answer.status_code == 200
    assert answer.json()["expires_in_seconds"] == 3600
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/api/v1/nothing", 404),
        ("get", "/api/v1/token", 405),
        ("post", "/api/v1/token", 422),
        ("post", "/api/v1/giving/boxes/00000000-0000-0000-0000-000000000001/gifts", 401),
    ],
)
def test_nobody_keeps_a_problem_or_guesses_its_type(api_client, method, address, status):
    """A problem says what somebody may not, and whose: also those that are made before a handler runs."""
    answer = api_client.request(method.upper(), address)
    assert answer.status_code == status
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_nobody_keeps_what_the_hot_room_answers(api_client, person, monkeypatch):
    given = hot.Given(uuid4(), uuid4(), 10_000, clock.now())

    async def give(*_: object) -> hot.Given:
        return given

    monkeypatch.setattr(hot, "give", give)
    answer = api_client.post(
        f"/api/v1/giving/boxes/{given.box}/gifts",
        json={"amount": 10_000, "payment": "x"},
        headers={"Authorization": f"Bearer {bearer.mint(person.id, verified=True)}", "Idempotency-Key": "k"},
    )
    assert (answer.status_code, answer.json()["gift"]) == (201, str(given.gift))
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_a_wrong_password_does_not_say_what_is_wrong(api_client, person):
    wrong = api_client.post("/api/v1/token", json={"email": "minji@example.org", "password": "x"})
    nobody = api_client.post("/api/v1/token", json={"email": "nobody@example.org", "password": "x"})
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.json()["detail"] == nobody.json()["detail"]


def test_guessing_is_limited_by_account(api_client, person):
    tries = [api_client.post("/api/v1/token", json={"email": "minji@example.org", "password": "x"}) for _ in range(11)]
    assert [answer.status_code for answer in tries] == [401] * 10 + [429]
    assert int(tries[-1].headers["retry-after"]) > 0
    assert tries[-1].json()["fields"]["retry_seconds"] > 0


def test_a_token_of_another_secret_is_none():
    assert bearer.secret() not in ("", None)
    assert bearer.mint(uuid4(), verified=True).count(".") == 2


def test_the_type_of_a_problem_leads_to_its_meaning(api_client):
    refused = api_client.post("/api/v1/token", json={"email": "nobody@example.org", "password": "x"}).json()
    assert refused["type"].endswith("/api/problems/wrong_password")
    meaning = api_client.get("/api/problems/wrong_password").json()
    assert meaning["status"] == 401
    assert "e-mail address" in meaning["meaning"]
    assert api_client.get("/api/problems/no_such_code").status_code == 404


def test_the_description_names_what_only_one_route_answers():
    paths = site_api.description()["paths"]
    assert {"401", "403"} <= set(paths["/api/v1/token"]["post"]["responses"])
    assert {"402", "404", "410"} <= set(paths["/api/v1/giving/gifts"]["post"]["responses"])


def test_a_proof_that_is_no_base64_is_refused_by_name(api_client, monkeypatch):
    making.gate_of(monkeypatch, 1)
    town = making.town()
    box, _gifts = making.paid_out(town, (100_000,))
    token = bearer.mint(folk.id_of(town.owner), verified=True)
    line = {"spent_on": "2026-01-05", "payee": "예시 상점", "purpose": "기름", "amount": 10, "proof_name": "a.pdf"}
    for proof in ("한글로 쓴 증빙 서류", "this is no base64"):
        answer = api_client.post(
            f"/api/v1/giving/boxes/{box}/report-lines",
            json=line | {"proof": proof},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": making.key()},
        )
        assert (answer.status_code, answer.json()["fields"]) == (422, {"field": "proof", "reason": "kind"})


def test_a_plan_that_is_not_there_is_not_found_and_one_that_is_names_to_insiders_who_approved(api_client, monkeypatch):
    making.gate_of(monkeypatch, 1)
    town = making.town()
    assert api_client.get(f"/api/v1/giving/boxes/{making.opened(town)}/plan").status_code == 404
    box, _gifts = making.paid_out(town, (100_000,))
    headers = {"Authorization": f"Bearer {bearer.mint(folk.id_of(town.owner), verified=True)}"}
    plan = api_client.get(f"/api/v1/giving/boxes/{box}/plan", headers=headers).json()
    assert {approval["steward"] for approval in plan["approvals"]} == {str(one.person) for one in town.stewards}
    outside = api_client.get(f"/api/v1/giving/boxes/{box}/plan").json()
    assert [approval["steward"] for approval in outside["approvals"]] == [None, None], "only insiders learn who"


def test_nobody_writes_over_the_api_more_often_than_the_limit(api_client, person, monkeypatch):
    monkeypatch.setattr(routes, "WRITES_MAX", 3)
    headers = {"Authorization": f"Bearer {bearer.mint(person.pk, verified=True)}"}
    path = f"/api/v1/giving/causes/{uuid4()}/agreement"

    def agree(**more: str) -> int:
        answer = api_client.post(path, headers={**headers, "Idempotency-Key": uuid4().hex, **more})
        return int(answer.status_code)

    assert [agree() for _ in range(4)] == [404, 404, 404, 429]
    assert api_client.get("/api/v1/giving/causes", headers=headers).status_code == 200  # reading goes on
    headers = {"Authorization": f"Bearer {bearer.mint(folk.id_of(folk.person()), verified=True)}"}
    assert agree() == 404  # each for themselves


def test_the_hot_room_counts_without_the_database(api_client, person, monkeypatch):
    monkeypatch.setattr(routes, "_hot", limits.Window(2, 60))
    headers = {"Authorization": f"Bearer {bearer.mint(person.pk, verified=True)}"}
    said = {"amount": 1000, "payment": "no receipt"}

    def give() -> int:
        path = f"/api/v1/giving/boxes/{uuid4()}/gifts"
        answer = api_client.post(path, json=said, headers={**headers, "Idempotency-Key": uuid4().hex})
        return int(answer.status_code)

    first, second, third = give(), give(), give()
    assert first == second != 429
    assert third == 429


@pytest.mark.django_db
def test_behind_a_proxy_of_ours_each_sender_has_a_limit_of_their_own(api_client, settings, monkeypatch):
    settings.DURE = replace(settings.DURE, proxies=1)
    monkeypatch.setattr(people_api, "TRIES_PER_ADDRESS_MAX", 1)

    def ask(address: str) -> int:
        said = {"email": f"{uuid4().hex}@example.org", "password": "not the right one"}
        return int(api_client.post("/api/v1/token", json=said, headers={"X-Forwarded-For": address}).status_code)

    assert [ask("203.0.113.1"), ask("203.0.113.1"), ask("203.0.113.2")] == [401, 429, 401]
    assert ask("9.9.9.9, 203.0.113.2") == 429, "what stands further left anybody may have written"


def test_a_draft_gets_a_picture_and_goes_and_similar_ones_are_found(api_client, monkeypatch):
    making.gate_of(monkeypatch, 1)
    town = making.town()
    shown, draft = making.proposed(town), making.drafted(town)
    headers = {"Authorization": f"Bearer {bearer.mint(folk.id_of(town.proposer), verified=True)}"}

    def post(path: str, **said: object) -> tuple[int, dict[str, object]]:
        answer = api_client.post(
            f"/api/v1/giving/{path}", json=said or None, headers={**headers, "Idempotency-Key": uuid4().hex}
        )
        return int(answer.status_code), answer.json()

    drawn = io.BytesIO()
    Image.new("RGB", (640, 360), "#0b6b4f").save(drawn, "PNG")
    added, picture = post(
        f"causes/{draft}/pictures", picture=base64.b64encode(drawn.getvalue()).decode(), alt="초록 예시 그림"
    )
    assert added == 201, picture
    assert post(f"causes/{draft}/pictures", picture="이것은 그림이 아님", alt="예시 그림")[0] == 422
    assert post(f"pictures/{picture['id']}/removal")[0] == 200
    assert post(f"pictures/{picture['id']}/removal")[0] == 404
    title = giving.card(shown).title
    found = api_client.get("/api/v1/giving/similar-causes", params={"title": title}).json()
    assert str(shown) in [one["id"] for one in found]
    assert str(draft) not in [one["id"] for one in found], "a draft is nobody's business"
    assert post(f"causes/{draft}/discarding")[0] == 200
    assert post(f"causes/{shown}/discarding")[0] == 409
    assert api_client.get("/api/v1/giving/me/agreements", headers=headers).json() == []
    assert api_client.get("/api/v1/giving/me/cheers", headers=headers).json() == []
    filtered = api_client.get("/api/v1/giving/causes", params={"region": "11"}).json()
    assert filtered["total"] == 0
