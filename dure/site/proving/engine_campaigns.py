"""What happens in a cohort, drawn by chance: on which days, at which edges of the night, who does what, what is sent to whom.

The days lie so that consents are fresh, a year old (dormant accounts) and two years old (the notice), to the second.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import PersonId
from dure.foundations.channels import actions
from dure.foundations.channels.types import EVERYBODY, ChannelState, Content, Lane, NewSending, Purpose, Text
from dure.foundations.channels.types.law import Standing

from . import engine_acts
from .campaigns import BEGIN, EDGES, SEOUL, SPAN, ZONES, Act
from .engine_acts import ACTS, Turn
from .engine_town import BY, CONTACT, Sent, Size, Somebody, Town, Voice

LOOKS = tuple(timedelta(days=days, hours=hours) for days, hours in ((1, 8), (1, 12), (2, 8), (3, 8), (3, 23), (4, 9)))
RANDOM_STOPS = 3  # a day
LIVES = (60, 3_600, 40_000, 86_400, 259_200)  # seconds
ACTS_MAX = 8  # of a friend
NAMED_MAX = 5
WEIGHTS = (5, 2, 2, 1)  # of purposes
NEARLY_TWO_YEARS = timedelta(days=700)
PAUSED_MAX = 8  # stops
STOPPED_WITHIN = timedelta(days=2)
BURST, BURST_OF = 33, 1_000  # notices to one friend on one day, more than the cap; in a cohort so large
WAY_OUT = "무료 수신거부: 채널에서 한 번 누르기"
type Doing = Callable[[], None]


@dataclass(frozen=True, slots=True)
class New:
    """A campaign that is to be queued. `named`: to whom; nobody: to all friends."""

    number: int
    voice: Voice
    purpose: Purpose
    lane: Lane
    named: tuple[Somebody, ...]
    begins_at: datetime | None
    lives: timedelta
    template: UUID | None
    by_steward: bool
    told: Callable[[Sent], None]


@dataclass(slots=True)
class Agenda:
    """What happens at which stop of the clock."""

    stops: dict[datetime, list[Doing]] = field(default_factory=dict)
    queues: defaultdict[datetime, list[New]] = field(default_factory=lambda: defaultdict(list))
    closing: set[datetime] = field(default_factory=set)  # when the senders look for sendings that are through

    def then(self, at: datetime, doing: Doing) -> None:
        """Do it at this stop."""
        self.stops.setdefault(at, []).append(doing)


def first_moment(chance: random.Random) -> datetime:
    """Midnight in Seoul of a day on which a cohort begins."""
    return BEGIN + timedelta(days=chance.randrange(SPAN.days)) - SEOUL


def agenda(town: Town, numbers: range, size: Size, chance: random.Random) -> Agenda:
    """Everything that will happen in a cohort, with campaigns of these numbers."""
    made = Agenda()
    busy = _stops(made, town, size, chance)
    _joins(made, town, busy, chance)
    _acts(made, town, busy, chance)
    _turns(made, town, busy, (size.renamed, chance))
    burst = BURST if len(numbers) >= BURST_OF else 0
    for place, number in enumerate(numbers):
        at = busy[len(busy) // 2] if place < burst else chance.choice(busy)
        made.queues[at].append(_campaign(made, town, number, (at, place < burst), chance))
    return made


def _stops(made: Agenda, town: Town, size: Size, chance: random.Random) -> list[datetime]:
    """All stops; answers those at which something may begin."""
    busy = []
    for day in size.days:
        midnight = town.begins + timedelta(days=day)
        seconds = [*EDGES, *(chance.randrange(86_400) for _ in range(RANDOM_STOPS))]
        busy += [midnight + timedelta(seconds=second) for second in seconds]
        for look in LOOKS:
            made.stops.setdefault(midnight + look, [])
        made.closing |= {midnight + look for look in LOOKS[1:]}  # not before what waited for the morning
    for at in busy:
        for look_seconds in size.looks:
            made.stops.setdefault(at + timedelta(seconds=look_seconds), [])
    return sorted(busy)


def _joins(made: Agenda, town: Town, busy: list[datetime], chance: random.Random) -> None:
    """Most become friends at the very beginning."""
    for friendship in list(town.friendships.values()):
        at = busy[0] if chance.random() < 0.8 else chance.choice(busy)
        made.then(at, partial(engine_acts.act, friendship, Act.JOIN, chance))
        if chance.random() < 0.5:  # somebody who is here now and then
            for seen_at in chance.sample(busy, 3):
                made.then(seen_at, partial(engine_acts.act, friendship, Act.SEEN, chance))


def _acts(made: Agenda, town: Town, busy: list[datetime], chance: random.Random) -> None:
    for friendship in list(town.friendships.values()):
        for _ in range(chance.randint(0, ACTS_MAX)):
            what = chance.choice(ACTS)
            if what is Act.REMINDED:
                continue  # by the task, for all who are due
            at = chance.choice(busy)
            made.then(at, partial(engine_acts.act, friendship, what, chance))
            if what is Turn.CLOSE:
                made.then(chance.choice(busy), partial(engine_acts.act, friendship, Turn.REOPEN, chance))


def _turns(made: Agenda, town: Town, busy: list[datetime], by: tuple[float, random.Random]) -> None:
    """Notices every two years; channels that are silenced, closed, renamed; organisations that are doubted."""
    renamed, chance = by
    late = [one for one in busy if one > town.begins + NEARLY_TWO_YEARS]
    for at in chance.sample(late, min(6, len(late))):
        made.then(at, partial(engine_acts.remind, town))
    for voice in town.voices:
        if chance.random() < 0.6:
            first = chance.randrange(len(busy) - PAUSED_MAX)
            made.then(busy[first], partial(engine_acts.pause, town, voice))
            made.then(busy[first + chance.randint(1, PAUSED_MAX)], partial(engine_acts.pause, town, voice))
        if chance.random() < renamed:
            name = voice.name.at(town.begins)
            first = chance.randrange(len(busy) - 4)
            made.then(busy[first], partial(engine_acts.rename, voice, f"새 {name}"))
            made.then(busy[first + 3], partial(engine_acts.rename, voice, name))
        if chance.random() < 0.1:
            made.then(chance.choice(busy[len(busy) // 2 :]), partial(engine_acts.close, town, voice))
        if chance.random() < 0.4:
            first = chance.randrange(len(busy) - PAUSED_MAX)
            made.then(busy[first], partial(engine_acts.doubt, voice))
            made.then(busy[first + chance.randint(1, PAUSED_MAX)], partial(engine_acts.doubt, voice))


def _campaign(made: Agenda, town: Town, number: int, when: tuple[datetime, bool], chance: random.Random) -> New:
    at, in_burst = when
    voice = town.voices[0] if in_burst else chance.choice(town.voices)
    purpose = Purpose.INFO if in_burst else chance.choices(tuple(Purpose), WEIGHTS)[0]
    friends = [person for (channel, _), person in _friends(town) if channel == voice.id]
    named = tuple(chance.sample(friends, min(chance.randint(1, NAMED_MAX), len(friends))))
    if in_burst:
        named = (friends[0],)
    elif chance.random() < 0.2:
        named = (*named, chance.choice(town.people))  # perhaps a stranger
    elif chance.random() < 0.03:
        named = ()
    later = timedelta(seconds=chance.choice((0, 1, 30, 3_600, 40_000)))

    def told(sent: Sent) -> None:
        if chance.random() < 0.08:
            soon = [one for one in made.stops if at < one < at + STOPPED_WITHIN]
            made.then(chance.choice(soon), partial(engine_acts.stop, town, sent))

    return New(
        number=number,
        voice=voice,
        purpose=purpose,
        lane=Lane.REPLY if chance.random() < 0.08 else chance.choice((Lane.NORMAL, Lane.BULK)),
        named=tuple(dict.fromkeys(named)),
        begins_at=(at + later).astimezone(chance.choice(ZONES)) if later and not in_burst else None,
        lives=timedelta(seconds=chance.choice(LIVES)),
        template=ids.new() if purpose is not Purpose.AD and chance.random() < 0.5 else None,
        by_steward=purpose is Purpose.SAFETY and chance.random() < 0.5,
        told=told,
    )


def _friends(town: Town) -> list[tuple[tuple[UUID, UUID], Somebody]]:
    return [(pair, friendship.person) for pair, friendship in town.friendships.items()]


def queue(town: Town, new: New) -> Sent:
    """Queue it now, as its channel, its house or a steward would. Raises what the town refuses it for."""
    at, by = clock.now(), town.steward if new.by_steward else BY
    words = _words(new, at)
    begins = max(new.begins_at or at, at)
    ends = begins + new.lives
    asked = NewSending(
        channel=new.voice.id,
        purpose=new.purpose,
        content=Content((Text(words),)),
        key=f"prove-{town.cohort}-{new.number}",  # campaigns of another proof in this database have the same numbers
        persons=tuple(one.id for one in new.named),
        segment=None if new.named else EVERYBODY,
        lane=new.lane,
        not_before=new.begins_at,
        expires_at=ends,
        template=new.template,
    )
    sending = actions.queue_sending(by, asked)
    audience = frozenset(one.id for one in new.named) or _friends_now(town, new.voice, at)
    sent = Sent(new.number, sending, new.voice, new.purpose, new.lane, words, begins, ends, new.by_steward, audience)
    new.told(sent)
    return sent


def _words(new: New, at: datetime) -> str:
    said = f"제{new.number}호"
    if new.purpose is not Purpose.AD:
        return f"{said} 맡기신 것을 다 빻았습니다."
    return f"(광고) {new.voice.name.at(at)} {CONTACT}\n{said} 참기름 반값\n{WAY_OUT}"


def _friends_now(town: Town, voice: Voice, at: datetime) -> frozenset[PersonId]:
    """Who is a friend, as it was noted."""
    if voice.state.at(at) is ChannelState.CLOSED:
        return frozenset()
    frame = Standing(expires_at=at, friend_since=None)
    return frozenset(
        friendship.person.id
        for (channel, _), friendship in town.friendships.items()
        if channel == voice.id and engine_acts.standing(friendship, frame, at).friend_since is not None
    )
