"""Codes to read out at the visit party: handed over, typed at a door, taken once; wrong ones are counted and run out."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection

from dure.base import clock
from dure.base.actors import NOBODY, Actor, PlatformRole, system
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.vault import queries as opening
from dure.foundations.vault.types import SealUnfit
from dure.kit import seals
from dure.services.checkin.actions import visits_spoken as taking
from dure.services.checkin.hot import door
from dure.services.checkin.hot import rounds as actions
from dure.services.checkin.pages.visits.messages import TAKEN
from dure.services.checkin.rules import buckets, calendar, journal, lots, rounds, spoken
from dure.services.checkin.tests.making import AUTHORITY
from dure.services.checkin.tests.visits import knocking
from dure.services.checkin.tests.visits.knocking import CLINIC, IDENTITY, OTHER, knock, token
from dure.services.checkin.types import Colour, DayClosed, Epoch, Subject, Verdict
from dure.services.checkin.types.doors import Note, ScanAnswer, ScanAsked, SettleAsked
from dure.services.checkin.types.lots import SpokenEntry
from dure.services.checkin.types.messages import TakeSpoken

pytestmark = pytest.mark.django_db(transaction=True)
WELCOME = ScanAnswer(Verdict.WELCOME, Colour.GREEN)
AGAIN = ScanAnswer(Verdict.SHOW_AGAIN, Colour.RED)
ME, YOU = Subject(b"\x02" * 32), Subject(b"\x03" * 32)


@pytest.fixture(autouse=True)
def day(own_keys: Path) -> Iterator[None]:
    opening.forget_opened()  # keys of another test
    knocking.empty()
    knocking.begin_day()
    knocking.open_place()
    yield
    knocking.empty()


def today() -> Epoch:
    return calendar.epoch_of(clock.now())


def passes(epoch: Epoch) -> bytes:
    return opening.opened(knocking.name("passes", epoch)).secret


def code(number: int = 0, who: Subject = ME) -> str:
    return spoken.code_of(passes(today()), today(), who, number)


def sealed(handle: bytes) -> bytes:
    return seals.seal_to(seals.public_half(AUTHORITY), b"handle", handle)


def entry(said: str, who: Subject = ME, handle: bytes = b"h" * 16) -> SpokenEntry:
    return SpokenEntry(spoken.tag_of(passes(today()), today(), said), spoken.owner_of(who, said), sealed(handle))


def decoy() -> SpokenEntry:
    return entry("-", Subject(clock.now().isoformat().encode()))


def lot(*entries: SpokenEntry, epoch: Epoch | None = None) -> bytes:
    public = opening.public_half(knocking.name("letters", today()))
    return opening.seal_letter(public, lots.context(today() if epoch is None else epoch), lots.filled(entries, decoy))


def hand(*entries: SpokenEntry) -> None:
    taking.take_spoken(IDENTITY, today(), lot(*entries))


def typed(said: str, by: str = "", letters: str = "") -> Callable[[], Any]:
    showing = by or token()
    return lambda: door.scan(showing, ScanAsked(said, letters))


def counted(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def journalled() -> list[bytes]:
    """The sealed handles that wait in this half hour."""
    half = knocking.this_half_hour()
    key = opening.opened(rounds.journal_name(half)).secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, entry FROM checkin_journal")
        return [journal.open_entry(key, half, id_.bytes, bytes(found)).sealed for id_, found in cursor.fetchall()]


def test_a_code_that_is_read_out_is_taken_once_and_opens_as_its_person() -> None:
    mine = entry(code(), handle=b"only-me-16-bytes")
    hand(mine, entry(code(1)))
    said = code()
    assert knock(typed(f"{said[:4].lower()}-{said[4:8]} {said[8:]}")) == [WELCOME]
    assert knock(typed(said)) == [AGAIN]
    [found] = journalled()
    assert found == mine.sealed
    assert seals.unseal_from(AUTHORITY, b"handle", found) == b"only-me-16-bytes"
    assert counted("checkin_wrong") == 0, "a right one leaves no row"
    assert knock(typed(code(1))) == [WELCOME]


def test_one_code_at_two_places_at_once_is_one_visit() -> None:
    knocking.open_place(CLINIC, OTHER)
    hand(entry(code()))
    answers = knock(
        *(typed(code(), token(scanner), letters) for scanner, letters in ((knocking.SCANNER, ""), (OTHER, "ACDE")) * 4)
    )
    assert answers.count(WELCOME) == 1
    assert answers.count(AGAIN) == 7
    assert counted("checkin_journal") == counted("checkin_spent_new") == 1


def test_of_two_people_with_the_same_code_neither_is_taken_for_the_other() -> None:
    hand(entry(code(), ME))
    hand(entry(code(), YOU))
    assert knock(typed(code())) == [AGAIN]
    assert counted("checkin_journal") == 0


def test_what_is_handed_over_again_is_the_same_code() -> None:
    hand(entry(code()))
    kept = counted("checkin_spoken")
    taking.take_spoken(IDENTITY, today(), lot(entry(code())))
    assert counted("checkin_spoken") > kept, "decoys are others each time"
    assert knock(typed(code())) == [WELCOME]


def test_twenty_wrong_ones_an_hour_and_place_and_then_no_right_one_either() -> None:
    knocking.open_place(CLINIC, OTHER)
    hand(entry(code()), entry(code(1)))
    nobodys = [spoken.code_of(passes(today()), today(), YOU, 0) for _ in range(spoken.WRONG_AN_HOUR_MAX)]
    assert knock(typed(code()[:11] + ("A" if code()[11] != "A" else "C"))) == [AGAIN]
    assert counted("checkin_wrong") == 0, "slips of the hand are found by their check letter"
    assert knock(*(typed(each) for each in nobodys * 3)) == [AGAIN] * 60
    assert counted("checkin_wrong") == spoken.WRONG_AN_HOUR_MAX
    assert knock(typed(code())) == [AGAIN]
    assert counted("checkin_journal") == 0
    assert knock(typed(knocking.code())) == [WELCOME], "codes from a screen go on"
    assert knock(typed(code(1), token(OTHER), "ACDE")) == [WELCOME], "another place goes on"
    assert actions.forget_wrong(knocking.BY) == 0
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        assert actions.forget_wrong(knocking.BY) == spoken.WRONG_AN_HOUR_MAX
    assert knock(typed(code())) == [WELCOME]


def test_a_code_that_was_noted_without_a_line_counts_when_it_is_brought() -> None:
    before = clock.now() - timedelta(minutes=8)
    if calendar.epoch_of(before) != today():
        pytest.skip("just after midnight there are no codes of yesterday here")
    hand(entry(code()))
    by, note = token(), Note(code(), int(before.timestamp()))
    for _ in range(2):
        knock(lambda: door.settle(by, SettleAsked([note])))
    assert counted("checkin_journal") == 1
    assert knock(typed(code())) == [AGAIN]


def test_a_visit_by_voice_becomes_a_row_like_any_other() -> None:
    hand(entry(code()))
    assert knock(typed(code()), typed(knocking.code())) == [WELCOME, WELCOME]
    half = knocking.this_half_hour()
    over = buckets.ends_at(half) + timedelta(seconds=buckets.WRITTEN_SECONDS)
    with time_machine.travel(over, tick=False):
        assert actions.write_half_hour(knocking.BY, half, knocking.half) == buckets.GROUP_MIN
    assert counted("checkin_visit") == buckets.GROUP_MIN
    assert knock(typed(code())) == [AGAIN], "it stays spent"
    knocking.unlay()


def test_codes_go_with_what_was_spent_on_their_day() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (now() AT TIME ZONE 'Asia/Seoul')::date - DATE '2020-01-01'")
        (real,) = cursor.fetchone()
        for day in (real - 4, real - 3, real - 2):
            cursor.execute(
                "INSERT INTO checkin_spoken VALUES (%s, gen_random_uuid(), gen_random_uuid(), %s)", [day, bytes(64)]
            )
        cursor.execute("SELECT checkin_forget_day(%s)", [real - 3])
    assert counted("checkin_spoken") == 1


@pytest.mark.parametrize(
    "by", [NOBODY, system("party.authority"), system("site.task"), Actor(None, roles=frozenset({PlatformRole.STEWARD}))]
)
def test_nobody_but_the_identity_party_hands_codes_over(by: Actor) -> None:
    with pytest.raises(NotAllowed):
        taking.take_spoken(by, today(), lot())


def test_what_is_no_lot_or_of_another_day_is_not_taken() -> None:
    with pytest.raises(DayClosed):
        taking.take_spoken(IDENTITY, Epoch(today() - 1), lot())
    with pytest.raises(SealUnfit):
        taking.take_spoken(IDENTITY, today(), lot(epoch=Epoch(today() + 1)))
    public = opening.public_half(knocking.name("letters", today()))
    with pytest.raises(BadValue):
        taking.take_spoken(IDENTITY, today(), opening.seal_letter(public, lots.context(today()), b"x"))
    assert counted("checkin_spoken") == 0


def test_the_door_takes_the_lots_that_the_identity_party_sends() -> None:
    message = TAKEN["take-spoken"]
    message.answer("identity", TakeSpoken(today(), lot(entry(code())).hex()))
    assert message.senders == ("identity",)
    assert counted("checkin_spoken") == lots.LOT
