"""Seeds split by the vault, two of three: what one party opens (nothing), and two (one hour at one venue)."""

from dataclasses import replace
from itertools import combinations, permutations

import pytest

from dure.foundations.vault import queries as vault
from dure.foundations.vault.types import FalseShare, Share, TooFewShares
from dure.kit import seals
from dure.services.checkin.rules import buckets, issuing, scopes, seeds
from dure.services.checkin.types import Bucket, HalfHour, Hour, Party, Row, SealedSeed, Seed, Unreadable, Visit

from .making import BAKERY, CLINIC, TODAY, chance, opened, sealed

PRIVATE = {party: bytes([0x30 + number]) * 32 for number, party in enumerate(Party)}
HOURS = (Hour(TODAY, BAKERY, 12), Hour(TODAY, BAKERY, 13), Hour(TODAY, CLINIC, 12))


class Written:
    """An hour at a venue as the visit party leaves it: rows, three sealed shares, no seed."""

    def __init__(self, hour: Hour, guests: str) -> None:
        self.hour = hour
        draw = chance(hash((hour.venue, hour.hour)))
        seed = seeds.fresh(hour, 0, draw)
        visits = [
            Visit(Bucket(TODAY, hour.venue, 2 * hour.hour), handle)
            for guest in guests
            for handle in sealed(guest, count=1)
        ]
        entries = {draw(16): visit for visit in visits}
        self.rows = buckets.written(entries, HalfHour(TODAY, 2 * hour.hour), {hour: seed}, b"\x07" * 32)
        deal = vault.dealt(scopes.seed_context(hour, 0), seed.secret)
        self.kept: SealedSeed = seeds.kept(seed, deal, _sealed_to)
        self.shares = dict(zip(Party, self.kept.shares, strict=True))

    def released(self, party: Party) -> Share:
        """What a party gives when it is asked for this hour."""
        context = scopes.share_context(self.hour, 0, party)
        return vault.read_share(seals.unseal_from(PRIVATE[party], context, self.shares[party]))

    def seed(self, *shares: Share) -> Seed:
        context = scopes.seed_context(self.hour, 0)
        return Seed(self.hour, 0, vault.recombined(context, shares, seeds.commitments_of(self.kept)))


def _sealed_to(party: Party, context: bytes, share: Share) -> bytes:
    return seals.seal_to(seals.public_half(PRIVATE[party]), context, vault.written_share(share))


@pytest.fixture(scope="module")
def written() -> dict[Hour, Written]:
    return {hour: Written(hour, guests) for hour, guests in zip(HOURS, ("ab", "bc", "d"), strict=True)}


@pytest.mark.parametrize("parties", list(combinations(Party, 2)))
def test_any_two_shares_open_an_hour_and_one_opens_nothing(
    written: dict[Hour, Written], parties: tuple[Party, Party]
) -> None:
    one = written[HOURS[0]]
    shares = [one.released(party) for party in parties]
    found = buckets.read(one.seed(*shares), one.rows)
    assert len({opened(handle) for handle in found}) == 2
    for share in shares:
        with pytest.raises(TooFewShares):
            one.seed(share)
        with pytest.raises(TooFewShares):
            one.seed(share, share)


@pytest.mark.parametrize(("asked", "neighbour"), list(permutations(HOURS, 2)))
def test_two_shares_of_an_hour_open_nothing_of_the_neighbour(
    written: dict[Hour, Written], asked: Hour, neighbour: Hour
) -> None:
    shares = [written[asked].released(party) for party in (Party.VISITS, Party.AUTHORITY)]
    seed = written[asked].seed(*shares)
    for row in written[neighbour].rows:
        with pytest.raises(Unreadable):
            scopes.open_row(seed, row)
        with pytest.raises(Unreadable):
            scopes.open_row(Seed(neighbour, 0, seed.secret), row)
        with pytest.raises(Unreadable):
            scopes.open_row(seed, Row(row.id, asked.epoch, asked.venue, 2 * asked.hour, 0, row.body))
    with pytest.raises(FalseShare):
        written[neighbour].seed(*shares)
    with pytest.raises(FalseShare):
        written[neighbour].seed(shares[0], written[neighbour].released(Party.AUTHORITY))


def test_a_share_is_read_by_its_party_only_and_for_its_hour_only(written: dict[Hour, Written]) -> None:
    one = written[HOURS[0]]
    for party, other in permutations(Party, 2):
        with pytest.raises(seals.SealBroken):
            seals.unseal_from(PRIVATE[other], scopes.share_context(one.hour, 0, party), one.shares[party])
    for hour, part in ((HOURS[1], 0), (HOURS[2], 0), (HOURS[0], 1)):
        context = scopes.share_context(hour, part, Party.VISITS)
        with pytest.raises(seals.SealBroken):
            seals.unseal_from(PRIVATE[Party.VISITS], context, one.shares[Party.VISITS])


def test_two_parties_without_the_authority_learn_that_somebody_was_there_and_not_who(
    written: dict[Hour, Written],
) -> None:
    one = written[HOURS[0]]
    seed = one.seed(one.released(Party.IDENTITY), one.released(Party.VISITS))
    for handle in buckets.read(seed, one.rows):
        assert opened(handle)  # the authority could
        for party in (Party.IDENTITY, Party.VISITS):
            with pytest.raises(seals.SealBroken):
                seals.unseal_from(PRIVATE[party], issuing.sealing_context(TODAY), handle)


def test_what_is_kept_of_a_seed_has_the_sizes_of_its_columns(written: dict[Hour, Written]) -> None:
    kept = written[HOURS[0]].kept
    assert {len(share) for share in kept.shares} == {seeds.SHARE_BYTES} == {150}
    assert len(kept.commitments) == seeds.COMMITMENTS_BYTES == 128
    with pytest.raises(Unreadable):
        seeds.commitments_of(replace(kept, commitments=b"short"))
