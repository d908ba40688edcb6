"""What is logged names no person: not for a page, not for an error, not through a library."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import structlog
from django.conf import settings
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from dure.kit import logs

PRIVATE = ("홍길동", "hong@example.org", "203.0.113.77", "010-1234-5678", "s3cret-token", "q=", "110-222-333444")


def _fails(request: HttpRequest, token: str) -> HttpResponse:
    name = request.GET["name"]
    raise IntegrityError(f"Key (email)=(hong@example.org) of {name} (010-1234-5678) already exists")


def _breaks_in_the_database(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO kit_rate_window (bucket, ends_at, count) VALUES ('hong@example.org', NULL, 1)")
    return HttpResponse()


def _page(request: HttpRequest) -> HttpResponse:
    log = structlog.get_logger("dure.shed")
    log.warning("tool_lent", email="hong@example.org", name="홍길동", tools=3, note="call 010-1234-5678 or 홍길동")
    logging.getLogger("some.library").warning("sent to %s from %s", "hong@example.org", request.META["REMOTE_ADDR"])
    logging.getLogger("some.library").warning(f"account 110-222-333444 of '{request.GET['name']}' at 203.0.113.77")
    return HttpResponse("ok")


urlpatterns = [path("fails/<str:token>/", _fails), path("breaks/", _breaks_in_the_database), path("page/", _page)]


@contextmanager
def _logged() -> Iterator[list[dict[str, Any]]]:
    """The lines that the block logs, as they would stand in the file."""
    stream = io.StringIO()
    sink = logging.StreamHandler(stream)
    description = logs.configured("debug", readable=False)["formatters"]["lines"]
    sink.setFormatter(structlog.stdlib.ProcessorFormatter(**{k: v for k, v in description.items() if k != "()"}))
    root = logging.getLogger()
    root.addHandler(sink)
    lines: list[dict[str, Any]] = []
    try:
        yield lines
    finally:
        root.removeHandler(sink)
        logs.configured(settings.DURE.log_level)
        text = stream.getvalue()
        for private in PRIVATE:
            assert private not in text, text
        lines += [json.loads(line) for line in text.splitlines()]


def _ask(address: str) -> Client:
    client = Client(raise_request_exception=False, REMOTE_ADDR="203.0.113.77")
    client.get(address, {"name": "홍길동", "q": "hong@example.org"})
    return client


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_a_page_that_fails_is_logged_with_its_places_and_without_anybodys_values() -> None:
    with _logged() as lines:
        _ask("/fails/s3cret-token/")
    [line] = [line for line in lines if line["event"] == "request_failed"]
    assert line["route"] == "fails/<str:token>/"
    assert (line["method"], line["status"], line["level"]) == ("GET", 500, "error")
    assert line["error"] == "django.db.utils.IntegrityError"
    assert any(
        place.startswith("dure/kit/tests/test_logs.py:") and place.endswith(" _fails") for place in line["stack"]
    )
    assert len(line["request"]) == 32


@pytest.mark.urls(__name__)
@pytest.mark.django_db(transaction=True)
def test_an_error_of_the_database_is_logged_with_its_code_and_not_with_its_row() -> None:
    with _logged() as lines:
        _ask("/breaks/")
    [line] = [line for line in lines if line["event"] == "request_failed"]
    assert line["error"] == "django.db.utils.IntegrityError 23502"


@pytest.mark.urls(__name__)
def test_events_of_ours_and_of_libraries_lose_what_is_somebodys() -> None:
    with _logged() as lines:
        _ask("/page/")
    ours = next(line for line in lines if line["event"] == "tool_lent")
    assert ours["tools"] == 3
    assert ours["email"] == ours["name"] == logs.HIDDEN
    assert ours["note"].startswith("call [hidden]")
    theirs = [line["event"] for line in lines if line["logger"] == "some.library"]
    assert theirs == ["sent to %s from %s", "account [hidden] of [hidden] at [hidden]"]
    assert len({line["request"] for line in lines}) == 1


def test_causes_are_named_first_and_constraints_by_name() -> None:
    try:
        try:
            raise psycopg.errors.UniqueViolation("Key (email)=(hong@example.org)")
        except psycopg.errors.UniqueViolation as cause:
            raise IntegrityError("hong@example.org") from cause
    except IntegrityError as error:
        event = logs.stack_without_values(None, "", {"event": "x", "exc_info": error})
    assert event["error"] == "django.db.utils.IntegrityError 23505"
    assert [line for line in event["stack"] if ":" not in line] == [
        "psycopg.errors.UniqueViolation 23505",
        "django.db.utils.IntegrityError 23505",
    ]


@pytest.mark.parametrize(
    "text",
    ["2001:db8::1", "::ffff:203.0.113.77", "+82 10 1234 5678", '"Kim" said', "/me/?q=kim", "김철수", "a.b+c@x.co.kr"],
)
def test_what_looks_like_somebodys_is_hidden(text: str) -> None:
    hidden = logs.without_values(f"before {text} after")
    assert text not in hidden
    assert "before" in hidden


@pytest.mark.parametrize("text", ["12 tries, 0.25 s", "giving.GiftReceived", "dure.giving.actions.thank", "15:04:05"])
def test_what_is_nobodys_stays(text: str) -> None:
    assert logs.without_values(text) == text


def test_calls_of_providers_are_no_news() -> None:
    """A demo pays at its twins every few seconds: a line a call would bury what somebody has to read."""
    described = logs.configured("info")["loggers"]
    assert described["httpx"]["level"] == "WARNING"
