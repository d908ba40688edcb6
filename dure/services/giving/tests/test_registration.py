"""A collection that nobody registered stays below the sum from which the law asks for it, whichever way money comes."""

import pytest

from dure.base.refusals import NotAllowed
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import REGISTRATION_FROM_WON, PaymentState
from dure.foundations.people.tests import making as folk
from dure.kit.visiting import browser, form
from dure.services.giving import actions, models, queries
from dure.services.giving.types import BoxId, GiftState, MatchKind, RegistrationNeeded

from . import making
from .making import Town, key
from .test_gifts import funded
from .test_pages import url

MOST = REGISTRATION_FROM_WON - 1


@pytest.fixture
def unregistered(db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    making.gate_of(monkeypatch, 1)
    return making.town(registered=False)


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
    making.register(unregistered, box)
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


def test_a_number_is_of_one_collection_and_is_written_by_a_steward_without_a_stake(unregistered: Town) -> None:
    one, other = (making.agreed(unregistered, 1, 10_000_000) for _ in range(2))
    code, steward = queries.code_of(one), browser(unregistered.stewards[0])
    asked = steward.get(url("vet", code)).content.decode()
    assert "register/" in asked
    said = steward.post(url("register_collection", code), form(number="전라북도 제2026-7호"))
    assert said.status_code == 303
    assert "전라북도 제2026-7호" in steward.get(url("vet", code)).content.decode()
    assert queries.vetting_file(one, unregistered.stewards[0]).partner.lacks == ()
    assert queries.vetting_file(other, unregistered.stewards[0]).partner.lacks == ("registration",)
    taken = steward.post(url("register_collection", queries.code_of(other)), form(number=" 전라북도  제2026-7호 "))
    assert taken.status_code == 409
    assert code in taken.content.decode()
    with pytest.raises(NotAllowed):
        actions.register_collection(unregistered.owner, other, "전라북도 제2026-8호", key=key())


def test_a_registered_box_has_no_such_end(town: Town) -> None:
    box = filled(town, MOST)
    making.given(folk.person(), box, 50_000)
    assert queries.room(box) is None
