"""Alerts that are issued here: what an officer writes, and how far it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import OrganisationId, PersonId

from .cap import Alert, Certainty, Severity, Status, Urgency
from .findings import Finding
from .kept import AlertId

__all__ = ["DeskKind", "Issue", "IssueId", "IssueState", "NewIssue", "Preview", "Translation"]

IssueId = NewType("IssueId", UUID)


class DeskKind(StrEnum):
    """What an officer issues. The last three are about an alert that was issued here and holds."""

    ALERT = "alert"
    UPDATE = "update"
    CANCEL = "cancel"  # it was a mistake
    ALL_CLEAR = "all_clear"  # the danger is over


class IssueState(StrEnum):
    DRAFT = "draft"
    ASKED = "asked"  # waits for a second person
    SENT = "sent"  # leaves in a moment; can be taken back
    ISSUED = "issued"
    TAKEN_BACK = "taken_back"
    LAPSED = "lapsed"  # when it was to leave it was over, or what it was about was


@dataclass(frozen=True, slots=True)
class Translation:
    """The same in another language: a segment of its own in the alert."""

    language: str
    headline: str
    description: str
    instruction: str


@dataclass(frozen=True, slots=True)
class NewIssue:
    """What an officer wants to say: in Korean, and perhaps in other languages beside it."""

    organisation: OrganisationId
    kind: DeskKind
    replaces: AlertId | None  # what it is about; None for a first alert
    status: Status  # Actual, Exercise or Test
    event: str  # a code of the Korean profile
    severity: Severity
    urgency: Urgency
    certainty: Certainty
    headline: str
    description: str
    instruction: str
    regions: tuple[str, ...]  # codes of ten digits
    polygon: str  # "lat,lon lat,lon ...", or of a circle "lat,lon kilometres": may be empty
    onset: datetime | None
    expires: datetime
    contact: str
    note: str
    translations: tuple[Translation, ...] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """What an officer wrote, and how far it is."""

    id: IssueId
    author: PersonId
    second: PersonId | None
    state: IssueState
    new: NewIssue
    written_at: datetime
    leaves_at: datetime | None  # until then it can be taken back
    alert: AlertId | None  # once it was issued
    needs_second: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be issued now: as a value, as XML without its signature, and what is wrong with it."""

    alert: Alert
    xml: bytes  # empty when it may not be issued as it is
    findings: tuple[Finding, ...]
