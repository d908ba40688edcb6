"""Who may do what in forecasts. Every action asks one of these."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import available_timezones

from dure.base.actors import Actor, PersonId
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.people.types import OrganisationCard, OrgKind
from dure.services.forecasts.types import ImpactLevel, NewWatch, OwnIssue, OwnWatch, WatchState

PLACES_MAX: Final = 30  # of one person
WATCHES_MAX: Final = 10  # parents of one child, and children of one parent
CALLED_LENGTH: Final = (1, 20)
PHONE_DIGITS: Final = (8, 15)
ASKED_LASTS: Final = timedelta(days=14)
HOURS: Final = 24
TIME_ZONES: Final = frozenset(available_timezones())
HANDLE: Final = "forecasts"  # of the channel by which people hear


def somebody(by: Actor) -> PersonId:
    """Who acts, when it must be a person. Raises NotAllowed."""
    if by.person is None:
        raise NotAllowed(needs="log_in")
    return by.person


def may_run(by: Actor) -> None:
    """Only the platform itself, by a task or a reaction. Raises NotAllowed."""
    if not by.is_system:
        raise NotAllowed(needs="system")


def may_steward(by: Actor) -> None:
    """Stewards, and the platform for them. Raises NotAllowed."""
    if not (by.is_steward or by.is_system):
        raise NotAllowed(needs="steward")


def may_look(by: Actor) -> None:
    """Stewards, and auditors, who change nothing. Raises NotAllowed."""
    if not (by.is_steward or by.is_auditor or by.is_system):
        raise NotAllowed(needs="steward_or_auditor")


def may_take(by: Actor) -> None:
    """Alerts come in by the platform, or by a steward who was handed one. Raises NotAllowed."""
    may_steward(by)


def may_pin(by: Actor) -> PersonId:
    """Whom everybody believes is said by a steward, in person. Raises NotAllowed."""
    if not by.is_steward:
        raise NotAllowed(needs="steward")
    return somebody(by)


def is_issuer(kind: OrgKind, verified: bool) -> bool:
    """Whether an organisation may warn people under its own name: an agency that somebody looked at."""
    return verified and kind is OrgKind.AGENCY


def may_issue(by: Actor, agency: OrganisationCard) -> PersonId:
    """Alerts are issued by who binds a verified agency, or by a steward for it. Raises NotAllowed."""
    person = somebody(by)
    if not is_issuer(agency.kind, agency.verified):
        raise NotAllowed(needs="agency")
    if not (by.is_steward or by.owns(agency.id)):
        raise NotAllowed(needs="owner")
    return person


def may_second(by: Actor, agency: OrganisationCard, author: UUID) -> PersonId:
    """Another one of those who may issue. Raises NotAllowed, OwnIssue."""
    person = may_issue(by, agency)
    if person == author:
        raise OwnIssue()
    return person


def may_touch(by: Actor, whose: UUID) -> None:
    """What is one's own. Raises NotAllowed."""
    if somebody(by) != whose:
        raise NotAllowed(needs="own")


def may_agree(by: Actor, watcher: UUID) -> PersonId:
    """Whoever got the link, but not who made it. Raises NotAllowed, OwnWatch."""
    person = somebody(by)
    if person == watcher:
        raise OwnWatch()
    return person


def may_end(by: Actor, watcher: UUID, parent: UUID | None) -> None:
    """Either of the two. Raises NotAllowed."""
    if somebody(by) not in (watcher, parent):
        raise NotAllowed(needs="own")


def check_hour(hour: int, field: str) -> int:
    """An hour of the day. Raises BadValue."""
    if not 0 <= hour < HOURS:
        raise BadValue(field=field, reason="unknown")
    return hour


def check_time_zone(name: str) -> str:
    """A time zone of the IANA list. Raises BadValue."""
    if name not in TIME_ZONES:
        raise BadValue(field="time_zone", reason="unknown")
    return name


def check_level(level: ImpactLevel) -> ImpactLevel:
    """A level from which on one can hear: not "none". Raises BadValue."""
    if level is ImpactLevel.NONE:
        raise BadValue(field="level", reason="unknown")
    return level


def check_watch(new: NewWatch) -> NewWatch:
    """The same with clean words and a number in digits. Raises BadValue."""
    called = " ".join(new.called.split())
    if not CALLED_LENGTH[0] <= len(called) <= CALLED_LENGTH[1]:
        raise BadValue(field="called", reason="length")
    check_level(new.place.level)
    reads_at, calls_at = check_hour(new.reads_at, "reads_at"), check_hour(new.calls_at, "calls_at")
    return NewWatch(called, new.place, reads_at, calls_at, check_phone(new.phone))


def check_phone(said: str) -> str:
    """A telephone number in digits, perhaps after a plus; empty for none. Raises BadValue."""
    number = "".join(letter for letter in said if letter not in " -.()")
    digits = number.removeprefix("+")
    if number and not (digits.isascii() and digits.isdigit() and PHONE_DIGITS[0] <= len(digits) <= PHONE_DIGITS[1]):
        raise BadValue(field="phone", reason="phone")
    return number


def watch_state(asked_at: datetime, agreed_at: datetime | None, ended_at: datetime | None, now: datetime) -> WatchState:
    """Where a watch stands."""
    if ended_at is not None:
        return WatchState.ENDED
    if agreed_at is not None:
        return WatchState.AGREED
    return WatchState.ASKED if now < asked_at + ASKED_LASTS else WatchState.LAPSED
