"""The JSON face: what everybody reads, what is mine, and that "no data" is never level 0."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dure.base import clock
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import bearer
from dure.services.forecasts import queries
from dure.services.forecasts.types import Field

from . import issuers, making
from . import test_warnings_told as warnings
from .making import NORTH, key
from .test_pages import speak

ROOT = "/api/v1/forecasts"


@pytest.fixture
def ground(db: None) -> None:
    making.ground()
    making.channel()


@pytest.fixture
def ask(api_client: Any) -> Any:
    def asked(by: Actor | None, verb: str, path: str, once: str = "", **body: object) -> Any:
        headers = {} if verb == "get" else {"Idempotency-Key": once or key()}
        if by is not None:
            headers["Authorization"] = f"Bearer {bearer.mint(folk.id_of(by), verified=by.verified)}"
        more = {"json": body} if verb in ("post", "put") else {}
        return getattr(api_client, verb)(f"{ROOT}/{path}", headers=headers, **more)

    return asked


def test_no_data_is_said_and_is_no_level(ask: Any, ground: None) -> None:
    assert ask(None, "get", "health").json() == {"state": "silent", "last": None}
    days = ask(None, "get", f"regions/{NORTH}").json()[0]["days"]
    assert {(one["is_known"], one["level"]) for one in days} == {(False, None)}


def test_what_stands_is_read_by_region(ask: Any, ground: None) -> None:
    speak(3)
    assert ask(None, "get", "health").json()["state"] == "fresh"
    fields = {one["field"]: one["days"] for one in ask(None, "get", f"regions/{NORTH}").json()}
    assert set(fields) == {one.value for one in Field}
    tomorrow = fields["health"][1]
    assert (tomorrow["level"], tomorrow["hazard"], tomorrow["role"]) == (3, "heat", "authority")
    assert ask(None, "get", f"regions/{making.NOWHERE}").status_code == 422


def test_my_places_my_hour_what_i_was_told(ask: Any, ground: None) -> None:
    by = folk.person()
    wish = {"region": NORTH, "field": "health", "level": 2}
    once = key()
    made = [ask(by, "post", "me/places", once, **wish) for _twice in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    (place,) = ask(by, "get", "me/places").json()
    assert (place["region"], place["level"], place["zone_name"]) == (NORTH, 2, "가람")
    said = ask(by, "put", "me/reader", hour=clock.local(clock.now()).hour, time_zone="Asia/Seoul").json()
    assert said["time_zone"] == "Asia/Seoul"
    speak(4)
    making.tell()
    (told,) = ask(by, "get", "me/notices").json()
    assert [one["level"] for one in told["changes"]] == [4]
    assert ask(by, "post", f"me/notices/{told['id']}/read").json()[0]["read_at"] is not None
    assert ask(folk.person(), "post", f"me/notices/{told['id']}/read").status_code == 404
    assert ask(by, "delete", f"me/places/{place['id']}").json() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"region": "12", "field": "health", "level": 2},
        {"region": NORTH, "field": "luck", "level": 2},
        {"region": NORTH, "field": "health", "level": 0},
        {"region": NORTH, "field": "health", "level": 2, "more": 1},
    ],
)
def test_bad_wishes_are_named_and_change_nothing(ask: Any, ground: None, wrong: dict[str, object]) -> None:
    by = folk.person()
    assert ask(by, "post", "me/places", **wrong).status_code == 422
    assert queries.places(by) == ()


def test_without_a_token_nothing_of_mine_is_told(ask: Any, ground: None) -> None:
    for verb, path in (("get", "me/places"), ("get", "me/notices"), ("post", "me/places"), ("put", "me/reader")):
        assert ask(None, verb, path).status_code == 401


def test_alerts_in_force_are_read(ask: Any, ground: None) -> None:
    now = clock.now().replace(microsecond=0)
    issuer = issuers.Issuer(first=now - timedelta(days=1), last=now + timedelta(days=1))
    issuer.pinned(folk.steward())
    one = issuers.alert()
    segment = replace(one.segments[0], expires=now + timedelta(hours=1))
    taken = issuers.take(issuer.signed(replace(one, sent=now, segments=(segment,))))
    (said,) = ask(None, "get", "alerts").json()
    assert (said["id"], said["severity"], said["standing"]) == (str(taken.id), "Severe", "in_force")
    assert ask(None, "get", f"alerts/{taken.id}").json() == said
    assert ask(None, "get", f"alerts/{folk.id_of(folk.person())}").status_code == 404


def test_weather_warnings_are_read_by_region_and_silence_is_said(ask: Any, ground: None) -> None:
    silent = ask(None, "get", f"regions/{NORTH}/warnings").json()
    assert silent == {"zone": "SAMPLE01", "state": "silent", "last": None, "warnings": [], "unclear": []}
    by, issued = making.reader(), f"{clock.local(clock.now()):%Y%m%d%H%M}"
    warnings.hear("SAMPLE01 호우 경보", "SAMPLE02 호우 주의", issued=issued)
    said = ask(None, "get", f"regions/{NORTH}/warnings").json()
    assert said["state"] == "fresh"
    assert [(one["warning"], one["degree"], one["role"]) for one in said["warnings"]] == [("R", "warning", "authority")]
    making.tell()
    [notice] = ask(by, "get", "me/notices").json()
    assert (notice["changes"], notice["warnings"][0]["degree"]) == ([], "warning")
