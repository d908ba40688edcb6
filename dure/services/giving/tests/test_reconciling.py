"""Reconciling notices one won too much or too little, wherever it is."""

from dataclasses import replace

import pytest

from dure.base import ids
from dure.foundations.people.tests import making as folk
from dure.services.giving import demo
from dure.services.giving.commands import reconciling
from dure.services.giving.commands.drive import Tally
from dure.services.giving.commands.reconciling import Book, Heard
from dure.services.giving.types import GiftId

from . import making
from .making import Town

BOX, DONOR = 0, 0


@pytest.fixture
def drive(town: Town) -> tuple[demo.Ground, Book, Book, Heard]:
    """Three gifts of one donor, as the book has them and as the donor was told."""
    box = making.opened(town)
    donor = folk.person()
    ground = demo.Ground((box,), (folk.id_of(donor),), ids.new())
    before = reconciling.book(ground)
    told = {}
    for number, amount in enumerate((1_000, 2_000, 300)):
        making.given(donor, box, amount)
        told[number] = demo.Intent(0.0, BOX, DONOR, amount)
    after = replace(reconciling.book(ground), counted=None)  # impact hears of gifts by the worker, which rests here
    return ground, before, after, Heard(told, matched=0)


def test_what_was_told_and_what_is_in_the_book_agree(drive: tuple[demo.Ground, Book, Book, Heard]) -> None:
    assert list(reconciling.in_book(*drive)) == []


def test_a_gift_that_nobody_was_told_of_is_found_at_its_box_and_donor(
    drive: tuple[demo.Ground, Book, Book, Heard],
) -> None:
    ground, before, after, heard = drive
    fewer = Heard({number: one for number, one in heard.standing.items() if number}, 0)
    found = " ".join(reconciling.in_book(ground, before, after, fewer))
    assert str(ground.boxes[0]) in found
    assert str(ground.donors[0]) in found


def test_a_gift_that_was_told_and_is_not_there_is_found(drive: tuple[demo.Ground, Book, Book, Heard]) -> None:
    ground, before, after, heard = drive
    more = Heard({**heard.standing, 9: demo.Intent(0.0, BOX, DONOR, 1)}, 0)
    assert len(list(reconciling.in_book(ground, before, after, more))) >= 2


def test_a_gift_that_was_never_acknowledged_is_a_difference(drive: tuple[demo.Ground, Book, Book, Heard]) -> None:
    _, _, _, heard = drive
    tally = Tally(list(heard.standing.values()), gifts={0: GiftId(ids.new()), 1: GiftId(ids.new())})
    assert tally.unanswered == ["1 gifts were never acknowledged"]
    tally.gifts[2] = GiftId(ids.new())
    assert tally.unanswered == []


def test_a_match_that_nobody_was_told_of_is_found(drive: tuple[demo.Ground, Book, Book, Heard]) -> None:
    ground, before, after, heard = drive
    assert any("fund" in line for line in reconciling.in_book(ground, before, after, replace(heard, matched=100)))
