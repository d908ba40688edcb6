"""In front of every page: the true address, an id, what browsers are told, and a limit on writing."""

from dataclasses import replace

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import include, path
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from dure.kit import guards, models

PERSON = {"email": "kim@example.org", "name": "Kim"}


def _who(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"address": request.META["REMOTE_ADDR"], "secure": request.is_secure()})


def _hook(request: HttpRequest) -> HttpResponse:
    return HttpResponse("taken")


def _kept(request: HttpRequest) -> HttpResponse:
    return HttpResponse("kept", headers={"Cache-Control": "public, max-age=60"})


urlpatterns = [
    path("who/", _who),
    path("kept/", _kept),
    path("hook/", guards.uncounted(_hook)),
    path("silent/", guards.unmeasured(_hook)),
    path("", include("dure.site.urls")),
]
pytestmark = pytest.mark.urls(__name__)


def behind(settings: LazySettings, proxies: int) -> None:
    settings.DURE = replace(settings.DURE, proxies=proxies)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "203.0.113.9"),  # anybody can write that header
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # what stands before our proxy's entry is hearsay
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "203.0.113.9"),  # too few: somebody came around the proxies
        (1, "not an address", "203.0.113.9"),
        (1, "", "203.0.113.9"),
        (1, "2001:db8::7", "2001:db8::7"),
    ],
)
def test_an_address_is_believed_from_our_own_proxies_only(
    settings: LazySettings, proxies: int, forwarded: str, address: str
) -> None:
    behind(settings, proxies)
    answer = Client().get("/who/", REMOTE_ADDR="203.0.113.9", headers={"X-Forwarded-For": forwarded})
    assert answer.json()["address"] == address


def test_every_answer_has_an_id_and_says_what_the_page_may_do_and_that_it_is_for_one_reader() -> None:
    first, second = Client().get("/who/"), Client().get("/who/", headers={"X-Request-Id": "given-by-anybody"})
    assert first["X-Request-Id"] != second["X-Request-Id"]
    assert "given" not in second["X-Request-Id"]
    assert "camera=(self)" in first["Permissions-Policy"]
    assert "microphone=()" in first["Permissions-Policy"]
    assert first["Cache-Control"] == "private, no-cache"
    assert Client().get("/kept/")["Cache-Control"] == "public, max-age=60"


def test_one_page_may_be_permitted_what_no_other_is() -> None:
    shut = guards.PERMISSIONS
    answer = guards.permit(HttpResponse(), "microphone")["Permissions-Policy"]
    assert "microphone=(self)" in answer
    assert answer.replace("microphone=(self)", "microphone=()") == shut
    for open_or_unknown in ("camera", "telepathy"):
        with pytest.raises(KeyError):
            guards.permit(HttpResponse(), open_or_unknown)


def test_the_id_of_our_own_proxy_is_taken_over_when_it_is_one(settings: LazySettings) -> None:
    behind(settings, 1)
    assert Client().get("/who/", headers={"X-Request-Id": "0123456789abcdef"})["X-Request-Id"] == "0123456789abcdef"
    assert "\n" not in Client().get("/who/", headers={"X-Request-Id": "x" * 500})["X-Request-Id"]


@pytest.mark.django_db
def test_security_headers_are_there_on_a_page_and_on_an_error() -> None:
    for address in ("/", "/nowhere/"):
        answer = Client().get(address)
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]


def test_a_host_name_that_is_not_ours_gets_nothing() -> None:
    for host in ("evil.example", "localhost.evil.example", "", "localhost@evil.example"):
        answer = Client(raise_request_exception=False).get("/who/", headers={"Host": host})
        assert answer.status_code == 400, host
        assert host not in answer.content.decode() or not host


@pytest.mark.django_db
def test_nobody_writes_more_often_than_the_limit_whoever_they_are(django_user_model) -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(guards.WRITES_MAX):
        assert client.post("/who/").status_code == 200
    refused = client.post("/who/")
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= guards.WINDOW_SECONDS
    assert client.get("/who/").status_code == 200  # reading goes on
    assert Client(REMOTE_ADDR="203.0.113.10").post("/who/").status_code == 200
    person = Client(REMOTE_ADDR="203.0.113.9")
    person.force_login(django_user_model.objects.create_user(**PERSON))
    assert person.post("/who/").status_code == 200  # a person is counted as a person, wherever
    assert models.RateWindow.objects.count() == 3


def test_pages_are_counted_by_house_and_status() -> None:
    def count() -> float:
        labels = {"house": "site", "method": "GET", "status": "2xx"}
        return REGISTRY.get_sample_value("dure_pages_total", labels) or 0

    before = count()
    Client().get("/who/?email=kim@example.org")
    assert count() == before + 1


@pytest.mark.django_db
def test_a_null_character_is_refused_wherever_it_stands() -> None:
    client = Client(raise_request_exception=False)
    for place in ("/who/?q=%00", "/who/?%00=1", "/who%00/"):
        assert client.get(place).status_code in (400, 404, 409, 422), place
    assert client.post("/who/", {"text": "\0"}).status_code in (400, 409, 422)
    assert client.post("/who/", {"text": "plain"}).status_code == 200


@pytest.mark.django_db
def test_a_page_that_other_computers_post_to_is_not_counted(monkeypatch) -> None:
    monkeypatch.setattr(guards, "WRITES_MAX", 1)
    client = Client(REMOTE_ADDR="203.0.113.20")
    assert [client.post("/hook/").status_code for _ in range(3)] == [200, 200, 200]
    assert [client.post("/who/").status_code for _ in range(2)] == [200, 429]


@pytest.mark.django_db
def test_of_a_page_that_nothing_is_kept_of_there_is_no_figure_and_no_window(monkeypatch) -> None:
    def figures() -> list[float]:
        return [sample.value for metric in REGISTRY.collect() if "pages" in metric.name for sample in metric.samples]

    monkeypatch.setattr(guards, "SLOW_SECONDS", -1.0)  # every page is a slow one
    client, before = Client(REMOTE_ADDR="203.0.113.21"), figures()
    with capture_logs() as lines:
        assert [client.post("/silent/").status_code, client.get("/silent/").status_code] == [200, 200]
    assert (figures(), lines, models.RateWindow.objects.count()) == (before, [], 0)
    with capture_logs() as lines:
        client.get("/who/")
    assert figures() != before
    assert [line["event"] for line in lines] == ["page_slow"]
