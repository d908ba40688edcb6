"""Texts of a forecast for eyes and ears, in Korean and English: always with the word of the level, the source and the time."""

from dataclasses import replace
from datetime import date, datetime
from itertools import product
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils.translation import override

from dure.services.forecasts import names
from dure.services.forecasts.types import (
    Change,
    ChangeKind,
    Colour,
    CrisisLevel,
    Fault,
    FeedHealth,
    FeedName,
    FeedState,
    Field,
    Hazard,
    ImpactLevel,
    Notice,
    ReaderId,
    RowFault,
    SenderRole,
    Subject,
    UnknownReason,
    WarningDegree,
    WarningKind,
)

SEOUL = ZoneInfo("Asia/Seoul")
ISSUED = datetime(2026, 7, 20, 11, 30, tzinfo=SEOUL)
CHANGE = Change(
    subject=Subject("S1", Hazard.HEAT, Field.HEALTH, date(2026, 7, 21)),
    kind=ChangeKind.FIRST,
    before=ImpactLevel.NONE,
    level=ImpactLevel.WARNING,
    issued=ISSUED,
    expires=datetime(2026, 7, 22, tzinfo=SEOUL),
    role=SenderRole.AUTHORITY,
    breaks_quiet=False,
)
ZONES = {"S1": "예시군"}


@pytest.fixture(autouse=True)
def _in_that_summer():
    with time_machine.travel(ISSUED, tick=False):
        yield


def notice(*changes: Change) -> Notice:
    return Notice(ReaderId(UUID(int=1)), ISSUED, changes or (CHANGE,))


def test_a_first_warning_in_korean() -> None:
    with override("ko"):
        assert names.on_screen(notice(), ZONES, "기상청") == (
            "예시군, 7월 21일: 폭염 경고 (건강) · 기상청, 7월 20일 11:30 발표",
        )
        assert names.for_ears(notice(), ZONES, "기상청") == (
            "예시군, 7월 21일 건강 영향예보입니다. 폭염, 경고 단계입니다. 출처는 기상청, 7월 20일 11시 30분 발표입니다."
        )


def test_an_all_clear_in_both_languages() -> None:
    clear = replace(CHANGE, kind=ChangeKind.ALL_CLEAR, before=ImpactLevel.WARNING, level=ImpactLevel.NONE)
    with override("ko"):
        assert "폭염 경고 해제" in names.on_screen(notice(clear), ZONES, "기상청")[0]
        assert "폭염, 경고 단계가 풀렸습니다." in names.for_ears(notice(clear), ZONES, "기상청")
    with override("en"):
        assert "heat warning is over" in names.on_screen(notice(clear), ZONES, "KMA")[0]


@pytest.mark.parametrize(("language", "kind"), list(product(("ko", "en"), ChangeKind)))
def test_every_text_says_what_where_when_and_who(language: str, kind: ChangeKind) -> None:
    change = replace(CHANGE, kind=kind, before=ImpactLevel.DANGER, level=ImpactLevel.CAUTION)
    with override(language):
        level = names.LEVELS[ImpactLevel.DANGER if kind is ChangeKind.ALL_CLEAR else ImpactLevel.CAUTION]
        for text in (
            names.on_screen(notice(change), ZONES, "기상청")[0],
            names.for_ears(notice(change), ZONES, "기상청"),
        ):
            for part in ("예시군", "기상청", "30", str(level), str(names.FIELDS[Field.HEALTH])):
                assert part in text
            assert "{" not in text
        assert "·" not in names.for_ears(notice(change), ZONES, "기상청")


def test_what_was_issued_once_is_sourced_once_for_ears() -> None:
    with override("ko"):
        said = names.for_ears(notice(CHANGE, replace(CHANGE, level=ImpactLevel.CAUTION)), ZONES, "기상청")
    assert said.count("출처는") == 1


def test_no_data_never_says_that_there_is_no_danger() -> None:
    with override("ko"):
        for last, since in ((None, "아직"), (ISSUED.replace(minute=0), "7월 20일 11시부터")):
            said = names.silence(FeedHealth(FeedState.SILENT, last))
            assert said.startswith("자료 없음")
            assert since in said
            assert said.endswith("위험이 없다는 뜻이 아닙니다.")
            assert "영향 없음" not in said


def test_every_code_has_its_word_and_the_scales_say_warning_differently() -> None:
    for words, codes in (
        (names.LEVELS, ImpactLevel),
        (names.CRISES, CrisisLevel),
        (names.HAZARDS, Hazard),
        (names.FIELDS, Field),
        (names.COLOURS, Colour),
        (names.KINDS, WarningKind),
        (names.DEGREES, WarningDegree),
        (names.ROW_FAULTS, RowFault),
        (names.FEEDS, FeedName),
        (names.WHYS, {*UnknownReason, *Fault}),
    ):
        assert set(words) == set(codes)
    with override("ko"):
        assert [str(names.LEVELS[level]) for level in sorted(ImpactLevel)] == ["없음", "관심", "주의", "경고", "위험"]
        assert [str(names.CRISES[level]) for level in sorted(CrisisLevel)] == ["관심", "주의", "경계", "심각"]
