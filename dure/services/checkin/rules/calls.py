"""Codes told by telephone: who the gateway is that takes the calls, how often one may call, and under what a call is remembered.

The gateway is whoever answers the one number that people call (a dealer of voice, or a box in the town office). It signs what it
says with a secret that it shares with us: HMAC-SHA256 over the time, a dot and the body, in the header X-Dure-Signature:
`t=<seconds>,v1=<hexadecimal digits>`.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from dure.base.signatures import is_signed
from dure.services.checkin.types import Epoch, Subject
from dure.services.checkin.types.calls import NotTheGateway

from .secrets import derived
from .spoken import CALLS_A_DAY

CALLS_MAX: Final = 6  # an hour and number, whosever it is; each process counts for itself
ALL_CALLS_MAX: Final = 600  # a minute; the same


def check_gateway(secret: str, header: str, body: bytes, at: datetime) -> None:
    """Whether our gateway said this, just now. Raises NotTheGateway, also where no secret is set."""
    if not is_signed(secret, header, body, at):
        raise NotTheGateway()


def caller_bucket(rates: bytes, epoch: Epoch, number: str) -> str:
    """Under what calls from a number are counted: nobody reads the number out of it, and tomorrow it is another one."""
    return f"checkin.call:{derived(rates, b'caller', epoch.to_bytes(2), number.encode())[:16].hex()}"


def call_id(rates: bytes, epoch: Epoch, subject: Subject, call: str) -> UUID:
    """Under what a person's call is remembered, so that the gateway may ask again. Two people's calls may have one name there: it
    keeps neither from a code. Meaningless when the day's key is gone.
    """
    return UUID(bytes=derived(rates, b"call", epoch.to_bytes(2), subject, call.encode())[:16])


def caller_mark(subject: Subject) -> UUID:
    """Under what a person's calls of a day are counted."""
    return UUID(bytes=derived(subject, b"calls")[:16])


def next_number(told: int) -> int | None:
    """Which code a call is told after so many others of the day; None: there is none any more."""
    return told if told < CALLS_A_DAY else None
