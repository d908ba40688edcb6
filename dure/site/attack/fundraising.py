"""Sponsors' money comes into the matching funds: entered by one steward, large sums confirmed by another, mistakes taken back."""

from uuid import UUID

from dure.foundations.people.types import Actor
from dure.services.giving import actions

from . import expect, sponsors
from .acts import Stage, attempt, keeping
from .judge import Operation
from .model import Deposit, Unit


def top_up(stage: Stage, by: Actor, new: Deposit, key: str) -> Operation:
    """A steward enters what the bank shows."""
    name, body = (str(by.person), "top up", key), (new.fund, new.amount, new.reference)

    def units() -> list[Unit]:
        return expect.repeated(stage.model, *name, body) or sponsors.top_up(stage.model, new)

    return Operation(
        "top up",
        lambda: attempt(lambda: actions.top_up(by, UUID(new.fund), new.amount, new.reference, key=key)),
        units,
        after=keeping(stage, name, body),
    )


def confirm(stage: Stage, by: Actor, found: tuple[Deposit, UUID], key: str) -> Operation:
    """Another steward, or the same one, says that it is there."""
    one, deposit = found
    name = (str(by.person), "confirm", key)

    def units() -> list[Unit]:
        return expect.repeated(stage.model, *name, one.reference) or sponsors.confirm(stage.model, one, str(by.person))

    return Operation(
        "confirm deposit",
        lambda: attempt(lambda: actions.confirm_deposit(by, deposit, key=key)),
        units,
        after=keeping(stage, name, one.reference),
    )


def take_back(stage: Stage, by: Actor, found: tuple[Deposit, UUID], key: str) -> Operation:
    """It was entered by mistake."""
    one, deposit = found
    name = (str(by.person), "take deposit back", key)

    def units() -> list[Unit]:
        return expect.repeated(stage.model, *name, one.reference) or sponsors.take_back(stage.model, one)

    return Operation(
        "take deposit back",
        lambda: attempt(lambda: actions.take_deposit_back(by, deposit, "모의 공격에서 되돌립니다", key=key)),
        units,
        after=keeping(stage, name, one.reference),
    )
