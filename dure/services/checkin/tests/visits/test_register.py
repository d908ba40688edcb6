"""The register of places and scanners: written by the identity party only, told in the public log, never changed, revocable."""

import hashlib
import json
from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from dure.base import clock
from dure.base.actors import NOBODY, Actor, PlatformRole, system
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.vault import queries as vault
from dure.services.checkin.actions import visits as actions
from dure.services.checkin.pages.visits import LOG_WORDS
from dure.services.checkin.queries import visits as queries
from dure.services.checkin.rules import registry
from dure.services.checkin.types import VenueId
from dure.services.checkin.types.register import InviteSpent, NotAKey, VenueEntry, VenueOtherwise, VenueRevoked

pytestmark = pytest.mark.django_db
IDENTITY = system("party.identity")
VENUE = VenueEntry(VenueId(UUID(int=1)), UUID(int=9), "가람 예시 상인회", "가람 예시 빵집", challenge=False)
SCANNER = UUID(int=5)
CODE = "sample-code"
DIGEST = hashlib.sha256(CODE.encode()).digest()


def key(number: int = 1) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32).public_key().public_bytes_raw()


def told() -> list[dict[str, object]]:
    return [json.loads(entry.body) for entry in vault.entries("visits", 0, 50)]


def enrolled() -> None:
    actions.certify_venue(IDENTITY, VENUE)
    actions.invite_scanner(IDENTITY, SCANNER, VENUE.id, DIGEST)
    actions.enrol_scanner(NOBODY, CODE, key())


@pytest.mark.parametrize(
    "by", [NOBODY, system("party.authority"), system("site.task"), Actor(None, roles=frozenset({PlatformRole.STEWARD}))]
)
def test_nobody_but_the_identity_party_writes_in_the_register(by: Actor) -> None:
    for refused in (
        lambda: actions.certify_venue(by, VENUE),
        lambda: actions.revoke_venue(by, VENUE.id),
        lambda: actions.invite_scanner(by, SCANNER, VENUE.id, DIGEST),
        lambda: actions.revoke_scanner(by, SCANNER),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert queries.venues() == ()


def test_a_place_is_entered_once_and_told_in_the_log() -> None:
    place = actions.certify_venue(IDENTITY, VENUE)
    assert actions.certify_venue(IDENTITY, VENUE) == place
    assert queries.venues() == (VENUE,)
    [said] = told()
    assert (said["kind"], said["name"], said["venue"]) == ("venue.certified", VENUE.name, str(VENUE.id))
    other = VenueEntry(VENUE.id, VENUE.organisation, VENUE.organisation_name, "다른 이름", challenge=False)
    with pytest.raises(VenueOtherwise):
        actions.certify_venue(IDENTITY, other)


@pytest.mark.parametrize("name", ["", " 빵집", "빵집\n", "x" * 101, "빵\u200b집"])
def test_a_name_that_cannot_be_read_is_refused(name: str) -> None:
    with pytest.raises(BadValue):
        actions.certify_venue(IDENTITY, VenueEntry(VENUE.id, VENUE.organisation, VENUE.organisation_name, name, False))


def test_a_scanner_is_set_up_once_with_its_code_and_told_in_the_log() -> None:
    enrolled()
    [scanner] = queries.scanners(VENUE.id)
    assert (scanner.public, scanner.last - scanner.first) == (key(), timedelta(days=registry.SCANNER_DAYS - 1))
    assert [said["kind"] for said in told()] == ["venue.certified", "scanner.certified"]
    with pytest.raises(InviteSpent):
        actions.enrol_scanner(NOBODY, CODE, key(2))


def test_a_device_whose_answer_was_lost_asks_again_with_its_key_and_is_the_same_scanner() -> None:
    enrolled()
    [scanner] = queries.scanners(VENUE.id)
    assert actions.enrol_scanner(NOBODY, CODE, key()) == scanner
    assert [said["kind"] for said in told()] == ["venue.certified", "scanner.certified"]
    actions.revoke_scanner(IDENTITY, SCANNER)
    assert queries.scanner(SCANNER).revoked
    with pytest.raises(InviteSpent):
        actions.enrol_scanner(NOBODY, CODE, key())


def test_no_key_is_the_key_of_two_scanners_and_no_trick_is_a_key() -> None:
    enrolled()
    actions.invite_scanner(IDENTITY, UUID(int=6), VENUE.id, hashlib.sha256(b"second").digest())
    for public in (key(), b"short", bytes(32)):
        with pytest.raises(NotAKey):
            actions.enrol_scanner(NOBODY, "second", public)


def test_no_point_of_small_order_is_a_key_however_it_is_written() -> None:
    """Under each of them "anything" is signed by bytes that take no secret: they would be everybody's scanner."""
    field, d = 2**255 - 19, -121_665 * pow(121_666, -1, 2**255 - 19)
    small = {0, 1, field - 1} | {y % field for y in (registry._ORDER_EIGHT, -registry._ORDER_EIGHT)}
    assert all((d * y**4 + 2 * y * y - 1) % field == 0 for y in small - {0, 1, field - 1})
    written = small | {field, field + 1}
    for y in written | {y + 2**255 for y in written}:
        with pytest.raises(NotAKey):
            registry.check_public(y.to_bytes(32, "little"))
    for number in range(1, 50):
        registry.check_public(key(number))


def test_an_invitation_ends_after_two_days() -> None:
    today = clock.now()
    actions.certify_venue(IDENTITY, VENUE)
    actions.invite_scanner(IDENTITY, SCANNER, VENUE.id, DIGEST)
    with time_machine.travel(today + timedelta(days=registry.INVITE_DAYS), tick=False), pytest.raises(InviteSpent):
        actions.enrol_scanner(NOBODY, CODE, key())


@pytest.mark.parametrize("code", ["", "guess", "x" * 65, "코드"])
def test_a_code_that_is_none_sets_nothing_up(code: str) -> None:
    with pytest.raises(InviteSpent):
        actions.enrol_scanner(NOBODY, code, key())


def test_a_revoked_scanner_is_told_once_and_an_invitation_is_taken_back() -> None:
    enrolled()
    actions.revoke_scanner(IDENTITY, SCANNER)
    actions.revoke_scanner(IDENTITY, SCANNER)
    assert queries.scanner(SCANNER).revoked
    assert [said["kind"] for said in told()][2:] == ["scanner.revoked"]
    actions.invite_scanner(IDENTITY, UUID(int=6), VENUE.id, hashlib.sha256(b"second").digest())
    actions.revoke_scanner(IDENTITY, UUID(int=6))
    with pytest.raises(InviteSpent):
        actions.enrol_scanner(NOBODY, "second", key(2))
    with pytest.raises(NotFound):
        actions.revoke_scanner(IDENTITY, UUID(int=7))


def test_a_revoked_place_takes_its_scanners_with_it_and_never_comes_back() -> None:
    enrolled()
    place = actions.revoke_venue(IDENTITY, VENUE.id)
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        assert actions.revoke_venue(IDENTITY, VENUE.id) == place
    assert queries.venues() == ()
    assert queries.scanner(SCANNER).revoked
    assert [said["kind"] for said in told()][2:] == ["scanner.revoked", "venue.revoked"]
    for refused in (
        lambda: actions.certify_venue(IDENTITY, VENUE),
        lambda: actions.invite_scanner(IDENTITY, UUID(int=6), VENUE.id, DIGEST),
    ):
        with pytest.raises(VenueRevoked):
            refused()


def test_the_log_says_the_register_in_words() -> None:
    enrolled()
    actions.revoke_venue(IDENTITY, VENUE.id)
    assert {said["kind"] for said in told()} == {kind for kind in LOG_WORDS if not kind.startswith(("day.", "query."))}
    client = Client()
    client.cookies["django_language"] = "en"
    page = client.get("/log/visits/entries/").content.decode()
    for said in (
        f"A place that scans was entered: {VENUE.name} ({VENUE.organisation_name})",
        "A scanner of a place was set up. Its key holds from ",
        " a scanner was taken away.",
        f"this place may not scan any more: {VENUE.id}",
    ):
        assert said in page, said


def test_everybody_reads_the_register_without_an_account() -> None:
    assert "No place scans yet" in Client(headers={"accept-language": "en"}).get("/checkin/places/").content.decode()
    enrolled()
    page = Client().get("/checkin/places/").content.decode()
    assert VENUE.name in page
    assert VENUE.organisation_name in page
    assert key().hex() in Client().get(f"/checkin/places/{VENUE.id}/").content.decode()
    assert Client().get(f"/checkin/places/{UUID(int=77)}/").status_code == 404
    assert Client().get("/").status_code == 200


def test_a_scanners_key_holds_its_days_the_last_included() -> None:
    assert registry.last_day(date(2026, 11, 1)) == date(2026, 11, 30)


def test_a_device_sets_itself_up_and_is_told_in_words_when_it_cannot() -> None:
    client = Client(headers={"accept-language": "en"})
    assert b"data-scanner" in client.get("/checkin/scanner/").content
    actions.certify_venue(IDENTITY, VENUE)
    actions.invite_scanner(IDENTITY, SCANNER, VENUE.id, DIGEST)
    for public in ("", "zz", "00" * 32):
        assert client.post("/checkin/scanner/enrol/", {"code": CODE, "public": public}).status_code == 422
    said = client.post("/checkin/scanner/enrol/", {"code": CODE, "public": key().hex()})
    assert (said.status_code, said.json()["name"]) == (200, VENUE.name)
    again = client.post("/checkin/scanner/enrol/", {"code": CODE, "public": key(2).hex()})
    assert again.status_code == 410
    assert "used already" in again.json()["text"]


def test_a_register_of_more_than_a_page_is_shown_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "VENUES_SHOWN_MAX", 2)
    for number in range(5):
        place = VenueEntry(
            VenueId(UUID(int=100 + number)), VENUE.organisation, VENUE.organisation_name, f"가람 {number}", False
        )
        actions.certify_venue(IDENTITY, place)
    shown = [Client().get(f"/checkin/places/?page={page}").content.decode() for page in (1, 2, 3)]
    assert [sum(f"가람 {number}<" in page for number in range(5)) for page in shown] == [2, 2, 1]
