"""Keys of a day at the identity party: made in time, told of, handed over once; what others say is held against their logs."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.test import Client

from dure.base import clock
from dure.base.actors import NOBODY, Actor, PlatformRole, system
from dure.base.refusals import NotAllowed
from dure.foundations.vault import queries as vault
from dure.foundations.vault.types import KeyEnded, KeyUse, Moment
from dure.kit import peers, seals
from dure.services.checkin.actions import days as actions
from dure.services.checkin.actions import identity
from dure.services.checkin.providers import halves
from dure.services.checkin.queries import days as queries
from dure.services.checkin.rules import calendar, days, told
from dure.services.checkin.tests.other_party import OtherParty, carried
from dure.services.checkin.types import Epoch, HalfMissing, Party

pytestmark = pytest.mark.django_db
BY = system("test")
LETTERS, SHARES = b"\x0a" * 32, b"\x0b" * 32


def today() -> Epoch:
    return calendar.epoch_of(clock.now())


@pytest.fixture
def visits(settings: Any, monkeypatch: pytest.MonkeyPatch) -> OtherParty:
    other = OtherParty(Party.VISITS, "http://localhost:8001", {"letters": LETTERS, "shares": SHARES})
    settings.DURE = replace(settings.DURE, peers=(other.peer,))
    monkeypatch.setattr(peers, "_line", lambda: httpx.Client(transport=carried(other)))
    return other


def test_a_day_has_its_keys_the_day_before_and_they_are_made_once() -> None:
    assert actions.begin_days(BY, Party.IDENTITY) == 2 * len(days.KEYS[Party.IDENTITY])
    assert actions.begin_days(BY, Party.IDENTITY) == 0
    for epoch in (today(), Epoch(today() + 1)):
        for key in days.KEYS[Party.IDENTITY]:
            note = vault.key(days.key_name(Party.IDENTITY, key.purpose, epoch))
            assert (note.ends_on, note.use) == (days.ends_on(key, epoch), key.use)
            assert vault.is_told("identity", f"key.made|{note.name}")
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        assert actions.begin_days(BY, Party.IDENTITY) == len(days.KEYS[Party.IDENTITY])


@pytest.mark.parametrize("by", [NOBODY, Actor(None, roles=frozenset({PlatformRole.STEWARD}))])
def test_nobody_but_a_program_makes_keys_or_hands_them_over(by: Actor) -> None:
    with pytest.raises(NotAllowed):
        actions.begin_days(by, Party.IDENTITY)
    with pytest.raises(NotAllowed):
        identity.hand_over(by)


def test_no_issuer_has_a_key_for_marks_or_passes_when_the_day_is_over() -> None:
    actions.begin_days(BY, Party.IDENTITY)
    epoch = today()
    assert len(queries.issuer_keys(epoch).passes) == 32
    with time_machine.travel(calendar.issuing_ends_at(epoch), tick=False):
        for purpose in (days.PASSES, days.RATES):
            with pytest.raises(KeyEnded):
                queries.secret(Party.IDENTITY, purpose, epoch)
        assert len(queries.secret(Party.IDENTITY, days.HANDLES, epoch)) == 32


def test_passes_are_handed_over_once_sealed_to_the_visit_party(visits: OtherParty) -> None:
    actions.begin_days(BY, Party.IDENTITY)
    assert identity.hand_over(BY) == 2
    assert identity.hand_over(BY) == 0
    sent = [said for name, said in visits.heard if name == "take-passes"]
    assert [said["epoch"] for said in sent] == [today(), today() + 1]
    for said in sent:
        epoch = Epoch(said["epoch"])
        name = days.key_name(Party.IDENTITY, days.PASSES, epoch)
        secret = queries.secret(Party.IDENTITY, days.PASSES, epoch)
        ends = Moment(calendar.day_of(Epoch(epoch + 1)))
        letter = bytes.fromhex(said["letter"])
        assert seals.unseal_from(LETTERS, vault.letter_context(name, ends), letter) == secret
        assert secret.hex() not in str(said)


def test_what_the_visit_party_did_not_take_is_handed_over_again(visits: OtherParty) -> None:
    actions.begin_days(BY, Party.IDENTITY)
    visits.refuses["take-passes"] = "clock_jumped"
    with pytest.raises(peers.PeerRefused):
        identity.hand_over(BY)
    visits.refuses.clear()
    assert identity.hand_over(BY) == 2


def test_a_half_is_the_one_that_the_partys_log_tells_of_and_is_asked_for_once(visits: OtherParty) -> None:
    assert halves.half(Party.VISITS, "letters", today()) == seals.public_half(LETTERS)
    assert halves.half(Party.VISITS, "letters", today()) == seals.public_half(LETTERS)
    assert len(visits.heard) == 1


def test_an_exchanged_half_is_nobodys(visits: OtherParty) -> None:
    visits.exchanges["letters"] = seals.public_half(b"\x0c" * 32)
    with pytest.raises(HalfMissing) as no:
        halves.half(Party.VISITS, "letters", today())
    assert no.value.why == "key_exchanged"
    assert halves.half(Party.VISITS, "shares", today()) == seals.public_half(SHARES)


def test_a_log_that_signs_with_another_key_later_is_not_believed(visits: OtherParty) -> None:
    halves.half(Party.VISITS, "letters", today())
    halves.forget()
    visits.log_key = bytes([8]) * 32
    with pytest.raises(HalfMissing) as no:
        halves.half(Party.VISITS, "letters", today())
    assert no.value.why == "log_key_changed"


def test_why_a_half_is_missing_is_said(visits: OtherParty) -> None:
    def why(party: Party, purpose: str, epoch: Epoch) -> str:
        with pytest.raises(HalfMissing) as no:
            halves.half(party, purpose, epoch)
        return no.value.why

    assert why(Party.VISITS, "spent", today()) == "not_made"
    assert why(Party.VISITS, "letters", Epoch(today() - calendar.SPENT_DAYS)) == "key_ended"
    assert why(Party.AUTHORITY, "authority", today()) == "no_peer"
    assert why(Party.IDENTITY, "shares", today()) == "no_such_log"
    visits.away = True
    assert why(Party.VISITS, "shares", today()) == "peer_silent"


def test_our_own_half_needs_no_line() -> None:
    actions.begin_days(BY, Party.IDENTITY)
    name = days.key_name(Party.IDENTITY, days.SHARES, today())
    assert halves.half(Party.IDENTITY, days.SHARES, today()) == vault.public_half(name)


def test_everybody_reads_the_halves_and_their_proofs_and_no_secret() -> None:
    actions.begin_days(BY, Party.IDENTITY)
    answer = Client().get(f"/checkin/keys/{today()}/")
    said = answer.json()
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, "*")
    pairs = {key.purpose for key in days.KEYS[Party.IDENTITY] if key.use is KeyUse.LETTERS}
    assert set(said["halves"]) == pairs == {"shares"}
    half = queries.halves(Party.IDENTITY, today()).halves["shares"]
    assert said["halves"]["shares"]["public"] == half.public
    name = days.key_name(Party.IDENTITY, "shares", today())
    vault.check_public(name, bytes.fromhex(half.public), told.came(half.told), vault.trust_in(said["log"]))
    for key in days.KEYS[Party.IDENTITY]:
        assert queries.secret(Party.IDENTITY, key.purpose, today()).hex() not in answer.content.decode()
    assert Client().get(f"/checkin/keys/{today() + 5}/").json()["halves"] == {}
    assert Client().get("/checkin/keys/70000/").status_code == 404
