"""What a settled season did, in sums that are nobody's own."""

from dataclasses import dataclass

from dure.base.actors import PersonId

from .values import PledgeId

__all__ = ["SeasonEffect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonEffect:
    """What a season with people enough did. Won are None where so few gave that a sum would be somebody's own."""

    deposits: int
    kept_on: int  # those whose person still proved days at the end
    kept_days: int
    given: int | None
    returned: int | None
    keepers: tuple[tuple[PledgeId, PersonId], ...]  # who kept one day at least
