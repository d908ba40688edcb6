"""The ways in which real material is attacked: each finds what is planted, and nothing where nothing is."""

import os
import random
from datetime import timedelta
from uuid import UUID

import pytest

from dure.services.checkin.rules import calendar
from dure.services.checkin.types import Epoch, HalfHour
from dure.site.unmasking import canaries, insiders
from dure.site.unmasking.insiders import Seen

DAY = Epoch(2_600)
NOON = calendar.starts_at(DAY) + timedelta(hours=12)
PEOPLE = [UUID(int=0xABCDEF0000 + number) for number in range(5)]


@pytest.mark.parametrize("offset", range(16))
def test_a_secret_is_found_wherever_it_lies_and_however_it_is_written(offset: int) -> None:
    secret, other = os.urandom(16), os.urandom(16)
    net = canaries.Net({secret: "secret", other: "other"})
    for form in (secret, secret.hex().encode()):
        assert net.caught(bytes(offset) + form + b"..") == {"secret"}
        assert net.caught(bytes(offset) + form[:-1] + b"..") == set()
    assert net.caught(b"") == set()


def test_what_is_too_short_to_be_found_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        canaries.Net({b"fourteen bytes": "short"})


@pytest.mark.parametrize("form", ["가람".encode(), "가람".encode("unicode_escape"), "가람".encode().hex().encode()])
def test_a_word_is_found_as_databases_and_logs_write_it(form: bytes) -> None:
    assert canaries.words(b"so " + form + b" on", {"가람", "nothing"}) == {"가람"}


@pytest.mark.parametrize(
    "line",
    [
        "{who}\t2027-02-13 03:00:00.123456+00\tx",
        '{{"person": "{who}", "at": "2027-02-13T03:00:00Z"}}',
        "{hex}\t2027-02-13 03:00:00+00",
    ],
)
def test_an_instant_beside_a_person_is_found_in_rows_and_lines(line: str) -> None:
    assert calendar.day_of(DAY).isoformat() == "2027-02-13"
    who = PEOPLE[0]
    dump = f"no one\n{line.format(who=who, hex=who.hex)}\n{who}\t2027-02-12 03:00:00+00\n".encode()
    [(at, found)] = insiders.moments([dump], PEOPLE, DAY)
    assert (at.replace(microsecond=0), found) == (NOON, who)


def test_a_person_without_an_instant_is_no_event() -> None:
    assert insiders.moments([f"{PEOPLE[0]}\n2027-02-13 03:00:00+00".encode()], PEOPLE, DAY) == []


def test_who_alone_showed_a_code_at_the_time_is_found_and_nobody_else() -> None:
    events = [(NOON - timedelta(seconds=5), PEOPLE[0]), (NOON + timedelta(minutes=3), PEOPLE[1])]
    seen = [Seen(b"a", NOON, NOON), Seen(b"decoy", NOON, NOON)]
    joined = insiders.join(events, seen, {b"a": PEOPLE[0]}, len(PEOPLE))
    assert (joined.score.visits, joined.score.certain, joined.score.right) == (1, 1, 1.0)
    nothing = insiders.join([], seen, {b"a": PEOPLE[0]}, len(PEOPLE))
    assert (nothing.score.certain, nothing.score.right) == (0, 1 / len(PEOPLE))


def test_with_half_hours_only_those_who_showed_codes_in_them_come_into_question() -> None:
    half = HalfHour(DAY, 24)
    events = [(NOON + timedelta(minutes=minute), PEOPLE[minute % 5]) for minute in range(-20, 50, 10)]
    joined = insiders.join(events, insiders.in_half_hours([(b"a", half)]), {b"a": PEOPLE[0]}, len(PEOPLE))
    assert joined.score.certain == 0 or joined.score.right == 1.0


def test_an_order_is_told_from_chance() -> None:
    keys = [number.to_bytes(16) for number in range(60)]
    when, group = {key: float(at) for at, key in enumerate(keys)}, dict.fromkeys(keys, 0)
    assert insiders.order(keys, when, group).tells == 1.0
    assert insiders.order(keys[::-1], when, group).tells == 1.0
    chance = random.Random(5)  # noqa: S311 - a test that comes out the same twice
    mixed = chance.sample(keys, len(keys))
    assert insiders.order(mixed, when, group).says_nothing
    mixed[:40] = sorted(mixed[:40])
    assert not insiders.order(mixed, when, group).says_nothing
    assert insiders.order([], when, group).says_nothing


def test_those_found_in_the_material_come_in_its_order() -> None:
    keys = [os.urandom(16) for _ in range(3)]
    assert insiders.first_places(keys[2] + b"-" + keys[0] + keys[2], keys) == [keys[2], keys[0]]
