"""What a log says of keys, as bytes, and how anybody holds it against the key they were given. Pure.

A key that others seal to is committed to by its public half as well: who was handed another half than the one in the log
(`check_public`) was handed it by somebody in between. A statement is JSON with its keys in order and no blanks, so that
everybody makes the same bytes of it.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from dure.base.refusals import Refusal
from dure.foundations.vault.rules.keys import check_name
from dure.foundations.vault.rules.merkle import check_inclusion, leaf_hash
from dure.foundations.vault.rules.notes import opened_checkpoint
from dure.foundations.vault.types import (
    HASH_BYTES,
    KEY_BYTES,
    MINUTES,
    WHOLE_DAY,
    KeyExchanged,
    KeyName,
    KeyNote,
    KeyOtherwise,
    LogEntry,
    Moment,
    ProofUnfit,
    StatementUnfit,
    ToldProof,
    Trust,
)

__all__ = [
    "AGAIN",
    "DESTROYED",
    "MADE",
    "RESUMED",
    "TAKEN",
    "TRUSTED",
    "again_key",
    "bound",
    "check_copied",
    "check_public",
    "check_secret",
    "commitment_of",
    "copy_of",
    "destroyed_key",
    "destroyed_statement",
    "is_taken",
    "key_in",
    "made_key",
    "made_statement",
    "read_statement",
    "resumed_statement",
    "statement",
    "taken_key",
    "taken_statement",
    "told_entry",
    "told_key",
    "trusted_statement",
]

MADE: Final = "key.made"
TAKEN: Final = "key.taken"
DESTROYED: Final = "key.destroyed"
TRUSTED: Final = "clock.trusted"
RESUMED: Final = "log.resumed"
AGAIN: Final = "again|"
_COMMITMENT: Final = b"dure.vault.key.v2"
_ZONE: Final = "+09:00"  # Korea's, all year round


def bound(name: KeyName, ends: Moment) -> bytes:
    """What a key is bound to wherever it lies: its name and its end. Two different ones never read the same."""
    part = () if name.part == WHOLE_DAY else (str(name.part),)
    return "|".join((name.party, name.purpose, name.day.isoformat(), *part, str(ends))).encode()


def commitment_of(name: KeyName, ends: Moment, public: bytes, secret: bytes) -> bytes:
    """SHA-256 over name, end, public half (32 bytes, or none) and key. It tells nothing of the key, and no other key fits it."""
    return hashlib.sha256(b"|".join((_COMMITMENT, bound(name, ends), public, secret))).digest()


def check_secret(note: KeyNote, public: bytes, secret: bytes) -> None:
    """Whether these are the key, and the half that follows from it, which the log told of. Raises KeyExchanged."""
    made = commitment_of(note.name, note.ends, note.public, secret)
    if not hmac.compare_digest(made, note.commitment) or (note.public and not hmac.compare_digest(public, note.public)):
        raise KeyExchanged(name=str(note.name))


def copy_of(note: KeyNote, ends: Moment, secret: bytes) -> KeyNote:
    """The note of a copy that its holder keeps until `ends`: the same note when the original ends then as well."""
    if ends == note.ends:
        return note
    commitment = commitment_of(note.name, ends, note.public, secret)
    return KeyNote(note.name, ends, commitment, note.public, original=note.commitment)


def check_copied(known: KeyNote, note: KeyNote) -> None:
    """Whether the copy that is here was made of this very key. Raises KeyOtherwise."""
    if (known.original or known.commitment, known.public) != (note.commitment, note.public):
        raise KeyOtherwise(name=str(note.name), ends_on=known.ends_on)


def statement(kind: str, fields: Mapping[str, str | int]) -> bytes:
    """An entry of the log as bytes: JSON with its keys in order and no blanks, so that anybody makes the same bytes."""
    return json.dumps({"kind": kind, **fields}, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def made_key(name: str) -> str:
    """The key under which the log tells that a dated key was made."""
    return f"{MADE}|{name}"


def taken_key(name: str) -> str:
    """The key under which the log tells that a copy of another party's key was taken in."""
    return f"{TAKEN}|{name}"


def destroyed_key(name: str) -> str:
    """The key under which the log tells that a dated key was destroyed."""
    return f"{DESTROYED}|{name}"


def made_statement(note: KeyNote) -> bytes:
    """What the log says when a key was made."""
    return statement(MADE, _promised(note))


def taken_statement(note: KeyNote) -> bytes:
    """What the log of whoever takes in a copy of another party's key says of it: it will say its destruction, too."""
    return statement(TAKEN, _promised(note))


def destroyed_statement(note: KeyNote, on: date) -> bytes:
    """What the log says when a key was destroyed."""
    return statement(DESTROYED, {**_said(note.name), "on": on.isoformat(), "commitment": note.commitment.hex()})


def trusted_statement(day: date, seen: date | None, by: str) -> bytes:
    """What every log of a place says when somebody vouched for its clock: for which day, over which day seen, who ("steward")."""
    return statement(TRUSTED, {"day": day.isoformat(), "seen": "" if seen is None else seen.isoformat(), "by": by})


def resumed_statement(size: int, root: bytes) -> bytes:
    """What a log says when it goes on beside a new folder of keys: out of which head, that somebody had written down."""
    return statement(RESUMED, {"size": size, "root": root.hex()})


def again_key(body: bytes) -> str:
    """Under which key an entry stands that was put back from a copy, which does not say what it was told under."""
    return f"{AGAIN}{hashlib.sha256(body).hexdigest()}"


def read_statement(body: bytes) -> KeyNote:
    """The key that a statement (made, taken, destroyed) is about. Only one way of writing it is taken. Raises StatementUnfit."""
    try:
        told: dict[str, Any] = json.loads(body)
        part = told.get("part", WHOLE_DAY)
        name = check_name(KeyName(told["party"], told["purpose"], date.fromisoformat(told["day"]), part))
        commitment = bytes.fromhex(told["commitment"])
        if told["kind"] == DESTROYED:
            on = date.fromisoformat(told["on"])
            note = KeyNote(name, Moment(on), commitment, destroyed_on=on)
            again = destroyed_statement(note, on)
        else:
            public, original = (bytes.fromhex(told.get(half, "")) for half in ("public", "original"))
            note = KeyNote(name, _end_in(told), commitment, public, original=original)
            again = {MADE: made_statement, TAKEN: taken_statement}[told["kind"]](note)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Refusal):
        raise StatementUnfit(why="form") from None
    if (
        again != body
        or type(part) is not int  # neither true nor 18.0: both are written as they came
        or len(commitment) != HASH_BYTES
        or len(note.public) not in (0, KEY_BYTES)
        or len(note.original) not in ((0, HASH_BYTES) if told["kind"] == TAKEN else (0,))
    ):
        raise StatementUnfit(why="writing")
    return note


def key_in(body: bytes) -> str | None:
    """The key under which vault tells this entry; None when it is no statement about a key."""
    try:
        note = read_statement(body)
    except StatementUnfit:
        return None
    return f"{json.loads(body)['kind']}|{note.name}"


def is_taken(body: bytes) -> bool:
    """Whether a statement tells of a copy that was taken in."""
    return (key_in(body) or "").startswith(f"{TAKEN}|")


def told_entry(told: ToldProof, trust: Trust) -> LogEntry:
    """The entry that a log holds, by a proof up to a signed head. Raises NoteUnfit, NotSigned, NotCosigned, ProofUnfit."""
    head = opened_checkpoint(told.note, trust.log, trust.witnesses, trust.needed, trust.since)
    if told.proof.size != head.size:
        raise ProofUnfit(index=told.proof.index, size=told.proof.size)
    check_inclusion(told.proof, leaf_hash(told.body), head.root)
    return LogEntry(told.proof.index, told.body)


def told_key(told: ToldProof, trust: Trust) -> KeyNote:
    """The key of which a log has told. Raises StatementUnfit and what `told_entry` raises."""
    told_entry(told, trust)
    if not (key_in(told.body) or "").startswith(f"{MADE}|"):
        raise StatementUnfit(why="kind")
    return read_statement(told.body)


def check_public(name: KeyName, public: bytes, told: ToldProof, trust: Trust) -> KeyNote:
    """Whether a public half that somebody was given is the one that the log told of for this key. Ask before sealing to it.

    That a log tells of one half only is seen by who walks it (`dure audit log`). Raises KeyExchanged and what `told_key` raises.
    """
    note = told_key(told, trust)
    if note.name != name or not note.public or not hmac.compare_digest(note.public, public):
        raise KeyExchanged(name=str(name))
    return note


def _promised(note: KeyNote) -> dict[str, str | int]:
    ends = note.ends
    end = {"ends_on": ends.day.isoformat()} if not ends.minute else {"ends_at": _written(ends)}
    public = {"public": note.public.hex()} if note.public else {}
    original = {"original": note.original.hex()} if note.original else {}
    return {**_said(note.name), **end, **public, **original, "commitment": note.commitment.hex(), "use": str(note.use)}


def _written(ends: Moment) -> str:
    return f"{ends.day.isoformat()}T{ends.minute // 60:02d}:{ends.minute % 60:02d}{_ZONE}"


def _end_in(told: Mapping[str, Any]) -> Moment:
    if "ends_on" in told:
        return Moment(date.fromisoformat(told["ends_on"]))
    day, _, clock = str(told["ends_at"]).removesuffix(_ZONE).partition("T")
    minute = int(clock[:2]) * 60 + int(clock[3:])
    if not 0 < minute < MINUTES:
        raise ValueError(clock)
    return Moment(date.fromisoformat(day), minute)


def _said(name: KeyName) -> dict[str, str | int]:
    part: dict[str, str | int] = {} if name.part == WHOLE_DAY else {"part": name.part}
    return {"party": name.party, "purpose": name.purpose, "day": name.day.isoformat(), **part}
