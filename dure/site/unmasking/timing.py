"""The timing join: who has both halves beside each other and wants them back together by time and order alone.

Three worlds from one day. Naive: the issuer logs who showed a code when, the visit party who was scanned when and where.
Ours: what the two databases hold by the rules. Telltale: ours, but the telephones' program is dishonest and reports every code
it shows.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from dure.services.checkin.rules import admitting, buckets, calendar, scopes, seeds
from dure.services.checkin.rules.secrets import KEY_BYTES
from dure.services.checkin.types import HalfHour, Row, Visit

from .town import SHOWN_BEFORE_SECONDS, Outing, Told, Town, named, untold

SHORTEST_MATCH = 4  # bytes that stand in both dumps


@dataclass(slots=True)
class Score:
    """How often somebody who attacks was certain, and how often a guess for each visit was right."""

    visits: int = 0
    certain: int = 0
    right: float = 0.0

    @property
    def certain_share(self) -> float:
        return self.certain / max(1, self.visits)

    @property
    def right_share(self) -> float:
        return self.right / max(1, self.visits)


@dataclass(slots=True)
class Timing:
    """What came out of some days with so many visits each."""

    visits_a_day: int
    days: int
    naive: Score = field(default_factory=Score)
    ours: dict[str, Score] = field(default_factory=dict)
    telltale: Score = field(default_factory=Score)

    @property
    def ours_worst(self) -> float:
        """The best that any way of attacking ours came to."""
        return max(max(score.certain_share, score.right_share) for score in self.ours.values())


def play(visits: int, days: int, seed: int, told: Told = untold) -> Timing:
    """Attack so many days with so many visits each, by as many people as there are visits."""
    timing = Timing(visits, days)
    for day in range(days):
        town = Town(seed + day)
        outings = town.outings(visits, people=visits)
        _naive(outings, timing.naive)
        rows, truth = _stored(town, outings)
        _ours(len(outings), rows, truth, visits, timing.ours)
        _telltale(outings, timing.telltale)
        told(1)
    return timing


def _naive(outings: Sequence[Outing], score: Score) -> None:
    """For each scan, whose code was on a screen at the right time before it?"""
    log = sorted((each.shown, each.person) for each in outings)
    moments = [shown for shown, _ in log]
    least, most = SHOWN_BEFORE_SECONDS
    for each in outings:
        who = log[bisect_left(moments, each.scanned - most) : bisect_right(moments, each.scanned - least)]
        score.visits += 1
        score.certain += len({person for _, person in who}) == 1
        score.right += sum(person == each.person for _, person in who) / len(who)


def _stored(town: Town, outings: Sequence[Outing]) -> tuple[tuple[Row, ...], dict[bytes, int]]:
    """The visit party's table after the day, written half hour by half hour as the rules say; and, for the referee alone, who is
    in which row."""
    groups: dict[HalfHour, dict[bytes, Visit]] = {}
    inside: dict[bytes, int] = {}
    draw = town.random.randbytes
    for each in outings:
        shown = town.shown(each.person, int(each.shown) // calendar.SLOT_SECONDS)
        visit = admitting.visit_of(each.venue, shown)
        half = HalfHour(visit.bucket.epoch, visit.bucket.number)
        groups.setdefault(half, {})[draw(scopes.ID_BYTES)] = visit
        inside[visit.sealed] = each.person
    rows: list[Row] = []
    opened: list[tuple[bytes, tuple[bytes, ...]]] = []
    for half, group in groups.items():
        fresh = {hour: seeds.fresh(hour, part, draw) for hour, part in buckets.parts_of(group.values(), half)}
        written = buckets.written(group, half, fresh, draw(KEY_BYTES))
        opened += [(row.id, buckets.read(fresh[scopes.hour_of(row)], [row])) for row in written]
        rows += written
    return tuple(rows), {row: inside[found[0]] for row, found in opened if found}


def _ours(visits: int, rows: Sequence[Row], truth: dict[bytes, int], people: int, scores: dict[str, Score]) -> None:
    """Every way of joining the two dumps. The identity party's is its table of people: it has nothing with a time in it."""
    table = [named(person) for person in range(people)]
    for name, guesses in (
        ("order of rows", _by_order(rows, people)),
        ("order of keys", _by_order(sorted(rows), people)),
        ("bytes in both", _by_bytes(rows, table)),
        ("a blind guess", {row.id: list(range(people)) for row in rows}),
    ):
        score = scores.setdefault(name, Score())
        score.visits += visits
        hits = [(who, truth[row]) for row, who in guesses.items() if row in truth]
        score.certain += sum(set(who) == {person} for who, person in hits) if name == "bytes in both" else 0
        score.right += sum(who.count(person) / len(who) for who, person in hits)


def _by_order(rows: Sequence[Row], people: int) -> dict[bytes, list[int]]:
    """The n-th row is the n-th person: right wherever tables grow side by side."""
    return {row.id: [at * people // len(rows)] for at, row in enumerate(rows)}


def _by_bytes(rows: Sequence[Row], table: Sequence[bytes]) -> dict[bytes, list[int]]:
    """Whose record has most in common with the row? A few bytes that many records have say little, those of one say all."""
    owners: dict[bytes, set[int]] = {}
    for person, record in enumerate(table):
        for piece in _pieces(record):
            owners.setdefault(piece, set()).add(person)
    found: dict[bytes, list[int]] = {}
    for row in rows:
        weights: Counter[int] = Counter()
        for piece in _pieces(row.id + row.body) & set(owners):
            weights.update(dict.fromkeys(owners[piece], len(table) // len(owners[piece])))
        if weights:
            most = max(weights.values())
            found[row.id] = [person for person, weight in weights.items() if weight == most]
    return found


def _pieces(whole: bytes) -> set[bytes]:
    return {whole[at : at + SHORTEST_MATCH] for at in range(len(whole) - SHORTEST_MATCH + 1)}


def _telltale(outings: Sequence[Outing], score: Score) -> None:
    """Somebody who knows every showing, and the half hour of every row: one of those who showed a code in it."""
    crowd = Counter(int(each.shown) // (60 * calendar.BUCKET_MINUTES) for each in outings)
    for each in outings:
        others = crowd[int(each.shown) // (60 * calendar.BUCKET_MINUTES)]
        score.visits += 1
        score.certain += others == 1
        score.right += 1 / others
