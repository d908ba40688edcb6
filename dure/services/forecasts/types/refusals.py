"""Why something is not read, issued or believed."""

from enum import StrEnum

from dure.base.refusals import Refusal

from .findings import Finding
from .watching import WatchState

__all__ = [
    "AlertNotIssuable",
    "AlertUnfit",
    "AlertUnreadable",
    "AlertUntrusted",
    "FingerprintDiffers",
    "IssueClosed",
    "NoZoneHere",
    "NoZones",
    "NotACertificate",
    "NothingToReplace",
    "NothingToTell",
    "OwnIssue",
    "OwnWatch",
    "PinTaken",
    "PlacesFull",
    "SourceTaken",
    "SourcesFull",
    "UnreadableReason",
    "UntrustedReason",
    "WatchClosed",
    "WatchesFull",
]


class UnreadableReason(StrEnum):
    """Why not even a part of it is an alert."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    ENCODING = "encoding"  # not one that we take, not what it says it is, or broken
    CONTROL_CHARACTER = "control_character"
    DOCTYPE = "doctype"  # and with it entities and everything fetched
    NOT_WELL_FORMED = "not_well_formed"
    TOO_DEEP = "too_deep"
    TOO_MANY = "too_many"
    NO_ALERT = "no_alert"  # XML, but something else: a page, a feed


class AlertUnreadable(Refusal):
    """The bytes are no alert; `line` counts from 1 where the parser knows it, else it is 0."""

    reason: UnreadableReason
    line: int


class AlertNotIssuable(Refusal):
    """We do not issue an alert with errors; all of them are in `findings`."""

    findings: tuple[Finding, ...]


class UntrustedReason(StrEnum):
    """Why an alert is not believed."""

    UNSIGNED = "unsigned"
    SEVERAL_SIGNATURES = "several_signatures"
    MISPLACED = "misplaced"  # the signature is not a child of the alert, or does not cover all of it
    METHOD = "method"  # weak, unknown, or one that could change what is signed
    NO_SENDER = "no_sender"  # nobody can be asked for, or it does not say when it was sent
    UNKNOWN_ISSUER = "unknown_issuer"
    NOT_VALID_AT_SENT = "not_valid_at_sent"  # the pinned certificate had ended, or not begun
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"  # the pin was taken away: the key was lost by then, or nobody vouches for it any more
    OTHER_SENDER = "other_sender"  # signed by a key that is pinned for somebody else
    NUMBER_TAKEN = "number_taken"  # a number with an agency's name in it, which another sender used before
    KEY_LONG_ENDED = "key_long_ended"  # it is said to be of a time when the key held, came long after, and still holds


class AlertUntrusted(Refusal):
    """No pinned issuer signed these bytes as a whole."""

    reason: UntrustedReason


class NoZones(Refusal):
    """No table of the authority's zones is loaded: nobody can say which place is warned for."""


class NoZoneHere(Refusal):
    """The authority warns for no zone in which this region lies."""

    region: str


class PlacesFull(Refusal):
    """So many places one person has at most."""

    limit: int


class WatchesFull(Refusal):
    """So many people one person asks at most."""

    limit: int


class WatchClosed(Refusal):
    """It was answered, ended or nobody answered in time."""

    state: WatchState


class OwnWatch(Refusal):
    """Nobody watches over themselves."""


class AlertUnfit(Refusal):
    """It can be read, and cannot be kept: nobody could tell it from another one, or it is not of these days. `reason` is one of
    UnfitReason.
    """

    reason: str


class NotACertificate(Refusal):
    """What was given is no certificate that could sign an alert. `reason`: malformed, key, ended."""

    reason: str


class FingerprintDiffers(Refusal):
    """What was read aloud is not the fingerprint of this certificate: one of the two comes from somebody else."""


class PinTaken(Refusal):
    """This certificate is pinned for this sender already."""


class SourceTaken(Refusal):
    """This address is asked already."""


class SourcesFull(Refusal):
    """So many sources are asked at most."""

    limit: int


class IssueClosed(Refusal):
    """It is not in a state in which this can be done: it left, was taken back, or was thrown away."""

    state: str  # one of IssueState


class NothingToReplace(Refusal):
    """What this is about does not hold any more, or was never issued by this body."""


class NothingToTell(Refusal):
    """It is over, not believed, or not for people: nobody can be told of it."""


class OwnIssue(Refusal):
    """The second person is another one than who wrote it."""
