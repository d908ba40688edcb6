"""The routes of the ledger, filled by the other modules of this room, and the shapes that several of them take."""

import base64
from typing import Annotated

import msgspec

from dure.foundations.ledger.rules import reconciling as differing
from dure.foundations.ledger.rules import settling
from dure.kit.routes import Routes

routes = Routes("/api/v1/ledger", tags=["ledger"])


class Paper(msgspec.Struct, frozen=True):
    """A PDF, or a file for the bank."""

    name: str
    content: Annotated[str, msgspec.Meta(description="base64")]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody found out."""

    note: Annotated[str, msgspec.Meta(min_length=differing.NOTE_LENGTH[0], max_length=differing.NOTE_LENGTH[1])]


class Bank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the bank statement says arrived, and under which number."""

    amount: int
    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=settling.REFERENCE_LENGTH_MAX)]


def paper(name: str, content: bytes) -> Paper:
    return Paper(name, base64.b64encode(content).decode())
