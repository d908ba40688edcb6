"""The door on the real database: a code is let in once, a venue learns a word and a colour, and nothing else is written."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
import time_machine
from django.db import connection

from dure.base import clock, ids
from dure.base.refusals import BadValue, Refusal, TooOften
from dure.kit import limits
from dure.services.checkin.actions import visits as register
from dure.services.checkin.hot import door, scanners
from dure.services.checkin.hot import rounds as actions
from dure.services.checkin.hot.held import Held
from dure.services.checkin.rules import calendar, passes, settling
from dure.services.checkin.tests.visits import knocking
from dure.services.checkin.tests.visits.knocking import BAKERY, CLINIC, OTHER, SCANNER, code, knock, token
from dure.services.checkin.types import Code, Colour, Revoked, Verdict
from dure.services.checkin.types.doors import (
    SECONDS_MAX,
    Heard,
    Note,
    NotReady,
    ScanAnswer,
    ScanAsked,
    SettleAsked,
    Settled,
    TokenUnfit,
)

pytestmark = pytest.mark.django_db(transaction=True)
WELCOME = ScanAnswer(Verdict.WELCOME, Colour.GREEN)
AGAIN = ScanAnswer(Verdict.SHOW_AGAIN, Colour.RED)
NOT_OURS = ScanAnswer(Verdict.NOT_OURS, Colour.RED)


@pytest.fixture(autouse=True)
def day(own_keys: Path) -> Iterator[None]:
    """Noon of today. Tables that are laid stay, as they do at the visit party; what is in them goes."""
    with knocking.noon():
        knocking.empty()
        knocking.begin_day()
        knocking.open_place()
        yield
        knocking.empty()


def scan(said: str, by: str = "", letters: str = "") -> Callable[[], Any]:
    showing = by or token()
    return lambda: door.scan(showing, ScanAsked(said, letters))


def counted(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_a_code_is_let_in_once_whoever_scans_it_at_the_same_time() -> None:
    knocking.open_place(CLINIC, OTHER)
    one, other = code(), code()
    answers = knock(*(scan(one) for _ in range(5)), scan(other))
    assert answers.count(WELCOME) == 2
    assert answers.count(AGAIN) == 4
    assert knock(scan(one), scan(one.lower())) == [AGAIN, AGAIN]
    assert counted("checkin_spent_new") == counted("checkin_journal") == 2


def test_a_venue_is_told_a_word_and_a_colour_whatever_it_sends() -> None:
    now = clock.now()
    changed = code()
    changed = changed[:40] + ("A" if changed[40] != "A" else "B") + changed[41:]
    old = code(now - timedelta(minutes=3))
    assert knock(scan(changed), scan(old), scan("hello"), scan("")) == [AGAIN, AGAIN, NOT_OURS, NOT_OURS]
    assert counted("checkin_journal") == 0


def test_two_telephones_of_a_person_are_one_check_in_a_minute() -> None:
    nonce = bytes(range(16))
    assert knock(scan(code(nonce=nonce)))[0] == WELCOME
    assert knock(scan(code(nonce=nonce)))[0] == AGAIN


def test_only_a_certified_scanner_with_its_own_token_scans() -> None:
    refused = knock(
        scan(code(), "no token"),
        scan(code(), token(ids.new())),
        scan(code(), token(key=knocking.key_of(OTHER))),
        scan(code(), token(seconds=-5)),
    )
    assert [type(each) for each in refused] == [TokenUnfit] * 4
    register.revoke_scanner(knocking.IDENTITY, SCANNER)
    assert [type(each) for each in knock(scan(code()))] == [Revoked]
    assert counted("checkin_spent_new") == 0


def test_a_place_that_asks_for_letters_lets_in_who_answers_to_them() -> None:
    knocking.open_place(CLINIC, OTHER)
    there, said = token(OTHER), "ACDE"
    answers = knock(
        scan(code(challenge=said), there, said), scan(code(), there, said), scan(code(challenge="ACDF"), there, said)
    )
    assert answers == [WELCOME, NOT_OURS, NOT_OURS]
    assert [type(each) for each in knock(scan(code(), there), scan(code(challenge=said), token(), said))] == [
        BadValue
    ] * 2


def test_without_the_keys_of_the_day_nobody_gets_a_verdict() -> None:
    """The scanner notes the code, and brings it when they are there."""
    made, tomorrow = code(), clock.now() + timedelta(days=1)
    epoch, slot = calendar.slot_of(tomorrow)
    with time_machine.travel(tomorrow, tick=False):
        actions.lay_days(knocking.BY)
        said = passes.encode(Code(epoch, slot, bytes(passes.LETTER_BYTES)))
        assert [type(each) for each in knock(scan(said, token()))] == [NotReady]
    assert knock(scan(made))[0] == WELCOME


def test_what_was_scanned_without_a_line_counts_when_it_is_brought_and_once() -> None:
    now = clock.now()
    before = now - timedelta(minutes=8)
    notes = [Note(code(before), int(before.timestamp())) for _ in range(3)]
    brought = SettleAsked([*notes, notes[0], Note("nothing", int(before.timestamp()))])
    by = token()
    assert knock(lambda: door.settle(by, brought)) == [Settled(judged=5)]
    assert counted("checkin_spent_new") == 3
    knock(lambda: door.settle(by, brought))  # its answer was lost: brought again
    assert counted("checkin_spent_new") == 3


def test_where_there_was_a_line_nothing_is_brought_later() -> None:
    now = clock.now()
    before = now - timedelta(minutes=25)
    by = token()
    for beat in (settling.beat_of(before), settling.beat_of(before) + 1):
        with time_machine.travel(beat * settling.BEAT_SECONDS + 1, tick=False):
            knock(partial(door.beat, token()))
    note = Note(code(before), int(before.timestamp()))
    assert knock(lambda: door.settle(by, SettleAsked([note]))) == [Settled(judged=1)]
    assert counted("checkin_spent_new") == 0


def test_a_note_of_a_wrong_clock_keeps_no_other_from_counting() -> None:
    """A tablet that woke in another year, before its key held: that note counts for nobody, the scanner goes on."""
    now = clock.now()
    by = token()
    wrong = [Note(code(), at) for at in (0, 86_400, SECONDS_MAX)]
    assert knock(lambda: door.settle(by, SettleAsked([*wrong, Note(code(), int(now.timestamp()))]))) == [
        Settled(judged=4)
    ]
    assert counted("checkin_spent_new") == 1
    register.revoke_scanner(knocking.IDENTITY, SCANNER)
    assert [type(each) for each in knock(lambda: door.settle(by, SettleAsked(wrong)))] == [Revoked]


@pytest.mark.parametrize("at", [-1, SECONDS_MAX + 1, 2**40])
def test_a_moment_that_no_calendar_has_is_refused_by_name(at: int) -> None:
    said = msgspec.json.encode({"notes": [{"code": "x", "scanned_at": at}]})
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(said, type=SettleAsked)


def test_who_makes_up_scanners_shuts_the_door_for_nobody_who_came_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers of scanners cost nothing: what strangers use up is theirs, also when a known scanner signs a new token."""
    monkeypatch.setattr(scanners, "_strangers", limits.Window(5, 60))
    monkeypatch.setattr(scanners, "_register", Held(scanners._asking.add, 0.0, 10))
    mine, anew, strangers = token(), token(seconds=500), [token(ids.new()) for _ in range(20)]
    asked = [(mine, code()), *((each, "x") for each in strangers), (anew, code())]  # opens keys

    async def one_after_the_other() -> list[Any]:
        return [await door.scan(by, ScanAsked(said)) for by, said in asked[:1]] + [
            *[await refused(by, said) for by, said in asked[1:-1]],
            await door.scan(*(asked[-1][0], ScanAsked(asked[-1][1]))),
        ]

    async def refused(by: str, said: str) -> type[BaseException]:
        with pytest.raises(Refusal) as no:
            await door.scan(by, ScanAsked(said))
        return no.type

    [found] = knock(one_after_the_other)
    assert found == [WELCOME, *[TokenUnfit] * 5, *[TooOften] * 15, WELCOME]


def test_heart_beats_are_of_a_place_and_go_after_a_day() -> None:
    knocking.open_place(CLINIC, OTHER)
    mine, theirs = token(), token(OTHER)
    [heard, *_] = knock(lambda: door.beat(mine), lambda: door.beat(mine), lambda: door.beat(theirs))
    assert isinstance(heard, Heard)
    assert 0 < heard.next_seconds <= settling.BEAT_SECONDS
    assert (heard.name, heard.challenge) == (BAKERY.name, False)
    assert counted("checkin_beat") == 2
    assert actions.forget_beats(knocking.BY) == 0
    with time_machine.travel(clock.now() + timedelta(hours=26), tick=False):
        assert actions.forget_beats(knocking.BY) == 2


def test_no_line_is_written_about_a_scan(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    said = [code(), "garbage-canary"]
    knock(scan(said[0]), scan(said[1]), scan(said[0], "token-canary"))
    out, err = capfd.readouterr()
    for canary in (*said, said[0][:60], "token-canary", str(BAKERY.id), str(SCANNER)):
        assert canary not in caplog.text + out + err
