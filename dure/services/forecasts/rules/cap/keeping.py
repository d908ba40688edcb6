"""Which alerts are kept, what of them stands in a row, and where an alert holds. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from dure.services.forecasts.rules import levels
from dure.services.forecasts.types import (
    Alert,
    AlertPart,
    AlertStanding,
    AlertUnfit,
    Circle,
    Identity,
    KeptAlert,
    MsgType,
    Polygon,
    ResponseType,
    Segment,
    UnfitReason,
    Urgency,
)

from . import chains, korea

IDENTITY_LENGTH_MAX: Final = 200
AHEAD_MAX: Final = timedelta(minutes=15)  # clocks differ
SOON_MAX: Final = timedelta(days=1)  # a clock that is wrong by hours is asked again; by more nobody waits
OVER_MAX: Final = timedelta(days=30)  # what was over before is history, and of no use here
KEY_ENDED_MAX: Final = timedelta(days=7)  # after a key has ended nothing new of it is believed
KEPT_DAYS: Final = 30  # after it is over
REGIONS_MAX: Final = 500
CODE_LENGTH: Final = 10
_LEVELS: Final = (2, 4, 5, 8)  # digits of a province, a city with districts, a county or district, a town


def demand_fit(alert: Alert, now: datetime) -> Identity:
    """By what it is told from every other. Raises AlertUnfit."""
    identity = alert.identity
    if identity is None:
        raise AlertUnfit(reason=UnfitReason.NO_IDENTITY)
    if max(len(identity.sender), len(identity.identifier)) > IDENTITY_LENGTH_MAX:
        raise AlertUnfit(reason=UnfitReason.TOO_LONG)
    if identity.sent > now + AHEAD_MAX:
        is_soon = identity.sent <= now + SOON_MAX
        raise AlertUnfit(reason=UnfitReason.SENT_SOON if is_soon else UnfitReason.SENT_AHEAD)
    if chains.ends(alert) < now - OVER_MAX:
        raise AlertUnfit(reason=UnfitReason.TOO_LATE)
    return identity


def is_stale(key_ends: datetime, alert_ends: datetime, arrived: datetime) -> bool:
    """Whether somebody may have found an old key: what it signs is dated back to when it held, comes long after, and holds."""
    return key_ends + KEY_ENDED_MAX < arrived < alert_ends


def begins(alert: Alert, arrived: datetime) -> datetime:
    """From when on it holds here: at once, when only the clock of its sender is ahead."""
    later = [segment.effective for segment in alert.segments if segment.effective]
    if alert.sent is not None and alert.sent > arrived and not (later and min(later) > arrived):
        return arrived
    return chains.begins(alert)


def standing(
    alert: Alert, ended_at: datetime | None, now: datetime, begins_at: datetime | None = None
) -> AlertStanding:
    """What an alert is at `now`, when `ended_at` is the time from which another one of its sender took its place. `begins_at`:
    from when on it holds here; None: from when it says so itself.
    """
    if alert.msg_type not in (MsgType.ALERT, MsgType.UPDATE):
        return AlertStanding.NEVER
    if ended_at is not None and ended_at <= now:
        return AlertStanding.ENDED
    if now >= chains.ends(alert):
        return AlertStanding.EXPIRED
    return AlertStanding.AHEAD if now < (begins_at or chains.begins(alert)) else AlertStanding.IN_FORCE


def regions(alert: Alert) -> tuple[str, ...]:
    """Beginnings of the region codes that its areas name, of all its segments; empty: it names none."""
    codes = {
        geocode.value.strip()
        for segment in alert.segments
        for area in segment.areas
        for geocode in area.geocodes
        if geocode.value_name == korea.GEOCODE
    }
    known = sorted(beginning(code) for code in codes if _is_code(code))
    return tuple(dict.fromkeys(known))[:REGIONS_MAX]


def beginning(code: str) -> str:
    """What the codes of everything in a region begin with. A city's districts differ from it in the fifth digit."""
    for digits in _LEVELS:
        if not code[digits:].strip("0"):
            return code[:digits]
    return code


def around(start: str) -> tuple[str, ...]:
    """The ten-digit codes of the regions in which this one lies: whoever chose one of them hears of it, too."""
    return tuple(dict.fromkeys(start[:digits].ljust(CODE_LENGTH, "0") for digits in _LEVELS if digits < len(start)))


@dataclass(frozen=True, slots=True)
class Starts:
    """Regions by the beginnings of their codes, to be asked for many places."""

    inside: frozenset[str]
    around: frozenset[str]  # the codes of what lies around them

    def holds(self, region: str) -> bool:
        """Whether a place there lies in one of them, or around one."""
        return region in self.around or any(region[:digits] in self.inside for digits in (*_LEVELS, CODE_LENGTH))


def starts_of(starts: Collection[str]) -> Starts:
    """These regions."""
    return Starts(frozenset(starts), frozenset(code for start in starts for code in around(start)))


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one segment holds, as it stands in a row."""

    regions: tuple[str, ...]
    is_whole: bool  # whether these are all: of each of its areas we know where it is


def placed(alert: Alert, drawn: Mapping[Polygon | Circle, Collection[str]]) -> tuple[Placed, ...]:
    """Where each segment holds. `drawn`: the regions that a shape reaches. A segment without an area, beside others with one,
    says the same as they in other words.
    """
    names_areas = any(segment.areas for segment in alert.segments)
    return tuple(_placed(segment, drawn, names_areas=names_areas) for segment in alert.segments)


def parts(alert: Alert, where: Collection[Placed], whole: Collection[str]) -> tuple[AlertPart, ...]:
    """The segments as far as they decide whom to tell. `whole`: all its regions, where nothing is known of each segment."""
    known = tuple(where) if len(where) == len(alert.segments) else (Placed(tuple(whole), False),) * len(alert.segments)
    default = chains.ends(alert)
    return tuple(
        AlertPart(
            segment=number,
            regions=at.regions,
            is_placed=at.is_whole,
            level=levels.level_of_severity(one.severity),
            is_for_life=levels.is_alert_for_life(one.urgency, one.severity),
            is_over=is_over(one),
            ends=one.expires or default,
        )
        for number, (one, at) in enumerate(zip(alert.segments, known, strict=True))
    )


def is_over(one: Segment) -> bool:
    """Whether it says that the danger is past."""
    return ResponseType.ALL_CLEAR in one.response_types or one.urgency is Urgency.PAST


def segments_for(alert: Alert, language: str) -> tuple[Segment, ...]:
    """What it says in this language, else in the first one that it speaks; the worst first, what is over last."""
    spoken = [one for one in alert.segments if _language(one) == language.partition("-")[0].lower()]
    if not spoken:
        spoken = [one for one in alert.segments if _language(one) == _language(alert.segments[0])]
    return tuple(sorted(spoken, key=_badness, reverse=True))


def segment_for(alert: Alert, language: str) -> Segment | None:
    """The worst that it says in this language, else in the first one; None: nothing."""
    return next(iter(segments_for(alert, language)), None)


def narrowed(kept: KeptAlert, segments: Collection[int], ends: datetime) -> KeptAlert:
    """An alert with those of its segments alone that concern somebody, and until when they do; none of them: the whole of it."""
    said = tuple(one for number, one in enumerate(kept.alert.segments) if number in segments)
    return replace(kept, alert=replace(kept.alert, segments=said or kept.alert.segments), ends=ends)


def _language(one: Segment) -> str:
    return (one.language or "en-US").partition("-")[0].lower()


def _badness(one: Segment) -> tuple[bool, int]:
    return not is_over(one), levels.level_of_severity(one.severity).value


def _placed(segment: Segment, drawn: Mapping[Polygon | Circle, Collection[str]], *, names_areas: bool) -> Placed:
    found: dict[str, None] = {}
    is_whole = names_areas
    for area in segment.areas:
        said = [code.value.strip() for code in area.geocodes if code.value_name == korea.GEOCODE]
        codes = [beginning(code) for code in said if _is_code(code)]
        shapes: list[Polygon | Circle] = [] if said else [*area.polygons, *area.circles]
        reached = [drawn.get(shape, ()) for shape in shapes]
        is_whole = is_whole and len(codes) == len(said) and all(reached) and bool(codes or reached)
        found |= dict.fromkeys((*codes, *(code for some in reached for code in some)))
    is_whole = is_whole and len(found) <= REGIONS_MAX
    return Placed(tuple(found)[:REGIONS_MAX], is_whole)


def _is_code(code: str) -> bool:
    return len(code) == CODE_LENGTH and code.isascii() and code.isdigit()
