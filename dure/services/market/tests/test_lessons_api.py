"""The lessons over JSON."""

from typing import Any

import pytest

from dure.base import clock
from dure.foundations.people.types import Actor
from dure.kit import bearer
from dure.services.market import queries

from .learning import School, key

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/market"


def as_(by: Actor) -> dict[str, str]:
    assert by.person
    return {"Authorization": f"Bearer {bearer.mint(by.person, verified=True)}", "Idempotency-Key": key()}


def test_everybody_reads_the_lessons(api_client: Any) -> None:
    found = api_client.get(f"{ROOT}/lessons").json()
    assert [len(week["steps"]) for week in found["weeks"]] == [len(week.steps) for week in queries.curriculum().weeks]
    one = api_client.get(f"{ROOT}/lessons/first-friend").json()
    assert (one["step"]["task"], one["before"]["key"]) == ("friend", "invite")
    missing = api_client.get(f"{ROOT}/lessons/no-such-step")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


def test_a_visit_and_a_question_over_json(school: School, api_client: Any) -> None:
    today = clock.today().isoformat()
    pupils = api_client.get(f"{ROOT}/me/pupils", headers=as_(school.tutor)).json()
    address = f"{ROOT}/pupils/{pupils[0]['enrolment']}"
    made = api_client.post(f"{address}/visits", json={"on": today}, headers=as_(school.tutor))
    assert made.status_code == 201
    again = api_client.post(f"{address}/visits", json={"on": today}, headers=as_(school.tutor))
    assert (again.status_code, again.json()["code"]) == (409, "week_taken")
    kept = {"kept": True, "note": "함께 했습니다."}
    assert api_client.put(f"{ROOT}/visits/{made.json()['id']}", json=kept, headers=as_(school.tutor)).status_code == 200
    asked = api_client.post(f"{address}/questions", json={"text": "언제인가요?"}, headers=as_(school.owner)).json()
    refused = api_client.put(f"{ROOT}/questions/{asked['id']}", json={"text": "화요일"}, headers=as_(school.owner))
    assert refused.status_code == 403
    answer = {"text": "화요일입니다."}
    assert api_client.put(f"{ROOT}/questions/{asked['id']}", json=answer, headers=as_(school.tutor)).status_code == 200
    mine = api_client.get(f"{ROOT}/me/courses/{school.shop}", headers=as_(school.owner)).json()
    assert (mine["visits"][0]["note"], mine["questions"][0]["answer"]) == ("함께 했습니다.", "화요일입니다.")


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "가" * 301}, {"text": "질문", "more": 1}])
def test_bad_input_is_refused_by_name(school: School, api_client: Any, body: dict[str, object]) -> None:
    address = f"{ROOT}/pupils/{school.enrolment}/questions"
    found = api_client.post(address, json=body, headers=as_(school.owner))
    assert found.status_code == 422
    assert found.json()["code"]


def test_without_a_token_nothing_of_a_shop_is_told(school: School, api_client: Any) -> None:
    assert api_client.get(f"{ROOT}/me/courses/{school.shop}").status_code == 401
    assert api_client.get(f"{ROOT}/courses/{school.course}/figures", headers=as_(school.tutor)).status_code == 403
