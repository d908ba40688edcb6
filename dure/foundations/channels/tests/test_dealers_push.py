"""The adapter of Web Push beside its twin: browsers open what they get; gone ones are named; the same attempt is shown once."""

import json
from datetime import timedelta

import pytest

from dure.base import clock, ids
from dure.foundations.channels.providers import push, push_lines, push_sealing
from dure.foundations.channels.twins.push import Browser
from dure.foundations.channels.types import AttemptState, Purpose, PushSubscription, Reason, Route
from dure.foundations.channels.types.content import text
from dure.kit.twins import Fault, FaultRule

from .dealing import PUSH_KEY, a_carriage, again, carried, one, push_twin, subscribed


@pytest.fixture
def push_pair():
    with push_twin() as (twin, dealer, server):
        yield twin, dealer, server


def to(server, *browsers: Browser, **other):
    return a_carriage(Route.PUSH, tuple(subscribed(server, each) for each in browsers), **other)


def test_every_browser_of_a_person_opens_what_it_gets(push_pair):
    twin, dealer, server = push_pair
    phone, desk = twin.browser(), twin.browser()
    carriage = to(server, phone, desk, link="https://dure.example.org/channels/1", urgent=True)
    told = one(dealer, carriage)
    assert (told.state, told.code, told.gone) == (AttemptState.ACCEPTED, "201", ())
    said = [json.loads(read) for read in (*phone.read, *desk.read)]
    assert said == [said[0]] * 2
    assert said[0] | {"tag": ""} == {
        "title": "예시 떡집",
        "body": "예약이 확인되었습니다.",
        "link": "https://dure.example.org/channels/1",
        "tag": "",
        "urgent": True,
    }


@pytest.mark.parametrize("state", ["gone", "unknown"])
def test_a_browser_that_is_gone_is_named_and_the_others_still_get_it(push_pair, state):
    twin, dealer, server = push_pair
    alive, dead = twin.browser(), twin.browser(state)
    carriage = to(server, dead, alive)
    told = one(dealer, carriage)
    assert told.state is AttemptState.ACCEPTED
    assert told.gone == (carriage.to[0].id,)
    alone = to(server, dead)
    told = one(dealer, alone)
    assert (told.state, told.reason, told.gone) == (AttemptState.FAILED, Reason.NO_SUCH_ADDRESS, (alone.to[0].id,))


def test_a_service_that_is_busy_says_for_how_long(push_pair):
    twin, dealer, server = push_pair
    told = one(dealer, to(server, twin.browser("busy")))
    assert (told.state, told.reason, told.retry_after, told.gone) == (AttemptState.FAILED, Reason.BUSY, 5, ())


def test_a_deaf_browser_looks_alive(push_pair):
    """What WebKit does with dead endpoints: only the heartbeat finds them."""
    twin, dealer, server = push_pair
    assert one(dealer, to(server, twin.browser("deaf"))).state is AttemptState.ACCEPTED


@pytest.mark.parametrize("fault", [Fault.LATE, Fault.LOST, Fault.SILENT, Fault.ERROR])
def test_asked_again_after_a_fault_a_browser_shows_it_once(push_pair, fault):
    twin, dealer, server = push_pair
    browser = twin.browser()
    browser.away = True
    carriage = to(server, browser)
    twin.faults.add(FaultRule(fault, "push"))
    told = one(dealer, carriage)
    wanted = {Fault.LATE: AttemptState.ACCEPTED, Fault.ERROR: AttemptState.FAILED}.get(fault, AttemptState.UNSURE)
    assert told.state is wanted
    assert bool(told.retry_after) == (told.state is not AttemptState.ACCEPTED)
    assert one(dealer, again(carriage)).state is AttemptState.ACCEPTED
    assert len(browser.read) == 1
    browser.away = False
    assert one(dealer, again(carriage)).state is AttemptState.ACCEPTED
    assert len({json.loads(read)["tag"] for read in browser.read}) == 1  # the browser exchanges what it shows


def test_after_our_key_changed_browsers_are_forgotten_once_the_service_has_taken_the_new_one(push_pair):
    twin, dealer, server = push_pair
    old = twin.browser(key="the-key-of-before")
    carriage = to(server, old)
    told = one(dealer, carriage)
    assert (told.state, told.reason, told.gone, told.paused) == (AttemptState.FAILED, Reason.NOT_ALLOWED, (), True)
    assert one(dealer, to(server, twin.browser())).state is AttemptState.ACCEPTED
    assert one(dealer, carriage).gone == (carriage.to[0].id,)


def test_a_mistake_in_our_key_forgets_nobody():
    with push_twin() as (twin, _, server):
        voice = push_sealing.Voice(PUSH_KEY, "not-an-address", clock.now)
        lines = push_lines.Lines()
        told = carried(push.WebPush(voice, (server.origin,), lines), *(to(server, twin.browser()) for _ in range(20)))
        lines.close()
        assert {(each.state, each.gone, each.code) for each in told} == {(AttemptState.FAILED, (), "403")}


def test_endpoints_that_are_none_are_never_asked(push_pair):
    twin, dealer, server = push_pair
    real = subscribed(server, twin.browser())
    for endpoint, p256dh in (
        ("https://evil.example.org/x", real.p256dh),
        ("http://127.0.0.1:5432/", real.p256dh),
        (real.endpoint + "\r\nX-Other: 1", real.p256dh),
        (real.endpoint + "/é", real.p256dh),
        (real.endpoint, b"\x04" * 65),
        ("", real.p256dh),
    ):
        bad = PushSubscription(ids.new(), real.person, endpoint, p256dh, real.auth, "")
        told = one(dealer, a_carriage(Route.PUSH, (bad,)))
        assert (told.state, told.gone) == (AttemptState.FAILED, (bad.id,))
    assert all(not browser.read for browser in twin.book.browsers.values())


def test_nothing_is_sent_too_late_and_nobody_is_no_success(push_pair):
    twin, dealer, server = push_pair
    browser = twin.browser()
    late = to(server, browser, expires_at=clock.now() - timedelta(seconds=1))
    assert (one(dealer, late).reason, browser.read) == (Reason.EXPIRED, [])
    assert one(dealer, a_carriage(Route.PUSH, ())).state is AttemptState.FAILED


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_long_text_is_cut_so_that_every_service_takes_it(push_pair, purpose):
    twin, dealer, server = push_pair
    browser = twin.browser()
    told = one(dealer, to(server, browser, content=text("가나다 " * 2_000), sender="긴 이름 " * 50, purpose=purpose))
    assert told.state is AttemptState.ACCEPTED
    assert len(browser.read[0].encode()) < 3_000


def test_a_service_that_is_not_there_has_taken_nothing():
    lines = push_lines.Lines()
    voice = push_sealing.Voice(PUSH_KEY, "mailto:town@example.org", clock.now)
    with push_twin() as (twin, _, server):
        real = subscribed(server, twin.browser())
    gone = PushSubscription(real.id, real.person, "http://127.0.0.1:9/x", real.p256dh, real.auth, "")
    told = one(push.WebPush(voice, ("http://127.0.0.1:9",), lines), a_carriage(Route.PUSH, (gone,)))
    lines.close()
    assert (told.state, told.reason, told.paused, told.gone) == (AttemptState.FAILED, Reason.BUSY, True, ())


def test_many_go_over_few_lines_and_all_arrive(push_pair):
    twin, dealer, server = push_pair
    browsers = [twin.browser() for _ in range(300)]
    for _ in range(2):
        told = carried(dealer, *(to(server, each) for each in browsers))
        assert {each.state for each in told} == {AttemptState.ACCEPTED}
    assert {len(each.read) for each in browsers} == {2}
