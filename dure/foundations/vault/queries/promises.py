"""What this installation promises to keep no longer, and the walks that prove the promises of vault."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import batched
from typing import Final

from django.apps import apps

from dure.base.refusals import Refusal
from dure.foundations.vault import models, rules
from dure.foundations.vault.types import (
    TILE_WIDTH,
    WHOLE_DAY,
    Kept,
    KeyExchanged,
    KeyLost,
    KeyNote,
    LogHead,
    Moment,
    NoteUnfit,
    Verifier,
)
from dure.kit.house import HouseCard
from dure.kit.verify import FINDINGS_MAX, Check, Finding, Progress

from . import folders, keys, logs

__all__ = ["checks", "kept", "marked_heads", "strange_files"]

ENDED: Final = "vault.ended"
COMMITTED: Final = "vault.committed"
LOG: Final = "vault.log"
ROWS_AT_A_TIME: Final = 1_000


def kept() -> tuple[Kept, ...]:
    """The register of retention: what every house keeps, for how long, why, and what ends it."""
    cards = [getattr(config, "card", None) for config in apps.get_app_configs()]
    return tuple(
        Kept(house=card.name, what=one.what, days=one.keep.days, why=one.why, by=one.by)
        for card in cards
        if isinstance(card, HouseCard)
        for one in card.retention
    )


def strange_files() -> tuple[str, ...]:
    """What lies in the folder of keys and vault never put there: perhaps a copy that nobody will destroy."""
    return tuple(folders.strange_in(folders.ring()))


def marked_heads() -> tuple[tuple[LogHead, int | None], ...]:
    """Every log, and how many of its entries the folder of keys remembers to have been signed for."""
    of = folders.ring()
    return tuple((head, _mark(of, head.name)) for head in logs.heads())


def _mark(of: folders.Ring, log: str) -> int | None:
    note = logs.anchor(of, log)
    return None if note is None else rules.checkpoint_of(rules.read_note(note).text).size


def checks() -> tuple[Check, ...]:
    """For `dure verify`."""
    return (
        Check(ENDED, "keys past their end are gone from the folder, and the log says so", _ended),
        Check(COMMITTED, "every key has its commitment in the log and opens to it", _committed),
        Check(LOG, "every log is what it was signed for, entry by entry", _logs),
    )


def _ended(progress: Progress) -> list[Finding]:
    progress(0, 0)
    at, of = keys.now(), folders.ring()
    found = [
        Finding(ENDED, "vault did not put this into the folder of keys: if it is a copy, destroy it", name)
        for name in folders.strange_in(of)
    ]
    for end in folders.ends_in(of):
        if rules.has_ended(end, at):
            found += [
                Finding(
                    ENDED,
                    "a key past its end lies in the folder: run dure worker, or dure keys destroy",
                    f"{end}/{file}",
                )
                for file in folders.files_in(of, end)
            ]
    rows = models.DatedKey.objects.filter(ends_on__lte=at.day, destroyed_on=None).order_by("ends_on", "id")
    waiting = [row for row in rows[:ROWS_AT_A_TIME] if rules.has_ended(keys.note_of(row).ends, at)]
    found += [Finding(ENDED, "the log does not say that this key was destroyed", str(row)) for row in waiting]
    gone = models.DatedKey.objects.exclude(destroyed_on=None).order_by("ends_on", "id").iterator(ROWS_AT_A_TIME)
    for row in gone:
        if not logs.is_told(row.told_in, rules.destroyed_key(str(row))):
            found.append(Finding(ENDED, "called destroyed, and its log knows nothing of it", str(row)))
        early = row.destroyed_on is not None and row.ends_on > row.destroyed_on
        if early and row.part == WHOLE_DAY:  # one of a half hour may go as soon as nobody needs it
            found.append(Finding(ENDED, "was destroyed before its end", str(row)))
    return found[:FINDINGS_MAX]


def _committed(progress: Progress) -> list[Finding]:
    at, of = keys.now(), folders.ring()
    found: list[Finding] = []
    total = models.DatedKey.objects.count()
    known: set[tuple[Moment, str]] = set()
    for done, row in enumerate(models.DatedKey.objects.order_by("ends_on", "id").iterator(ROWS_AT_A_TIME), 1):
        progress(done, total)
        note = keys.note_of(row)
        known.add((note.ends, f"{note.name}{folders.SUFFIX}"))
        found += [Finding(COMMITTED, what, str(note.name)) for what in _wrong_with(of, note, row.told_in, at)]
        if len(found) > FINDINGS_MAX:
            break
    for end in folders.ends_in(of):
        strange = [file for file in folders.files_in(of, end) if file != folders.DAY and (end, file) not in known]
        if len(found) <= FINDINGS_MAX and not rules.has_ended(end, at):
            found += [
                Finding(COMMITTED, "a file in the folder of keys that no key is known for", f"{end}/{x}")
                for x in strange
            ]
    return found[:FINDINGS_MAX]


def _wrong_with(of: folders.Ring, note: KeyNote, log: str, at: Moment) -> Iterator[str]:
    own = log == note.name.party
    told = replace(note, destroyed_on=None)
    body = rules.made_statement(told) if own else rules.taken_statement(told)
    key = (rules.made_key if own else rules.taken_key)(str(note.name))
    try:
        if logs.entry(log, key).body != body:
            yield "the log tells of another commitment"
    except Refusal:
        yield "its commitment is not in the log"
    if note.destroyed_on is not None or rules.has_ended(note.ends, at):
        return
    try:
        secret = folders.secret_of(of, note.name, note.ends)
    except KeyLost:
        yield "its file was changed, or is wrapped under another root"
        return
    if secret is None:
        yield "its file is missing: what was sealed under it is lost"
        return
    try:
        rules.check_secret(note, keys.public_of(secret), secret)
    except KeyExchanged:
        yield "its file holds another key"


def _logs(progress: Progress) -> list[Finding]:
    found: list[Finding] = []
    for row in models.Log.objects.order_by("name"):
        found += [Finding(LOG, what, subject) for what, subject in _wrong_in(row, progress)]
    return found[:FINDINGS_MAX]


def _wrong_in(row: models.Log, progress: Progress) -> Iterator[tuple[str, str]]:
    """Walk a log: leaves against tiles, tiles against the root, the root against the signature, the head against the anchor."""
    verifier = Verifier(row.origin, rules.SIGNATURE, bytes(row.public))
    try:
        checkpoint = rules.opened_checkpoint(row.note, verifier)
        if (checkpoint.size, checkpoint.root) != (row.size, bytes(row.root)):
            raise NoteUnfit(why="another head")
    except Refusal as refusal:
        yield f"its checkpoint does not hold: {refusal!r}", row.name
        return
    built: dict[tuple[int, int], bytes] = {}
    size = 0
    for group in batched(_leaves(row.name), TILE_WIDTH * 4):
        grown = rules.grown(size, built, rules.leaf_hashes([body for _, body in group]))
        if [place for place, _ in group] != list(range(size, grown.size)):
            yield "entries are missing", f"{row.name} {size}"
            return
        for level, index, hashes in grown.tiles:
            built[level, index] = hashes
            if (
                bytes(models.Tile.objects.get(log_id=row.name, level=level, index=index).hashes)[: len(hashes)]
                != hashes
            ):
                yield "an entry was changed: its tile says otherwise", f"{row.name} {level}/{index}"
                return
        size = grown.size
        progress(size, row.size)
        built = {where: built[where] for where in rules.last_tiles(size)}
    if size != row.size or rules.root_of(size, built) != bytes(row.root):
        yield "the entries do not make the root that was signed", row.name
    yield from _wrong_with_anchor(row, verifier)


def _leaves(log: str) -> Iterator[tuple[int, bytes]]:
    rows = models.Leaf.objects.filter(log_id=log).order_by("index").values_list("index", "body")
    return ((index, bytes(body)) for index, body in rows.iterator(ROWS_AT_A_TIME))


def _wrong_with_anchor(row: models.Log, verifier: Verifier) -> Iterator[tuple[str, str]]:
    note = logs.anchor(folders.ring(), row.name)
    if note is None:
        if row.size:
            yield "the folder of keys remembers nothing of this log", row.name
        return
    try:
        if not rules.checkpoint_of(rules.read_note(note).text).size:
            return
        signed = rules.opened_checkpoint(note, verifier)
        if signed.size > row.size:
            yield f"{signed.size} entries were signed for, and {row.size} are here: an old copy", row.name
        else:
            proof = logs.consistency(row.name, signed.size, row.size)
            rules.check_consistency(proof, signed.root, bytes(row.root))
    except Refusal as refusal:
        yield f"differs from the checkpoint that was signed last: {refusal!r}", row.name
