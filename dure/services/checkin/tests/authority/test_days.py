"""Keys of a day at the authority: both are pairs, live for 28 days, and everybody sees their public halves."""

import pytest
from django.test import Client

from dure.base import clock
from dure.base.actors import system
from dure.foundations.vault import queries as vault
from dure.services.checkin.actions import days as actions
from dure.services.checkin.rules import calendar, days
from dure.services.checkin.types import Epoch, Party

pytestmark = pytest.mark.django_db


def test_the_authority_makes_a_pair_to_seal_handles_to_and_one_for_its_shares() -> None:
    assert actions.begin_days(system("test"), Party.AUTHORITY) == 4
    epoch = calendar.epoch_of(clock.now())
    said = Client().get(f"/checkin/keys/{epoch}/").json()
    assert set(said["halves"]) == {days.AUTHORITY, days.SHARES}
    for purpose, half in said["halves"].items():
        name = days.key_name(Party.AUTHORITY, purpose, epoch)
        assert bytes.fromhex(half["public"]) == vault.public_half(name)
        assert vault.key(name).ends_on == calendar.day_of(Epoch(epoch + calendar.DAYS_KEPT))
