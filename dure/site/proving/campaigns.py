"""Random campaigns for the prover: what is sent when, by clocks of any zone, to people whose consents come and go."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from dure.foundations.channels.types import ChannelState, Purpose, Route
from dure.foundations.channels.types.law import Standing

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=400)
ZONES = tuple(timezone(timedelta(minutes=minutes)) for minutes in (-720, -480, 0, 60, 330, 345, 540, 570, 765, 840))
EDGES = (7 * 3_600 + 3_599, 8 * 3_600, 20 * 3_600 + 2_999, 20 * 3_600 + 3_000, 20 * 3_600 + 3_599, 21 * 3_600, 0)
SEOUL = timedelta(hours=9)
PEOPLE_MAX = 3
EVENTS_MAX = 6


class Act(StrEnum):
    """What a friend does, as the log has it."""

    JOIN = "join"
    LEAVE = "leave"
    ADS = "ads"
    NO_ADS = "no_ads"
    NIGHT = "night"
    NO_NIGHT = "no_night"
    REMINDED = "reminded"
    SEEN = "seen"
    OPT_OUT = "opt_out"  # at a dealer, on the telephone


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    act: Act


type History = tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Campaign:
    """One sending: what, when it is queued and when it ends, and the histories of those it is for."""

    purpose: Purpose
    queued_at: datetime
    frame: Standing  # what does not depend on a history: its end, the channel, the sender, the form, the day's count
    histories: tuple[History, ...]


def random_campaign(chance: random.Random) -> Campaign:
    """A campaign, so drawn that edges of the night and fresh withdrawals come often."""
    at = _moment(chance)
    purpose = chance.choices(tuple(Purpose), (6, 2, 1, 1))[0]
    lives = timedelta(seconds=chance.choice((60, 3_600, 40_000, 86_400, 259_200)))
    histories = tuple(_history(chance, at) for _ in range(chance.randint(1, PEOPLE_MAX)))
    return Campaign(purpose, at, _frame(chance, at + lives), histories)


def _frame(chance: random.Random, ends: datetime) -> Standing:
    """Mostly nothing special."""

    def seldom() -> bool:
        return chance.random() < 0.08

    return Standing(
        expires_at=ends,
        friend_since=None,
        account_open=not seldom(),
        muted=seldom(),
        today=chance.choice((1, 2, 3, 29, 30, 31)) if seldom() else 0,
        channel=chance.choice((ChannelState.PAUSED, ChannelState.CLOSED)) if seldom() else ChannelState.OPEN,
        public_sender=chance.random() < 0.5,
        conversing=seldom(),
        stopped=seldom(),
        fault="marking_missing" if seldom() else "",
    )


def _moment(chance: random.Random) -> datetime:
    day = BEGIN + timedelta(days=chance.randrange(SPAN.days))
    second = chance.choice(EDGES) if chance.random() < 0.4 else chance.randrange(86_400)
    return (day + timedelta(seconds=second) - SEOUL).astimezone(chance.choice(ZONES))


def _history(chance: random.Random, at: datetime) -> History:
    """Mostly somebody who joined and agreed long ago; then, around the campaign, anything."""
    joined = at - timedelta(days=chance.choice((1, 30, 364, 365, 500, 729, 730, 731, 800)), seconds=chance.randrange(3))
    events = [Event(joined, Act.JOIN), Event(at - timedelta(days=chance.choice((0, 1, 364, 365, 400))), Act.SEEN)]
    if chance.random() < 0.8:
        events.append(Event(joined + timedelta(seconds=1), Act.ADS))
        if chance.random() < 0.5:
            events.append(Event(joined + timedelta(seconds=2), Act.NIGHT))
    for _ in range(chance.randint(0, EVENTS_MAX)):
        moved = timedelta(seconds=chance.choice((-86_400, -3_600, -1, 0, 1, 30, 3_600, 36_000, 86_400)))
        events.append(Event(at + moved, chance.choice(tuple(Act))))
    return tuple(sorted(events, key=lambda event: event.at))


def standing_at(history: History, at: datetime, campaign: Campaign) -> Standing:
    """Where somebody stands at `at`, as the columns of a friend hold it: each act changes them in the order of the log."""
    it = campaign.frame
    for event in history:
        if event.at <= at:
            it = _changed(it, event)
    return it


def _changed(it: Standing, event: Event) -> Standing:
    match event.act:
        case Act.JOIN if it.friend_since is None:
            return replace(it, friend_since=event.at)
        case Act.LEAVE:
            return replace(it, friend_since=None, ads_since=None, night_ads_since=None)
        case Act.ADS if it.friend_since is not None:
            return replace(it, ads_since=event.at)
        case Act.NO_ADS:
            return replace(it, ads_since=None, night_ads_since=None)
        case Act.NIGHT if it.ads_since is not None:
            return replace(it, night_ads_since=event.at)
        case Act.NO_NIGHT:
            return replace(it, night_ads_since=None)
        case Act.REMINDED:
            return replace(it, reminded_at=event.at)
        case Act.SEEN:
            return replace(it, seen_at=event.at)
        case Act.OPT_OUT:
            return replace(it, blocked=frozenset({Route.SMS}))
    return it


def read_log(history: History, at: datetime, campaign: Campaign) -> Standing:
    """The same for the oracle, which reads the log itself, backwards, and keeps no columns."""
    log = tuple(event for event in history if event.at <= at)
    return replace(
        campaign.frame,
        friend_since=_friend_since(log),
        ads_since=_agreed_since(log),
        night_ads_since=_agreed_to_night_since(log),
        reminded_at=_last(log, Act.REMINDED),
        seen_at=_last(log, Act.SEEN),
        blocked=frozenset({Route.SMS} if _last(log, Act.OPT_OUT) else ()),
    )


def _friend_since(log: History) -> datetime | None:
    for event in reversed(log):
        if event.act is Act.LEAVE:
            break
        if event.act is Act.JOIN:
            earlier = _friend_since(log[: log.index(event)])
            return earlier or event.at
    return None


def _agreed_since(log: History) -> datetime | None:
    for place, event in reversed(tuple(enumerate(log))):
        if event.act in (Act.NO_ADS, Act.LEAVE):
            return None
        if event.act is Act.ADS and _friend_since(log[:place]):
            return event.at
    return None


def _agreed_to_night_since(log: History) -> datetime | None:
    for place, event in reversed(tuple(enumerate(log))):
        if event.act in (Act.NO_NIGHT, Act.NO_ADS, Act.LEAVE):
            return None
        if event.act is Act.NIGHT and _agreed_since(log[:place]):
            return event.at
    return None


def _last(log: History, act: Act) -> datetime | None:
    return max((event.at for event in log if event.act is act), default=None)


def campaigns(count: int, seed: int) -> Iterator[Campaign]:
    """So many campaigns; the same seed gives the same ones."""
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    for _ in range(count):
        yield random_campaign(chance)
