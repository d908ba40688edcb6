"""The faces of alerts: what everybody reads, what the desk sees, and that nobody else gets there."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.services.forecasts import names, queries
from dure.services.forecasts.rules import cap
from dure.services.forecasts.types import FindingCode, UnfitReason, UnreadableReason, UntrustedReason

from . import making
from .issuers import NOW, Issuer, alert, take
from .making import key
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
