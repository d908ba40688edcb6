"""A season's days, played: everybody sends what they kept, over HTTP, by a clock that this moves; and some do what they may not.

A request is sent, the very same one, until it is answered, as a telephone does: also when its line was lost, or the server was
killed meanwhile. What people were told is kept here, to be laid beside the tables.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from dure.base import ids
from dure.kit import bearer, crowd
from dure.site import config, stage
from dure.site.unmasking import hands

from . import season_people
from .parts import Program
from .season_town import Ground, moment

MORNING, NOON, EVENING = 420, 750, 1_260  # minutes of the day
MOMENTS: Final = {MORNING: 0.4, NOON: 0.2, EVENING: 0.4}  # when people send, and how many of a hundred
WEEKEND: Final = (5, 6)
AGAIN, ELSEWHERE, HANG_UP, LATE = 50, 100, 300, 1_000  # of the proofs one in so many
TOMORROW, STRANGER, LONG_PAST = 500, 500, 500
LONG_PAST_DAYS: Final = 5
TRY_AGAIN: Final = (0, 429, 503)
ROUNDS_MAX: Final = 40
TOKEN_LASTS: Final = timedelta(hours=24)
KILL_SECONDS: Final = (0.05, 0.6)  # after a moment of the day has begun
HELD: Final = "of today"  # or of yesterday, late; everything else has to be refused
OK, REFUSED = 200, range(400, 429)
LINES, AGAIN_SECONDS = 64, 0.2
CLOCK, PART = "clock", "dure.site.trials.season_part"
BODIES: Final = {"check": b"{}", "text": '{"text": "오늘도 했어요 (모의)"}'.encode(), "number": b'{"number": 21}'}


@dataclass(frozen=True, slots=True)
class Sent:
    """One request of somebody: the proof of a day."""

    who: int  # place in `Ground.joined`
    day: int
    raw: bytes
    has_to: str = HELD
    is_late: bool = False
    hangs_up: bool = False


@dataclass(slots=True)
class Told:
    """What people were told."""

    proved: dict[int, int] = field(default_factory=dict)  # place -> a bit a day that was acknowledged
    late: set[tuple[int, int]] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)  # by what was tried: refused, as it has to be
    odd: list[str] = field(default_factory=list)  # answers that must not be
    seconds: float = 0.0
    kills: int = 0

    def hear(self, one: Sent, answer: crowd.Answer) -> None:
        """An answer that is final."""
        if one.has_to == HELD and answer.status == OK:
            self.proved[one.who] = self.proved.get(one.who, 0) | 1 << one.day
            if one.is_late:
                self.late.add((one.who, one.day))
        elif one.has_to != HELD and answer.status in REFUSED:
            self.refused[one.has_to] += 1
        else:
            self.odd.append(f"a proof {one.has_to}, day {one.day}: {answer.status} {answer.body[:200].decode()}")


class Server:
    """The server of the season, in a process of its own by the moved clock."""

    def __init__(self, home: Path, processes: int) -> None:
        self.clock, self.address = home / CLOCK, (stage.HOST, stage.free_port())
        hands.set_to(self.clock, moment(1, 0))
        said = [PART, str(self.clock), "serve", str(self.address[1]), str(processes)]
        self._program = Program("server", said, home, self.address)

    def start(self) -> None:
        """Start it, and return once it answers. Raises DidNotStart."""
        self._program.start()
        self._program.await_answers()

    def kill(self) -> None:
        """kill -9 to it and all its children."""
        self._program.kill_all()

    def stop(self) -> None:
        """Ask it to end."""
        self._program.stop()


@contextmanager
def served(processes: int) -> Iterator[Server]:
    """The season's server until the block ends."""
    server = Server(config.read().var, processes)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def play(
    ground: Ground, server: Server, days: int, kills: int, chance: random.Random, passed: Callable[[], None]
) -> Told:
    """Let `days` days go by; in their midst so many times kill -9 to the server."""
    told, people = Told(), _People(ground, chance)
    struck = Counter(chance.choices([(day, at) for day in range(1, days + 1) for at in MOMENTS], k=kills))
    late: list[Sent] = []  # of the day before
    for day in range(1, days + 1):
        today, late_today = people.wishes(day)
        for minutes in MOMENTS:
            hands.set_to(server.clock, moment(day, minutes))
            sent = [*late, *today[minutes]] if minutes == MORNING else today[minutes]
            _send_all(sent, server, told, [chance.uniform(*KILL_SECONDS) for _ in range(struck[day, minutes])])
        late = late_today
        passed()
    hands.set_to(server.clock, moment(days + 1, MORNING))
    _send_all(late, server, told, [])
    return told


class _People:
    """Everybody of the season, with their tokens."""

    def __init__(self, ground: Ground, chance: random.Random) -> None:
        self._ground, self._chance = ground, chance
        self._tokens = [bearer.mint(one.person, verified=True, lifetime=TOKEN_LASTS) for one in ground.joined]

    def wishes(self, day: int) -> tuple[dict[int, list[Sent]], list[Sent]]:
        """What is sent at each moment of a day; and what of it is sent a day late."""
        at: dict[int, list[Sent]] = {minutes: [] for minutes in MOMENTS}
        late: list[Sent] = []
        for who in kept_on(self._ground, day, self._chance):
            own = self._sent(who, day)
            if self._one_in(LATE):
                late.append(replace(own, is_late=True))
                continue
            is_early = self._ground.circles[self._ground.joined[who].project].is_early
            minutes = MORNING if is_early else self._chance.choices(list(MOMENTS), list(MOMENTS.values()))[0]
            at[minutes].append(replace(own, hangs_up=self._one_in(HANG_UP)))
            if self._one_in(AGAIN):
                at[minutes].append(own)
            if self._one_in(ELSEWHERE):
                at[minutes].append(self._sent(who, day, key=ids.new().hex))
            at[minutes] += self._tries(who, day)
        return at, late

    def _tries(self, who: int, day: int) -> Iterator[Sent]:
        """What somebody tries besides, and must not come through with."""
        if self._one_in(TOMORROW) and day < season_people.SEASON_DAYS:
            yield replace(self._sent(who, day + 1, key=ids.new().hex), has_to="of tomorrow")
        if self._one_in(STRANGER):
            other = (who + 1) % len(self._ground.joined)
            yield replace(self._sent(other, day, key=ids.new().hex, by=who), has_to="of somebody else")
        if self._one_in(LONG_PAST) and day > LONG_PAST_DAYS:
            yield replace(self._sent(who, day - LONG_PAST_DAYS, key=ids.new().hex), has_to="of a day long past")

    def _sent(self, who: int, day: int, key: str = "", by: int | None = None) -> Sent:
        one = self._ground.joined[who]
        headers = {
            "Authorization": f"Bearer {self._tokens[who if by is None else by]}",
            "Idempotency-Key": key or f"{one.pledge.hex}-{day}",
        }
        body = BODIES[self._ground.circles[one.project].kind]
        path = f"/api/v1/pledges/mine/{one.pledge}/days/{day}"
        return Sent(who, day, crowd.request("PUT", path, "localhost", headers, body))

    def _one_in(self, so_many: int) -> bool:
        return self._chance.randrange(so_many) == 0


def kept_on(ground: Ground, day: int, chance: random.Random) -> Iterator[int]:
    """Who keeps a day: places in `ground.joined`."""
    is_weekend = moment(day, NOON).weekday() in WEEKEND
    for who, one in enumerate(ground.joined):
        if season_people.keeps(one.habit, day, is_weekend, ground.circles[one.project].days_a_week, chance):
            yield who


def _send_all(sent: Sequence[Sent], server: Server, told: Told, strikes: list[float]) -> None:
    """Send each until it is answered; after so many seconds of a round the server is killed, and started again."""
    left = dict(enumerate(sent))

    def hear(answer: crowd.Answer) -> None:
        told.statuses[answer.status] += 1
        if answer.status not in TRY_AGAIN and answer.tag in left:
            told.hear(left.pop(answer.tag), answer)

    for number in range(ROUNDS_MAX):
        if not left:
            return
        wishes = [crowd.Wish(one.raw, at, hang_up=one.hangs_up and number == 0) for at, one in left.items()]
        killing = threading.Timer(strikes.pop(), server.kill) if strikes else None
        began = time.perf_counter()
        if killing is not None:
            killing.start()
        with suppress(*((OSError,) if killing is not None else ())):  # a line to a server that was just killed
            crowd.run(server.address, wishes, hear, lines=LINES)
        told.seconds += time.perf_counter() - began
        if killing is not None:
            killing.join()
            told.kills += 1
            server.start()
        elif number > 1:
            time.sleep(AGAIN_SECONDS)
    told.odd.append(f"{len(left)} requests had no answer in {ROUNDS_MAX} rounds")
