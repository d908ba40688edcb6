"""Owners ask for places and scanners; the visit party is told what it does not know, once it answers, and nothing twice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.test import Client

from dure.base import clock
from dure.base.actors import NOBODY, Actor, OrganisationId, OrgRole, PersonId, PlatformRole, system
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.people import actions as folk
from dure.foundations.people import demo as people
from dure.foundations.people import queries as persons
from dure.foundations.people.types import Decision
from dure.kit import peers, signed, tx
from dure.services.checkin.actions import identity as actions
from dure.services.checkin.queries import identity as queries
from dure.services.checkin.rules import registry
from dure.services.checkin.types.register import NotVerified, VenueRevoked, VenueTaken

pytestmark = pytest.mark.django_db
VISITS = Ed25519PrivateKey.from_private_bytes(b"\x03" * 32)
TELLER, WIRING = system("checkin.tell_register"), system("wiring.revoke_places")
URL = "http://localhost:8001"
NAME = "가람 예시 빵집"


@dataclass(frozen=True)
class Peer:
    url: str
    key: str


class Said:
    """A stand-in for the visit party at the other end of the line: signs its answers, remembers what it was told."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, dict[str, Any]]] = []
        self.refuses: dict[str, str] = {}
        self.away = False

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("away")
        name, said = request.url.path.rpartition("/")[2], msgspec.json.decode(request.content)
        self.messages.append((name, said))
        code = self.refuses.get(name) or self.refuses.get(said.get("name", ""))
        body = msgspec.json.encode({"code": code} if code else {"entry": len(self.messages)})
        nonce = request.headers["signature-input"].split('nonce="')[1][:32]
        answered = signed.Answered(409 if code else 200, body)
        headers = signed.headers(answered, VISITS, "visits", clock.now(), nonce)
        return httpx.Response(answered.status, headers=headers, content=body)

    @property
    def names(self) -> list[str]:
        return [name for name, _said in self.messages]


@pytest.fixture
def visits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Said]:
    other = Said()
    peer: Any = (("visits", Peer(URL, VISITS.public_key().public_bytes_raw().hex())),)
    monkeypatch.setattr(settings, "DURE", replace(settings.DURE, peers=peer))
    peers._line.cache_clear()
    made = httpx.Client
    monkeypatch.setattr(httpx, "Client", lambda **given: made(transport=httpx.MockTransport(other.answer)))
    yield other
    peers._line.cache_clear()


@pytest.fixture
def owner() -> Actor:
    people.load()
    return people.people().actor(people.OWNERS[0].id)


def registered(owner: Actor, name: str = NAME, key: str = "k") -> UUID:
    return actions.register_venue(owner, people.NGO, name, challenge=False, key=key).id


def test_the_visit_party_is_told_of_a_place_and_its_scanner_once(owner: Actor, visits: Said) -> None:
    venue = registered(owner)
    scanner = actions.add_scanner(owner, venue, key="s")
    assert actions.tell_register(TELLER) == 2
    assert actions.tell_register(TELLER) == 0
    assert visits.names == ["certify-venue", "invite-scanner"]
    place, invite = (said for _name, said in visits.messages)
    assert (place["name"], place["organisation"]) == (NAME, str(people.NGO))
    assert place["organisation_name"] == persons.organisation(people.NGO).name
    assert invite["digest"] == registry.digest_of(queries.code_of(scanner.id)).hex()
    assert queries.code_of(scanner.id) not in str(visits.messages)


def test_what_was_not_told_is_told_when_the_other_answers_again(owner: Actor, visits: Said) -> None:
    venue = registered(owner)
    visits.away = True
    with pytest.raises(peers.PeerSilent):
        actions.tell_register(TELLER)
    assert not queries.venue(venue).told
    visits.away = False
    assert actions.tell_register(TELLER) == 1
    assert queries.venue(venue).told


def test_taking_away_is_told_also_of_what_never_arrived(owner: Actor, visits: Said) -> None:
    venue = registered(owner)
    actions.revoke_venue(owner, venue)
    visits.refuses["revoke-venue"] = NotFound.code
    assert actions.tell_register(TELLER) == 1
    assert visits.names == ["revoke-venue"]
    with pytest.raises(VenueRevoked):
        actions.add_scanner(owner, venue, key="s")


def test_a_scanner_is_taken_away_by_itself_or_with_its_place(owner: Actor, visits: Said) -> None:
    venue = registered(owner)
    one, two = (actions.add_scanner(owner, venue, key=key) for key in "ab")
    actions.tell_register(TELLER)
    actions.revoke_scanner(owner, one.id)
    actions.revoke_scanner(owner, one.id)
    actions.revoke_venue(owner, venue)
    actions.tell_register(TELLER)
    assert visits.names[3:] == ["revoke-venue"], "the place says it for its scanners"
    assert queries.scanner(two.id).revoked


def test_a_refusal_of_the_other_party_is_not_taken_for_a_yes(owner: Actor, visits: Said) -> None:
    venue = registered(owner)
    visits.refuses["certify-venue"] = "venue_otherwise"
    with pytest.raises(peers.PeerRefused):
        actions.tell_register(TELLER)
    assert not queries.venue(venue).told


def test_nobodys_place_waits_for_one_that_is_refused(owner: Actor, visits: Said) -> None:
    refused, other = registered(owner), registered(owner, name="가람 예시 찻집", key="other")
    scanner = actions.add_scanner(owner, other, key="s")
    visits.refuses[NAME] = "venue_otherwise"
    with pytest.raises(peers.PeerRefused):
        actions.tell_register(TELLER)
    assert (queries.venue(refused).told, queries.venue(other).told, queries.scanner(scanner.id).told) == (
        False,
        True,
        True,
    )


def test_the_same_form_twice_is_one_place_and_one_name_is_one_place(owner: Actor) -> None:
    assert registered(owner) == registered(owner)
    with pytest.raises(VenueTaken):
        registered(owner, key="other")
    with pytest.raises(BadValue):
        registered(owner, name="빵\u200b집", key="third")


def actors(owner: Actor) -> dict[str, Actor]:
    town = people.people()
    return {
        "owner": owner,
        "staff": town.actor(town.staff),
        "citizen": town.actor(town.citizens[0]),
        "steward": town.actor(town.stewards[0]),
        "auditor": town.actor(town.auditor),
        "owner of another": town.actor(town.other_owner),
        "nobody": NOBODY,
    }


DEEDS: dict[str, tuple[Callable[[Actor, UUID, UUID], object], frozenset[str]]] = {
    "register": (
        lambda by, _venue, _scanner: actions.register_venue(by, people.NGO, "다른 곳", challenge=False, key="m"),
        frozenset({"owner"}),
    ),
    "add": (lambda by, venue, _scanner: actions.add_scanner(by, venue, key="m"), frozenset({"owner"})),
    "revoke scanner": (
        lambda by, _venue, scanner: actions.revoke_scanner(by, scanner),
        frozenset({"owner", "steward"}),
    ),
    "revoke venue": (lambda by, venue, _scanner: actions.revoke_venue(by, venue), frozenset({"owner", "steward"})),
    "tell": (lambda by, _venue, _scanner: actions.tell_register(by), frozenset()),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_who_may_do_what_is_listed_and_nobody_else(owner: Actor, deed: str) -> None:
    do, allowed = DEEDS[deed]
    venue = registered(owner)
    scanner = actions.add_scanner(owner, venue, key="s").id
    for role, by in actors(owner).items():
        if role in allowed:
            do(by, venue, scanner)
            continue
        with pytest.raises(NotAllowed):
            do(by, venue, scanner)


def test_the_places_of_a_revoked_organisation_are_taken_away_by_themselves(owner: Actor, visits: Said) -> None:
    venues = [registered(owner), registered(owner, name="가람 예시 찻집", key="other")]
    scanner = actions.add_scanner(owner, venues[0], key="s")
    actions.tell_register(TELLER)
    assert actions.revoke_places(WIRING, people.NGO) == 0, "it is verified (again): its places stay"
    with tx.durable():
        folk.decide_verification(
            people.people().actor(people.people().stewards[0]), people.NGO, Decision.REVOKE, "the sample ends"
        )
    with pytest.raises(NotAllowed):
        actions.revoke_places(owner, people.NGO)
    assert [actions.revoke_places(WIRING, people.NGO) for _ in range(2)] == [2, 0]
    assert queries.scanner(scanner.id).revoked
    actions.tell_register(TELLER)
    assert visits.names[-2:] == ["revoke-venue"] * 2


def test_an_organisation_that_is_not_verified_has_no_places(owner: Actor) -> None:
    other = Actor(PersonId(UUID(int=4)), memberships=frozenset({(OrganisationId(people.OTHER_NGO), OrgRole.OWNER)}))
    with pytest.raises(NotVerified):
        actions.register_venue(other, people.OTHER_NGO, NAME, challenge=False, key="k")


def test_an_owner_registers_a_place_at_the_desk_and_gets_an_address_for_a_scanner(owner: Actor, visits: Said) -> None:
    client = Client()
    client.force_login(_account(owner))
    made = client.post(
        "/desk/checkin/", {"organisation": str(people.NGO), "name": NAME, "idempotency_key": "desk"}, follow=True
    )
    assert made.status_code == 200
    [venue] = queries.venues(people.NGO)
    client.post(f"/desk/checkin/{venue.id}/scanners/", {"idempotency_key": "desk2"})
    actions.tell_register(TELLER)
    page = client.get(f"/desk/checkin/{venue.id}/").content.decode()
    [scanner] = queries.scanners(venue.id)
    assert f"{URL}/checkin/scanner/#{queries.code_of(scanner.id)}" in page
    assert client.post(f"/desk/checkin/scanners/{scanner.id}/revoke/", {"idempotency_key": "r"}).status_code == 303
    assert queries.scanners(venue.id) == ()
    assert client.post(f"/desk/checkin/{venue.id}/revoke/", {"idempotency_key": "r"}).status_code == 303
    assert queries.venues(people.NGO) == ()


def test_the_owner_is_warned_a_week_before_the_key_of_a_scanner_can_end(owner: Actor, visits: Said) -> None:
    """It holds 30 days from the day on which the device was set up: that of the asking, or one of the two after it."""
    asked_on = clock.now().astimezone(clock.SEOUL).replace(hour=12, minute=0)
    with time_machine.travel(asked_on, tick=False):
        venue = registered(owner)
        actions.add_scanner(owner, venue, key="s")
    client, pages = Client(), []
    for days in (0, 22, 23, 31):
        with time_machine.travel(asked_on + timedelta(days=days), tick=False):
            client.force_login(_account(owner))
            pages.append(client.get(f"/desk/checkin/{venue}/").content.decode())
    assert ["새 주소를 같은 기기에서" in page for page in pages] == [False, False, True, True]
    assert registry.lasts_at_least(asked_on.date()) == registry.last_day(asked_on.date())


def test_the_desk_is_for_owners(owner: Actor) -> None:
    venue = registered(owner)
    client = Client()
    client.force_login(_account(people.people().actor(people.people().citizens[0])))
    assert client.get("/desk/checkin/").status_code == 403
    assert client.get(f"/desk/checkin/{venue}/").status_code == 403
    assert PlatformRole.STEWARD in people.people().actor(people.people().stewards[0]).roles


def test_a_steward_who_may_take_a_scanner_away_is_shown_no_code_to_set_one_up(owner: Actor, visits: Said) -> None:
    venue = registered(owner)
    scanner = actions.add_scanner(owner, venue, key="s").id
    actions.tell_register(TELLER)
    client = Client()
    client.force_login(_account(people.people().actor(people.people().stewards[0])))
    page = client.get(f"/desk/checkin/{venue}/")
    assert page.status_code == 200
    assert f"/desk/checkin/scanners/{scanner}/revoke/" in page.content.decode()
    assert queries.code_of(scanner) not in page.content.decode()
    client.force_login(_account(owner))
    assert queries.code_of(scanner) in client.get(f"/desk/checkin/{venue}/").content.decode()


def _account(by: Actor) -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(pk=str(by.person))
