"""Keys of a half hour end at a minute; copies of another party's keys are the key that its log told of."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction

from dure.foundations.vault import actions, models, queries, rules, tasks
from dure.foundations.vault.queries import folders
from dure.foundations.vault.tests.test_keys import BY, DAY, END, NAME, findings, later
from dure.foundations.vault.tests.test_told_keys import note_of, told_in
from dure.foundations.vault.types import (
    BadEnd,
    BadName,
    KeyDestroyed,
    KeyEnded,
    KeyExchanged,
    KeyLost,
    KeyName,
    KeyOtherwise,
    KeyShared,
    KeyUse,
    Moment,
    NoPublicHalf,
    NoSuchKey,
    NotSigned,
    SealUnfit,
    StatementUnfit,
    ToldProof,
    Trust,
)

HALF = KeyName("visits", "journal", DAY, 18)  # from nine to half past nine
ENDS = Moment(DAY, 571)  # 09:31
OURS = KeyName("visits", "letters", DAY)
THEIRS = KeyName("identity", "passes", DAY)
SECRET = bytes(range(32))
LOG = "identity.example.org/log/identity"
SIGNING = bytes([9]) * 32


def at(minute: int, second: int = 0) -> Any:
    """That second of that minute of the day in Korea."""
    midnight = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) - timedelta(hours=9)
    return time_machine.travel(midnight + timedelta(minutes=minute, seconds=second), tick=False)


@pytest.fixture(autouse=True)
def in_the_morning():
    with at(540):
        yield


def test_a_half_hours_key_opens_to_the_last_second_of_its_time(db: None) -> None:
    actions.make_key(BY, HALF, ENDS, KeyUse.OWN)
    sealed = queries.seal(HALF, b"entry", b"who came")
    with at(570, 59):
        assert queries.unseal(HALF, b"entry", sealed) == b"who came"
    with at(571), pytest.raises(KeyEnded):
        queries.unseal(HALF, b"entry", sealed)


@pytest.mark.django_db(transaction=True)
def test_a_half_hours_key_in_memory_ends_as_well() -> None:
    with transaction.atomic():
        actions.make_key(BY, HALF, ENDS, KeyUse.OWN)
    with at(570, 59):
        assert queries.opened(HALF)
    with at(571), pytest.raises(KeyEnded):
        queries.opened(HALF)


def test_the_sweep_of_the_minute_destroys_it_and_nothing_else(db: None, keys_folder: Path) -> None:
    actions.make_key(BY, HALF, ENDS, KeyUse.OWN)
    others = [KeyName("visits", "journal", DAY, 19), NAME]
    actions.make_key(BY, others[0], Moment(DAY, 601), KeyUse.OWN)
    actions.make_key(BY, NAME, END)
    with at(570, 59):
        tasks.destroy(timestamp=0)
        assert (keys_folder / "2026-11-01T0931" / "day").exists()
    with at(571):
        tasks.destroy(timestamp=0)
        assert not (keys_folder / "2026-11-01T0931").exists()
        assert queries.key(HALF).destroyed_on == DAY
        assert queries.is_told("visits", rules.destroyed_key("visits.journal.2026-11-01.18"))
        assert [bool(queries.opened(name)) for name in others] == [True, True]
        assert not queries.is_sweep_due()
        for check in ("vault.ended", "vault.committed", "vault.log"):
            assert findings(check) == []


def test_halves_of_a_day_are_keys_of_their_own(db: None) -> None:
    secrets = set()
    for part in (0, 18, 47):
        name = KeyName("visits", "journal", DAY, part)
        actions.make_key(BY, name, Moment(DAY + timedelta(days=1), 1), KeyUse.OWN)
        secrets.add(queries.opened(name).secret)
    assert len(secrets) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "ends"),
    [
        (HALF, Moment(DAY, 540)),  # now
        (HALF, Moment(DAY + timedelta(days=2), 1)),  # more than two days after its day began
        (KeyName("visits", "journal", DAY, 30), Moment(DAY, 900)),  # before it begins, at 15:00
        (HALF, Moment(DAY, 1_440)),
        (NAME, Moment(END, 1)),  # a whole day's key ends with a day
    ],
)
def test_an_end_that_is_none_is_refused(name: KeyName, ends: Moment) -> None:
    with pytest.raises(BadEnd):
        actions.make_key(BY, name, ends)


@pytest.mark.django_db
@pytest.mark.parametrize("part", [-2, 48, 1_000])
def test_there_are_48_half_hours(part: int) -> None:
    with pytest.raises(BadName):
        actions.make_key(BY, KeyName("visits", "journal", DAY, part), ENDS)


@pytest.fixture
def theirs(db: None) -> tuple[ToldProof, Trust, bytes]:
    """A key of the identity party as it comes to us: what its log told, its log's key, and the letter."""
    actions.make_key(BY, OURS, END)
    note = note_of(THEIRS, SECRET, Moment(DAY + timedelta(days=3)), b"")
    told, trust = told_in(LOG, SIGNING, b"before", rules.made_statement(note), b"after", at=1)
    letter = queries.seal_letter(queries.public_half(OURS), queries.letter_context(THEIRS, note.ends), SECRET)
    return told, trust, letter


def test_a_copy_of_anothers_key_opens_until_its_end_and_our_log_tells_of_it(
    theirs: tuple[ToldProof, Trust, bytes],
) -> None:
    told, trust, letter = theirs
    note = actions.take_key(BY, told, trust, letter, OURS)
    assert actions.take_key(BY, told, trust, letter, OURS) == note
    assert queries.opened(THEIRS).secret == SECRET
    body = queries.entry("visits", rules.taken_key(str(THEIRS))).body
    assert rules.read_statement(body) == rules.told_key(told, trust) == note
    assert findings("vault.committed") == []
    with later(note.ends_on):
        with pytest.raises(KeyEnded):
            queries.opened(THEIRS)
        assert [gone.name for gone in actions.destroy_keys(BY).gone] == [THEIRS]
        assert queries.is_told("visits", rules.destroyed_key(str(THEIRS)))
        assert findings("vault.ended") == []
    assert not models.Log.objects.filter(name="identity").exists()


@pytest.mark.parametrize("days", [1, 5])
def test_a_copy_may_end_on_another_day_than_its_original(theirs: tuple[ToldProof, Trust, bytes], days: int) -> None:
    told, trust, letter = theirs
    original, ends = rules.told_key(told, trust), DAY + timedelta(days=days)
    note = actions.take_key(BY, told, trust, letter, OURS, ends)
    assert actions.take_key(BY, told, trust, letter, OURS, ends) == note
    assert (note.ends, note.original) == (Moment(ends), original.commitment)
    assert rules.read_statement(queries.entry("visits", rules.taken_key(str(THEIRS))).body) == note
    assert queries.opened(THEIRS).secret == SECRET
    assert findings("vault.committed") == []
    with pytest.raises(KeyOtherwise):
        actions.take_key(BY, told, trust, letter, OURS)
    with later(ends - timedelta(days=1)):
        assert queries.opened(THEIRS).secret == SECRET
    with later(ends):
        with pytest.raises(KeyEnded):
            queries.opened(THEIRS)
        assert [gone.name for gone in actions.destroy_keys(BY).gone] == [THEIRS]
        assert findings("vault.ended") == []


def test_a_copy_of_another_key_is_not_the_copy_that_is_here(theirs: tuple[ToldProof, Trust, bytes]) -> None:
    told, trust, letter = theirs
    ends = DAY + timedelta(days=5)
    actions.take_key(BY, told, trust, letter, OURS, ends)
    another = note_of(THEIRS, SECRET[::-1], Moment(DAY + timedelta(days=3)), b"")
    said, _ = told_in(LOG, SIGNING, rules.made_statement(another))
    with pytest.raises(KeyOtherwise):
        actions.take_key(BY, said, trust, letter, OURS, ends)


def test_a_key_that_was_made_is_nobodys_copy() -> None:
    note = note_of(THEIRS, SECRET, Moment(END), b"")
    for statement in (rules.made_statement, rules.taken_statement):
        body = statement(replace(note, original=note.commitment))
        with nullcontext() if statement is rules.taken_statement else pytest.raises(StatementUnfit):
            assert rules.read_statement(body).original == note.commitment


def test_a_key_of_ours_goes_out_as_such_a_letter(theirs: tuple[ToldProof, Trust, bytes]) -> None:
    actions.make_key(BY, NAME, END)
    letter = queries.key_letter(NAME, queries.public_half(OURS))
    context = queries.letter_context(NAME, Moment(END))
    assert queries.unseal_letter(OURS, context, letter) == queries.opened(NAME).secret


def test_another_key_than_the_one_told_of_is_not_taken(theirs: tuple[ToldProof, Trust, bytes]) -> None:
    told, trust, letter = theirs
    context = queries.letter_context(THEIRS, Moment(DAY + timedelta(days=3)))
    public = queries.public_half(OURS)
    forged, _ = told_in(LOG, bytes([8]) * 32, told.body)
    gone, _ = told_in(LOG, SIGNING, rules.destroyed_statement(rules.told_key(told, trust), DAY))
    own = note_of(KeyName("visits", "passes", DAY), SECRET, Moment(END), b"")
    ours, _ = told_in(LOG, SIGNING, rules.made_statement(own))
    cases: list[tuple[Any, ToldProof, bytes]] = [
        (KeyExchanged, told, queries.seal_letter(public, context, SECRET[::-1])),
        (KeyExchanged, told, queries.seal_letter(public, context, b"")),
        (SealUnfit, told, letter[:-1]),
        (SealUnfit, told, queries.seal_letter(public, b"another", SECRET)),
        (NotSigned, forged, letter),
        (StatementUnfit, gone, letter),
        (KeyOtherwise, ours, letter),
    ]
    for refusal, said, sent in cases:
        with pytest.raises(refusal):
            actions.take_key(BY, said, trust, sent, OURS)
    assert not models.DatedKey.objects.filter(party="identity").exists()
    assert not list(folders.ring().folder.rglob("identity.*"))


@pytest.mark.django_db
def test_a_key_whose_file_is_lost_is_not_answered_as_if_it_were_there(keys_folder: Path) -> None:
    actions.make_key(BY, NAME, END)
    (keys_folder / str(END) / f"{NAME}.key").unlink()
    with pytest.raises(KeyLost):
        actions.make_key(BY, NAME, END)


def test_a_key_that_is_not_needed_any_more_goes_before_its_end_and_the_log_says_so(db: None, keys_folder: Path) -> None:
    actions.make_key(BY, HALF, ENDS, KeyUse.OWN)
    actions.make_key(BY, NAME, END)
    assert [note.name for note in queries.living("visits", "journal")] == [HALF]
    with at(545):
        assert actions.destroy_key(BY, HALF).destroyed_on == DAY
        assert actions.destroy_key(BY, HALF).destroyed_on == DAY
        assert not (keys_folder / "2026-11-01T0931").exists()
        with pytest.raises(KeyDestroyed):
            queries.opened(HALF)
        assert queries.opened(NAME)
        assert queries.living("visits", "journal") == ()
        assert queries.is_told("visits", rules.destroyed_key(str(HALF)))
    with at(571):
        tasks.destroy(timestamp=0)
        for check in ("vault.ended", "vault.committed", "vault.log"):
            assert findings(check) == []


def test_a_key_that_shares_its_end_cannot_go_alone(db: None) -> None:
    other = KeyName("visits", "journal", DAY, 17)
    for name in (HALF, other):
        actions.make_key(BY, name, ENDS, KeyUse.OWN)
    actions.make_key(BY, NAME, END)
    for name in (HALF, NAME):
        with pytest.raises(KeyShared):
            actions.destroy_key(BY, name)
        assert queries.opened(name)
    assert queries.opened(other)


def test_a_key_that_was_never_made_cannot_go(db: None) -> None:
    with pytest.raises(NoSuchKey):
        actions.destroy_key(BY, HALF)


def test_many_letters_to_a_dated_key_are_opened_as_one_is(db: None) -> None:
    actions.make_key(BY, OURS, END)
    opener, public = queries.letter_opener(OURS), queries.public_half(OURS)
    for number in range(3):
        sealed = queries.seal_letter(public, b"context", bytes([number]))
        assert opener(b"context", sealed) == queries.unseal_letter(OURS, b"context", sealed) == bytes([number])
    actions.make_key(BY, HALF, ENDS, KeyUse.OWN)
    with pytest.raises(NoPublicHalf):
        queries.letter_opener(HALF)
