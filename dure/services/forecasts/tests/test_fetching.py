"""Asking the authority: politely, bounded, whole or not at all; against its loopback twin."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from dure.base.actors import NOBODY
from dure.base.refusals import NotAllowed
from dure.kit.twins import Server, Setting
from dure.services.forecasts import actions, models, queries
from dure.services.forecasts.providers import Source, ask, asking
from dure.services.forecasts.rules import fetching
from dure.services.forecasts.rules.feeds.answers import BYTES_MAX
from dure.services.forecasts.twins import WeatherTwin
from dure.services.forecasts.types import (
    IMPACT_FEEDS,
    Answer,
    Fault,
    FeedName,
    FeedState,
    Field,
    Question,
    ReportKind,
    SenderRole,
    UnknownReason,
)

from . import making
from .making import MORNING, Said, at

FEED = FeedName.IMPACT_HEAT
QUESTION = Question(FEED, datetime(2026, 7, 20, tzinfo=UTC), "", "")
DAYS = fetching.query_of(FEED, MORNING.date())


@pytest.fixture
def twin() -> Iterator[Server]:
    with at(MORNING), Server(WeatherTwin(Setting(secret="of-tests"), ("SAMPLE01", "SAMPLE02"))) as server:
        server.twin.clock._began = MORNING.astimezone(UTC)  # its threads have a clock of their own
        yield server


def source(server: Server, key: str = "of-tests") -> Source:
    return Source(server.origin, key)


def say(server: Server, **said: object) -> None:
    httpx.post(f"{server.origin}/twin/say", json=said).raise_for_status()


def test_the_twin_speaks_as_the_authority_does(twin: Server) -> None:
    answer = ask(source(twin), QUESTION, DAYS)
    assert answer.fault is None
    assert answer.content.decode("cp949").startswith("# TM_FC,TM_EF,STN,REG_ID,IFPAR,IFAREA,ILVL,EF_SN\n")
    report, why = fetching.read(FEED, answer, MORNING)
    assert (report.kind, why) == (ReportKind.READING, None)
    assert {row.zone for row in report.rows} == {"SAMPLE01", "SAMPLE02"}


def test_an_answer_that_has_not_changed_is_not_sent_again(twin: Server) -> None:
    first = ask(source(twin), QUESTION, DAYS)
    again = ask(source(twin), Question(FEED, QUESTION.until, first.etag, ""), DAYS)
    assert (again.is_same, again.content) == (True, b"")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("page", UnknownReason.WEB_PAGE),
        ("empty", UnknownReason.EMPTY_BODY),
        ("busy", Fault.BUSY),
        ("huge", Fault.TOO_LARGE),
    ],
)
def test_what_proves_nothing_is_named(twin: Server, fault: str, why: object) -> None:
    say(twin, fault=fault)
    answer = ask(source(twin), QUESTION, DAYS)
    report, found = fetching.read(FEED, answer, MORNING)
    assert (found, report.kind, report.rows) == (why, ReportKind.UNKNOWN, ())
    assert len(answer.content) <= BYTES_MAX
    assert answer.wait_seconds == (120 if fault == "busy" else 0)


def test_a_wrong_key_is_an_error_of_theirs(twin: Server) -> None:
    assert ask(source(twin, "wrong"), QUESTION, DAYS).fault is Fault.STATUS


def test_a_redirect_is_not_followed(raw: "Raw") -> None:
    raw.answers(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")
    assert ask(raw.source, QUESTION, DAYS).fault is Fault.STATUS


def test_a_body_shorter_than_announced_is_refused(raw: "Raw") -> None:
    """Cut after its header, the list would read like nothing in force."""
    raw.answers(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + making.HEADER.encode())
    assert ask(raw.source, QUESTION, DAYS).fault is Fault.CUT


def test_chunks_that_do_not_end_are_refused(raw: "Raw") -> None:
    raw.answers(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n")
    assert ask(raw.source, QUESTION, DAYS).fault is Fault.CUT


ROW = b"202607201130,202607210000,108,SAMPLE01,HW,1,3,1\n"


def test_a_body_without_any_length_has_to_end_with_the_mark(raw: "Raw") -> None:
    """A line that breaks behind a row would take back what the missing rows say."""
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + making.HEADER.encode()
    raw.answers(head + ROW)
    assert ask(raw.source, QUESTION, DAYS).fault is Fault.CUT
    raw.answers(head + ROW + b"#7777END\n")
    assert ask(raw.source, QUESTION, DAYS).fault is None


def test_headers_and_bodies_that_come_drop_by_drop_are_too_slow(raw: "Raw", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "WHOLE_SECONDS_MAX", 0.3)
    for said in (b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nabc"):
        raw.answers(said, hold=True)
        assert ask(raw.source, QUESTION, DAYS).fault is Fault.TOO_SLOW


def test_nothing_new_that_nobody_asked_about_proves_nothing(raw: "Raw") -> None:
    raw.answers(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    assert ask(raw.source, QUESTION, DAYS).fault is Fault.STATUS


def test_a_mark_that_cannot_be_sent_back_is_not_kept(raw: "Raw") -> None:
    raw.answers(b'HTTP/1.1 200 OK\r\nETag: "\xc3\xa9"\r\nContent-Length: 3\r\n\r\nabc')
    answer = ask(raw.source, QUESTION, DAYS)
    assert (answer.fault, answer.etag) == (None, "")


@pytest.mark.parametrize(
    "row",
    [
        "202607201130,999912310000,108,SAMPLE01,HW,1,3,1",
        "202607201130,202608200000,108,SAMPLE01,HW,1,3,1",
        "209907201130,202607210000,108,SAMPLE01,HW,1,3,1",
        "202607201130,202607210000,108,SAMPLE01SAMPLE01SAMPLE01,HW,1,3,1",
        "202607201130,202607210000,108,SAMPLE01,HW,1,3,99999999999",
    ],
)
def test_a_row_beyond_all_bounds_makes_an_answer_prove_nothing_and_the_desk_says_so(db: None, row: str) -> None:
    making.ground()
    with at(MORNING):
        kept = making.hear_bytes((making.HEADER + row + "\n").encode())
        assert kept.why is UnknownReason.UNREADABLE_ROW
        assert queries.feed_standings(making.BY)[0].answers[0].why is UnknownReason.UNREADABLE_ROW
    assert not models.Standing.objects.exists()


def test_an_answer_of_very_many_issues_is_none(db: None) -> None:
    rows = "".join(f"202607201130,202607210000,108,SAMPLE01,HW,1,3,{number}\n" for number in range(201))
    with at(MORNING):
        assert making.hear_bytes((making.HEADER + rows).encode()).why is UnknownReason.OTHER_FORMAT


def test_nobody_there_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert ask(Source(f"http://127.0.0.1:{port}", "k"), QUESTION, DAYS).fault is Fault.NOT_REACHED


def test_a_feed_is_asked_by_one_and_not_too_often(db: None) -> None:
    with at(MORNING):
        assert actions.claim_feed(making.BY, FEED) is not None
        assert actions.claim_feed(making.BY, FEED) is None
        making.ground()
        actions.hear(making.BY, FEED, Answer(None, 200, making.text(Said(2))), making.CODES, SenderRole.AUTHORITY)
    with at(MORNING + timedelta(minutes=9)):
        assert actions.claim_feed(making.BY, FEED) is None
    with at(MORNING + timedelta(minutes=10)):
        assert actions.claim_feed(making.BY, FEED) is not None


def test_who_was_killed_while_asking_is_followed_by_another(db: None) -> None:
    with at(MORNING):
        assert actions.claim_feed(making.BY, FEED) is not None
    with at(MORNING + fetching.LEASE):
        assert actions.claim_feed(making.BY, FEED) is not None


def test_failures_are_asked_about_later_and_later_and_waits_are_kept() -> None:
    waits = [fetching.next_at(MORNING, count) - MORNING for count in range(1, 9)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (fetching.AGAIN_FIRST, fetching.AGAIN_MAX)
    assert fetching.next_at(MORNING, 1, 900) == MORNING + timedelta(seconds=900)
    assert fetching.next_at(MORNING, 1, 10**9) == MORNING + fetching.WAIT_MAX
    assert fetching.next_at(MORNING, 10**6) == MORNING + fetching.AGAIN_MAX


def test_silence_of_26_hours_is_no_data_and_the_desk_says_why(db: None) -> None:
    making.ground()
    with at(MORNING):
        for feed in IMPACT_FEEDS:
            making.hear(Said(2), feed=feed)
        assert queries.feed_health().state is FeedState.FRESH
        cells = queries.cells({("SAMPLE02", Field.HEALTH)})["SAMPLE02", Field.HEALTH]
        assert [cell.is_known for cell in cells] == [True] * 3
    with at(MORNING + timedelta(hours=26)):
        actions.claim_feed(making.BY, FEED)
        actions.hear(making.BY, FEED, Answer(Fault.CUT, 200), making.CODES, SenderRole.AUTHORITY)
        assert queries.feed_health().state is FeedState.SILENT
        assert not queries.cells({("SAMPLE02", Field.HEALTH)})["SAMPLE02", Field.HEALTH][0].is_known
        said = queries.feed_standings(making.BY)[0]
        assert (said.failures, said.answers[0].why, said.health.last) == (1, Fault.CUT, MORNING)


def test_an_answer_that_is_the_same_counts_as_heard(db: None) -> None:
    making.ground()
    with at(MORNING):
        making.hear(Said(2))
    with at(MORNING + timedelta(hours=5)):
        question = actions.claim_feed(making.BY, FEED)
        assert question is not None
        assert question.etag == '"a"'
        kept = actions.hear(making.BY, FEED, Answer(None, 304, is_same=True), making.CODES, SenderRole.AUTHORITY)
        assert (kept.is_good, kept.changed) == (True, 0)
        assert queries.feed_standings(making.BY)[0].health.last == MORNING + timedelta(hours=5)
    assert models.Standing.objects.count() == 1


def test_rows_of_the_other_hazard_prove_nothing(db: None) -> None:
    making.ground()
    with at(MORNING):
        kept = making.hear_bytes(making.text(Said(4), hazard="CW"))
    assert kept.why is UnknownReason.OTHER_FORMAT
    assert not models.Standing.objects.exists()


def test_one_row_of_the_other_hazard_costs_no_other_row(db: None) -> None:
    making.ground()
    with at(MORNING):
        kept = making.hear_bytes(making.text(Said(4)) + Said(3, zone="SAMPLE02").row("CW").encode())
        assert kept.why is UnknownReason.UNREADABLE_ROW
        one = queries.feed_standings(making.BY)[0]
        assert (one.answers[0].unclear, one.unclear[0].zone) == (1, "SAMPLE02")
    assert [row.zone for row in models.Standing.objects.all()] == ["SAMPLE01"]


def test_fields_are_those_the_operator_named() -> None:
    assert fetching.fields_of(((1, "health"), (4, "farming"))) == {1: Field.HEALTH, 4: Field.FARMING}


def test_nobody_but_the_platform_asks_or_hears(db: None) -> None:
    with pytest.raises(NotAllowed):
        actions.claim_feed(NOBODY, FEED)


class Raw:
    """A server that says bytes, whatever it is asked, and hangs up."""

    def __init__(self) -> None:
        self._line = socket.create_server(("127.0.0.1", 0))
        self.source = Source(f"http://127.0.0.1:{self._line.getsockname()[1]}", "k")

    def answers(self, said: bytes, *, hold: bool = False) -> None:
        """Say so to the next caller, and hang up; or hold the line until the caller does."""

        def once() -> None:
            caller, _ = self._line.accept()
            with caller:
                caller.recv(65_536)
                caller.sendall(said)
                if hold:
                    caller.recv(1)

        threading.Thread(target=once, daemon=True).start()

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def raw() -> Iterator[Raw]:
    server = Raw()
    yield server
    server.close()
