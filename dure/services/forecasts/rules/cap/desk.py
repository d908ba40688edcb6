"""What an officer may issue, and the alert that it becomes. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from typing import Final

from dure.base.refusals import BadValue
from dure.services.forecasts.types import (
    Alert,
    Area,
    Category,
    Circle,
    DeskKind,
    Identity,
    MsgType,
    Named,
    NewIssue,
    Polygon,
    ResponseType,
    Scope,
    Segment,
    Severity,
    Status,
    Translation,
    Urgency,
)

from . import korea, shapes
from .checks import HEADLINE_LETTERS_MAX

UNDO_SECONDS: Final = 10
LASTS_MAX: Final = timedelta(days=7)
ONSET_AHEAD_MAX: Final = timedelta(days=7)
TEXT_LENGTH_MAX: Final = 2_000
SHORT_LENGTH_MAX: Final = 100
REGIONS_MAX: Final = 50
POLYGON_LENGTH_MAX: Final = 4_000
HEADLINE_LENGTH_MIN: Final = 2
LANGUAGE: Final = "ko-KR"
ENGLISH: Final = "en-US"
OTHERS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {ENGLISH: korea.EVENTS_IN_ENGLISH}
)  # and what events are called
SEOUL: Final = timezone(timedelta(hours=9))  # CAP writes an offset, never the name of a zone
STATUSES: Final = (Status.ACTUAL, Status.EXERCISE, Status.TEST)
_LETTERS: Final = re.compile(r"[\W\d_]+")
_NO_LETTERS: Final = "기관"
_KINDS: Final[Mapping[DeskKind, MsgType]] = MappingProxyType(
    {
        DeskKind.ALERT: MsgType.ALERT,
        DeskKind.UPDATE: MsgType.UPDATE,
        DeskKind.ALL_CLEAR: MsgType.UPDATE,
        DeskKind.CANCEL: MsgType.CANCEL,
    }
)


@dataclass(frozen=True, slots=True)
class Head:
    """What the desk adds to what was written."""

    agency: str
    sender: str
    number: int  # of the alerts of this sender
    sent: datetime
    references: tuple[Identity, ...]
    region_names: Mapping[str, str]


def needs_second(new: NewIssue) -> bool:
    """Whether a second person has to agree: before people are told of extreme danger, or to act now. Who takes an alarm back,
    or says that it is over, needs nobody: a false alarm has to end at once.
    """
    is_warning = new.kind in (DeskKind.ALERT, DeskKind.UPDATE)
    return (
        is_warning
        and new.status is Status.ACTUAL
        and (new.severity is Severity.EXTREME or new.urgency is Urgency.IMMEDIATE)
    )


def check(new: NewIssue, now: datetime) -> None:
    """Whether the form is filled in as it should be; the standard has its own word later. Raises BadValue."""
    if (new.kind is DeskKind.ALERT) is not (new.replaces is None):
        raise BadValue(field="replaces", reason="unknown")
    if new.status not in STATUSES:
        raise BadValue(field="status", reason="unknown")
    if new.event not in korea.EVENTS:
        raise BadValue(field="event", reason="unknown")
    if not HEADLINE_LENGTH_MIN <= len(new.headline) <= HEADLINE_LETTERS_MAX:
        raise BadValue(field="headline", reason="length")
    for field in ("description", "instruction", "note"):
        if len(getattr(new, field)) > TEXT_LENGTH_MAX:
            raise BadValue(field=field, reason="length")
    if len(new.contact) > SHORT_LENGTH_MAX:
        raise BadValue(field="contact", reason="length")
    if not 1 <= len(new.regions) <= REGIONS_MAX:
        raise BadValue(field="regions", reason="length")
    if new.kind is DeskKind.CANCEL and not new.note:
        raise BadValue(field="note", reason="required")
    check_times(new, now)
    _check_translations(new)
    shape_of(new.polygon)


def _check_translations(new: NewIssue) -> None:
    """Each in a language of its own that we know, with a headline. Raises BadValue."""
    languages = [one.language for one in new.translations]
    if not set(languages) <= set(OTHERS) or len(set(languages)) != len(languages):
        raise BadValue(field="translations", reason="unknown")
    for one in new.translations:
        if not HEADLINE_LENGTH_MIN <= len(one.headline) <= HEADLINE_LETTERS_MAX:
            raise BadValue(field="headline_en", reason="length")
        for field, text in (("description_en", one.description), ("instruction_en", one.instruction)):
            if len(text) > TEXT_LENGTH_MAX:
                raise BadValue(field=field, reason="length")


def check_times(new: NewIssue, now: datetime) -> None:
    """It ends after now and within a week; it begins before it ends. Raises BadValue."""
    if not now < new.expires <= now + LASTS_MAX:
        raise BadValue(field="expires", reason="range")
    if new.onset is not None and not (new.onset <= now + ONSET_AHEAD_MAX and new.onset < new.expires):
        raise BadValue(field="onset", reason="range")


def tidy(new: NewIssue) -> NewIssue:
    """The same with lines as everybody has them, and no blanks at the ends."""
    return replace(
        new,
        headline=" ".join(new.headline.split()),
        contact=" ".join(new.contact.split()),
        description=_lines(new.description),
        instruction=_lines(new.instruction),
        note=_lines(new.note),
        polygon=_lines(new.polygon),
        translations=tuple(
            replace(
                one,
                headline=" ".join(one.headline.split()),
                description=_lines(one.description),
                instruction=_lines(one.instruction),
            )
            for one in new.translations
        ),
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()


def shape_of(text: str) -> Polygon | Circle | None:
    """Pairs of "lat,lon" as a polygon, closed if its writer did not; one pair and kilometres as a circle; None for nothing.

    Raises BadValue.
    """
    pairs = text.replace(", ", ",").split()
    if not pairs:
        return None
    if len(text) > POLYGON_LENGTH_MAX:
        raise BadValue(field="polygon", reason="length")
    circle, _found = shapes.read_circle(" ".join(pairs))
    if isinstance(circle, Circle):
        return circle
    closed = pairs if pairs[0] == pairs[-1] else [*pairs, pairs[0]]
    polygon, _codes = shapes.read_polygon(" ".join(closed))
    if not isinstance(polygon, Polygon):
        raise BadValue(field="polygon", reason="points")
    return polygon


def alert_of(new: NewIssue, head: Head) -> Alert:
    """The alert in the Korean profile."""
    return Alert(
        identifier=f"{letters_of(head.agency)}{head.number:010}",
        sender=head.sender,
        sent=second_of(head.sent),
        status=new.status,
        msg_type=_KINDS[new.kind],
        scope=Scope.PUBLIC,
        codes=(korea.PROFILE,),
        note=new.note or None,
        references=tuple(sorted(head.references, key=lambda one: (one.sent, one.identifier))),
        segments=(_segment(new, head), *(_translated(new, head, one) for one in new.translations)),
    )


def letters_of(agency: str) -> str:
    """The name of an agency as numbers of alerts begin with it: letters alone."""
    return _LETTERS.sub("", agency) or _NO_LETTERS


def second_of(at: datetime) -> datetime:
    """A moment as CAP writes it: on Seoul's clock, without fractions."""
    return at.astimezone(SEOUL).replace(microsecond=0)


def leaves_at(now: datetime) -> datetime:
    """When what was sent now cannot be taken back any more."""
    return now + timedelta(seconds=UNDO_SECONDS)


def _segment(new: NewIssue, head: Head) -> Segment:
    is_over = new.kind in (DeskKind.CANCEL, DeskKind.ALL_CLEAR)
    response = (ResponseType.ALL_CLEAR,) if new.kind is DeskKind.ALL_CLEAR else ()
    return Segment(
        language=LANGUAGE,
        categories=(korea.CATEGORIES.get(new.event[:2], Category.SAFETY),),
        event=korea.EVENTS[new.event],
        response_types=response,
        urgency=Urgency.PAST if is_over else new.urgency,
        severity=Severity.MINOR if is_over else new.severity,
        certainty=new.certainty,
        event_codes=(Named(korea.EVENT_CODE, new.event),),
        onset=second_of(new.onset) if new.onset else None,
        expires=second_of(new.expires),
        sender_name=head.agency,
        headline=new.headline,
        description=new.description or None,
        instruction=new.instruction or None,
        contact=new.contact or None,
        areas=_areas(new.regions, shape_of(new.polygon), head.region_names),
    )


def _translated(new: NewIssue, head: Head, said: Translation) -> Segment:
    """The same in another language; regions keep their names, by which people there find them."""
    return replace(
        _segment(new, head),
        language=said.language,
        event=OTHERS[said.language][new.event],
        headline=said.headline,
        description=said.description or None,
        instruction=said.instruction or None,
    )


def _areas(regions: Sequence[str], shape: Polygon | Circle | None, names: Mapping[str, str]) -> tuple[Area, ...]:
    """One area a region; the shape belongs to all of them and stands in the first one."""
    return tuple(
        Area(
            area_desc=names.get(code, code),
            polygons=(shape,) if isinstance(shape, Polygon) and not number else (),
            circles=(shape,) if isinstance(shape, Circle) and not number else (),
            geocodes=(Named(korea.GEOCODE, code),),
        )
        for number, code in enumerate(regions)
    )
