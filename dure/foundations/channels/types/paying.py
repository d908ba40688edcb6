"""Who pays for what leaves outside inbox and push, and what it costs.

A house above hands in a `Payer` once (`queries.offer_payer`). It answers for the organisations that are its business and says
None for all others: their messages go by the ways that cost nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from dure.base.actors import Actor, OrganisationId

from .sending import Route, SendingId

FREE_ROUTES = frozenset({Route.INBOX, Route.PUSH})


@dataclass(frozen=True, slots=True)
class RouteCost:
    """One way of a broadcast: how many it may lead to (None: too few to tell), what each costs, what all cost at most."""

    route: Route
    people: int | None
    each_won: int
    most_won: int


@dataclass(frozen=True, slots=True)
class Bill:
    """What a broadcast costs at most: each person who can be reached for won, by every way that is paid."""

    routes: tuple[RouteCost, ...]
    each_won: int  # of one person, by all paid ways of the ladder
    most_won: int
    at_hand: int | None  # None: nobody pays for this organisation, and only free ways are taken

    @property
    def left_won(self) -> int | None:
        """What would remain; below nought: it is not enough."""
        return None if self.at_hand is None else self.at_hand - self.most_won


@dataclass(frozen=True, slots=True)
class Spent:
    """What a sending came to so far: `won` is sure, `doubt` may still come to it."""

    sending: SendingId
    won: int
    doubt: int


@dataclass(frozen=True, slots=True)
class Payer:
    """Whoever keeps what organisations may spend on messages. Called inside the transaction of the action that asks.

    `at_hand` says what messages of an organisation may still cost, in won; None: it does not pay for that one. `hold` holds back
    what a sending may cost at most, once however often asked, or raises NotEnoughCredit. `settle` spends what is sure, keeps
    what is in doubt and gives the rest back; the same word again changes nothing.
    """

    at_hand: Callable[[OrganisationId], int | None]
    hold: Callable[[Actor, OrganisationId, SendingId, int], None]
    settle: Callable[[Actor, Spent], None]
