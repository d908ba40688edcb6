"""Disaster messages: taken whole or marked, kept once, shown at the places they went to, and told to nobody."""

import json
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as some

from dure.base import clock
from dure.kit.twins import Server, Setting
from dure.services.forecasts import actions, models, queries
from dure.services.forecasts.providers import Source, ask
from dure.services.forecasts.rules import fetching
from dure.services.forecasts.rules.messages import around, is_for, plain_name
from dure.services.forecasts.twins import WeatherTwin
from dure.services.forecasts.types import Answer, Fault, FeedName, Kept, Question, SenderRole, UnknownReason

from . import making
from .making import BY, MORNING, SOUTH, at, tell, told
from .test_pages import page, said_aloud

FEED = FeedName.MESSAGES
HERE, COUNTY, PROVINCE, ELSEWHERE = "예시도 예시군 나루리", "예시도 예시군", "예시도", "예시도 먼섬"


def said(
    number: int = 1, text: str = "[예시군] 비가 많이 옵니다.", regions: str = COUNTY, **changed: object
) -> dict[str, object]:
    row = {
        "SN": number,
        "CRT_DT": "2026/07/20 11:30:00",
        "MSG_CN": text,
        "RCPTN_RGN_NM": regions,
        "EMRG_STEP_NM": "안전안내",
        "DST_SE_NM": "호우",
    }
    return row | changed


def hear(*rows: dict[str, object], role: SenderRole = SenderRole.AUTHORITY) -> Kept:
    body = {"header": {"resultCode": "00", "resultMsg": "NORMAL SERVICE"}, "body": list(rows)}
    return hear_answer(Answer(None, 200, json.dumps(body).encode(), "application/json"), role)


def hear_answer(answer: Answer, role: SenderRole = SenderRole.AUTHORITY) -> Kept:
    actions.claim_feed(BY, FEED)
    return actions.hear(BY, FEED, answer, making.CODES, role)


def texts(path: str) -> list[str]:
    return [one.message.text for one in queries.messages_at([path])[0]]


@pytest.fixture
def ground(db: None) -> None:
    making.ground()
    making.channel()


@pytest.mark.parametrize(
    ("path", "region", "concerns"),
    [
        (HERE, "예시도 전체", True),
        (HERE, "예시도  예시군", True),
        (COUNTY, "예시도 예시군 윗말", True),
        (HERE, "예시도 예시군 윗말", False),
        (COUNTY, "예시도 예시군청", False),
        (HERE, "다른도 전체", False),
    ],
)
def test_a_message_concerns_a_place_around_or_in_its_regions(path: str, region: str, concerns: bool) -> None:
    assert is_for(path, plain_name(region)) is concerns


NAMES = some.lists(some.sampled_from(["예시도", "예시군", "나루리", "먼섬", "전"]), min_size=1, max_size=4).map(
    " ".join
)


@given(NAMES, NAMES)
def test_the_table_finds_what_the_rule_says(path: str, region: str) -> None:
    """The query asks for names around, and for those that begin with the place: the same as the rule, both ways."""
    assert is_for(path, region) is (region in around(path) or path in around(region))


def test_messages_are_kept_once_and_shown_where_they_went(ground: None) -> None:
    with at(MORNING):
        assert hear(said(), said(2, regions=f"{ELSEWHERE}, 다른도 전체", CRT_DT="2026/07/20 11:31:00")).changed == 2
        assert hear(said(), said(3, "둘째", regions=f"{PROVINCE} 전체", CRT_DT="2026/07/20 11:35:00")).changed == 1
        assert texts(HERE) == ["둘째", "[예시군] 비가 많이 옵니다."]  # the newest first
        assert texts(ELSEWHERE) == ["둘째", "[예시군] 비가 많이 옵니다."]
        assert texts("다른도 다른군") == ["[예시군] 비가 많이 옵니다."]
        assert texts("또다른도") == []


def test_words_that_were_put_right_take_the_place_of_the_old_ones(ground: None) -> None:
    with at(MORNING):
        hear(said())
        assert hear(said(text="[예시군] 비가 그쳤습니다.", regions=ELSEWHERE)).changed == 0
        assert (texts(HERE), texts(ELSEWHERE)) == ([], ["[예시군] 비가 그쳤습니다."])


def test_nobody_is_told_of_them(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        hear(said())
        tell()
        assert (told(by), making.sendings()) == ((), [])


def test_old_ones_are_not_shown_and_are_forgotten_after_a_month(ground: None) -> None:
    with at(MORNING):
        hear(said())
    with at(MORNING + timedelta(days=3)):
        assert texts(HERE) == []
    with at(MORNING + timedelta(days=31)):
        actions.sweep(BY)
    assert not models.MessageRegion.objects.exists()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(Fault.TOO_SLOW, 0), Fault.TOO_SLOW),
        (Answer(None, 200, b"", "text/plain"), UnknownReason.EMPTY_BODY),
        (
            Answer(None, 200, b'{"header":{"resultCode":"30"},"body":null}', "application/json"),
            UnknownReason.ERROR_ANSWER,
        ),
        (Answer(None, 304, is_same=True), None),
    ],
)
def test_what_is_no_list_takes_nothing_away(ground: None, answer: Answer, why: object) -> None:
    with at(MORNING):
        hear(said())
        assert hear_answer(answer).why == why
        assert len(texts(HERE)) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"CRT_DT": "2026/07/20 12:30:00"},
        {"MSG_CN": "가" * 2_001},
        {"RCPTN_RGN_NM": ""},
        {"RCPTN_RGN_NM": "가" * 61},
        {"RCPTN_RGN_NM": ",".join(f"예시도 {number}" for number in range(501))},
        {"DST_SE_NM": "가" * 61},
        {"SN": "x"},
        {"SN": 2**63},
        {"SN": -1},
        {"MSG_CN": "앞\0뒤"},
        {"DST_SE_NM": "\0"},
    ],
)
def test_a_row_beyond_all_bounds_is_left_out_and_the_desk_says_so(ground: None, changed: dict[str, object]) -> None:
    with at(MORNING):
        assert hear(said(2), said() | changed).why is UnknownReason.UNREADABLE_ROW
        assert [row.number for row in models.Message.objects.all()] == [2]


def test_a_list_as_long_as_was_asked_for_is_not_all_of_them(ground: None) -> None:
    with at(MORNING):
        rows = [said(number) for number in range(1, fetching.MESSAGES_MAX + 1)]
        assert hear(*rows).why is UnknownReason.TRUNCATED
        assert models.Message.objects.count() == fetching.MESSAGES_MAX


def test_the_page_shows_grade_words_source_time_and_regions(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        assert "재난문자" not in page(by, "/forecasts/")
        hear(said(EMRG_STEP_NM="긴급재난", MSG_CN="<b>물러나세요</b>"), said(2, regions="다른도"))
        shown = page(by, "/forecasts/")
        for words in ("재난문자", "긴급재난", "&lt;b&gt;물러나세요", "행정안전부", COUNTY):
            assert words in shown
        assert "다른도" not in shown
        assert any("물러나세요" in one for one in said_aloud(shown))

    with at(MORNING + timedelta(hours=3)):
        assert "재난문자 자료를 받지 못했습니다" in page(by, "/forecasts/")


def test_who_has_no_place_sees_none(ground: None) -> None:
    with at(MORNING):
        hear(said())
        south = making.reader("먼예시", region=SOUTH)
        assert "비가 많이 옵니다" in page(south, "/forecasts/")  # the county is around it
        actions.drop_place(south, queries.places(south)[0].id, key=making.key())
        assert "비가 많이 옵니다" not in page(south, "/forecasts/")


@pytest.fixture
def twin() -> Iterator[Server]:
    """By the time of today, for its threads read a clock of their own."""
    with Server(WeatherTwin(Setting(secret="of-tests"), ("SAMPLE01", "SAMPLE02"))) as server:
        yield server


def test_the_twin_speaks_as_the_ministry_does(twin: Server, ground: None) -> None:
    def asked(key: str = "of-tests") -> Answer:
        return ask(Source(twin.origin, key), Question(FEED, MORNING, "", ""), fetching.query_of(FEED, clock.today()))

    assert hear_answer(asked()).is_good  # an empty list under a good header
    httpx.post(
        f"{twin.origin}/twin/say", json={"message": "[예시군] 안내", "regions": f"{COUNTY} 전체"}
    ).raise_for_status()
    assert hear_answer(asked()).changed == 1
    assert texts(HERE) == ["[예시군] 안내"]
    assert hear_answer(asked("wrong")).why is UnknownReason.ERROR_ANSWER
