"""Keys of a day at the visit party: its own, and the copy of `passes`, which outlives the original by two days and no more."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from dure.base import clock
from dure.base.actors import NOBODY, Actor, PlatformRole, system
from dure.base.refusals import NotAllowed
from dure.foundations.vault import queries as vault
from dure.foundations.vault import rules as logs
from dure.foundations.vault.tests.test_told_keys import note_of
from dure.foundations.vault.types import KeyEnded, KeyExchanged, LogKeyChanged, Moment, NoSuchKey, ToldProof
from dure.services.checkin.actions import days as days_of
from dure.services.checkin.actions import visits as actions
from dure.services.checkin.pages.visits.messages import TAKEN
from dure.services.checkin.queries import days as queries
from dure.services.checkin.rules import calendar, days, told
from dure.services.checkin.tests.other_party import OtherParty
from dure.services.checkin.types import Epoch, Party
from dure.services.checkin.types.messages import TakePasses

pytestmark = pytest.mark.django_db
BY, IDENTITY = system("test"), system("party.identity")
SECRET = bytes(range(32))
OTHER = OtherParty(Party.IDENTITY, "http://localhost:8000", {})


def today() -> Epoch:
    return calendar.epoch_of(clock.now())


def handed(epoch: Epoch, purpose: str = days.PASSES) -> tuple[ToldProof, str, bytes]:
    """What the identity party hands over: the proof, its log's key, the letter."""
    name, ends = days.key_name(Party.IDENTITY, purpose, epoch), Moment(calendar.day_of(Epoch(epoch + 1)))
    proof, trust = OTHER.told(logs.made_statement(note_of(name, SECRET, ends, b"")))
    ours = vault.public_half(days.key_name(Party.VISITS, days.LETTERS, epoch))
    letter = vault.seal_letter(ours, vault.letter_context(name, ends), SECRET)
    return proof, logs.verifier_line(trust.log), letter


def test_the_copy_of_passes_opens_two_days_longer_than_the_original() -> None:
    days_of.begin_days(BY, Party.VISITS)
    epoch = today()
    for _ in range(2):
        actions.take_passes(IDENTITY, epoch, *handed(epoch))
    assert queries.secret(Party.IDENTITY, days.PASSES, epoch) == SECRET
    with time_machine.travel(calendar.forgotten_at(epoch) - timedelta(seconds=1), tick=False):
        assert queries.secret(Party.IDENTITY, days.PASSES, epoch) == SECRET
    with time_machine.travel(calendar.forgotten_at(epoch), tick=False):
        for party, purpose in ((Party.IDENTITY, days.PASSES), (Party.VISITS, days.SPENT)):
            with pytest.raises(KeyEnded):
                queries.secret(party, purpose, epoch)


def test_the_door_takes_what_the_identity_party_sends() -> None:
    days_of.begin_days(BY, Party.VISITS)
    epoch = Epoch(today() + 1)
    proof, line, letter = handed(epoch)
    message = TAKEN["take-passes"]
    message.answer("identity", TakePasses(epoch, line, told.sent(proof), letter.hex()))
    assert message.senders == ("identity",)
    assert queries.secret(Party.IDENTITY, days.PASSES, epoch) == SECRET


@pytest.mark.parametrize(
    "by", [NOBODY, system("party.authority"), system("site.task"), Actor(None, roles=frozenset({PlatformRole.STEWARD}))]
)
def test_nobody_but_the_identity_party_hands_passes_over(by: Actor) -> None:
    days_of.begin_days(BY, Party.VISITS)
    with pytest.raises(NotAllowed):
        actions.take_passes(by, today(), *handed(today()))


def test_another_key_or_day_or_log_is_not_taken(settings: Any) -> None:
    days_of.begin_days(BY, Party.VISITS)
    epoch = today()
    proof, line, letter = handed(epoch)
    with pytest.raises(KeyExchanged):
        actions.take_passes(IDENTITY, epoch, *handed(epoch, days.RATES))
    actions.take_passes(IDENTITY, epoch, proof, line, letter)
    another = replace(OTHER, log_key=bytes([8]) * 32)
    _, trust = another.told(proof.body)
    with pytest.raises(LogKeyChanged):
        actions.take_passes(IDENTITY, epoch, proof, logs.verifier_line(trust.log), letter)
    with pytest.raises(NoSuchKey):
        queries.secret(Party.IDENTITY, days.RATES, epoch)


def test_what_is_handed_over_before_our_key_of_the_day_is_there_waits() -> None:
    epoch = Epoch(today() + 2)
    days_of.begin_days(BY, Party.VISITS)
    proof, trust = OTHER.told(
        logs.made_statement(
            note_of(days.key_name(Party.IDENTITY, days.PASSES, epoch), SECRET, Moment(calendar.day_of(epoch)), b"")
        )
    )
    with pytest.raises(NoSuchKey):
        actions.take_passes(IDENTITY, epoch, proof, logs.verifier_line(trust.log), bytes(80))
