"""Five hundred alerts spoilt at random, from a fixed seed: each is read or refused, each verdict has its reason, none crashes."""

import random
from collections import Counter
from collections.abc import Callable

from dure.services.forecasts.rules import cap
from dure.services.forecasts.tests.alerts import ALERT
from dure.services.forecasts.types import AlertNotIssuable, AlertUnreadable, Level, Parsed

MUTANTS = 500
GOOD = cap.issue(ALERT)
JUNK = (
    *(
        b"<",
        b">",
        b"&",
        b'"',
        b"]]>",
        b"<!--",
        b"<![CDATA[",
        b"<!DOCTYPE x>",
        b"<?xml version='1.0'?>",
        b"&#0;",
        b"&lt;",
    ),
    *(
        b"\x00",
        b"\xff",
        b"\xe3",
        b"-00:00",
        b"Z",
        b",",
        b" ",
        b"9" * 40,
        b"</info>",
        b"<info>",
        b"<alert>",
        b"NaN",
        b"1e9",
    ),
)


def cut(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content)) :]


def drop(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content))
    del content[start : start + chance.randrange(1, 40)]


def double(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content))
    content[start:start] = content[start : start + chance.randrange(1, 300)]


def flip(content: bytearray, chance: random.Random) -> None:
    content[chance.randrange(len(content))] = chance.randrange(256)


def spoil(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content))
    content[start:start] = chance.choice(JUNK)


def lose_element(content: bytearray, chance: random.Random) -> None:
    """Take out, double or move an element with no elements in it."""
    text = bytes(content)
    starts = [at for at in range(len(text) - 1) if text[at : at + 1] == b"<" and text[at + 1 : at + 2].isalpha()]
    if not starts:
        return
    start = chance.choice(starts)
    end = text.find(b"</", start)
    end = text.find(b">", end) + 1 if end > 0 else 0
    if end <= start:
        return
    element = text[start:end]
    del content[start:end]
    target = chance.choice([start, *starts])
    content[target:target] = element * chance.randrange(3)


def change_value(content: bytearray, chance: random.Random) -> None:
    text = bytes(content)
    ends = [at for at in range(1, len(text)) if text[at : at + 2] == b"</"]
    if not ends:
        return
    end = chance.choice(ends)
    start = text.rfind(b">", 0, end) + 1
    content[start:end] = chance.choice(
        (b"", b" ", b"x", b"-1", "값".encode(), b"2026-13-01T00:00:00+09:00", b"a,b,c", b"0,0")
    )


WAYS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    *(cut, drop, double, flip, spoil),
    *((lose_element, change_value) * 4),
)


def mutants(seed: int) -> list[bytes]:
    chance = random.Random(seed)  # noqa: S311 - the same mutants every time
    made = []
    for _ in range(MUTANTS):
        content = bytearray(GOOD)
        for _ in range(chance.randrange(1, 4)):
            if content:
                chance.choice(WAYS)(content, chance)
        made.append(bytes(content))
    return made


def verdict(content: bytes) -> Parsed | AlertUnreadable:
    try:
        return cap.parse(content)
    except AlertUnreadable as refused:
        return refused


def test_every_verdict_is_explained() -> None:
    kinds: Counter[str] = Counter()
    for content in mutants(20260720):
        said = verdict(content)
        if isinstance(said, AlertUnreadable):
            kinds[said.reason] += 1
            continue
        assert said.steps <= 2_000 + len(content)
        if said.alert == ALERT:
            kinds["the same"] += 1
            continue
        kinds["read otherwise"] += 1
        if said.is_sound:  # then it is an alert like any other: it can be issued, and reads the same again
            assert cap.parse(cap.issue(said.alert)).alert == said.alert
        else:
            assert any(finding.level is Level.ERROR and finding.where for finding in said.findings)
            _is_not_issued_by_accident(said)
    assert kinds.total() == MUTANTS
    assert kinds["read otherwise"] > 100
    assert kinds["not_well_formed"] > 50


def _is_not_issued_by_accident(said: Parsed) -> None:
    """What was read with errors is issued only when nothing of the errors is left in the value."""
    try:
        again = cap.parse(cap.issue(said.alert))
    except AlertNotIssuable as refused:
        reasons = refused.findings
    else:
        reasons = ()
        assert again.alert == said.alert
        assert again.is_sound
    assert all(reason.level is Level.ERROR for reason in reasons)


def test_a_verdict_is_the_same_every_time() -> None:
    first, second = (list(map(verdict, mutants(7))) for _ in range(2))
    assert list(map(repr, first)) == list(map(repr, second))
