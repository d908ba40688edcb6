"""The public logs of the other parties: with which key each is signed, and what stands in it, verified.

The key comes once, in an answer signed with the key that the settings name for that party, and is remembered for good: a log
that is signed with another one later is not believed.
"""

from functools import cache
from typing import Final

import httpx

from dure.base import clock
from dure.foundations.vault import queries as vault
from dure.foundations.vault.types import Checkpoint, TileUnfit, Trust
from dure.kit import peers
from dure.services.checkin.rules import calendar
from dure.services.checkin.types import Party
from dure.services.checkin.types.messages import AskHalves, HalvesOfDay

from . import halves

FILE_BYTES_MAX: Final = 20_000_000  # a full bundle of the longest entries
WAIT_SECONDS_MAX: Final = 20
_trusted: dict[Party, Trust] = {}


def trust(party: Party) -> Trust:
    """Whose head of this party's log is believed. Ask outside of a transaction.

    Raises NoPeer, PeerSilent, PeerRefused, LogKeyChanged, KeyLineUnfit.
    """
    if party not in _trusted:
        asked = AskHalves(calendar.epoch_of(clock.now()))
        _trusted[party] = halves.trust_in(party, peers.ask(party.value, halves.ADDRESS, asked, HalvesOfDay).log)
    return _trusted[party]


def read(party: Party) -> tuple[Checkpoint, tuple[bytes, ...]]:
    """The head of another party's log and every entry up to it, each verified.

    Raises what `trust` raises, NoteUnfit, NotSigned, TileUnfit.
    """
    known = trust(party)
    address = f"{peers.url_of(party.value)}/log/{party.value}"
    try:
        head, entries = vault.read_log(lambda path: _fetched(address, path), known)
    except httpx.HTTPError as error:
        raise peers.PeerSilent(party=party.value) from error
    return head, tuple(entry.body for entry in entries)


def _fetched(address: str, path: str) -> bytes | None:
    with _line().stream("GET", f"{address}/{path}") as answer:
        if answer.status_code != httpx.codes.OK:
            return None
        found = bytearray()
        for piece in answer.iter_bytes():
            found += piece
            if len(found) > FILE_BYTES_MAX:
                raise TileUnfit(path=path, why="length")
        return bytes(found)


@cache
def _line() -> httpx.Client:
    return httpx.Client(timeout=WAIT_SECONDS_MAX, follow_redirects=False, trust_env=False)
