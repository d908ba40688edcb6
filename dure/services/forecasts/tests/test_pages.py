"""The faces: what is shown, to whom, and what a form does."""

import re
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
from dure.services.forecasts import actions, names, pages, queries, tasks, types
from dure.services.forecasts.pages import tips
from dure.services.forecasts.types import IMPACT_FEEDS, Answer, FeedName, Field, ImpactLevel, NewPlace, SenderRole

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


def said_aloud(shown: str) -> list[str]:
    """What the button reads."""
    return re.findall(r'data-say="([^"]+)"', shown)


def speak(level: int, field: int = 1) -> None:
    """Both feeds speak now, and say this of tomorrow."""
    now = clock.local(clock.now())
    day, issued = (now + timedelta(days=1)).strftime("%Y%m%d"), now.strftime("%Y%m%d%H%M")
    for feed in IMPACT_FEEDS:
        actions.claim_feed(making.BY, feed)
        rows = (Said(level, day=day, field=field, issued=issued),) if feed is FeedName.IMPACT_HEAT else ()
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


def test_a_silent_feed_takes_the_word_none_back_and_leaves_a_level(ground: None) -> None:
    by = making.reader()
    with making.at(making.MORNING):
        actions.choose_place(by, NewPlace(making.NORTH, Field.FARMING, ImpactLevel.CAUTION), key=key())
        speak(3)
        speak(0, field=4)
        assert "marks.svg#dash" in page(by, "/forecasts/")
    with making.at(making.MORNING + timedelta(hours=27)):
        shown = page(by, "/forecasts/")
    assert "marks.svg#dash" not in shown
    assert "marks.svg#diamond" in shown
    assert "자료 없음" in shown


def test_everything_on_the_page_can_be_heard(ground: None) -> None:
    by = making.reader()
    silent = said_aloud(page(by, "/forecasts/"))
    assert any("건강 영향예보" in one and "오늘, 자료가 없" in one and "위험이 없다는 뜻은" in one for one in silent)
    speak(3)
    making.tell()
    for told in queries.notices(by):
        actions.mark_read(by, told.id, key=key())
    [warnings, one] = said_aloud(page(by, "/forecasts/"))
    assert "특보 자료를 아직 받지 못했" in warnings
    assert one.startswith(
        "예시도 예시군 나루리, 건강 영향예보입니다. 오늘, 발표된 단계가 없습니다. 내일, 폭염 경고 단계입니다."
    )
    assert "출처는 기상청" in one


def test_what_to_do_stands_behind_each_level(ground: None) -> None:
    by = making.reader()
    speak(4)
    assert "/forecasts/tips/heat/health/4/" in page(by, "/forecasts/")
    for hazard, field in names.TIPS:
        shown = [Client().get(f"/forecasts/tips/{hazard}/{field}/{level}/").content.decode() for level in (1, 4)]
        assert ("119" in shown[0], "119" in shown[1]) == (False, True)
        assert shown[0].count("tips.svg#") == 3
    assert set(names.TIPS) == {(hazard, field) for hazard in types.Hazard for field in types.Field}
    pictures = (Path(tips.__file__).parents[1] / "static/forecasts/tips.svg").read_text()
    assert all(f'id="{tip.picture}"' in pictures for some in names.TIPS.values() for tip in some)
    for wrong in ("rain/health/1", "heat/sea/1", "heat/health/9"):
        assert Client().get(f"/forecasts/tips/{wrong}/").status_code == 404


def test_a_notice_shows_shape_word_day_and_source_of_each_change(ground: None) -> None:
    by = making.reader()
    speak(4)
    making.tell()
    shown = page(by, "/forecasts/").split('class="told"')[1].split("</div></li>")[0]
    assert "marks.svg#octagon" in shown
    assert "폭염 위험" in shown
    assert re.search(r"내일 \(\d+월 \d+일\) · 건강", shown)
    assert "가람" in shown


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
    assert "어머니 님이 동의하셨어요" in shown  # the name of who agreed, whatever the child calls them
    assert "01012345678" not in page(mother, "/forecasts/family/")
    assert post(mother, f"/forecasts/notices/{queries.notices(mother)[0].id}/read/") == 303
    assert "읽으셨어요" in page(child, "/forecasts/family/")
    assert post(mother, f"/forecasts/family/{card.id}/end/") == 303
    assert queries.watches(child) == ()


def test_a_closed_link_names_nobody(ground: None) -> None:
    child, mother, other = folk.person("김아이"), folk.person("김어머니"), folk.person("남")
    card = actions.ask_watch(child, making.new_watch(), key=key())
    link = f"/forecasts/family/agree/{card.code}/"
    assert "김아이 님" in page(other, link)
    assert post(mother, link) == 303
    for by in (other, child):
        shown = page(by, link)
        assert ("김아이 님" in shown, "김어머니" in shown, "더 쓸 수 없" in shown) == (False, False, True)
    assert "동의하셨어요" in page(mother, link)
    answer = logged_in(other).post(link, {"idempotency_key": key()})
    assert (answer.status_code, "새 링크를 부탁해 보세요" in answer.content.decode()) == (409, True)
    actions.end_watch(mother, card.id, key=key())
    assert "더 쓸 수 없" in page(mother, link)


def test_who_hears_already_is_shown_what_stays(ground: None) -> None:
    child, mother = folk.person("아이"), making.reader("어머니", level=ImpactLevel.ATTENTION, hour=19)
    card = actions.ask_watch(child, making.new_watch(), key=key())
    shown = page(mother, f"/forecasts/family/agree/{card.code}/")
    assert ("오후 7시" in shown, "오전 8시" in shown, "관심" in shown, "주의" in shown) == (True, False, True, False)
    shown = page(folk.person("아버지"), f"/forecasts/family/agree/{card.code}/")
    assert ("오후 7시" in shown, "오전 8시" in shown, "관심" in shown, "주의" in shown) == (False, True, False, True)


def test_the_child_reads_that_she_hears_no_more(ground: None) -> None:
    child, mother = folk.person("아이"), folk.person("어머니")
    making.watched(child, mother)
    assert "이번 주에는 읽을 예보가 없었어요" in page(child, "/forecasts/family/")
    actions.drop_place(mother, queries.places(mother)[0].id, key=key())
    assert "이제 받지 않으세요" in page(child, "/forecasts/family/")


def test_home_says_whom_to_call_as_long_as_it_makes_sense(ground: None) -> None:
    with making.at(making.MORNING):
        child, mother = folk.person("아이"), folk.person("어머니")
        making.watched(child, mother)
        making.hear(Said(3))
        making.tell()
        assert "영향예보" in page(mother, "/")
    with making.at(making.MORNING + timedelta(hours=2)):
        tasks.ask_calls(0)
        assert "어머니께 전화해 보세요" in page(child, "/")
    with making.at(making.MORNING + timedelta(days=2)):  # the day is over
        assert "전화해 보세요" not in page(child, "/")
        assert "이제 지나갔어요" in page(child, "/forecasts/family/")


def test_only_who_is_watched_hears_that_the_family_sees_it(ground: None) -> None:
    child, mother, alone = folk.person("아이"), folk.person("어머니"), making.reader("혼자")
    making.watched(child, mother)
    speak(4)
    making.tell()
    for by, seen in ((mother, True), (alone, False)):
        client = logged_in(by)
        said = {"idempotency_key": key()}
        shown = client.post(f"/forecasts/notices/{queries.notices(by)[0].id}/read/", said, follow=True).content.decode()
        assert ("가족에게 보여 드려요" in shown) is seen


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
