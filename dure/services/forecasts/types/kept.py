"""Alerts as they are kept, whose signature is believed, and where alerts are fetched."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import OrganisationId, PersonId

from .cap import Alert
from .due import SenderRole
from .feeds import DisasterMessage, UnknownReason
from .findings import Finding
from .refusals import UnreadableReason, UntrustedReason
from .served import Fault

__all__ = [
    "AlertId",
    "AlertQuestion",
    "AlertReach",
    "AlertStanding",
    "KeptAlert",
    "KeptMessage",
    "NewPin",
    "NewSource",
    "PinCard",
    "PinId",
    "SourceCard",
    "SourceId",
    "SourceKept",
    "Taken",
    "UnfitReason",
]

AlertId = NewType("AlertId", UUID)
PinId = NewType("PinId", UUID)
SourceId = NewType("SourceId", UUID)


class AlertStanding(StrEnum):
    """What an alert is today."""

    AHEAD = "ahead"  # it holds later
    IN_FORCE = "in_force"
    ENDED = "ended"  # an update took its place, or a cancellation ended it
    EXPIRED = "expired"
    NEVER = "never"  # a cancellation, or an answer to an alert: nothing that holds


class UnfitReason(StrEnum):
    """Why something that can be read is not kept."""

    NO_IDENTITY = "no_identity"  # sender, identifier or sent are missing
    TOO_LONG = "too_long"  # one of them is longer than anybody needs
    TOO_LATE = "too_late"  # it was over long ago
    SENT_SOON = "sent_soon"  # its sender's clock is ahead, by less than a day: it can be kept later
    SENT_AHEAD = "sent_ahead"  # it says that it was sent in the future


@dataclass(frozen=True, slots=True)
class KeptAlert:
    """One alert as it was received, or as it was issued here."""

    id: AlertId
    alert: Alert
    content: bytes  # as received: the very bytes
    findings: tuple[Finding, ...]
    arrived: datetime
    role: SenderRole
    untrusted: UntrustedReason | None  # None: a pinned issuer signed it, or we did
    organisation: OrganisationId | None  # that issued it here; None: it was received
    begins: datetime
    ends: datetime
    ended_at: datetime | None  # when an update or cancellation of its own sender ended it
    standing: AlertStanding
    reaches_people: bool  # believed, actual, public, no practice
    regions: tuple[str, ...]  # beginnings of the codes of the regions in which people are told

    @property
    def is_own(self) -> bool:
        """Whether it was issued here."""
        return self.organisation is not None


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A disaster message, and who stands behind its list."""

    message: DisasterMessage
    role: SenderRole


@dataclass(frozen=True, slots=True)
class AlertReach:
    """Where people are told of an alert, and how many were."""

    said: tuple[str, ...]  # by the codes that it names itself: beginnings of codes
    drawn: tuple[str, ...]  # the towns that its shapes reach
    added: tuple[str, ...]  # by a steward: codes
    added_by: PersonId | None  # the last one
    added_at: datetime | None
    told: int  # readers
    woken: int  # of these, in their quiet hours
    may_add: bool  # believed, for people, and not over

    @property
    def is_nowhere(self) -> bool:
        """Whether nobody can be told, because nobody knows where it holds."""
        return not (self.said or self.drawn or self.added)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an alert that came in."""

    id: AlertId
    is_new: bool  # the same again changes nothing
    untrusted: UntrustedReason | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class NewPin:
    """A certificate that an operator took from an issuer. The fingerprint is what the issuer read aloud, by another way."""

    sender: str
    certificate: str  # PEM
    fingerprint: str  # SHA-256 in hexadecimal digits; colons and blanks are allowed
    heard_from: str  # who read it, and by which way


@dataclass(frozen=True, slots=True)
class PinCard:
    """A pin, as the desk sees it."""

    id: PinId
    sender: str
    certificate: bytes  # PEM
    fingerprint: str
    heard_from: str
    begins: datetime  # of the certificate
    ends: datetime
    pinned_at: datetime
    withdrawn_from: datetime | None  # what was sent from then on is not believed
    unpinned_at: datetime | None  # when that was said


@dataclass(frozen=True, slots=True)
class NewSource:
    """Where alerts are to be fetched: a list (Atom or RSS), or one alert."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class SourceCard:
    """A source, and how it does."""

    id: SourceId
    name: str
    url: str
    asked_at: datetime | None
    good_at: datetime | None
    next_at: datetime
    failures: int  # in a row
    why: Fault | UnknownReason | UnreadableReason | None  # of the last answer; None: it was good
    ended_at: datetime | None
    error: str = ""  # of a fault of ours that nobody foresaw: which kind of error


@dataclass(frozen=True, slots=True)
class AlertQuestion:
    """A source that we may ask now: nobody else does until `until`. The marks are those of the last good answer."""

    source: SourceId
    url: str
    until: datetime
    etag: str
    modified: str


@dataclass(frozen=True, slots=True)
class SourceKept:
    """What an answer of a source was worth."""

    fetched: tuple[str, ...]  # addresses that need not be asked for again
    left: int  # that the list names besides
    taken: int  # alerts that were new
    unfit: int  # what was no alert, or none that is kept
    early: int = 0  # what the clock of its sender dates a little ahead: asked for again
