"""Going on with a log after its folder, or the newest part of its database, was lost. Nothing here can fork it.

A new folder remembers no head: somebody gives one that was written down elsewhere, and the log has to have grown out of it.
An older database lacks entries that others may have seen: what a copy of the public log still holds is put back.
"""

from collections.abc import Sequence

from dure.base import ids
from dure.base.actors import Actor
from dure.base.refusals import NotAllowed
from dure.foundations.vault import models, queries, rules
from dure.foundations.vault.queries import folders as places
from dure.foundations.vault.queries import logs as known_logs
from dure.foundations.vault.types import Entry, LogWentBack, ProofUnfit
from dure.kit import tx

from . import folders
from .logs import add, append, check_anchor, locked

__all__ = ["accept_head", "restore_log"]


def accept_head(by: Actor, log: str, size: int, root: bytes) -> None:
    """Go on with a log beside a new folder of keys, from a head that a person wrote down elsewhere; the log tells it.

    A steward's, or the shell's. Raises NotAllowed, NoSuchLog, LogWentBack (the head is newer than this database: `restore_log`
    first), ProofUnfit (it is no head of this log), RootUnfit, LogKeyChanged, Busy.
    """
    tx.demand()
    _check_person(by)
    queries.verifier(log)
    row, _ = locked(log)
    of = places.ring()
    if known_logs.anchor(of, log) is not None:
        check_anchor(row)
    if size > row.size:
        raise LogWentBack(log=log, size=row.size, signed=size)
    if size < 1 or not known_logs.grew_from(log, row.size, bytes(row.root), size, root):
        raise ProofUnfit(index=size, size=row.size)
    folders.keep_anchor(of, log, row.note)
    append(by, log, (Entry(f"{rules.RESUMED}|{ids.new()}", rules.resumed_statement(size, root)),))


def restore_log(by: Actor, log: str, note: str, bodies: Sequence[bytes]) -> int:
    """Put back what this database lacks of a log, from a copy: all its entries, and its head, which this log's key signed.

    Answers how many were put back. Whatever is told again finds its entry: keys by their names, all else by its content.
    A steward's, or the shell's. Raises NotAllowed, NoSuchLog, NoteUnfit, NotSigned, ProofUnfit (the copy is not what was signed,
    or does not begin as this log does), LogKeyChanged, RootUnfit, Busy.
    """
    tx.demand()
    _check_person(by)
    head = rules.opened_checkpoint(note, queries.verifier(log))
    row, private = locked(log)
    if head.size <= row.size:
        return 0
    missing = list(bodies[row.size : head.size])
    grown = rules.grown(row.size, known_logs.last_tiles(log, row.size), rules.leaf_hashes(missing))
    if (grown.size, grown.root) != (head.size, head.root):
        raise ProofUnfit(index=row.size, size=head.size)
    add(row, private, _named(row, missing))
    return len(missing)


def _named(row: models.Log, bodies: Sequence[bytes]) -> list[Entry]:
    """Entries with the keys they were told under, as far as their bodies say them."""
    named: dict[str, bytes] = {}
    wanted = {rules.key_in(body) or rules.again_key(body) for body in bodies}
    taken = set(models.Leaf.objects.filter(log_id=row.name, key__in=wanted).values_list("key", flat=True))
    for place, body in enumerate(bodies, row.size):
        key = rules.key_in(body) or rules.again_key(body)
        named[f"{rules.again_key(body)}|{place}" if key in named or key in taken else key] = body
    return [Entry(key, body) for key, body in named.items()]


def _check_person(by: Actor) -> None:
    if not (by.is_steward or by.is_system):
        raise NotAllowed(needs="steward")
