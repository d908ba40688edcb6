"""Public halves of the other parties' keys of a day: asked for once, believed only as their public logs tell of them.

A log's key is what the party itself signs, with the key that stands in our settings; the first one is kept, and another one
is not believed later. That everybody is shown the same log is found by whoever compares heads (`dure audit copy`).
"""

from dataclasses import dataclass
from typing import Final

from dure.base.refusals import Refusal
from dure.foundations.vault import queries as vault
from dure.foundations.vault.types import LogKeyChanged, Trust
from dure.kit import marks, peers
from dure.services.checkin.queries import days as queries
from dure.services.checkin.rules import days, told
from dure.services.checkin.types import Epoch, HalfMissing, Party
from dure.services.checkin.types.messages import AskHalves, HalvesOfDay, ToldEntry

ADDRESS: Final = "/checkin/party/halves"
HELD_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class KnownHalf:
    """A public half that was held against its log, with what others need to do the same."""

    public: bytes
    told: ToldEntry
    log: str  # the key of the log


_held: dict[tuple[Party, str, Epoch], KnownHalf] = {}


def half(party: Party, purpose: str, epoch: Epoch) -> bytes:
    """The 32 bytes with which one seals to a party's key of a day. Ask outside of a transaction. Raises HalfMissing."""
    return known_half(party, purpose, epoch).public


def known_half(party: Party, purpose: str, epoch: Epoch) -> KnownHalf:
    """The same with the proof that the party's log tells of it, to hand on. Raises HalfMissing."""
    held = _held.get((party, purpose, epoch))
    if held is not None:
        return held
    try:
        found = _asked(party, purpose, epoch)
    except Refusal as refusal:
        why = refusal.why if isinstance(refusal, HalfMissing) else refusal.code
        raise HalfMissing(party=party, purpose=purpose, why=why) from refusal
    if len(_held) >= HELD_MAX:
        _held.clear()
    _held[party, purpose, epoch] = found
    return found


def trust_in(party: Party, line: str) -> Trust:
    """Belief in a party's log, which signs with the key that this line says. Raises LogKeyChanged, KeyLineUnfit."""
    trust = vault.trust_in(line)
    if marks.write_once(_mark(party), line) != line:
        raise LogKeyChanged(log=party.value)
    return trust


def forget() -> None:
    """Ask anew the next time."""
    _held.clear()


def _asked(party: Party, purpose: str, epoch: Epoch) -> KnownHalf:
    """Ask the party, or look here when it is ours, and hold the answer against its log."""
    if party is queries.own_party():
        said = queries.halves(party, epoch)
        trust = vault.trust_in(said.log)
    else:
        said = peers.ask(party.value, ADDRESS, AskHalves(epoch), HalvesOfDay)
        trust = trust_in(party, said.log)
    found = said.halves.get(purpose)
    if found is None:
        raise HalfMissing(party=party, purpose=purpose, why="not_made")
    name, public = days.key_name(party, purpose, epoch), bytes.fromhex(found.public)
    vault.check_public(name, public, told.came(found.told), trust)
    return KnownHalf(public, found.told, said.log)


def _mark(party: Party) -> str:
    return f"checkin.log.{party.value}"
