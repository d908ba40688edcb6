"""How the identity party makes a day's batch. It writes down nothing: the same person's marks come out the same the next time.

Sealed handles cost a public-key operation each, stamps a few hashes. So a batch has few of the former and one of the latter
for every minute of the day; both prove by a key that the identity party made them, and the telephone proves with both keys
that it shows them now.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from dure.services.checkin.types import Batch, DayClosed, Envelope, Epoch, Handle, IssuerKeys, Stamp, Subject

from .calendar import is_issuable
from .marks import nonce_of, nonces_of
from .passes import SEALED_BYTES
from .secrets import derived

ENVELOPES: Final = 48  # minutes in which a person may show a code with one batch
HANDLE_BYTES: Final = 16
PROOF_BYTES: Final = 16


def handle_of(handles: bytes, epoch: Epoch, person: bytes) -> Handle:
    """A person on one day. Who that is can be found by making the handles of all persons anew, while the day's key exists."""
    return Handle(derived(handles, b"handle", epoch.to_bytes(2), person)[:HANDLE_BYTES])


def sealing_context(epoch: Epoch) -> bytes:
    """What a handle is sealed to besides the authority's key: it opens as this and nothing else."""
    return b"dure.checkin/1 handle " + str(epoch).encode()


def envelope_key(passes: bytes, epoch: Epoch, sealed: bytes) -> bytes:
    """What only issuer and visit party can make for a sealed handle."""
    return derived(passes, b"envelope", epoch.to_bytes(2), sealed)[:PROOF_BYTES]


def stamp_key(passes: bytes, epoch: Epoch, minute: int, nonce: bytes) -> bytes:
    """What only issuer and visit party can make for a person's minute."""
    return derived(passes, b"stamp", epoch.to_bytes(2), minute.to_bytes(2), nonce)[:PROOF_BYTES]


def batch(
    keys: IssuerKeys, epoch: Epoch, subject: Subject, sealed: Sequence[bytes], visits: bytes, at: datetime
) -> Batch:
    """A person's day: `sealed` are the person's handle, sealed anew each time; `visits` the visit party's public half of the day.

    Raises DayClosed on any day but this one and the one before it.
    """
    if not is_issuable(epoch, at):
        raise DayClosed(epoch=epoch)
    if any(len(each) != SEALED_BYTES for each in sealed) or len(set(sealed)) != len(sealed):
        raise ValueError("sealed handles have 64 bytes each and are all different")
    nonces = nonces_of(subject)
    return Batch(
        epoch=epoch,
        visits=visits,
        envelopes=tuple(Envelope(each, envelope_key(keys.passes, epoch, each)) for each in sealed),
        stamps=tuple(
            Stamp(minute, nonce, stamp_key(keys.passes, epoch, minute, nonce)) for minute, nonce in enumerate(nonces)
        ),
    )


def stamp(passes: bytes, epoch: Epoch, subject: Subject, minute: int) -> Stamp:
    """A person's leave for one minute."""
    nonce = nonce_of(subject, minute)
    return Stamp(minute, nonce, stamp_key(passes, epoch, minute, nonce))
