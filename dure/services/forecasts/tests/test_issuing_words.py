"""What an officer may say: in another language, with a circle; and that a chain is found however much was issued since."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.test import Client

from dure.base.refusals import BadValue
from dure.services.forecasts import actions, models, queries, tasks
from dure.services.forecasts.rules.cap import desk, korea
from dure.services.forecasts.types import (
    AlertStanding,
    Circle,
    DeskKind,
    NewIssue,
    Translation,
)

from . import making
from .making import MORNING, key
from .test_issuing import Desk, desk_of, issued, new, value
from .test_pages import logged_in, post

__all__ = ["desk_of"]  # the fixture
ENGLISH = Translation(desk.ENGLISH, "Heavy rain in Yesi", "Streams rise quickly.", "Keep away from streams.")
SAID = {
    "status": "Actual",
    "event": "HRW",
    "severity": "Severe",
    "urgency": "Expected",
    "certainty": "Likely",
    "headline": "예시군 호우경보",
    "region_names": "나루리",
    "expires": "2026-07-20T18:00",
    **dict.fromkeys(("description", "instruction", "polygon", "onset", "contact", "note"), ""),
    **dict.fromkeys(("headline_en", "description_en", "instruction_en"), ""),
}


def test_english_is_a_segment_of_its_own_for_the_same_regions(desk_of: Desk) -> None:
    by = making.reader()
    alert = issued(desk_of, translations=(ENGLISH,), polygon="35.5,128.5 3.5")
    korean, english = value(alert).segments
    assert (korean.language, english.language, english.event) == ("ko-KR", "en-US", "Heavy rain warning")
    assert (english.headline, english.description, english.instruction) == (
        ENGLISH.headline,
        ENGLISH.description,
        ENGLISH.instruction,
    )
    assert english.areas == korean.areas
    assert (english.severity, english.expires, english.event_codes) == (
        korean.severity,
        korean.expires,
        korean.event_codes,
    )
    with making.at(MORNING + timedelta(minutes=2)):
        tasks.tell_alerts(0)
        assert len(making.told(by)) == 1  # one alert, one message, however many languages it has
        for language, said in (("en", ENGLISH.headline), ("ko", "예시군 호우경보")):
            shown = Client(headers={"Accept-Language": language}).get(f"/forecasts/alerts/{alert}/").content.decode()
            assert said in shown, language


def test_without_english_there_is_one_segment(desk_of: Desk) -> None:
    assert len(value(issued(desk_of)).segments) == 1


def test_every_event_has_its_english_name() -> None:
    assert set(korea.EVENTS_IN_ENGLISH) == set(korea.EVENTS)


@pytest.mark.parametrize(
    ("field", "translations"),
    [
        ("headline_en", (Translation(desk.ENGLISH, "", "Streams rise.", ""),)),
        ("headline_en", (Translation(desk.ENGLISH, "a" * 141, "", ""),)),
        ("description_en", (Translation(desk.ENGLISH, "Rain", "a" * 2001, ""),)),
        ("instruction_en", (Translation(desk.ENGLISH, "Rain", "", "a" * 2001),)),
        ("translations", (Translation("xx", "Rain", "", ""),)),
        ("translations", (ENGLISH, ENGLISH)),
    ],
)
def test_what_is_wrong_in_another_language_is_named(
    desk_of: Desk, field: str, translations: tuple[Translation, ...]
) -> None:
    with pytest.raises(BadValue) as no:
        actions.write_issue(desk_of.officer, new(desk_of, translations=translations), key=key())
    assert no.value.field == field
    assert not models.Issue.objects.exists()


def test_a_draft_of_before_there_were_languages_is_read(desk_of: Desk) -> None:
    said = msgspec.json.decode(msgspec.json.encode(new(desk_of)))
    del said["translations"]
    assert msgspec.convert(said, NewIssue).translations == ()


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("35.5,128.5 3.5", Circle),
        ("35.5, 128.5 3", Circle),
        ("", type(None)),
    ],
)
def test_a_point_and_kilometres_are_a_circle(typed: str, kind: type) -> None:
    assert isinstance(desk.shape_of(typed), kind)


@pytest.mark.parametrize("typed", ["35.5,128.5 weit", "35.5,128.5", "35.5 128.5"])
def test_what_is_no_shape_is_refused(desk_of: Desk, typed: str) -> None:
    draft = new(desk_of, polygon=typed)
    if "," in typed and "weit" not in typed:  # a single point: closed with itself, and the standard says no
        made = actions.write_issue(desk_of.officer, draft, key=key())
        assert queries.preview(made.new, MORNING).xml == b""
        return
    with pytest.raises(BadValue):
        actions.write_issue(desk_of.officer, draft, key=key())


def test_a_form_keeps_english_and_shape_for_the_update(desk_of: Desk) -> None:
    alert = issued(desk_of, translations=(ENGLISH,), polygon="35.5,128.5 3.5", expires=MORNING + timedelta(hours=6))
    with making.at(MORNING + timedelta(minutes=3)):
        shown = logged_in(desk_of.officer).get(f"/desk/forecasts/issue/of/{alert}/update/").content.decode()
        assert ENGLISH.headline in shown
        assert "35.5,128.5 3.5" in shown
        over = logged_in(desk_of.officer).get(f"/desk/forecasts/issue/of/{alert}/all_clear/").content.decode()
        assert "instruction_en" not in over


def test_an_end_begins_as_an_end_and_does_not_say_again_what_happens(desk_of: Desk) -> None:
    said: dict[str, Any] = {
        "headline": "예시군 호우경보",
        "description": "비가 많이 옵니다.",
        "instruction": "냇가에 가지 마세요.",
    }
    alert = issued(desk_of, translations=(ENGLISH,), expires=MORNING + timedelta(hours=6), **said)
    with making.at(MORNING + timedelta(minutes=3)):
        for kind, korean, english in (("all_clear", "상황 끝", "Over"), ("cancel", "취소", "Taken back")):
            for language in ("ko", "en"):  # whatever the officer reads, the Korean text is Korean
                client = logged_in(desk_of.officer)
                answer = client.get(f"/desk/forecasts/issue/of/{alert}/{kind}/", headers={"Accept-Language": language})
                shown = answer.content.decode()
                assert f'value="{korean}: 예시군 호우경보"' in shown
                assert f'value="{english}: {ENGLISH.headline}"' in shown
                assert "비가 많이 옵니다." not in shown
                assert ENGLISH.description not in shown


def test_whoever_stands_behind_it_sees_what_it_says_in_every_language_and_how_many_it_concerns(desk_of: Desk) -> None:
    making.reader("하나"), making.reader("둘"), making.reader("다른 곳", region=making.SOUTH)
    with making.at(MORNING):
        draft = actions.write_issue(desk_of.officer, new(desk_of, translations=(ENGLISH,)), key=key())
        shown = logged_in(desk_of.officer).get(f"/desk/forecasts/issue/{draft.id}/").content.decode()
    preview = shown.partition("<pre")[0]
    assert ENGLISH.description in preview
    assert ENGLISH.instruction in preview
    assert "사람은 2명입니다" in preview


def test_a_form_without_english_headline_loses_nothing(desk_of: Desk) -> None:
    said = SAID | {"organisation": str(desk_of.agency), "description_en": "Streams rise."}
    assert post(desk_of.officer, "/desk/forecasts/issue/new/", **said) == 422
    said |= {"headline_en": "Heavy rain"}
    assert post(desk_of.officer, "/desk/forecasts/issue/new/", **said) == 303
    (draft,) = queries.issues(desk_of.officer)
    assert draft.new.translations == (Translation(desk.ENGLISH, "Heavy rain", "Streams rise.", ""),)


def test_an_alert_is_ended_however_many_were_issued_since(desk_of: Desk) -> None:
    first = issued(desk_of, 1)
    row = models.Alert.objects.get(id=first)
    others = [
        models.Alert(
            **{one.attname: getattr(row, one.attname) for one in models.Alert._meta.fields if one.attname != "id"}
            | {"identifier": f"다른군청{number:010}", "sent": row.sent + timedelta(seconds=number)}
        )
        for number in range(1, 251)
    ]
    models.Alert.objects.bulk_create(others)
    last = value(issued(desk_of, 9, kind=DeskKind.ALL_CLEAR, replaces=first))
    assert [one.identifier for one in last.references] == ["예시군청0000000001"]
    with making.at(MORNING + timedelta(minutes=10)):
        assert queries.alert(first).standing is AlertStanding.ENDED
