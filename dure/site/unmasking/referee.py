"""The referee of a real day: opens what no party opens alone, so that it can be said how often who attacks was right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dure.foundations.vault import rules as vault
from dure.kit import seals
from dure.services.checkin.rules import admitting, buckets, issuing, scopes, seeds
from dure.services.checkin.rules.calendar import minute_of_slot
from dure.services.checkin.rules.marks import nonce_of, subject_of
from dure.services.checkin.types import Epoch, Hour, KnownBy, Party, Row, SealedSeed, Seed, SpentKeys, VenueId
from dure.site import parties
from dure.site.unmasking import material
from dure.site.unmasking.day import Came, Day
from dure.site.unmasking.three import Three

ROWS = "SELECT id, epoch, venue, number, part, body, ctid::text, xmin::text::bigint FROM checkin_visit ORDER BY tableoid, ctid"
SEEDS = "SELECT epoch, venue, hour, part, share_identity, share_visits, share_authority, commitments FROM checkin_seed"
SPENT = "SELECT mark_a FROM checkin_spent ORDER BY tableoid, ctid"

type Keys = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Truth:
    """What really stands in the visit party's tables, and every party's own keys of the day."""

    rows: tuple[Row, ...]  # as they lie on their pages
    transactions: tuple[int, ...]  # that wrote them
    spent: tuple[bytes, ...]  # first marks, as they lie on their pages
    visit_in: dict[bytes, Came]  # by the id of its row
    marks: dict[bytes, Came]  # by the first mark that was spent
    keys: dict[str, Keys]  # by party and purpose

    @property
    def decoys(self) -> int:
        return len(self.rows) - len(self.visit_in)


def opened(three: Three, day: Day) -> Truth:
    """Open every row with the shares of identity and authority. To be asked while the parties live."""
    keys = {role: _keys(three, role, day.epoch) for role in parties.ROLES}
    found = material.rows(three[parties.VISITS], ROWS)
    rows = tuple(_row(*each[:6]) for each in found)
    by_part: dict[tuple[Hour, int], list[Row]] = {}
    for row in rows:
        by_part.setdefault((scopes.hour_of(row), row.part), []).append(row)
    came = {one.shown.sealed: one for one in day.came}
    visit_in: dict[bytes, Came] = {}
    for each in material.rows(three[parties.VISITS], SEEDS):
        sealed = _sealed(*each)
        seed = _seed(sealed, keys)
        for row in by_part[sealed.hour, sealed.part]:
            for handle in buckets.read(seed, [row]):  # one, or none of a decoy
                visit_in[row.id] = came[handle]
    spent_keys = SpentKeys(keys[parties.VISITS]["passes"], keys[parties.VISITS]["spent"])
    return Truth(
        rows=rows,
        transactions=tuple(int(each[7]) for each in found),
        spent=tuple(each[0].bytes for each in material.rows(three[parties.VISITS], SPENT)),
        visit_in=visit_in,
        marks={admitting.marks_of(spent_keys, one.shown)[0]: one for one in day.came},
        keys=keys,
    )


def handles(day: Day, truth: Truth) -> dict[bytes, UUID]:
    """Everybody's handle of the day, as only the identity party makes it."""
    key = truth.keys[parties.IDENTITY]["handles"]
    return {bytes(issuing.handle_of(key, day.epoch, one.id.bytes)): one.id for one in day.people}


def marks_at(day: Day, truth: Truth, slot: int) -> dict[bytes, int]:
    """Everybody's two marks in a slot, as an issuer makes them with its key of rates."""
    rates, found = truth.keys[parties.IDENTITY]["rates"], dict[bytes, int]()
    for number, one in enumerate(day.people):
        nonce = nonce_of(subject_of(rates, day.epoch, KnownBy.ACCOUNT, one.id.bytes), minute_of_slot(slot))
        found |= {nonce[:8]: number, nonce[8:]: number}
    return found


def unsealed(truth: Truth, day: Day, codes: Sequence[bytes]) -> int:
    """In how many codes the authority finds a handle with its own key, at whatever place it looks for one."""
    key, context = truth.keys[parties.AUTHORITY]["authority"], issuing.sealing_context(day.epoch)
    return sum(any(_opens(key, context, code[at : at + 64]) for at in range(len(code) - 63)) for code in codes)


def _opens(key: bytes, context: bytes, sealed: bytes) -> bool:
    try:
        seals.unseal_from(key, context, sealed)
    except seals.SealBroken:
        return False
    return True


def _keys(three: Three, role: str, epoch: Epoch) -> Keys:
    return {purpose: bytes.fromhex(key) for purpose, key in three[role].ask("own_keys", epoch=epoch).items()}


def _row(id_: UUID, epoch: int, venue: UUID, number: int, part: int, body: bytes) -> Row:
    return Row(id_.bytes, Epoch(epoch), VenueId(venue), number, part, bytes(body))


def _sealed(epoch: int, venue: UUID, hour: int, part: int, *kept: Any) -> SealedSeed:
    one, two, three, commitments = map(bytes, kept)
    return SealedSeed(Hour(Epoch(epoch), VenueId(venue), hour), part, (one, two, three), commitments)


def _seed(sealed: SealedSeed, keys: dict[str, Keys]) -> Seed:
    shares = []
    for party, letter in ((Party.IDENTITY, sealed.shares[0]), (Party.AUTHORITY, sealed.shares[2])):
        context = scopes.share_context(sealed.hour, sealed.part, party)
        shares.append(vault.read_share(seals.unseal_from(keys[party.value]["shares"], context, letter)))
    context = scopes.seed_context(sealed.hour, sealed.part)
    return Seed(sealed.hour, sealed.part, vault.recombined(context, shares, seeds.commitments_of(sealed)))
