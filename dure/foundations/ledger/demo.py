"""A sample payer: chooses at the sandbox's page what a person would choose in a browser."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from dure.foundations.ledger.providers import SANDBOX, sign_receipt
from dure.foundations.ledger.types import OrderId, Scenario


def load() -> None:
    """The ledger has no sample rows of its own: the houses above it make them by what they do."""


def pay(checkout: str, scenario: Scenario = Scenario.APPROVE) -> Mapping[str, str]:
    """Choose `scenario` at the checkout's address; answers the query that brings the payer back."""
    order = OrderId(urlsplit(checkout).path.rstrip("/").rsplit("/", 1)[-1])
    return dict(parse_qsl(urlsplit(SANDBOX.decide(order, scenario)).query))


def receipt(payment: UUID, ref: UUID, payer: UUID, amount: int) -> str:
    """What a wallet hands over that has paid already: the sandbox's signed word for it."""
    return sign_receipt(payment, ref, payer, amount)
