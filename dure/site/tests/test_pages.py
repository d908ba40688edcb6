"""The roof's own pages."""

import json
from dataclasses import replace

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.utils import translation

from dure.kit.ui.home import Entry
from dure.site import houses, pages, shell

pytestmark = pytest.mark.django_db
PAGES = ("/", "/together/", "/map/", "/checkin/", "/about/", "/settings/", "/kit/")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_open_for_anybody(client: Client, address: str, language: str) -> None:
    answer = client.get(address, headers={"accept-language": language})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in text
    assert text.count("<h1>") == 1
    assert 'class="sample"' in text, "sample data are marked on every page"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/", "home"),
        ("/giving/boxes/", "together"),
        ("/me/receipts/", "me"),
        ("/map/", "map"),
        ("/about/", ""),
        ("/checkin/code/", "qr"),
    ],
)
def test_a_page_knows_its_place(address: str, place: str) -> None:
    assert shell.place(address) == place


def test_the_manifest_makes_it_installable(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    manifest = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert {"name", "short_name", "start_url", "display", "icons", "id"} <= manifest.keys()
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }


def test_the_look_is_remembered_and_one_goes_back(client: Client) -> None:
    answer = client.post("/settings/look/", {"large": "1", "theme": "dark", "next": "/about/"})
    assert (answer.status_code, answer["Location"]) == (302, "/about/")
    assert '<html lang="ko" data-theme="dark" class="large" data-guest>' in client.get("/about/").content.decode()


@pytest.mark.parametrize("posted", [{"theme": "pink"}, {"large": "2"}, {"next": "https://evil.example/"}, {}])
def test_a_look_that_is_none_changes_nothing(client: Client, posted: dict[str, str]) -> None:
    answer = client.post("/settings/look/", posted)
    assert answer["Location"] == "/"
    assert not {"theme", "large"} & answer.cookies.keys()


def test_what_is_not_there_says_so_in_our_frame(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "이 주소에는 페이지가 없습니다" in answer.content.decode()


def test_a_form_without_its_token_is_told_kindly() -> None:
    answer = Client(enforce_csrf_checks=True).post("/settings/look/", {"large": "1"})
    assert answer.status_code == 403
    assert "다시 보내 주세요" in answer.content.decode()


def test_a_bug_shows_a_page_that_cannot_break_again() -> None:
    with translation.override("ko"):
        answer = pages.broken(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "저희 쪽 잘못" in answer.content.decode()


def test_a_page_that_only_reads_says_sorry_while_the_database_is_gone(client: Client, monkeypatch) -> None:
    """No session, no person, no house can be read then: 503 and when to come again, not a bug's 500."""

    def gone(*_: object, **__: object) -> None:
        raise OperationalError("the server closed the connection") from psycopg.OperationalError("gone")

    monkeypatch.setattr(houses, "home_cards", gone)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "장부에 닿을 수 없습니다" in answer.content.decode()
    monkeypatch.setattr(houses, "home_cards", lambda request: 1 / 0)
    assert client.get("/").status_code == 500, "a bug stays a bug"


def test_the_gallery_turns_a_bad_form_back_with_what_was_typed(client: Client) -> None:
    answer = client.post("/kit/", {"name": "두레", "amount": "3"})
    assert answer.status_code == 422
    assert 'value="두레"' in answer.content.decode()


def test_the_gallery_is_for_samples_only(client: Client, settings: object) -> None:
    settings.DURE = replace(settings.DURE, demo=False)  # type: ignore[attr-defined]  # the settings' type does not know ours
    assert client.get("/kit/").status_code == 404
    assert 'class="sample"' not in client.get("/").content.decode()


def test_the_nearest_entry_is_marked() -> None:
    asked = [Entry("Boxes", "/giving/"), Entry("Reports", "/giving/reports/"), Entry("Wards", "/wards/")]
    assert [entry.current for entry in houses.marked(asked, "/giving/reports/7/")] == [False, True, False]
    assert not any(entry.current for entry in houses.marked(asked, "/"))


def test_every_house_with_pages_is_found() -> None:
    assert all(hasattr(room, "__file__") for _, room in houses.pages_rooms())


@pytest.mark.parametrize(
    ("contact", "href"),
    [
        ("help@dure.example.org", "mailto:help@dure.example.org"),
        ("02-000-0000", "tel:020000000"),
        ("https://dure.example.org/help", "https://dure.example.org/help"),
        ("예시군청 2층", ""),
    ],
)
def test_who_runs_the_place_and_how_to_reach_them(
    client: Client, monkeypatch: pytest.MonkeyPatch, contact: str, href: str
) -> None:
    told = replace(settings.DURE, operator_name="예시군 두레", operator_contact=contact, demo=False)
    monkeypatch.setattr(settings, "DURE", told)
    for address in ("/", "/about/"):
        text = client.get(address, headers={"accept-language": "ko"}).content.decode()
        assert "예시군 두레" in text
        assert (f'<a href="{href}">{contact}</a>' in text) if href else (contact in text)
    about = client.get("/about/", headers={"accept-language": "ko"}).content.decode()
    assert "개인정보의 책임자는 예시군 두레입니다" in about
