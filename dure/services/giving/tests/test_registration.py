"""A collection that nobody registered stays below the sum from which the law asks for it, whichever way money comes."""

import pytest

from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import REGISTRATION_FROM_WON, PaymentState
from dure.foundations.people.tests import making as folk
from dure.services.giving import actions, models, queries
from dure.services.giving.types import BoxId, GiftState, MatchKind, RegistrationNeeded

from . import making
from .making import Town, key
from .test_gifts import funded

MOST = REGISTRATION_FROM_WON - 1


@pytest.fixture
def unregistered(db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    making.gate_of(monkeypatch, 1)
    return making.town(fundraising_number="")


def filled(of: Town, to: int) -> BoxId:
    box = making.opened(of)
    making.given(folk.person(), box, to)
    return box


def test_an_unregistered_box_is_over_funded_up_to_the_law_s_sum_and_no_further(unregistered: Town) -> None:
    box, donor = filled(unregistered, MOST - 1_000), folk.person()
    with pytest.raises(RegistrationNeeded) as refused:
        making.begun(donor, box, 1_001)
    assert refused.value.limit == REGISTRATION_FROM_WON
    making.given(donor, box, 1_000)
    assert queries.totals(box).raised == MOST
    folk.registered_collection(unregistered.owner, unregistered.partner)
    making.given(donor, box, 1_001)
    assert queries.totals(box).raised == MOST + 1_001


def test_of_two_gifts_on_their_way_the_second_goes_back(unregistered: Town) -> None:
    box = filled(unregistered, MOST - 1_000)
    donors = [folk.person(), folk.person()]
    backs = [making.chosen(making.begun(donor, box, 600)) for donor in donors]
    states = [actions.complete_gift(donor, back).state for donor, back in zip(donors, backs, strict=True)]
    assert states == [GiftState.GIVEN, GiftState.FAILED]
    payment = models.Gift.objects.get(donor_id=donors[1].person).payment
    assert book.payment(payment).state is PaymentState.REFUNDED
    assert queries.totals(box).raised == MOST - 400


def test_matches_stay_below_it_too(unregistered: Town) -> None:
    box = filled(unregistered, MOST - 150)
    funded(unregistered, 1_000)
    won = [actions.cheer(folk.person(), box, MatchKind.SHARE, "", key=key()) for _ in range(3)]
    assert won == [100, 0, 0]
    assert queries.totals(box).raised == MOST - 50


def test_a_registered_box_has_no_such_end(town: Town) -> None:
    box = filled(town, MOST)
    making.given(folk.person(), box, 50_000)
    assert queries.room(box) is None
