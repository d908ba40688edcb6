"""What stays of a seed: three shares, each sealed to one party, and what they have to fit.

A seed is dealt (`vault.queries.dealt`, as `scopes.seed_context`) in the moment in which its rows are sealed, and then forgotten:
no process keeps it for the length of an hour.
"""

from collections.abc import Callable
from typing import Final

from dure.foundations.vault.types import Deal, Share, ShareCommitments
from dure.services.checkin.types import Chance, Hour, Party, SealedSeed, Seed, Unreadable

from .scopes import HOLDER_OF, share_context
from .secrets import KEY_BYTES

SHARE_BYTES: Final = 102 + 48  # a share as the vault writes it, sealed by HPKE
COMMITMENTS_BYTES: Final = 4 * 32
_ORDER: Final = (Party.IDENTITY, Party.VISITS, Party.AUTHORITY)

type SealShare = Callable[[Party, bytes, Share], bytes]
"""(party, context, share) -> the share, written (`vault.queries.written_share`) and sealed to that party's key of the day."""


def fresh(hour: Hour, part: int, chance: Chance) -> Seed:
    """A seed for a part of an hour at a venue."""
    return Seed(hour, part, chance(KEY_BYTES))


def kept(seed: Seed, deal: Deal, seal: SealShare) -> SealedSeed:
    """What is kept of a seed that was dealt: each share sealed to its party, as this hour's and this part's."""
    held = {share.holder: share for share in deal.shares}
    identity, visits, authority = (
        seal(party, share_context(seed.hour, seed.part, party), held[HOLDER_OF[party]]) for party in _ORDER
    )
    commitments = b"".join((*deal.commitments.shares, deal.commitments.secret))
    return SealedSeed(seed.hour, seed.part, (identity, visits, authority), commitments)


def commitments_of(sealed: SealedSeed) -> ShareCommitments:
    """What the shares of a seed have to fit (`vault.queries.recombined` asks for it). Raises Unreadable."""
    if len(sealed.commitments) != COMMITMENTS_BYTES:
        raise Unreadable()
    one, two, three, secret = (sealed.commitments[at : at + 32] for at in range(0, COMMITMENTS_BYTES, 32))
    return ShareCommitments(shares=(one, two, three), secret=secret)
