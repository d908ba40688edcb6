"""Rate limits: exact under concurrency, a new window after the old one, one household one bucket."""

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from dure.base import clock
from dure.base.refusals import TooOften
from dure.kit import limits, models
from dure.kit.testing import Meet, race


@pytest.mark.django_db
def test_so_many_a_window_and_not_one_more() -> None:
    for _ in range(3):
        limits.count("post:kim", most=3, window_seconds=60)
    with pytest.raises(TooOften) as refused:
        limits.count("post:kim", most=3, window_seconds=60)
    assert 1 <= refused.value.retry_seconds <= 60
    limits.count("post:lee", most=3, window_seconds=60)


@pytest.mark.django_db
def test_a_new_window_begins_when_the_old_one_has_ended() -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        limits.count("post:kim", most=1, window_seconds=60)
        time.shift(59)
        with pytest.raises(TooOften):
            limits.count("post:kim", most=1, window_seconds=60)
        time.shift(1)
        limits.count("post:kim", most=1, window_seconds=60)
        with pytest.raises(TooOften) as refused:
            limits.count("post:kim", most=1, window_seconds=60)
        assert refused.value.retry_seconds == 60


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_one_by_one() -> None:
    def post(meet: Meet) -> str:
        meet()
        limits.count("post:kim", most=3, window_seconds=60)
        return "posted"

    assert race(*[post] * 6).names == ("TooOften",) * 3 + ("posted",) * 3


@pytest.mark.django_db
def test_windows_that_ended_are_forgotten() -> None:
    limits.count("short", most=1, window_seconds=1)
    limits.count("long", most=1, window_seconds=3600)
    assert limits.forget(clock.now() + timedelta(seconds=2), most=10) == 1
    assert [window.bucket for window in models.RateWindow.objects.all()] == ["long"]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_a_household_is_one_bucket(address: str, network: str) -> None:
    assert limits.network_of(address) == network


@pytest.mark.django_db
def test_a_page_counts_what_writes_and_nothing_else() -> None:
    @limits.limited("note", most=1, window_seconds=60)
    def note(request: HttpRequest) -> HttpResponse:
        return HttpResponse("noted")

    factory = RequestFactory()
    note(factory.post("/", REMOTE_ADDR="203.0.113.9"))
    note(factory.get("/", REMOTE_ADDR="203.0.113.9"))
    note(factory.post("/", REMOTE_ADDR="203.0.113.10"))
    with pytest.raises(TooOften):
        note(factory.post("/", REMOTE_ADDR="203.0.113.9"))


@pytest.mark.django_db
def test_reading_is_counted_where_reading_costs_and_nowhere_else() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("read")

    free = limits.limited("free", most=1, window_seconds=60)(view)
    dear = limits.limited("dear", most=1, window_seconds=60, reads=True)(view)
    asked = RequestFactory().get("/")
    assert [free(asked).content for _ in range(3)] == [b"read"] * 3
    assert dear(asked).content == b"read"
    with pytest.raises(TooOften):
        dear(asked)


def test_a_window_in_memory_says_when_it_is_full_and_counts_nothing_by_saying_so() -> None:
    window = limits.Window(2, 60)
    for _ in range(5):
        assert not window.is_full("all")
    window.count("all")
    window.count("all")
    assert window.is_full("all")
    assert not window.is_full("others")
