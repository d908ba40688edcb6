"""What the harnesses look with: they see a gift that is lost, doubled, changed or invented, and keep to what they were asked."""

import os
import random
from collections import Counter
from pathlib import Path
from unittest import mock

import pytest

from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import PersonId
from dure.services.giving import actions
from dure.services.giving.tests import making
from dure.services.giving.types import Gift
from dure.site import stage
from dure.site.trials import book, crashes
from dure.site.trials.traffic import GIFT, PAYOUT, REFUND, Told, Wish


@pytest.fixture
def given(db: None, monkeypatch: pytest.MonkeyPatch) -> Gift:
    making.gate_of(monkeypatch, 1)
    return making.given(folk.person(), making.opened(making.town()), 5_000)


def wish(kind: str = GIFT, key: str = "k", about: str = "") -> Wish:
    return Wish(kind, "/", "", key, "", about)


def told(gift: Gift, *, amount: int = 5_000) -> Told:
    """A giver who was told that the gift was taken."""
    (row,) = book.gifts()
    return Told(said={wish(key=row.key): {"gift": str(gift.id), "amount": amount}})


def found(said: Told, raised: dict[str, int] | None = None) -> str:
    return " ".join(book.compare(said, frozenset(), raised or {}).findings)


def test_nothing_is_found_where_people_were_told_what_is(given: Gift) -> None:
    assert found(told(given)) == ""
    (row,) = book.gifts()
    open_one = Told(open={wish(key=row.key), wish(key="never arrived")})
    assert book.compare(open_one, frozenset(), {}) == book.Compared([], unanswered=2, found=1)


def test_a_gift_that_is_lost_changed_or_invented_is_seen(given: Gift) -> None:
    lost = told(given)
    lost.said[wish(key="another")] = {"gift": "0", "amount": 1}
    assert "gift 0: was acknowledged (gift) and is not in the book" in found(lost)
    assert "4000 won were acknowledged, the book has 5000" in found(told(given, amount=4_000))
    assert "nobody asked for it" in found(Told())
    assert "the same request was answered" in found(Told(doubled=["the same request was answered twice"]))


def test_a_gift_that_went_back_or_did_not_is_seen(given: Gift) -> None:
    said = told(given)
    said.said[wish(REFUND, "back", str(given.id))] = {}
    assert "was said to have gone back and is given" in found(said)
    actions.refund_gift(people.actor(PersonId(given.donor)), given.id, "", key=making.key())
    assert found(said) == ""
    assert "the book has 5000, refunded" in found(told(given)), "nobody asked for it back"


def test_a_payout_that_was_acknowledged_and_is_not_there_is_seen(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 1)
    town = making.town()
    box = making.planned(town)
    known = frozenset(row.key for row in book.gifts())
    said = Told(said={wish(PAYOUT, "pay", str(box)): {"amount": 100_000}})
    raised = {str(box): 100_000}
    assert "100000 won were acknowledged as paid out, and it is planned" in " ".join(
        book.compare(said, known, raised).findings
    )
    for steward in town.stewards:
        making.approve(steward, box)
    actions.pay_out(town.stewards[0], box, key=making.key())
    assert book.compare(said, known, raised).findings == []


def test_each_part_comes_once_in_every_four_and_the_seed_decides_the_order() -> None:
    first, again = (crashes.targets(10, random.Random(3)) for _ in range(2))  # noqa: S311 - chance, not secrecy
    assert first == again
    assert all(Counter(first[start : start + 4]) == Counter(crashes.TARGETS) for start in (0, 4))
    others = {tuple(crashes.targets(8, random.Random(seed))) for seed in range(10)}  # noqa: S311 - chance, not secrecy
    assert len(others) > 1


def test_a_stage_takes_nothing_from_the_installation_it_stands_in(tmp_path: Path) -> None:
    """Neither from the environment nor from .env: a DATABASE_URL there is somebody's town."""
    with mock.patch.dict(os.environ, {"DATABASE_URL": "postgresql://real", "DURE_HOSTS": "real"}):
        stage.use(tmp_path)
        assert "DATABASE_URL" not in os.environ
        assert {name for name in os.environ if name.startswith("DURE_")} == {
            "DURE_VAR",
            "DURE_DEMO",
            "DURE_SANDBOX_PAYMENTS",
            "DURE_ENV_FILE",
        }
        assert os.environ["DURE_ENV_FILE"] == "", "no .env is read"
