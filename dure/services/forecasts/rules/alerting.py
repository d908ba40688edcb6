"""Who is told of an alert now. Asked anew for everybody who was not told yet; nothing is kept for later.

- Whoever heard of what it takes the place of, however many updates ago, hears of it: that it is worse, changed, easing, over, was
  a mistake, or holds at no place of theirs any more.
- Whoever has a place in its regions hears a first time, from the level on that they chose.
- What was stopped in the night before it rang anywhere counts as not told: a correction is not left for the morning then.
- A first or a worse one about life and death, from a role that may, breaks the night; all else waits for waking hours.
- Nothing is told that would come when the alert is over; of its end nothing, when what they were told would be over by itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dure.services.forecasts.types import AlertPart, AlertTelling, Hearer, ImpactLevel, Reader, Spoken

from .cap import keeping
from .due import MAY_BREAK_QUIET, is_quiet

WARNS = (AlertTelling.FIRST, AlertTelling.UPGRADE)
ENDS = (AlertTelling.ALL_CLEAR, AlertTelling.CANCELLED, AlertTelling.NOT_HERE)

LOOK_AGAIN = timedelta(minutes=10)
_GOES_ON = (AlertTelling.CHANGED, AlertTelling.DOWNGRADE)

type Places = Collection[tuple[str, ImpactLevel]]  # region codes, and from which level on


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the parts of an alert hold, to be asked for many readers."""

    parts: Sequence[AlertPart]
    areas: Mapping[int, keeping.Starts]  # of each part, by its segment

    def here(self, places: Places, heard: bool) -> tuple[AlertPart, ...]:
        """The parts that concern somebody with these places; whoever heard before is in every one that nobody can place."""
        return tuple(
            part
            for part in self.parts
            if (heard and not part.is_placed)
            or any(self.areas[part.segment].holds(region) for region, _level in places)
        )

    def wanted(self, places: Places) -> ImpactLevel | None:
        """The lowest level that somebody chose for a place at which a part is at least as bad; None: there is none."""
        levels = [
            level
            for part in self.parts
            if not part.is_over
            for region, level in places
            if part.level >= level and self.areas[part.segment].holds(region)
        ]
        return min(levels, default=None)


def ground_of(parts: Sequence[AlertPart], added: Collection[str], now: datetime) -> Ground:
    """The parts that are not over by their own time, and where they hold; `added` are regions that a steward named besides."""
    lasting = [part for part in parts if part.ends > now]
    return Ground(lasting, {part.segment: keeping.starts_of((*part.regions, *added)) for part in lasting})


def spoken_to(whole: Spoken, here: Sequence[AlertPart]) -> Spoken:
    """What an alert says to somebody whom these of its parts concern: the worst of those that hold."""
    if whole.is_cancelled or whole.is_all_clear:
        return whole
    if not here:
        return replace(whole, is_elsewhere=True, is_for_life=False)
    holding = [part for part in here if not part.is_over]
    if not holding:
        return replace(whole, is_all_clear=True, is_for_life=False, level=ImpactLevel.NONE)
    return replace(
        whole,
        level=max(part.level for part in holding),
        is_for_life=any(part.is_for_life for part in holding),
        ends=max(part.ends for part in holding),
    )


def telling(spoken: Spoken, hearer: Hearer) -> AlertTelling | None:
    """What it is to this reader; None: nothing to say."""
    is_wanted = hearer.wanted is not None and spoken.level >= hearer.wanted
    if spoken.is_cancelled or spoken.is_all_clear or spoken.is_elsewhere:
        if hearer.before is None or hearer.is_left:
            return None  # who was not warned needs not hear that it is over
        if spoken.is_cancelled:
            return AlertTelling.CANCELLED
        return AlertTelling.ALL_CLEAR if spoken.is_all_clear else AlertTelling.NOT_HERE
    if hearer.before is not None:
        return _again(spoken.level, hearer.before)
    return AlertTelling.FIRST if is_wanted else None


def telling_now(spoken: Spoken, hearer: Hearer, now: datetime) -> AlertTelling | None:
    """What it is to this reader now; None: nothing, or not yet. In the night it is a first word to whom the one before, which may
    have broken the night, was stopped before it rang: nobody sleeps on because a warning was corrected.
    """
    what = telling(spoken, hearer)
    if what is None or is_due(spoken, what, hearer, now):
        return what
    is_missed = what in _GOES_ON and hearer.is_unreached and hearer.wanted is not None and spoken.level >= hearer.wanted
    return AlertTelling.FIRST if is_missed and is_due(spoken, AlertTelling.FIRST, hearer, now) else None


def breaks_quiet(spoken: Spoken, what: AlertTelling) -> bool:
    """Whether it may go out at night."""
    return what in WARNS and spoken.is_for_life and spoken.role in MAY_BREAK_QUIET


def is_due(spoken: Spoken, what: AlertTelling, hearer: Hearer, now: datetime) -> bool:
    """Whether it goes out now: in waking hours, or when it may break the night; never when it is over."""
    if now >= lasts(spoken, what, hearer):
        return False
    return breaks_quiet(spoken, what) or is_waking(hearer, now)


def lasts(spoken: Spoken, what: AlertTelling, hearer: Hearer) -> datetime:
    """Until when it is worth saying: of an end, as long as they would believe what they were told before."""
    if what in ENDS and hearer.until is not None:
        return hearer.until
    return spoken.ends


def look_again(now: datetime) -> datetime:
    """When to look next for who chose a place since, and whose night is over: that ends by a quarter of an hour, on any clock."""
    quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0) + timedelta(minutes=15)
    return min(now + LOOK_AGAIN, quarter)


def is_waking(hearer: Hearer, at: datetime) -> bool:
    """Whether this reader is awake by their own clock, or it is the hour that they chose."""
    return not is_quiet(Reader(hearer.reader, hearer.time_zone, hearer.hour), at)


def _again(level: ImpactLevel, before: ImpactLevel) -> AlertTelling:
    if level is before:
        return AlertTelling.CHANGED
    return AlertTelling.UPGRADE if level > before else AlertTelling.DOWNGRADE
