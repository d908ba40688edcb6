"""Who scans: a token's signature is looked at once, what the register says of its scanner twice a minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings

from dure.base.refusals import TooOften
from dure.kit import arrays, sqlfiles
from dure.kit.group_commit import GroupCommit
from dure.kit.limits import Window
from dure.kit.line import Line
from dure.services.checkin.rules import tokens, venues
from dure.services.checkin.types import Scan, ScannerId, ScannerKey, Venue, VenueId, VenueState
from dure.services.checkin.types.doors import TokenUnfit

from .held import Held

REGISTER_SECONDS: Final = 30.0  # a scanner that was taken away scans for so long at most
SCANNERS_MAX: Final = 100_000
TOKENS_MAX: Final = 100_000
WINDOW_SECONDS: Final = 60
STRANGERS: Final = "strangers"
SCANS_MAX: Final = 1_200  # of one scanner a window: twenty a second is more than a row of turnstiles
STRANGERS_MAX: Final = 6_000  # a window: tokens of scanners that the register does not know
_SCANNERS: Final = sqlfiles.load("dure.services.checkin", "scanners").text


@dataclass(frozen=True, slots=True)
class Certified:
    """A scanner and its place, as the register has them."""

    venue: Venue
    key: ScannerKey


async def of(text: str, scan: Scan, times: int = 1) -> Certified:
    """Who shows this token, if it may scan now, and at the time of the scan. Raises TokenUnfit, Revoked, TooOften, Busy."""
    found = await _known(text, scan.at)
    venues.check_scanner(found.venue, found.key, scan)
    for _ in range(times):
        _often.count(found.key.id.hex)
    return found


async def close() -> None:
    """Forget everybody, and close the connection."""
    _register.clear()
    _tokens.clear()
    _familiar.clear()
    await _asking.close()
    await _line.close()


async def _known(text: str, at: datetime) -> Certified:
    token = _tokens.get(text)
    if token is None:
        token = tokens.read(text)
        tokens.check_age(token, at)
        tokens.check_signature(token, (await _certified(token.scanner)).key.public, settings.DURE.origin)
        if len(_tokens) >= TOKENS_MAX:
            _tokens.clear()
        _tokens[text] = token
    tokens.check_age(token, at)
    return await _certified(token.scanner)


async def _certified(scanner: ScannerId) -> Certified:
    """The scanner as the register has it. Raises TokenUnfit, TooOften.

    Whoever makes up scanners uses up what strangers may ask in a window, and nothing of those that were let in here before.
    """
    if scanner not in _familiar and _strangers.is_full(STRANGERS):
        raise TooOften(retry_seconds=WINDOW_SECONDS)
    found = await _register.of(scanner)
    if found is None:
        _strangers.count(STRANGERS)
        raise TokenUnfit()
    if len(_familiar) >= SCANNERS_MAX:
        _familiar.clear()
    _familiar.add(scanner)
    return found


async def _look_up(group: Sequence[ScannerId]) -> list[Certified | None]:
    rows = await _line.fetch(_SCANNERS, (arrays.uuids([each.bytes for each in group]),))
    found = {row[0]: _read(row) for row in rows}
    return [found.get(each) for each in group]


def _read(row: tuple[object, ...]) -> Certified:
    id_, public, first, last, revoked_at, venue, name, state, challenge, counts = row
    place = VenueId(venue)  # type: ignore[arg-type]  # a row has the types of its table
    key = ScannerKey(ScannerId(id_), place, bytes(public), first, last, revoked_at)  # type: ignore[arg-type,call-overload]  # the same
    return Certified(Venue(place, str(name), VenueState(str(state)), bool(challenge), bool(counts)), key)


_line = Line()
_asking = GroupCommit(_look_up, name="checkin.scanners")
_register: Held[ScannerId, Certified | None] = Held(_asking.add, REGISTER_SECONDS, SCANNERS_MAX)
_tokens: dict[str, tokens.Token] = {}
_often = Window(SCANS_MAX, WINDOW_SECONDS)
_strangers = Window(STRANGERS_MAX, WINDOW_SECONDS)
_familiar: set[ScannerId] = set()  # scanners that the register had when they were looked up, whatever became of them
