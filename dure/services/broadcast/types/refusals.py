"""Why something is not said."""

from datetime import date, datetime

from dure.base.refusals import Refusal

__all__ = [
    "NoChannel",
    "NoOffice",
    "NotPublic",
    "NotUndone",
    "NotWritten",
    "NumberLocked",
    "NumberMissing",
    "NumberWrong",
    "OfficeTaken",
    "PodcastOver",
    "RepeatsUnfit",
    "SecondPersonNeeded",
    "VillagesDiffer",
]


class NoOffice(Refusal):
    """Who speaks holds no office in so many of these villages."""

    villages: int


class VillagesDiffer(Refusal):
    """The villages that were read back are not those that were chosen."""

    missing: int
    strange: int


class SecondPersonNeeded(Refusal):
    """An urgent announcement needs another person with an office, or the village's number."""


class NotUndone(Refusal):
    """It is on the air since then: it can be followed by a correction, not taken back."""

    aired_at: datetime


class OfficeTaken(Refusal):
    """Another person is head of the village from that day on."""

    since: date


class RepeatsUnfit(Refusal):
    """A rule of repetition that we do not follow. `reason`: rule, frequency, endless, too_many, too_long, never."""

    reason: str


class NoChannel(Refusal):
    """Whoever runs the place has opened no channel from which villages hear."""


class NotPublic(Refusal):
    """Nobody is woken by a channel whose organisation is no public body that was verified."""


class NotWritten(Refusal):
    """It does not stand as this needs it to. `state`: as it stands."""

    state: str


class PodcastOver(Refusal):
    """There was a podcast at this address; it was renewed or ended, or its listener listens no more."""


class NumberWrong(Refusal):
    """It is not the number of the village; so often it may still be tried."""

    left: int


class NumberLocked(Refusal):
    """It was wrong too often: nobody may try before `until`."""

    until: datetime


class NumberMissing(Refusal):
    """One of the villages has no number."""
