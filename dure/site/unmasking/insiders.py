"""What each insider finds out who has all that one party has after a real day, and what two find who join their dumps by time.

Who attacks is told nothing of what really happened; the referee is, and counts. The control plays the same attacks on the design
that everybody writes first, whose rows are laid into the same databases.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from dure.services.checkin.rules import calendar
from dure.services.checkin.types import Epoch, HalfHour
from dure.site.unmasking.timing import Score
from dure.site.unmasking.town import SHOWN_BEFORE_SECONDS

INSTANT: Final = re.compile(rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:\+00(?::00)?|Z)")
PERSON: Final = re.compile(rb"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
DEVIATIONS: Final = 4  # what chance alone gives hardly ever


@dataclass(frozen=True, slots=True)
class Order:
    """How well one order tells another inside groups: 1 all of it (or its reverse), 0 nothing; and what chance alone may give."""

    tells: float
    by_chance: float

    @property
    def says_nothing(self) -> bool:
        return self.tells <= self.by_chance


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit as who attacks sees it: which place, and between which instants somebody came."""

    key: bytes
    earliest: datetime
    latest: datetime


@dataclass(slots=True)
class Joined:
    """What joining by time came to."""

    events: int = 0  # instants of that day that stand beside a person
    score: Score = field(default_factory=Score)


def moments(material: Iterable[bytes], people: Sequence[UUID], epoch: Epoch) -> list[tuple[datetime, UUID]]:
    """Every instant of the day that stands in one line with a person, wherever: rows of a dump, lines of a log."""
    known = {form: one for one in people for form in (str(one).encode(), one.hex.encode())}
    begins, ends = calendar.starts_at(epoch), calendar.starts_at(Epoch(epoch + 1))
    found = []
    for part in material:
        for line in part.splitlines():
            who = {known[each] for each in PERSON.findall(line) if each in known}
            if not who:
                continue
            instants = [_instant(each) for each in INSTANT.findall(line)]
            found += [(at, one) for at in instants if begins <= at < ends for one in who]
    return sorted(found)


def _instant(said: bytes) -> datetime:
    text = said.decode().replace("Z", "+00:00").replace(" ", "T")
    return datetime.fromisoformat(text if text.endswith(":00") and "+" in text else f"{text}:00").astimezone(UTC)


def in_half_hours(rows: Iterable[tuple[bytes, HalfHour]]) -> list[Seen]:
    """Rows of ours: between the first and the last second of a half hour."""
    step = timedelta(minutes=calendar.BUCKET_MINUTES)
    return [Seen(key, start := calendar.starts_at(half.epoch) + half.number * step, start + step) for key, half in rows]


def join(
    events: Sequence[tuple[datetime, UUID]], seen: Sequence[Seen], truth: Mapping[bytes, UUID], people: int
) -> Joined:
    """For each visit, who showed a code at the right time before it? With nobody to choose from, anybody may have been."""
    least, most = (timedelta(seconds=seconds) for seconds in SHOWN_BEFORE_SECONDS)
    instants, joined = [at for at, _ in events], Joined(len(events))
    for each in seen:
        if each.key not in truth:
            continue  # a decoy: the referee counts visits
        among = events[bisect_left(instants, each.earliest - most) : bisect_right(instants, each.latest - least)]
        who = [one for _, one in among]
        joined.score.visits += 1
        joined.score.certain += set(who) == {truth[each.key]}
        joined.score.right += who.count(truth[each.key]) / len(who) if who else 1 / people
    return joined


def order(found: Sequence[bytes], truth: Mapping[bytes, float], group: Mapping[bytes, object]) -> Order:
    """Whether the order in which things were found tells when they happened, in each group (Kendall's tau, weighed by pairs)."""
    groups: dict[object, list[float]] = {}
    for key in found:
        if key in truth:
            groups.setdefault(group[key], []).append(truth[key])
    agree, pairs, variance = 0, 0, 0.0
    for moments_found in groups.values():
        count = len(moments_found)
        for at, one in enumerate(moments_found):
            for later in moments_found[at + 1 :]:
                agree += (later > one) - (later < one)
                pairs += 1
        variance += count * (count - 1) * (2 * count + 5) / 18
    if not pairs:
        return Order(0.0, 0.0)
    return Order(abs(agree) / pairs, DEVIATIONS * math.sqrt(variance) / pairs)


def first_places(material: bytes, wanted: Iterable[bytes]) -> list[bytes]:
    """Those of the wanted that stand in the material, in the order of the places at which they do first."""
    places = {each: material.find(each) for each in wanted}
    return sorted((each for each, at in places.items() if at >= 0), key=lambda each: places[each])
