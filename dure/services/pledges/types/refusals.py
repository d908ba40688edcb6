"""Why pledges says no."""

from datetime import date, datetime

from dure.base.refusals import Refusal

__all__ = [
    "AlreadyIn",
    "ConsentClosed",
    "DayClosed",
    "DayNotOpen",
    "NoSuchDay",
    "NotInSeason",
    "NotSettledYet",
    "NotTheirTurn",
    "ProofUnfit",
    "ReceiverNeeded",
    "ReceiverUnfit",
    "SeasonClosed",
    "SettlesFrom",
    "Undecided",
    "WrongStep",
]


class SeasonClosed(Refusal):
    """The season takes this no longer, or not yet; `phase` says where it is."""

    phase: str


class WrongStep(Refusal):
    """It stands in `state`, and from there this does not lead on."""

    state: str


class AlreadyIn(Refusal):
    """This person has a place in the project, or waits for one; `state` says which."""

    state: str


class NotInSeason(Refusal):
    """The receiver does not belong to the season."""


class ReceiverNeeded(Refusal):
    """Who agrees to give says to whom, where there is more than one receiver."""


class ReceiverUnfit(Refusal):
    """Only verified organisations receive what is not returned."""


class ConsentClosed(Refusal):
    """The consent could be changed until the season was settled."""


class NotSettledYet(Refusal):
    """The season is not settled: there is no total yet."""


class NotTheirTurn(Refusal):
    """Somebody else has to decide this: nobody decides on a proof of their own."""


class NoSuchDay(Refusal):
    """A season has the days 1 to 100."""


class DayNotOpen(Refusal):
    """This day can be proved from `opens_at` on."""

    opens_at: datetime


class DayClosed(Refusal):
    """This day could be proved until `closed_at`."""

    closed_at: datetime


class ProofUnfit(Refusal):
    """The project asks for another sort of proof; `needs` says which."""

    needs: str


class SettlesFrom(Refusal):
    """The season can be settled from `on` on: until then people may object and appeal."""

    on: date


class Undecided(Refusal):
    """`left` proofs wait for a decision, or were rejected less than a week ago; the season is settled after that."""

    left: int
