"""The law of messages (정보통신망법 50조, 시행령 61-62조의3), judged at the second of delivery. Pure.

`TERMS` fix what each purpose needs; `judge` answers for one person, one route, one second. The time may come in any zone: what
counts is the clock on the wall in Seoul. `rules.oracle` says the same once more in other words; the prover compares the two.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from types import MappingProxyType

from dure.base.clock import SEOUL
from dure.foundations.channels.types import ChannelState, DispatchState, Hold, Never, Pass, Purpose, Route, Ruling, Why
from dure.foundations.channels.types.law import Night, Rung, Standing, Terms

NIGHT_BEGINS = time(21)  # 50조 3항
NIGHT_ENDS = time(8)
GUARD_BEGINS = time(20, 50)  # dealers take no ad later: what they get at 20:59 arrives after 21:00
REMINDER_YEARS = 2  # 50조 8항
DORMANT_AFTER = timedelta(days=365)  # nobody has used the account for a year
PAUSE_LOOK = timedelta(hours=1)  # how often to ask whether a paused channel speaks again
DEALT = frozenset({Route.ALIMTALK, Route.SMS, Route.VOICE})  # somebody else decides when it arrives
SILENT = frozenset({Route.INBOX})  # rings nowhere
NIGHT_FREE = frozenset({Route.MAIL})  # 시행령 61조 2항: e-mail may come at night
AT_ONCE = timedelta(0)
_MINUTE = timedelta(minutes=1)


def _rung(route: Route, minutes: int = 0) -> Rung:
    return Rung(route, minutes * _MINUTE)


TERMS: Mapping[Purpose, Terms] = MappingProxyType(
    {
        Purpose.AD: Terms(
            ad_consent=True,
            night=Night.SEPARATE_CONSENT,
            ladder=(_rung(Route.INBOX), _rung(Route.PUSH), _rung(Route.MAIL), _rung(Route.SMS)),
            enough=DispatchState.SENT,
            lives=timedelta(days=3),
            a_day=2,
            mutable=True,
        ),
        Purpose.INFO: Terms(
            ad_consent=False,
            night=Night.WAITS,
            ladder=(
                *(_rung(Route.INBOX), _rung(Route.PUSH), _rung(Route.ALIMTALK)),
                *(_rung(Route.VOICE), _rung(Route.SMS), _rung(Route.MAIL)),
            ),
            enough=DispatchState.SENT,
            lives=timedelta(days=7),
            a_day=30,
            mutable=True,
        ),
        Purpose.SAFETY: Terms(
            ad_consent=False,
            night=Night.BY_ROLE,
            ladder=(
                *(_rung(Route.INBOX), _rung(Route.PUSH, 5), _rung(Route.ALIMTALK, 5)),
                *(_rung(Route.SMS, 10), _rung(Route.VOICE)),
            ),
            enough=DispatchState.DELIVERED,
            lives=timedelta(hours=6),
            a_day=None,
            mutable=False,
        ),
        Purpose.CARE: Terms(
            ad_consent=False,
            night=Night.WAITS,
            ladder=(
                *(_rung(Route.INBOX), _rung(Route.PUSH, 5), _rung(Route.ALIMTALK, 10)),
                *(_rung(Route.MAIL, 30), _rung(Route.VOICE, 30), _rung(Route.VOICE)),
                _rung(Route.SMS),  # who has a number only, and no call, hears by a text; last, for it costs
            ),
            enough=DispatchState.OPENED,  # heard, not delivered
            lives=timedelta(hours=24),
            a_day=30,
            mutable=False,
        ),
    }
)


def judge(standing: Standing, purpose: Purpose, route: Route, at: datetime) -> Ruling:
    """Whether it may be delivered by `route` at `at`: yes, not before, or never, and why."""
    terms = TERMS[purpose]
    never = next(_nevers(standing, purpose, route, at), None)
    if never is not None:
        return Never(never)
    holds = tuple(_holds(standing, terms, route, at))
    if not holds:
        return Pass()
    last = max(holds, key=lambda hold: hold.until)
    return Hold(min(last.until, standing.expires_at), last.why)


def _nevers(standing: Standing, purpose: Purpose, route: Route, at: datetime) -> Iterator[Why]:
    """Why it may not be delivered at all, the weightiest reason first."""
    terms = TERMS[purpose]
    if at >= standing.expires_at:
        yield Why.EXPIRED
    if standing.stopped:
        yield Why.STOPPED
    if standing.channel is ChannelState.CLOSED:
        yield Why.CHANNEL_PAUSED
    known = _since(standing.friend_since, at) or _is_answered(standing, terms) or _is_warned(standing, terms)
    if not (standing.account_open and known):
        yield Why.LEFT
    if route in standing.blocked or (terms.ad_consent and standing.blocked):
        yield Why.BLOCKED  # who turned an ad away on one route does not get it by another
    if standing.fault:
        yield Why.BAD_FORM
    if terms.ad_consent:
        yield from _of_ads(standing, at)
    if route not in terms.routes:
        yield Why.NO_WAY
    if standing.muted and _may_be_muted(standing, terms) and route not in SILENT:
        yield Why.MUTED


def _of_ads(standing: Standing, at: datetime) -> Iterator[Why]:
    if not _since(standing.ads_since, at):
        yield Why.NO_AD_CONSENT
    elif is_reminder_due(standing.ads_since, standing.reminded_at, at):
        yield Why.REMINDER_DUE
    if is_dormant(standing.seen_at, at):
        yield Why.DORMANT


def _holds(standing: Standing, terms: Terms, route: Route, at: datetime) -> Iterator[Hold]:
    """Until when it has to wait, and for what; nothing when it need not."""
    if standing.channel is ChannelState.PAUSED:
        yield Hold(at + PAUSE_LOOK, Why.CHANNEL_PAUSED)
    if terms.night is Night.SEPARATE_CONSENT:
        if is_night_for_ads(route, at) and not _agreed_to_night(standing, at):
            yield Hold(morning(at), Why.NO_NIGHT_CONSENT)
    elif is_night(at) and route not in SILENT | NIGHT_FREE and not _may_ring(standing, terms):
        yield Hold(morning(at), Why.QUIET_HOURS)
    if terms.a_day is not None and standing.today >= terms.a_day:
        yield Hold(next_day(at), Why.CAP)


def _is_answered(standing: Standing, terms: Terms) -> bool:
    """Whether it answers what the person wrote: whoever asks agrees to be answered. Never an ad."""
    return standing.conversing and not terms.ad_consent


def _is_warned(standing: Standing, terms: Terms) -> bool:
    """Whether a public body warns this very person of a danger: a friend or not. Who checks in somewhere agreed to that."""
    return standing.warned and standing.public_sender and terms.night is Night.BY_ROLE


def _may_be_muted(standing: Standing, terms: Terms) -> bool:
    """Whether a muted conversation keeps it from ringing: what the purpose says, and whatever is part of the conversation itself,
    but never a warning of danger.
    """
    return terms.mutable or (standing.conversing and terms.night is not Night.BY_ROLE)


def calls(purpose: Purpose, aloud: bool) -> bool:
    """Whether a telephone is called: where its owner chose to have it read aloud; and to warn of a danger. Never for an ad."""
    return Route.VOICE in TERMS[purpose].routes and (aloud or TERMS[purpose].night is Night.BY_ROLE)


def _may_ring(standing: Standing, terms: Terms) -> bool:
    """Whether it may ring at night: the person waits for it, or a public body warns of a danger."""
    return standing.conversing or (terms.night is Night.BY_ROLE and standing.public_sender)


def deliver_by(standing: Standing, purpose: Purpose, route: Route, at: datetime) -> datetime:
    """The moment before which it has to arrive, for whoever carries what passed at `at`: its end, or the night before it.

    A telephone that is switched off gets an ad from its push service when it is switched on: that must not be at night.
    """
    if TERMS[purpose].night is not Night.SEPARATE_CONSENT or route in NIGHT_FREE:
        return standing.expires_at
    if _agreed_to_night(standing, at):
        return standing.expires_at
    return min(standing.expires_at, evening(at))


def is_night(at: datetime, begins: time = NIGHT_BEGINS) -> bool:
    """Whether it is night in Seoul: from 21:00 or `begins`, which is included, to 08:00, which is not."""
    wall = at.astimezone(SEOUL).time()
    return wall >= begins or wall < NIGHT_ENDS


def is_night_for_ads(route: Route, at: datetime) -> bool:
    """Whether an ad by this route needs the night consent now."""
    return route not in NIGHT_FREE and is_night(at, GUARD_BEGINS if route in DEALT else NIGHT_BEGINS)


def morning(at: datetime) -> datetime:
    """The next 08:00 in Seoul after `at`."""
    wall = at.astimezone(SEOUL)
    day = wall.date() if wall.time() < NIGHT_ENDS else wall.date() + timedelta(days=1)
    return datetime.combine(day, NIGHT_ENDS, tzinfo=SEOUL)


def evening(at: datetime) -> datetime:
    """The next 21:00 in Seoul after `at`."""
    wall = at.astimezone(SEOUL)
    day = wall.date() if wall.time() < NIGHT_BEGINS else wall.date() + timedelta(days=1)
    return datetime.combine(day, NIGHT_BEGINS, tzinfo=SEOUL)


def next_day(at: datetime) -> datetime:
    """08:00 in Seoul on the day after that of `at`."""
    return datetime.combine(at.astimezone(SEOUL).date() + timedelta(days=1), NIGHT_ENDS, tzinfo=SEOUL)


def is_reminder_due(since: datetime | None, reminded_at: datetime | None, at: datetime) -> bool:
    """Whether a consent may not be used until its giver is told of it again: two calendar years in Seoul after the later of
    consent and last notice. A reminder from the future does not count.
    """
    if since is None:
        return False
    last = max(since, reminded_at) if reminded_at is not None and reminded_at <= at else since
    wall = last.astimezone(SEOUL)
    year = wall.year + REMINDER_YEARS
    leap_day = (wall.month, wall.day) == (2, 29) and not _is_leap(year)
    due = wall.replace(year=year, day=28) if leap_day else wall.replace(year=year)
    return at >= due


def is_dormant(seen_at: datetime | None, at: datetime) -> bool:
    """Whether nobody has used the account for a year. Unknown is not dormant."""
    return seen_at is not None and at - seen_at >= DORMANT_AFTER


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _agreed_to_night(standing: Standing, at: datetime) -> bool:
    since = standing.night_ads_since
    return _since(since, at) and not is_reminder_due(since, standing.reminded_at, at)


def _since(given_at: datetime | None, at: datetime) -> bool:
    return given_at is not None and given_at <= at
