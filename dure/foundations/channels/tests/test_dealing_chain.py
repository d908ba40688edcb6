"""From the outbox through an adapter to a twin and back by its reports: every message once, whatever goes wrong."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from dure.base import clock
from dure.foundations.channels import models
from dure.foundations.channels.providers.mail import Mail, Post
from dure.foundations.channels.providers.solapi import Solapi
from dure.foundations.channels.tasks import sending as senders
from dure.foundations.channels.twins import SolapiTwin
from dure.foundations.channels.types import Dealer, DispatchState, Lane, Purpose, Route
from dure.kit.twins import Fault, FaultRule, Letter

from . import sending_world as worlds
from .dealing import SECRET, smtp_twin, solapi_twin

pytestmark = pytest.mark.django_db
ENDS = {True: (DispatchState.DELIVERED,), False: (DispatchState.SENT, DispatchState.DELIVERED)}
FAULTS = (Fault.LOST, Fault.SILENT, Fault.ERROR)


@dataclass
class Chain:
    """A world whose texts go by a twin of SOLAPI, and a clock that both sides go by."""

    world: worlds.World
    twin: SolapiTwin
    dealer: Solapi
    clock: worlds.Clock

    def pass_seconds(self, seconds: float) -> None:
        self.clock.move(seconds=seconds)
        self.twin.clock.advance(seconds)

    def send(self, *others: Dealer) -> None:
        while senders.carry((self.dealer, *others), tuple(Lane)):
            pass


@pytest.fixture
def chain(settings: Any) -> Iterator[Chain]:
    client = Client()

    def post(letter: Letter) -> int:
        headers = {name: value for name, value in letter.headers.items() if name != "content-type"}
        return client.post(
            "/channels/hooks/solapi/", letter.body, content_type="application/json", headers=headers
        ).status_code

    with solapi_twin(post) as (twin, dealer, server), noon(twin) as standing:
        settings.DURE = replace(
            settings.DURE,
            solapi_key="KEY",
            solapi_secret=SECRET,
            solapi_sender="029302266",
            solapi_hook_secret=SECRET,
            solapi_url=server.origin,
        )
        yield Chain(worlds.world(), twin, dealer, standing)


@contextmanager
def noon(twin: SolapiTwin) -> Iterator[worlds.Clock]:
    """Tomorrow at noon in Seoul: the law lets everything pass, and the twin's clock only goes forward."""
    real = clock.now()
    moment = datetime(real.year, real.month, real.day, 3, tzinfo=UTC) + timedelta(days=1)
    twin.clock.advance((moment - real).total_seconds())
    twin.webhooks._clock = twin.clock
    with worlds.at(moment) as standing:
        yield standing


def once_each(chain: Chain, sending: Any, persons: list[Any]) -> None:
    """Every person's dispatch has come to its end, and their message reached them once at the dealer."""
    for person in persons:
        row = worlds.row_of(sending, person)
        assert (row.state, row.next_at) == (DispatchState.DELIVERED, None)
        attempts = list(models.Attempt.objects.filter(dispatch=row, route=Route.SMS))
        assert [chain.twin.book.delivered(attempt.key) for attempt in attempts] == [1]


def test_a_report_twice_and_in_any_order_is_one_delivery(chain: Chain) -> None:
    persons = [worlds.friend(chain.world) for _ in range(3)]
    for fault in (Fault.TWICE, Fault.OUT_OF_ORDER):
        chain.twin.faults.add(FaultRule(fault, "webhook"))
    sending = worlds.queue(chain.world, *persons)
    chain.send()
    for _ in range(3):
        chain.pass_seconds(61)
        chain.twin.webhooks.deliver_due()
    chain.send()
    once_each(chain, sending, persons)
    assert models.Report.objects.filter(dealer="solapi").count() == 3


@pytest.mark.parametrize("seed", range(4))
def test_whatever_goes_wrong_everybody_gets_it_once(chain: Chain, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
    persons = [worlds.friend(chain.world) for _ in range(12)]
    for _ in range(3):
        chain.twin.faults.add(FaultRule(chance.choice(FAULTS), chance.choice(("send", "find"))))
        chain.twin.faults.add(FaultRule(chance.choice((Fault.TWICE, Fault.OUT_OF_ORDER, Fault.WITHHELD)), "webhook"))
    sending = worlds.queue(chain.world, *persons)
    for _ in range(12):
        chain.send()
        chain.pass_seconds(chance.choice((65, 130, 400)))
        chain.twin.webhooks.deliver_due()
    keys = [one.fields["key"] for one in chain.twin.book.messages.values()]
    assert len(keys) == len(set(keys)) == len(persons)
    told = {key for key in keys if models.Report.objects.filter(attempt__key=key).exists()}
    for person in persons:
        row = worlds.row_of(sending, person)
        (attempt,) = models.Attempt.objects.filter(dispatch=row, route=Route.SMS)
        assert chain.twin.book.delivered(attempt.key) == 1
        assert (
            row.state == DispatchState.DELIVERED
            if attempt.key in told
            else row.state in (DispatchState.SENT, DispatchState.DELIVERED)
        )


def test_a_telephone_that_is_off_is_followed_by_a_letter_and_by_nothing_else(chain: Chain) -> None:
    person = worlds.friend(chain.world, phone=False)
    worlds.reach(person, Route.SMS, "01000003043")
    worlds.reach(person, Route.MAIL, "kim@sample.invalid")
    with smtp_twin() as post_office:
        mail = Mail(Post(url=post_office.url, sender="town@dure.example.org"))
        sending = worlds.queue(chain.world, person)
        chain.send(mail)
        assert not post_office.book.letters
        for _ in range(3):
            chain.pass_seconds(65)
            chain.twin.webhooks.deliver_due()
            chain.send(mail)
        assert [letter.to for letter in post_office.book.letters] == ["kim@sample.invalid"]
        assert len(chain.twin.book.messages) == 1
        assert worlds.row_of(sending, person).next_at is None


@pytest.mark.parametrize("purpose", [Purpose.AD, Purpose.INFO])
def test_a_letter_can_be_unsubscribed_and_a_mail_program_stops_ads_only(chain: Chain, purpose: Purpose) -> None:
    person = worlds.friend(chain.world, phone=False)
    worlds.reach(person, Route.MAIL, "kim@sample.invalid")
    with smtp_twin() as post_office:
        worlds.queue(chain.world, person, purpose=purpose)
        for _ in range(3):
            chain.send(Mail(Post(url=post_office.url, sender="town@dure.example.org")))
            chain.pass_seconds(24 * 3600)
        (letter,) = post_office.book.letters
        address = letter.headers["List-Unsubscribe"].strip("<>")
        assert ("List-Unsubscribe-Post" in letter.headers) == (purpose is Purpose.AD), "who leaves sees it on a page"
        path = address.removeprefix(settings.DURE.origin)
        assert Client(enforce_csrf_checks=True).get(path).status_code == 200
        friend = models.Friend.objects.filter(channel_id=chain.world.channel, person_id=person)
        assert (friend.get().left_at, bool(friend.get().ads_since)) == (None, True), "looking changes nothing"
        assert Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
        now = friend.get()
        assert (now.left_at is None, now.ads_since is None) == (purpose is Purpose.AD, True)


def test_who_opted_out_at_the_dealer_is_never_texted_again(chain: Chain) -> None:
    person = worlds.friend(chain.world, phone=False)
    worlds.reach(person, Route.SMS, "01000001061")
    for _ in range(2):
        worlds.queue(chain.world, person)
        chain.send()
    assert len(chain.twin.book.messages) == 1
    assert models.Barrier.objects.filter(route=Route.SMS).count() == 1


@pytest.mark.parametrize(
    ("dealer", "headers", "status"),
    [
        ("solapi", {}, 403),
        ("solapi", {"X-Solapi-Secret": "0" * 40}, 403),
        ("nhn", {}, 404),
        ("push", {}, 404),
        ("nobody", {}, 404),
    ],
)
def test_what_nobody_has_signed_is_not_taken(chain: Chain, dealer: str, headers: dict[str, str], status: int) -> None:
    told = Client().post(f"/channels/hooks/{dealer}/", b"[]", content_type="application/json", headers=headers)
    assert told.status_code == status
    assert not models.Report.objects.exists()


def test_a_hook_takes_posts_of_a_bounded_size_only(chain: Chain) -> None:
    assert Client().get("/channels/hooks/solapi/").status_code == 405
    long = Client().post("/channels/hooks/solapi/", b"x" * 2_000_001, content_type="application/json")
    assert long.status_code in (413, 422)
