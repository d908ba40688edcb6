"""The gate: exact under concurrency, one agreement a human, closed again when agreements turn out false."""

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from dure.base import clock
from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Identity
from dure.kit import tx
from dure.kit.testing import Meet, race
from dure.services.giving import actions, models, queries
from dure.services.giving.types import (
    AgreementInvalid,
    AgreementState,
    AlreadyAgreed,
    CauseState,
    GateClosed,
    SameIdentity,
)

from . import making
from .making import Town, key


def test_the_gate_opens_at_exactly_the_number_needed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 3)
    cause = making.proposed(town)
    for count in (1, 2):
        assert actions.agree(folk.person(), cause, key=key()) == count
        assert queries.card(cause).state is CauseState.PROPOSED
    assert actions.agree(folk.person(), cause, key=key()) == 3
    assert queries.card(cause).state is CauseState.VETTING


def test_one_person_counts_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 5)
    cause, neighbour = making.proposed(town), folk.person()
    once = key()
    assert actions.agree(neighbour, cause, key=once) == actions.agree(neighbour, cause, key=once) == 1
    with pytest.raises(AlreadyAgreed):
        actions.agree(neighbour, cause, key=key())
    assert actions.unagree(neighbour, cause, key=key()) == 0
    assert actions.agree(neighbour, cause, key=key()) == 1


def test_another_account_of_the_same_human_does_not_count(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 5)
    cause, neighbour = making.proposed(town), folk.person()
    actions.agree(neighbour, cause, key=key())
    twin = folk.person()
    row = get_user_model().objects.get(id=folk.id_of(neighbour))
    monkeypatch.setattr(
        people, "identity_of", lambda _: Identity(folk.id_of(twin), row.email_key or "", True, clock.now())
    )
    with pytest.raises(SameIdentity):
        actions.agree(twin, cause, key=key())


def test_agreements_found_false_close_the_gate_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 2)
    cause = making.agreed(town, 1)
    false = folk.person()
    actions.agree(false, cause, key=key())
    assert queries.card(cause).state is CauseState.VETTING
    with pytest.raises(GateClosed):
        actions.unagree(false, cause, key=key())
    row = models.Agreement.objects.get(person_id=folk.id_of(false))
    assert actions.invalidate(town.stewards[0], (row.id,), "a robot", key=key()) == 1
    assert queries.card(cause).state is CauseState.PROPOSED
    with pytest.raises(AgreementInvalid):
        actions.agree(false, cause, key=key())
    assert actions.agree(folk.person(), cause, key=key()) == 2
    assert queries.card(cause).state is CauseState.VETTING


def agreeing(by: object, cause: object) -> object:
    def run(meet: Meet) -> str:
        with transaction.atomic(), tx.hosted():  # open until the other has agreed, too, or waits for us
            actions.agree(by, cause, key=key())  # type: ignore[arg-type]  # an actor of these tests is a person
            meet()
        return "agreed"

    return run


def test_two_last_agreements_open_the_gate_once(real_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 2)
    cause = making.agreed(real_town, 1)
    both = race(agreeing(folk.person(), cause), agreeing(folk.person(), cause))  # type: ignore[arg-type]  # an actor of these tests is a person
    assert both.names == ("WrongState", "agreed"), "the gate closed with the first of the two"
    valid = models.Agreement.objects.filter(cause_id=cause, state=AgreementState.VALID).count()
    assert valid == 2
    assert models.Step.objects.filter(cause_id=cause, want="reach_gate").count() == 1


def test_without_the_lock_the_gate_is_passed_twice(real_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 2)
    cause = making.agreed(real_town, 1)
    both = race(agreeing(folk.person(), cause), agreeing(folk.person(), cause), locked=False)  # type: ignore[arg-type]  # an actor of these tests is a person
    assert both.names == ("agreed", "agreed")
    assert models.Step.objects.filter(cause_id=cause, want="reach_gate").count() == 2
