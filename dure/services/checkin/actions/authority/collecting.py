"""Rows and shares of every hour of a query, asked for and opened: two shares are a seed, a seed opens its part of its hour."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dure.foundations.vault import queries as vault
from dure.foundations.vault.types import Share
from dure.services.checkin.providers import parties
from dure.services.checkin.rules import buckets, days, scopes, seeds, tracing
from dure.services.checkin.types import Hour, KeyShare, Party, Query, Row, SealedSeed, Seed
from dure.services.checkin.types.query_messages import PartGiven, ShownQuery


@dataclass(frozen=True, slots=True)
class Collected:
    """What came for a query: whose shares of which parts, which parts there are, and the sealed handles in each."""

    shares: tuple[KeyShare, ...]
    parts: Mapping[Hour, frozenset[int]]
    sealed: Mapping[tuple[Hour, int], tuple[bytes, ...]] = field(repr=False)


def collected(query: Query, said: ShownQuery) -> Collected:
    """Ask for every hour of a query, with the proof that it stands in the log, and open what was not opened before.

    Raises FalseShare, BadDeal, TooFewShares, Unreadable, and what lines and vault refuse.
    """
    known = {(hour, part) for hour, part, _ in query.released}
    shares: list[KeyShare] = []
    parts: dict[Hour, frozenset[int]] = {}
    sealed: dict[tuple[Hour, int], tuple[bytes, ...]] = {}
    for hour in tracing.hours_of(query.scope):
        given = parties.ask_hour(said, hour)
        if not given.parts:
            continue
        parts[hour] = frozenset(part.part for part in given.parts)
        for part in given.parts:
            if (hour, part.part) in known:
                continue
            held = _shares(said, hour, part)
            seed = _seed(hour, part, held)
            sealed[hour, part.part] = buckets.read(seed, _rows(hour, part))
            shares += [KeyShare(query.id, party, hour, part.part, share.body) for party, share in held.items()]
    return Collected(tuple(shares), parts, sealed)


def _shares(said: ShownQuery, hour: Hour, part: PartGiven) -> dict[Party, Share]:
    """Our own share, and one of the two others': the identity party is asked where the visit party has none to give."""
    name = days.key_name(Party.AUTHORITY, days.SHARES, hour.epoch)
    context = scopes.share_context(hour, part.part, Party.AUTHORITY)
    held = {Party.AUTHORITY: vault.read_share(vault.unseal_letter(name, context, part.authority))}
    if part.share:
        held[Party.VISITS] = vault.read_share(part.share)
    else:
        held[Party.IDENTITY] = vault.read_share(parties.ask_share(said, hour, part.part, part.identity))
    return held


def _seed(hour: Hour, part: PartGiven, held: Mapping[Party, Share]) -> Seed:
    kept = SealedSeed(hour, part.part, (part.identity, b"", part.authority), part.commitments)
    context = scopes.seed_context(hour, part.part)
    return Seed(hour, part.part, vault.recombined(context, tuple(held.values()), seeds.commitments_of(kept)))


def _rows(hour: Hour, part: PartGiven) -> tuple[Row, ...]:
    return tuple(Row(row.id, hour.epoch, hour.venue, row.number, part.part, row.body) for row in part.rows)
