"""The faces: what is shown, to whom, and what a form does."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from dure.base import clock
from dure.base.refusals import Refusal
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import faces
from dure.services.forecasts import actions, pages, queries, types
from dure.services.forecasts.pages import tips
from dure.services.forecasts.types import Answer, FeedName, SenderRole

from . import making
from .making import Said, key


@pytest.fixture
def ground(db: None) -> None:
    making.ground()
    making.channel()


def logged_in(by: Actor) -> Client:
    client = Client(headers={"Accept-Language": "ko"})
    client.force_login(get_user_model().objects.get(pk=making.person_of(by)))
    return client


def speak(level: int) -> None:
    """Both feeds speak now, and say this of tomorrow."""
    now = clock.local(clock.now())
    day, issued = (now + timedelta(days=1)).strftime("%Y%m%d"), now.strftime("%Y%m%d%H%M")
    for feed in FeedName:
        actions.claim_feed(making.BY, feed)
        rows = (Said(level, day=day, issued=issued),) if feed is FeedName.IMPACT_HEAT else ()
        actions.hear(making.BY, feed, Answer(None, 200, making.text(*rows)), making.CODES, SenderRole.AUTHORITY)


def page(by: Actor, address: str) -> str:
    answer = logged_in(by).get(address)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def post(by: Actor, address: str, **said: str) -> int:
    return logged_in(by).post(address, said | {"idempotency_key": key()}).status_code


def test_who_is_not_logged_in_is_sent_there(ground: None) -> None:
    for address in ("/forecasts/", "/forecasts/places/", "/forecasts/family/", "/forecasts/family/agree/ABC/"):
        assert Client().get(address).status_code == 303, address


def test_nothing_chosen_says_what_to_do(ground: None) -> None:
    speak(2)
    assert "아직 고른 곳이 없어요" in page(folk.person(), "/forecasts/")


def test_a_level_has_its_word_shape_source_and_time(ground: None) -> None:
    by = making.reader()
    speak(3)
    shown = page(by, "/forecasts/")
    assert "경고" in shown
    assert "marks.svg#diamond" in shown
    assert "기상청" in shown
    assert "자료 없음" not in shown


def test_silence_is_never_no_danger(ground: None) -> None:
    shown = page(making.reader(), "/forecasts/")
    assert shown.count("자료 없음") >= 3
    assert "위험이 없다는 뜻은 아니" in shown
    assert "marks.svg#dash" not in shown


def test_what_to_do_stands_behind_each_level(ground: None) -> None:
    by = making.reader()
    speak(4)
    assert "/forecasts/tips/heat/health/4/" in page(by, "/forecasts/")
    for hazard, field in tips.TIPS:
        shown = [Client().get(f"/forecasts/tips/{hazard}/{field}/{level}/").content.decode() for level in (1, 4)]
        assert ("119" in shown[0], "119" in shown[1]) == (False, True)
        assert shown[0].count("tips.svg#") == 3
    assert set(tips.TIPS) == {(hazard, field) for hazard in types.Hazard for field in types.Field}
    pictures = (Path(tips.__file__).parents[1] / "static/forecasts/tips.svg").read_text()
    assert all(f'id="{tip.picture}"' in pictures for some in tips.TIPS.values() for tip in some)
    for wrong in ("rain/health/1", "heat/sea/1", "heat/health/9"):
        assert Client().get(f"/forecasts/tips/{wrong}/").status_code == 404


def test_a_notice_is_read_by_a_button(ground: None) -> None:
    by = making.reader()
    speak(4)
    making.tell()
    assert "읽었어요" in page(by, "/forecasts/")
    [notice] = queries.notices(by)
    assert post(folk.person("남"), f"/forecasts/notices/{notice.id}/read/") == 404
    assert post(by, f"/forecasts/notices/{notice.id}/read/") == 303
    assert queries.notices(by)[0].read_at is not None


def test_a_place_is_typed_and_several_are_listed(ground: None) -> None:
    by = folk.person()
    said = {"field": "health", "level": "2"}
    assert post(by, "/forecasts/places/", region_name="없는 곳", **said) == 422
    assert post(by, "/forecasts/places/", region_name="예시", **said) == 422
    assert post(by, "/forecasts/places/", region_name="먼섬", **said) == 422  # in no zone
    assert queries.places(by) == ()
    assert post(by, "/forecasts/places/", region_name="나루리", **said) == 303
    [place] = queries.places(by)
    assert post(folk.person("남"), f"/forecasts/places/{place.id}/drop/") == 404
    assert post(by, f"/forecasts/places/{place.id}/drop/") == 303
    assert queries.places(by) == ()


def test_an_hour_abroad(ground: None) -> None:
    by = making.reader()
    assert post(by, "/forecasts/hour/", hour="19", time_zone="Europe/Berlin") == 303
    reader = queries.reader(by)
    assert reader is not None
    assert (reader.hour, reader.time_zone) == (19, "Europe/Berlin")
    assert post(by, "/forecasts/hour/", hour="24", time_zone="Mars/Base") == 422


def test_a_family_from_the_link_to_the_call(ground: None) -> None:
    child, mother = folk.person("아이"), folk.person("어머니")
    said = {
        "called": "어머니",
        "region_name": "나루리",
        "field": "health",
        "level": "2",
        "reads_at": "8",
        "calls_at": "13",
    }
    assert post(child, "/forecasts/family/ask/", **said, phone="12") == 422
    assert post(child, "/forecasts/family/ask/", **said, phone="010-1234-5678") == 303
    [card] = queries.watches(child)
    link = f"/forecasts/family/agree/{card.code}/"
    assert link in page(child, "/forecasts/family/")
    assert "동의" in page(mother, link)
    assert post(child, link) == 403
    assert post(mother, link) == 303
    speak(4)
    making.tell()
    shown = page(child, "/forecasts/family/")
    assert "아직 읽지 않으셨어요" in shown
    assert 'href="tel:01012345678"' in shown
    assert "01012345678" not in page(mother, "/forecasts/family/")
    assert post(mother, f"/forecasts/notices/{queries.notices(mother)[0].id}/read/") == 303
    assert "읽으셨어요" in page(child, "/forecasts/family/")
    assert post(mother, f"/forecasts/family/{card.id}/end/") == 303
    assert queries.watches(child) == ()


def test_the_desk_is_for_stewards_and_auditors(ground: None) -> None:
    speak(3)
    for by in (folk.steward(), folk.auditor()):
        shown = page(by, "/desk/forecasts/")
        assert "폭염 영향예보" in shown
        assert "경고" in shown
    assert logged_in(folk.person()).get("/desk/forecasts/").status_code == 403


def test_every_refusal_has_words() -> None:
    refusals = [kind for kind in vars(types).values() if isinstance(kind, type) and issubclass(kind, Refusal)]
    assert not faces.without_words(refusals, pages.SAYS)
