"""What a telephone shows when, without a line: the same rules run in the browser.

Each minute in which the code is on the screen uses up one envelope, and no envelope is shown in two minutes; within the
minute the code changes every 15 seconds. What `show` answers is sealed to the visit party before it is drawn (`passes.sealed`),
with the telephone's own chance: so who made the batch does not know it again. Nothing is written down but how many envelopes
are gone and the minute of the last one, and that goes with the day.
"""

import hmac
from dataclasses import replace
from datetime import datetime

from dure.services.checkin.types import Batch, BatchUsedUp, DayClosed, Pass, Shown

from .calendar import minute_of_slot, slot_of
from .issuing import PROOF_BYTES
from .passes import AUTHENTICATOR_BYTES, header


def show(batch: Batch, before: Shown, at: datetime, challenge: str = "") -> tuple[Pass, Shown]:
    """The pass for this moment, and what the telephone remembers afterwards.

    Raises DayClosed when the batch is for another day, BatchUsedUp when every envelope was shown in a minute of its own.
    """
    epoch, slot = slot_of(at)
    if epoch != batch.epoch:
        raise DayClosed(epoch=batch.epoch)
    minute = minute_of_slot(slot)
    if before.epoch != epoch:
        before = Shown(epoch)
    now = before if before.minute == minute else replace(before, used=before.used + 1, minute=minute)
    if now.used > len(batch.envelopes):
        raise BatchUsedUp()
    envelope, stamp = batch.envelopes[now.used - 1], batch.stamps[minute]
    bare = Pass(epoch, slot, stamp.nonce, b"", envelope.sealed)
    return replace(bare, authenticator=authenticator(envelope.key, stamp.key, bare, challenge)), now


def authenticator(envelope: bytes, stamp: bytes, shown: Pass, challenge: str = "") -> bytes:
    """Proves that whoever shows the pass holds both keys, in this slot, and before this venue's challenge if it gave one."""
    if len(envelope) != PROOF_BYTES or len(stamp) != PROOF_BYTES:
        raise ValueError("keys of envelopes and stamps have 16 bytes")
    said = b"show" + header(shown.epoch, shown.slot) + shown.nonce + shown.sealed + challenge.encode()
    return hmac.digest(envelope + stamp, said, "sha256")[:AUTHENTICATOR_BYTES]
