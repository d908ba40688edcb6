"""Who listens without an account, for tests: a gateway that makes calls, and what the task does each minute."""

from collections.abc import Callable

from dure.kit.twins import Server
from dure.services.broadcast import actions, models
from dure.services.broadcast.types import Household, HouseholdState, Kind, Standing, Taken, Wanted

from . import making
from .making import BY, Ground, key, later
from .telephoning import Phone

LAND_LINE, OTHER, MOBILE = "031-123-4567", "02 123 4567", "010-1234-7777"
NAME = "김예시·박예시"
HOUR = 60


class Exchange:
    """A gateway that makes calls and sends texts, or does not."""

    def __init__(self) -> None:
        self.placed: list[Wanted] = []
        self.says = Taken.YES

    def __call__(self, wanted: Wanted) -> Taken:
        self.placed.append(wanted)
        return self.says

    @property
    def names(self) -> list[str]:
        """What it was asked for, each once."""
        return list(dict.fromkeys(one.name for one in self.placed))


def entered(ground: Ground, name: str = NAME, number: str = LAND_LINE) -> Household:
    return actions.enter_household(ground.head, ground.village.id, name, number, key=key())


def rounds(exchange: Callable[[Wanted], Taken]) -> None:
    """What the task does each minute."""
    making.aired()
    actions.open_households(BY)
    actions.ring_households(BY)
    actions.ask_households(BY)
    actions.place_rings(BY, exchange)


def minutes(exchange: Callable[[Wanted], Taken], first: float, last: float, step: float = 1) -> None:
    at = first
    while at <= last:
        with later(minutes=at):
            rounds(exchange)
        at += step


def picked_up(exchange: Exchange, gateway: Server) -> Phone:
    """The newest call is answered."""
    phone = Phone("", gateway, name=exchange.placed[-1].name)
    return phone.tell("answered")


def agreed(ground: Ground, exchange: Exchange, gateway: Server, number: str = LAND_LINE) -> None:
    """A telephone that said yes an hour before noon."""
    with later(minutes=-HOUR):
        entered(ground, number=number)
        rounds(exchange)
        picked_up(exchange, gateway).press("1")
    exchange.placed.clear()


def state() -> HouseholdState:
    return HouseholdState(models.Household.objects.get().state)


def standing() -> Standing:
    return Standing(models.HouseholdReach.objects.get().standing)


def rings() -> list[models.Ring]:
    return list(models.Ring.objects.filter(reach__isnull=False).order_by("at", "id"))


def urgent(ground: Ground) -> None:
    said = making.sent(ground, kind=Kind.URGENT)
    actions.agree_announcement(ground.deputy, said.id, key=key())
