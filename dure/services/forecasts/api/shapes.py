"""What the API of forecasts takes and answers: typed, bounded, no field that is not known. A level is a number: 0 none, 1 관심,
2 주의, 3 경고, 4 위험.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from dure.services.forecasts.rules.cap import keeping
from dure.services.forecasts.types import (
    AlertStanding,
    Cell,
    Change,
    ChangeKind,
    Chosen,
    FeedHealth,
    FeedState,
    Field,
    Hazard,
    ImpactLevel,
    KeptAlert,
    NewPlace,
    Segment,
    SenderRole,
    Severity,
    ToldNotice,
    UnclearRow,
    Urgency,
    WarningChange,
    WarningDegree,
    WarningStanding,
)

ZONE_LENGTH_MAX = 60
Code = Annotated[str, msgspec.Meta(pattern="^[0-9]{10}$", description="A region code of ten digits.")]
LevelNumber = Annotated[int, msgspec.Meta(ge=0, le=4, description="0 none, 1 관심, 2 주의, 3 경고, 4 위험.")]
Wanted = Annotated[int, msgspec.Meta(ge=1, le=4, description="1 관심, 2 주의, 3 경고, 4 위험.")]
Hour = Annotated[int, msgspec.Meta(ge=0, le=23, description="On the reader's own clock.")]


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request body."""


class PlaceWish(Shape, frozen=True):
    """Hear of a region, of one field, from a level on."""

    region: Code
    field: Field
    level: Wanted

    def place(self) -> NewPlace:
        """The same as the action takes it."""
        return NewPlace(self.region, self.field, ImpactLevel(self.level))


class ReaderWish(Shape, frozen=True):
    """The hour at which ordinary forecasts are welcome, and whose clocks."""

    hour: Hour
    time_zone: Annotated[str, msgspec.Meta(max_length=ZONE_LENGTH_MAX)] = "Asia/Seoul"


class PlaceSaid(msgspec.Struct, frozen=True):
    """A place that somebody chose."""

    id: UUID
    region: str
    zone: str
    zone_name: str
    field: Field
    level: LevelNumber


class CellSaid(msgspec.Struct, frozen=True):
    """What stands on one day. `is_known` false: no data, which never means no danger."""

    day: date
    is_known: bool
    level: LevelNumber | None
    hazard: Hazard | None
    issued: datetime | None
    role: SenderRole | None


class FieldSaid(msgspec.Struct, frozen=True):
    """What stands for one field, today, tomorrow and the day after."""

    zone: str
    field: Field
    days: tuple[CellSaid, ...]


class HealthSaid(msgspec.Struct, frozen=True):
    """Whether the feeds speak. Silent: nothing follows from what is not said."""

    state: FeedState
    last: datetime | None


class ChangeSaid(msgspec.Struct, frozen=True):
    """One change of what somebody was told."""

    zone: str
    hazard: Hazard
    field: Field
    day: date
    kind: ChangeKind
    before: LevelNumber
    level: LevelNumber
    issued: datetime


class WarningChangeSaid(msgspec.Struct, frozen=True):
    """One change of a weather warning that somebody was told; a degree of null: there was none, or it was lifted."""

    zone: str
    warning: str  # the authority's letter; its own word for a kind that nobody knows
    kind: ChangeKind
    before: WarningDegree | None
    degree: WarningDegree | None
    issued: datetime
    effective: datetime
    words: str  # of an unknown degree: the authority's own


class WarningSaid(msgspec.Struct, frozen=True):
    """A weather warning in force."""

    warning: str  # the authority's letter; its own word for a kind that nobody knows
    degree: WarningDegree
    issued: datetime
    effective: datetime
    role: SenderRole
    words: str  # of an unknown degree: the authority's own


class WarningsSaid(msgspec.Struct, frozen=True):
    """The weather warnings of a zone, and whether the feed speaks."""

    zone: str
    state: FeedState
    last: datetime | None
    warnings: tuple[WarningSaid, ...]
    unclear: tuple[
        str, ...
    ]  # rows of the newest list that nobody understood and that may be about this zone, as they stand


class NoticeSaid(msgspec.Struct, frozen=True):
    """What somebody was told at one time: changes of forecasts, of weather warnings, or an alert."""

    id: UUID
    at: datetime
    read_at: datetime | None
    alert: UUID | None
    changes: tuple[ChangeSaid, ...]
    warnings: tuple[WarningChangeSaid, ...]


class AlertSaid(msgspec.Struct, frozen=True):
    """An alert that is believed and for people. `page` and, when it was issued here, `cap` are addresses at this place."""

    id: UUID
    sender: str
    identifier: str
    sent: datetime
    standing: AlertStanding
    headline: str
    description: str
    instruction: str
    severity: Severity | None
    urgency: Urgency | None
    until: datetime
    areas: tuple[str, ...]
    regions: tuple[str, ...]


def place_said(one: Chosen) -> PlaceSaid:
    """A place as it is answered."""
    return PlaceSaid(one.id, one.region, one.zone, one.zone_name, one.field, one.level.value)


def field_said(zone: str, field: Field, cells: Iterable[Cell]) -> FieldSaid:
    """What stands for a field, as it is answered."""
    return FieldSaid(zone, field, tuple(_cell(one) for one in cells))


def notice_said(one: ToldNotice) -> NoticeSaid:
    """A notice as it is answered."""
    changes, warnings = (_change(each) for each in one.changes), (_warning_change(each) for each in one.warnings)
    return NoticeSaid(one.id, one.at, one.read_at, one.alert, tuple(changes), tuple(warnings))


def warnings_said(
    zone: str, speaks: FeedHealth, standings: Iterable[WarningStanding], unclear: Iterable[UnclearRow]
) -> WarningsSaid:
    """Weather warnings as they are answered."""
    said = (
        WarningSaid(one.subject.kind, one.degree, one.issued, one.effective, one.role, one.words)
        for one in standings
        if one.degree is not None
    )
    doubts = (one.words for one in unclear if not one.is_placed and one.zone in ("", zone))
    return WarningsSaid(zone, speaks.state, speaks.last, tuple(said), tuple(doubts))


def alert_said(one: KeptAlert) -> AlertSaid:
    """An alert as it is answered."""
    segment = keeping.segment_for(one.alert, "ko") or Segment()
    return AlertSaid(
        id=one.id,
        sender=one.alert.sender or "",
        identifier=one.alert.identifier or "",
        sent=one.alert.sent or one.arrived,
        standing=one.standing,
        headline=segment.headline or segment.event or "",
        description=segment.description or "",
        instruction=segment.instruction or "",
        severity=segment.severity,
        urgency=segment.urgency,
        until=one.ends,
        areas=tuple(area.area_desc for area in segment.areas if area.area_desc),
        regions=tuple(code.value for area in segment.areas for code in area.geocodes),
    )


def _cell(one: Cell) -> CellSaid:
    if one.standing is None:
        return CellSaid(one.day, one.is_known, 0 if one.is_known else None, None, None, None)
    said = one.standing
    return CellSaid(one.day, True, said.level.value, said.subject.hazard, said.issued, said.role)


def _warning_change(one: WarningChange) -> WarningChangeSaid:
    about = one.subject
    degrees = one.before, one.degree
    return WarningChangeSaid(about.zone, about.kind, one.kind, *degrees, one.issued, one.effective, one.words)


def _change(one: Change) -> ChangeSaid:
    about = one.subject
    levels = one.before.value, one.level.value
    return ChangeSaid(about.zone, about.hazard, about.field, about.day, one.kind, *levels, one.issued)
