"""The public log as pages and files: for anybody, cached as long as each may be."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from dure.base import clock
from dure.base.actors import system
from dure.foundations.vault import actions, queries, rules
from dure.foundations.vault.tests.test_logs import told
from dure.foundations.vault.types import Entry, KeyName, KeyUse, Moment
from dure.kit.ui import told as told_words


@pytest.fixture
def head(db: None) -> str:
    actions.append(system("test"), "visits", told(0, 300))
    return queries.head("visits").note


def test_the_head_is_text_and_asked_for_each_time(client: Client, head: str) -> None:
    answer = client.get("/log/visits/checkpoint")
    assert answer.content.decode() == head
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer
    assert head.split("\n")[0].endswith("/log/visits")


@pytest.mark.parametrize("path", ["0/000", "0/001.p/44", "1/000.p/1", "entries/000", "entries/001.p/44"])
def test_tiles_are_bytes_that_keep_for_ever(client: Client, head: str, path: str) -> None:
    answer = client.get(f"/log/visits/tile/{path}")
    assert answer.content == queries.file_at("visits", f"tile/{path}")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Vary" not in answer or "Cookie" not in answer["Vary"]


@pytest.mark.parametrize(
    "path", ["visits/tile/0/002", "visits/tile/0/1", "visits/tile/0/001.p/45", "nobody/checkpoint", "visits/tile/9/000"]
)
def test_what_is_not_there_is_said_in_a_line_and_not_for_long(client: Client, head: str, path: str) -> None:
    answer = client.get(f"/log/{path}")
    assert answer.status_code == 404
    assert re.fullmatch(rb"[a-z_]+\n", answer.content)
    assert answer["Cache-Control"] == "public, max-age=5"


def test_nobody_writes_to_it(client: Client, head: str) -> None:
    assert client.post("/log/visits/checkpoint").status_code == 405


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_pages_say_what_it_is(client: Client, head: str, language: str) -> None:
    client.cookies["django_language"] = language
    first = client.get("/log/").content.decode()
    assert ("공개 기록" if language == "ko" else "Public logs") in first
    one = client.get("/log/visits/").content.decode()
    assert head.split("\n")[2].replace("+", "&#x2B;") in one or head.split("\n")[2] in one
    assert "dure audit log" in one
    assert "body 299" in one
    assert client.get("/log/nobody/").status_code == 404


@pytest.mark.django_db
def test_without_a_log_the_page_says_so(client: Client) -> None:
    assert "아직 기록이 없습니다" in client.get("/log/").content.decode()


@pytest.mark.django_db
def test_what_a_key_did_is_said_in_words_and_what_is_no_such_line_stays_as_it_is(client: Client) -> None:
    name, end = KeyName("visits", "rows", clock.today()), clock.today() + timedelta(days=28)
    actions.make_key(system("test"), name, end)
    strange = [b"[" * 60_000, b"7", b"{}", b"\xff\xfe", b'{"kind":"key.made","day":"x"}', b"<script>alert(1)</script>"]
    actions.append(system("test"), "visits", [Entry(f"k{at}", body) for at, body in enumerate(strange)])
    page = client.get("/log/visits/").content.decode()
    assert "열쇠를 만들었습니다" in page
    assert "<script>alert" not in page


@pytest.fixture
def words() -> Iterator[None]:
    """A house that has words for what it tells."""
    told_words.register({"test.listed": lambda said: f"Venue {said['venue']} was listed."})
    yield
    told_words.register({"test.listed": lambda said: ""})


def test_every_entry_is_said_in_words_page_by_page(client: Client, db: None, words: None) -> None:
    client.cookies["django_language"] = "en"
    today = clock.today()
    half = KeyName("visits", "journal", today, 47)
    actions.make_key(system("test"), KeyName("visits", "rows", today), today + timedelta(days=28))
    actions.make_key(system("test"), half, Moment(today + timedelta(days=1), 1), KeyUse.OWN)
    bodies = [
        rules.statement("test.listed", {"venue": "<b>3</b>"}),
        rules.statement("test.listed", {}),  # not what its kind says
        rules.trusted_statement(today, None, "shell"),
        rules.resumed_statement(3, bytes(32)),
        *(b"body %d" % number for number in range(100)),
    ]
    actions.append(system("test"), "visits", [Entry(f"k{at}", body) for at, body in enumerate(bodies)])
    first = client.get("/log/visits/entries/0/").content.decode()
    for said in (
        "A key of",
        " 23:30 was made",
        "Venue &lt;b&gt;3&lt;/b&gt; was listed.",
        "vouched for the clock",
        "its first 3 entries",
    ):
        assert said in first, said
    assert "/log/visits/entries/50/" in first
    assert "body 43" in first
    assert "body 44" not in first
    last = client.get("/log/visits/entries/").content.decode()
    assert "body 99" in last
    assert "/log/visits/entries/6/" in last
    for path in (
        "visits/entries/106/",
        "visits/entries/99999999999999999999/",
        "nobody/entries/",
        "nobody/entries.csv",
    ):
        assert client.get(f"/log/{path}").status_code == 404, path
    assert "/log/visits/entries/" in client.get("/log/visits/").content.decode()


@pytest.mark.parametrize(("language", "said"), [("ko", "열쇠를 만들었습니다"), ("en", "was made. From")])
def test_the_table_has_every_entry_and_nothing_that_a_spreadsheet_computes(
    client: Client, db: None, language: str, said: str
) -> None:
    client.cookies["django_language"] = language
    today = clock.today()
    actions.make_key(system("test"), KeyName("visits", "rows", today), today + timedelta(days=28))
    actions.append(system("test"), "visits", [Entry("f", b"=1+1"), *told(0, 1_200)])
    answer = client.get("/log/visits/entries.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a response that streams
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1] == ["entry", "kind", "words", "body"]
    assert [row[0] for row in rows[2:]] == [str(number) for number in range(1_202)]
    assert rows[2][1] == "key.made"
    assert said in rows[2][2]
    assert rows[3][3] == "'=1+1"


@pytest.mark.django_db
def test_a_log_without_entries_says_so(client: Client) -> None:
    actions.open_log(system("test"), "visits")
    assert "아직 아무것도 없습니다" in client.get("/log/visits/entries/").content.decode()
