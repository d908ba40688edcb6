"""A batch on its way to the telephone: as few bytes as say it, and equally many for everybody."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotAllowed
from dure.services.checkin.types import Batch
from dure.services.checkin.types.batches import IssuedBatch

from .calendar import epoch_of
from .issuing import ENVELOPES, PROOF_BYTES
from .marks import MARK_BYTES
from .passes import SEALED_BYTES

BATCHES_MAX: Final = (
    20  # an hour and person: a telephone fetches one a day, and another one when its envelopes are used up
)
ENVELOPES_BYTES: Final = ENVELOPES * (SEALED_BYTES + PROOF_BYTES)


def may_fetch(by: Actor) -> PersonId:
    """Somebody who is logged in, for themselves. Raises NotAllowed."""
    if by.person is None:
        raise NotAllowed(needs="person")
    return by.person


def envelopes_of(batch: Batch) -> bytes:
    """Sealed handle and key of each envelope, one after the other."""
    return b"".join(each.sealed + each.key for each in batch.envelopes)


def marks_of(batch: Batch) -> bytes:
    """The marks of the first cover by window, then those of the second: two minutes share each, so it stands here once."""
    nonces = [stamp.nonce for stamp in batch.stamps]
    first = [nonce[:MARK_BYTES] for nonce in nonces[::2]]
    second = [nonces[0][MARK_BYTES:], *(nonce[MARK_BYTES:] for nonce in nonces[1::2])]
    return b"".join((*first, *second))


def stamps_of(batch: Batch) -> bytes:
    """The key of each minute's stamp."""
    return b"".join(stamp.key for stamp in batch.stamps)


def message(issued: IssuedBatch, at: datetime) -> Mapping[str, object]:
    """What the telephone gets: the batch, the log's word for the key in it, and the server's time."""
    made, told = issued.batch, issued.told
    return {
        "epoch": made.epoch,
        "today": epoch_of(at),
        "now": moment(at),
        "visits": made.visits.hex(),
        "log": issued.log,
        "told": {
            "body": told.body,
            "index": told.index,
            "size": told.size,
            "hashes": list(told.hashes),
            "note": told.note,
        },
        "envelopes": _text(envelopes_of(made)),
        "marks": _text(marks_of(made)),
        "stamps": _text(stamps_of(made)),
        "spoken": list(issued.codes),
    }


def moment(at: datetime) -> int:
    """Milliseconds, as browsers count them: a telephone notes how far its clock is off."""
    return int(at.timestamp() * 1000)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
