"""The faces of alerts: what everybody reads, what the desk sees, and that nobody else gets there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.services.forecasts import names, queries, tasks
from dure.services.forecasts.rules import cap
from dure.services.forecasts.types import FindingCode, MsgType, Severity, UnfitReason, UnreadableReason, UntrustedReason

from . import making
from .issuers import NOW, Issuer, alert, area, take
from .making import NORTH, SOUTH, key
from .test_alerting import clear
from .test_pages import logged_in, page, post

ISSUER = Issuer()
DESK = ("/desk/forecasts/alerts/", "/desk/forecasts/alerts/take/", "/desk/forecasts/pins/", "/desk/forecasts/sources/")


@pytest.fixture
def steward(db: None) -> Iterator[Actor]:
    with making.at(NOW):
        by = folk.steward()
        ISSUER.pinned(by)
        yield by


def test_everybody_reads_what_is_in_force(steward: Actor) -> None:
    taken = take(ISSUER.signed(alert()))
    shown = Client(headers={"Accept-Language": "ko"}).get("/forecasts/alerts/").content.decode()
    assert "예시 지역 폭염 경고" in shown
    one = Client(headers={"Accept-Language": "ko"}).get(f"/forecasts/alerts/{taken.id}/").content.decode()
    for said in ("예시 지역 폭염 경고", "물을 자주 마시고", "예시 기상 기관", "가족에게 보내기", "marks.svg#diamond"):
        assert said in one


def test_all_that_an_alert_says_in_one_language_stands_on_its_page_the_worst_first(steward: Actor) -> None:
    made = alert(severity=Severity.MINOR, regions=(SOUTH,))
    mild = replace(made.segments[0], headline="남쪽은 약함", description="남쪽 이야기")
    bad = replace(
        mild, headline="북쪽은 위험", description="북쪽 이야기", severity=Severity.EXTREME, areas=(area(NORTH),)
    )
    english = replace(bad, language="en-US", headline="North in danger", description="Of the north")
    taken = take(ISSUER.signed(replace(made, segments=(mild, english, bad))))
    shown = Client(headers={"Accept-Language": "ko"}).get(f"/forecasts/alerts/{taken.id}/").content.decode()
    assert shown.index("북쪽 이야기") < shown.index("남쪽 이야기")
    assert shown.index("marks.svg#octagon") < shown.index("marks.svg#circle")
    assert "Of the north" not in shown
    listed = Client(headers={"Accept-Language": "ko"}).get("/forecasts/alerts/").content.decode()
    assert "북쪽은 위험" in listed
    assert "marks.svg#octagon" in listed
    foreign = Client(headers={"Accept-Language": "en"}).get(f"/forecasts/alerts/{taken.id}/").content.decode()
    assert "Of the north" in foreign
    assert "남쪽 이야기" not in foreign


@pytest.mark.parametrize(
    ("severity", "mark", "word"),
    [
        (Severity.MODERATE, "triangle", "주의"),
        (Severity.SEVERE, "diamond", "경고"),
        (Severity.EXTREME, "octagon", "위험"),
    ],
)
def test_a_notice_of_an_alert_carries_the_sign_of_its_level(
    steward: Actor, severity: Severity, mark: str, word: str
) -> None:
    making.ground()
    by = making.reader()
    first = alert(severity=severity)
    take(ISSUER.signed(first))
    tasks.tell_alerts(0)
    shown = page(by, "/forecasts/")
    told = shown[shown.index('class="told"') :]
    assert f"marks.svg#{mark}" in told
    assert f'<span class="small">{word}</span>' in told
    assert f'data-say="{word}: ' in shown
    with making.at(NOW + timedelta(minutes=9)):
        take(ISSUER.signed(alert(2, minutes=5, kind=MsgType.UPDATE, of=(first,), regions=(SOUTH,))))
        tasks.tell_alerts(0)
        shown = page(by, "/forecasts/")
    assert "내 장소에는 더 이상 해당하지 않습니다" in shown
    assert "marks.svg#dash" in shown


def test_the_page_of_an_alert_that_was_replaced_leads_to_the_newest(steward: Actor) -> None:
    first = alert()
    middle = alert(2, minutes=1, kind=MsgType.UPDATE, of=(first,))
    newest = alert(3, minutes=2, kind=MsgType.UPDATE, of=(middle,), severity=Severity.EXTREME)
    with making.at(NOW + timedelta(minutes=5)):
        old, _between, new = (take(ISSUER.signed(one)).id for one in (first, middle, newest))
        shown = Client(headers={"Accept-Language": "ko"}).get(f"/forecasts/alerts/{old}/").content.decode()
        assert "뒤이어 나온 경보" in shown
        assert f'href="/forecasts/alerts/{new}/"' in shown
        last = Client(headers={"Accept-Language": "ko"}).get(f"/forecasts/alerts/{new}/").content.decode()
        assert "뒤이어 나온 경보" not in last


def test_an_end_says_that_it_is_over_and_not_how_bad_it_is_until_when(steward: Actor) -> None:
    first = alert()
    take(ISSUER.signed(first))
    over = clear(2, 1, first)
    with making.at(NOW + timedelta(minutes=1)):
        taken = take(ISSUER.signed(over))  # type: ignore[arg-type]  # an alert
        shown = Client(headers={"Accept-Language": "ko"}).get(f"/forecasts/alerts/{taken.id}/").content.decode()
    level = shown[shown.index('class="level"') :].partition("</span>")[0]
    assert level.endswith("끝났습니다")
    for left in ("얼마나 위험한가", "<dt>끝</dt>", "없음"):
        assert left not in shown


def test_no_alert_is_not_no_danger(steward: Actor) -> None:
    shown = Client(headers={"Accept-Language": "ko"}).get("/forecasts/alerts/").content.decode()
    assert "위험이 없다는 뜻이 아닙니다" in shown


def test_an_unsigned_one_is_on_the_desk_alone(steward: Actor) -> None:
    taken = take(cap.issue(alert()))
    assert Client().get(f"/forecasts/alerts/{taken.id}/").status_code == 404
    shown = page(steward, f"/desk/forecasts/alerts/{taken.id}/")
    assert "아무도 서명하지 않았습니다" in shown
    assert "아무에게도 알리지 않습니다" in shown


def test_findings_are_explained_and_the_bytes_are_shown_as_text(steward: Actor) -> None:
    content = cap.issue(alert()).replace(b"<headline>", b"<headline>&lt;script&gt;alert(1)&lt;/script&gt;")
    taken = take(content)
    shown = page(steward, f"/desk/forecasts/alerts/{taken.id}/")
    assert "글에 HTML 태그가 있습니다" in shown
    assert "<script>alert" not in shown


def test_the_desk_is_for_stewards_and_auditors(steward: Actor) -> None:
    for address in DESK:
        assert logged_in(steward).get(address).status_code == 200, address
        assert logged_in(folk.person()).get(address).status_code == 403, address
        assert logged_in(folk.auditor()).get(address).status_code == (403 if address.endswith("take/") else 200)
        assert Client().get(address).status_code in (303, 403), address
    assert post(folk.person(), "/desk/forecasts/pins/", **_pin()) == 403


def test_a_pin_is_taken_and_taken_away(steward: Actor) -> None:
    other = Issuer("other@example.org")
    assert post(steward, "/desk/forecasts/pins/", **_pin(other)) == 303
    wrong = _pin(Issuer("third@example.org")) | {"fingerprint": ISSUER.fingerprint}
    assert post(steward, "/desk/forecasts/pins/", **wrong) == 422
    (pin,) = (one for one in queries.pins(steward) if one.sender == "other@example.org")
    assert post(steward, f"/desk/forecasts/pins/{pin.id}/away/", since="gestern") == 422
    assert post(steward, f"/desk/forecasts/pins/{pin.id}/away/", since="2026-07-19") == 303
    shown = page(steward, "/desk/forecasts/pins/")
    assert "믿지 않습니다" in shown


def test_a_file_is_taken_in(steward: Actor) -> None:
    client = logged_in(steward)
    for content, status in ((ISSUER.signed(alert()), 303), (b"<html/>", 422)):
        said = {"file": SimpleUploadedFile("a.xml", content), "idempotency_key": key()}
        assert client.post("/desk/forecasts/alerts/take/", said).status_code == status


def test_a_source_is_named_and_ended(steward: Actor) -> None:
    url = "https://alerts.example.org/list.atom"
    assert post(steward, "/desk/forecasts/sources/", name="예시 기관", url="http://example.org/") == 422
    assert post(steward, "/desk/forecasts/sources/", name="예시 기관", url=url) == 303
    (source,) = queries.sources(steward)
    assert post(steward, f"/desk/forecasts/sources/{source.id}/end/") == 303
    assert queries.sources(steward) == ()


def test_everything_that_can_be_wrong_has_its_words() -> None:
    assert set(names.FINDINGS) == set(FindingCode)
    assert set(names.UNTRUSTED) == set(UntrustedReason)
    assert set(names.UNREADABLE) == set(UnreadableReason)
    assert set(names.UNFIT) == set(UnfitReason)


def _pin(issuer: Issuer = ISSUER) -> dict[str, str]:
    new = issuer.new_pin()
    said = {"sender": new.sender, "certificate": new.certificate, "fingerprint": new.fingerprint}
    return said | {"heard_from": new.heard_from}
