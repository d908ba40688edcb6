"""Mandates: a payer's word to a provider that we may charge their card again and again, without asking them each time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol, runtime_checkable
from uuid import UUID

from dure.base.refusals import Refusal

from .providers import Order, ProviderAnswer

__all__ = [
    "Charges",
    "Granted",
    "Mandate",
    "MandateDiffers",
    "MandateEnded",
    "MandateId",
    "MandateRefused",
    "MandateState",
]

MandateId = NewType("MandateId", UUID)


class MandateState(StrEnum):
    ASKED = "asked"  # the payer was sent to the provider
    ACTIVE = "active"
    ENDED = "ended"  # our half of it is erased: nobody can charge by it any more


@dataclass(frozen=True, slots=True)
class Mandate:
    id: MandateId  # also the name under which the provider knows the payer
    payer: UUID
    provider: str
    state: MandateState
    card: str  # what a person knows it by, "국민 ****1234"
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Granted:
    """What the provider gave for the payer's word. `key` is as good as the card: it is sealed, and shown to nobody."""

    key: str
    card: str


@runtime_checkable
class Charges(Protocol):
    """What an adapter may offer beside `Provider`: to charge by mandate. Every call may raise ProviderSilent."""

    def register(self, mandate: MandateId, return_to: str) -> str:
        """The address to send the payer to, who comes back to `return_to`."""

    def grant(self, mandate: MandateId, query: Mapping[str, str]) -> Granted:
        """What the address says to which the payer came back, made into a key. Raises MandateRefused."""

    def charge(self, key: str, mandate: MandateId, order: Order) -> ProviderAnswer:
        """Take the money of one order, once however often it is asked for."""


class MandateRefused(Refusal):
    """The payer turned back, or the provider did not take the card."""

    reason: str


class MandateEnded(Refusal):
    """Nothing can be charged by this mandate: it was not granted, or has ended."""

    state: MandateState


class MandateDiffers(Refusal):
    """The payment and the mandate are of two payers or two providers."""
