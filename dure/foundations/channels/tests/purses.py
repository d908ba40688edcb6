"""A payer in memory, for tests: what was held back for which sending, what was told of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.conf import settings
from django.test import override_settings

from dure.foundations.channels.queries import paying
from dure.foundations.channels.types import NotEnoughCredit, Payer, Spent
from dure.foundations.people.types import Actor, OrganisationId

SMS_WON, VOICE_WON = 10, 60


@dataclass
class Purse:
    left: int
    held: dict[UUID, int] = field(default_factory=dict)
    told: list[Spent] = field(default_factory=list)

    def at_hand(self, organisation: OrganisationId) -> int | None:
        return self.left

    def hold(self, by: Actor, organisation: OrganisationId, sending: UUID, won: int) -> None:
        if won > self.left:
            raise NotEnoughCredit(won=won, left=self.left)
        self.held[sending] = won
        self.left -= won

    def settle(self, by: Actor, spent: Spent) -> None:
        self.told.append(spent)


@contextmanager
def paying_here(*, voice_won: int = 0) -> Iterator[Purse]:
    """In this block somebody pays for everybody, and messages cost something."""
    one = Purse(1_000)
    paying.offer_payer("purse", Payer(lambda organisation: one.at_hand(organisation), one.hold, one.settle))
    prices = (("sms", SMS_WON), ("lms", SMS_WON), ("voice", voice_won))
    with override_settings(DURE=replace(settings.DURE, dealer_prices=prices)):
        yield one
    paying.withdraw_payer("purse")
