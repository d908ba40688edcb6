"""The twin of a gateway: a telephone that is picked up, all the way over HTTP to what answers it, and a gateway's faults."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from dure.kit.twins import FaultRule, Server, Setting
from dure.services.broadcast import actions, models, providers
from dure.services.broadcast.twins import TelephoneTwin
from dure.services.broadcast.twins.telephone import RECORDINGS, signed, tone
from dure.services.broadcast.types import AnnouncementState, HouseholdState

from . import making
from . import telephoning as on
from .making import BY, Ground, later

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Called:
    """A call at the twin, as a person or a script makes it."""

    server: Server
    name: str

    def does(self, what: str, **how: Any) -> dict[str, Any]:
        """Do something and learn where the call stands."""
        got = asked("POST", f"{self.server.origin}/twin/calls/{self.name}/{what}", **how)
        assert got.status_code == 202, got.text
        return self.stands()

    def stands(self) -> dict[str, Any]:
        self.server.twin.webhooks.deliver_due()  # what its own thread took first is told when this is through
        found: dict[str, Any] = asked("GET", f"{self.server.origin}/twin/calls/{self.name}").json()
        return found


def asked(method: str, address: str, **how: Any) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=20) as client:
        return client.request(method, address, **how)


def call(server: Server, number: str) -> Called:
    got = asked("POST", f"{server.origin}/twin/calls", json={"from": number})
    return Called(server, got.json()["call"])


def words(stands: dict[str, Any]) -> str:
    return " ".join(one.get("text", "") for one in stands["heard"][-1]["says"])


@pytest.fixture
def town(real_ground: Ground) -> Ground:
    on.known(real_ground)
    return real_ground


@pytest.fixture
def gateway(live_server: Any, settings: Any) -> Iterator[Server]:
    hook = f"{live_server.url}{on.PATH}"
    with Server(TelephoneTwin(Setting(secret=on.SECRET), hook)) as server:
        settings.DURE = replace(
            settings.DURE,
            telephone_secret=on.SECRET,
            telephone_number="031-000-0000",
            telephone_url=server.origin,
            origin=live_server.url,
        )
        yield server


def test_a_head_picks_it_up_and_the_village_is_spoken_to(town: Ground, gateway: Server) -> None:
    made = call(gateway, on.HEAD_NUMBER)
    assert made.stands()["then"] == "keys"
    made.does("keys", json={"keys": "1"})
    assert made.does("keys", json={"keys": on.DIGITS})["then"] == "record"
    heard = made.does("speech", content=tone(2))
    [address] = [one["play"] for one in heard["heard"][-1]["says"] if "play" in one]
    assert asked("GET", address).content == tone(2)
    assert "10초" in words(made.does("keys", json={"keys": "1"}))
    assert made.does("hang-up")["then"] == "over"
    [row] = models.Announcement.objects.all()
    assert row.state == AnnouncementState.SENT


def test_a_gateway_that_tells_everything_twice_changes_nothing(town: Ground, gateway: Server) -> None:
    gateway.twin.faults.add(FaultRule.parse("twice:webhook:20"))
    made = call(gateway, on.HEAD_NUMBER)
    made.stands()
    made.does("keys", json={"keys": "1"})
    made.does("keys", json={"keys": on.DIGITS})
    made.does("speech", content=tone(2))
    stands = made.does("keys", json={"keys": "1"})
    assert [one["turn"] for one in stands["heard"]] == [1, 2, 3, 4, 5]
    assert stands["posts"] == [200] * 10
    assert models.Announcement.objects.count() == 1
    assert models.Airing.objects.count() == 1


def test_a_person_at_its_page_calls_and_speaks(town: Ground, gateway: Server) -> None:
    form = {"headers": {"content-type": "application/x-www-form-urlencoded"}}
    assert (
        asked("POST", f"{gateway.origin}/twin/calls?page=1", content=b"from=%2B821012340001", **form).status_code == 303
    )
    made = Called(gateway, "c1")
    made.stands()
    page = asked("GET", f"{gateway.origin}/").text
    assert "방송하시려면 1번" in page
    for keys in (b"keys=1", f"keys={on.DIGITS}".encode()):
        assert asked("POST", f"{gateway.origin}/twin/calls/c1/keys?page=1", content=keys, **form).status_code == 303
        made.stands()
    assert asked("POST", f"{gateway.origin}/twin/calls/c1/speech?page=1", content=b"", **form).status_code == 303
    assert "이렇게 말씀하셨습니다" in words(made.stands())


def test_what_a_call_does_not_wait_for_is_refused(town: Ground, gateway: Server) -> None:
    made = call(gateway, on.HEAD_NUMBER)
    assert made.stands()["then"] == "keys"
    where = f"{gateway.origin}/twin/calls/c1"
    assert asked("POST", f"{where}/speech", content=tone(1)).status_code == 409
    assert asked("POST", f"{where}/sing").status_code == 404
    assert asked("GET", f"{gateway.origin}/twin/calls/c9").status_code == 404
    recording = f"{gateway.origin}{RECORDINGS}r1.wav"
    gateway.twin.book.recordings["r1"] = tone(1)  # type: ignore[attr-defined]  # the book of this twin
    assert asked("GET", recording).status_code == 403
    at = int(gateway.twin.clock.now().timestamp())
    for secret, status in (("another", 403), (on.SECRET, 200)):
        headers = {"X-Dure-Signature": signed(secret, at, recording.encode())}
        assert asked("GET", recording, headers=headers).status_code == status


def test_a_stranger_hears_how_one_joins(town: Ground, gateway: Server) -> None:
    stands = call(gateway, on.STRANGER).stands()
    assert stands["then"] == "over"
    assert making.WORDS not in words(stands)
    assert "솔내리" not in words(stands)


def test_a_household_is_called_picks_it_up_and_says_yes(town: Ground, gateway: Server) -> None:
    with later():
        actions.enter_household(town.head, town.village.id, "김예시", "031-123-4567", key=making.key())
        actions.ask_households(BY)
        assert actions.place_rings(BY, providers.place_call) == 1
        assert actions.place_rings(BY, providers.place_call) == 0
        assert (
            asked("POST", f"{gateway.origin}/calls", json={"call": "forged", "to": "+82311234567"}).status_code == 403
        )
    twin = gateway.twin
    assert isinstance(twin, TelephoneTwin)
    [name] = twin.book.calls
    made = Called(gateway, name)
    assert made.stands()["then"] == "ringing"
    assert "솔내리" in words(made.does("answer"))
    assert made.does("keys", json={"keys": "1"})["then"] == "over"
    assert models.Household.objects.get().state == HouseholdState.LISTENING
