"""Fetching alerts: politely, bounded, each once, from one host; against the loopback twin of an agency."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from dure.base import clock
from dure.base.refusals import BadValue
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit.twins import Server, Setting
from dure.services.forecasts import actions, models, queries, tasks
from dure.services.forecasts.rules.cap import index
from dure.services.forecasts.rules.cap.pinning import fingerprint, read
from dure.services.forecasts.twins import AlertTwin
from dure.services.forecasts.types import (
    AlertUnreadable,
    Fault,
    NewPin,
    NewSource,
    SenderRole,
    SourceTaken,
    UnreadableReason,
    UntrustedReason,
)

from . import making
from .making import BY, key

BASE = "https://alerts.example.org/cap/list.xml"


@pytest.fixture
def twin(db: None) -> Iterator[Server]:
    with Server(AlertTwin(Setting(secret="of-tests"))) as server:
        yield server


@pytest.fixture
def steward(twin: Server) -> Actor:
    by = folk.steward()
    actions.put_source(by, NewSource("예시 기관", f"{twin.origin}/cap/alerts.atom"), key=key())
    return by


def say(server: Server, **said: object) -> None:
    httpx.post(f"{server.origin}/twin/say", json=said).raise_for_status()


def believe(server: Server, by: Actor) -> None:
    certificate = httpx.get(f"{server.origin}/cap/certificate.pem").text
    new = NewPin("twin@sample.invalid", certificate, fingerprint(read(certificate)), "예시 기관, 전화")
    actions.pin(by, new, key=key())


def again() -> None:
    """Its time has come."""
    models.AlertSource.objects.update(next_at=making.MORNING)


def asked(server: Server) -> int:
    return int(httpx.get(f"{server.origin}/twin/books").json()["asked"])


def test_a_list_is_asked_and_each_alert_is_fetched_once(twin: Server, steward: Actor) -> None:
    believe(twin, steward)
    for number in (1, 2, 3):
        say(twin, headline=f"예시 경보 {number}")
    assert tasks.fetch_alerts(0) == 3
    assert [one.role for one in queries.alerts_in_force()] == [SenderRole.MIRROR] * 3  # a twin's: made up
    before = twin.twin.book.asked  # type: ignore[attr-defined]  # the twin's own books
    again()
    assert tasks.fetch_alerts(0) == 0
    assert twin.twin.book.asked == before + 1  # type: ignore[attr-defined]  # the list alone, and it had not changed
    say(twin, headline="예시 경보 4")
    again()
    assert tasks.fetch_alerts(0) == 1


def test_it_is_not_asked_before_its_time(twin: Server, steward: Actor) -> None:
    tasks.fetch_alerts(0)
    assert actions.fetch_next(BY) is None


@pytest.mark.parametrize(("fault", "why"), [("empty", UnreadableReason.EMPTY), ("page", UnreadableReason.DOCTYPE)])
def test_what_is_no_list_is_named_and_asked_again_later(
    twin: Server, steward: Actor, fault: str, why: UnreadableReason
) -> None:
    say(twin, fault=fault)
    tasks.fetch_alerts(0)
    (source,) = queries.sources(steward)
    assert (source.why, source.failures, source.good_at) == (why, 1, None)
    say(twin, fault="")
    again()
    tasks.fetch_alerts(0)
    (source,) = queries.sources(steward)
    assert (source.why, source.failures) == (None, 0)


def test_nobody_there_is_named(db: None) -> None:
    by = folk.steward()
    actions.put_source(by, NewSource("예시 기관", "http://127.0.0.1:9/alerts.atom"), key=key())
    tasks.fetch_alerts(0)
    assert queries.sources(by)[0].why is Fault.NOT_REACHED


def test_an_unsigned_alert_is_kept_and_not_believed(twin: Server, steward: Actor) -> None:
    believe(twin, steward)
    for fault in ("unsigned", "changed"):
        say(twin, fault=fault)
        say(twin, headline="예시 경보")
    say(twin, fault="")
    tasks.fetch_alerts(0)
    found = {one.untrusted for one in queries.alerts_received(steward)}
    assert found == {UntrustedReason.UNSIGNED, UntrustedReason.BROKEN}


def test_what_a_fast_clock_dates_ahead_is_fetched_again_and_not_lost(twin: Server, steward: Actor) -> None:
    """Our clock and theirs differ by an hour: nothing is believed of the future, and nothing of it is forgotten."""
    believe(twin, steward)
    say(twin, headline="예시 경보")
    behind = clock.now() - timedelta(hours=1)
    again()
    with making.at(behind):
        kept = actions.fetch_next(BY)
        assert kept is not None
        assert (kept.taken, kept.unfit, kept.early, kept.left, kept.fetched) == (0, 0, 1, 0, ())
        assert actions.fetch_next(BY) is None  # politely, when its time comes again
    (source,) = queries.sources(steward)
    assert (source.why, source.next_at > behind + timedelta(minutes=5)) == (None, True)
    again()
    assert tasks.fetch_alerts(0) == 1  # the list has not changed, and is read all the same
    again()
    assert tasks.fetch_alerts(0) == 0


def test_a_single_alert_can_be_a_source(twin: Server, steward: Actor) -> None:
    say(twin, headline="예시 경보")
    actions.put_source(steward, NewSource("한 경보", f"{twin.origin}/cap/1.xml"), key=key())
    assert tasks.fetch_alerts(0) == 1


def test_an_address_is_asked_by_one_source(twin: Server, steward: Actor) -> None:
    url = f"{twin.origin}/cap/alerts.atom"
    with pytest.raises(SourceTaken):
        actions.put_source(steward, NewSource("다시", url), key=key())
    (source,) = queries.sources(steward)
    actions.end_source(steward, source.id, key=key())
    actions.end_source(steward, source.id, key=key())
    assert queries.sources(steward) == ()
    actions.put_source(steward, NewSource("다시", url), key=key())


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/list",
        "ftp://example.org/list",
        "https://user:secret@example.org/",
        "https://127.0.0.1/list",
        "https://[::1]/list",
        "https://intranet/list",
        "https://box.local/list",
        "https://10.0.0.1/list",
        "https://example.org:port/",
        "https://example.org/ a",
        "https://예시.한국/",
        "",
        f"https://example.org/{'a' * 500}",
    ],
)
def test_only_addresses_of_the_public_net_are_asked(url: str) -> None:
    with pytest.raises(BadValue):
        index.check_url(url)


def test_a_list_names_alerts_at_its_own_host_only() -> None:
    links = (
        '<link rel="self" href="https://alerts.example.org/self"/>'
        '<link type="text/html" href="/page"/><link type="application/cap+xml; charset=utf-8" href="/cap/1.xml"/>'
    )
    entries = f"<entry>{links}</entry>" + "".join(
        f'<entry><link href="{href}"/></entry>'
        for href in (
            "/cap/2.xml",
            "https://evil.example.net/3.xml",
            "http://alerts.example.org/4.xml",
            "file:///etc/passwd",
            "",
        )
    )
    content = f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()
    expected = ("https://alerts.example.org/cap/1.xml", "https://alerts.example.org/cap/2.xml")
    assert index.addresses(content, BASE) == expected


def test_rss_is_read_as_well() -> None:
    content = (
        b"<rss version='2.0'><channel><link>/x</link><item><link> /cap/1.xml </link></item><item/></channel></rss>"
    )
    assert index.addresses(content, BASE) == ("https://alerts.example.org/cap/1.xml",)


def test_a_long_list_is_fetched_in_parts(twin: Server, steward: Actor) -> None:
    for number in range(60):
        say(twin, headline=f"예시 {number}")
    assert actions.fetch_next(BY).taken == 50  # type: ignore[union-attr]  # it was its turn
    assert actions.fetch_next(BY).taken == 10  # type: ignore[union-attr]  # at once again
    assert actions.fetch_next(BY) is None


@pytest.mark.parametrize("content", [b"<html/>", b"<feed/>", b"", b"<!DOCTYPE a [<!ENTITY b 'c'>]><rss>&b;</rss>"])
def test_what_is_neither_is_refused(content: bytes) -> None:
    with pytest.raises(AlertUnreadable):
        index.addresses(content, BASE)


def test_a_machine_that_stands_still_in_the_middle_is_asked_for_the_rest_later(twin: Server, steward: Actor) -> None:
    say(twin, headline="예시 경보")
    twin.twin.book.sent.append(twin.twin.book.sent[0])  # type: ignore[attr-defined]  # a list that names what is not there
    kept = actions.fetch_next(BY)
    assert kept is not None
    assert (kept.taken, kept.unfit, kept.left) == (1, 1, 0)
    again()
    with making.at(queries.sources(steward)[0].next_at + timedelta(days=1)):
        assert actions.fetch_next(BY).taken == 0  # type: ignore[union-attr]  # it was its turn
