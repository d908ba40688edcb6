"""How fast and how exact is the nearest search? `python bench/nearest.py --points 200000 --queries 10000`

Points crowd around towns as real ones do. Every answer is compared with an independent exact search in memory (points
sorted by latitude, looked through outwards until no closer one can be left). In the same run: a full scan by the database,
and the share of answers that raw degrees would get wrong. Everything is rolled back.
"""

import argparse
import random
import statistics
import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest

from dure.base import ids
from dure.base.actors import system
from dure.base.geo import EARTH_RADIUS_M, Point, distance_m, unit_xyz
from dure.kit.importing import Progress, bars

KIND = "bench"
SCANS = 20
METRES_A_DEGREE = EARTH_RADIUS_M * 3.141592653589793 / 180


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run measured. Times in milliseconds."""

    points: int
    queries: int
    most: int
    p50: float
    p99: float
    worst: float
    wrong: int
    scan: float
    wrong_by_degrees: float


def run(points: int, queries: int, most: int, progress: Progress, seed: int = 20250430) -> Figures:
    """Load `points`, ask `queries` times for the `most` nearest, compare each answer, roll everything back."""
    from django.db import connection, transaction

    from dure.foundations.places import actions
    from dure.foundations.places import queries as places
    from dure.foundations.places.types import PointDraft

    chance = random.Random(seed)
    country = list(_country(points, chance))
    with transaction.atomic():
        by = system("bench")
        progress.begin("loading points", points)
        for start in range(0, points, 5000):
            batch = country[start : start + 5000]
            actions.put_points(by, [PointDraft(KIND, ids.new(), "", at) for at in batch])
            progress.advance(len(batch))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE places_point")
        origins = [_origin(chance, country) for _ in range(queries)]
        took, answers = [], []
        progress.begin("asking", queries)
        for origin in origins:
            start_at = time.perf_counter()
            near = places.nearest(origin, most, KIND)
            took.append((time.perf_counter() - start_at) * 1000)
            answers.append([one.distance_m for one in near])
            progress.advance()
        scan = statistics.median(_scan(origin, most) for origin in origins[:SCANS])
        transaction.set_rollback(True)
    by_lat = sorted(country, key=lambda point: point.lat)
    lats = [point.lat for point in by_lat]
    progress.begin("comparing", queries)
    wrong = degrees = 0
    for origin, answer in zip(origins, answers, strict=True):
        true = _exact(origin, by_lat, lats, most)
        wrong += [round(metres, 3) for metres in answer] != [round(metres, 3) for metres in true]
        degrees += _by_degrees(origin, by_lat, lats) > true[0] + 0.001
        progress.advance()
    took.sort()
    return Figures(
        points,
        queries,
        most,
        took[len(took) // 2],
        took[len(took) * 99 // 100],
        took[-1],
        wrong,
        scan,
        degrees / queries,
    )


def _country(number: int, chance: random.Random) -> Iterator[Point]:
    towns = [Point(chance.uniform(33.2, 38.4), chance.uniform(126.0, 129.5)) for _ in range(160)]
    for index in range(number):
        if index % 5 == 0:
            yield Point(chance.uniform(33.2, 38.4), chance.uniform(126.0, 129.5))
        else:
            town = chance.choice(towns)
            yield Point(town.lat + chance.gauss(0, 0.03), town.lon + chance.gauss(0, 0.03))


def _origin(chance: random.Random, country: list[Point]) -> Point:
    """Half of the people ask from where things are, half from anywhere."""
    if chance.random() < 0.5:
        return Point(chance.uniform(33.2, 38.4), chance.uniform(126.0, 129.5))
    near = chance.choice(country)
    return Point(near.lat + chance.gauss(0, 0.005), near.lon + chance.gauss(0, 0.005))


def _outward(origin: Point, by_lat: list[Point], lats: list[float]) -> Iterator[tuple[float, Point]]:
    """(least possible distance in metres, point), by difference of latitude."""
    right = bisect_left(lats, origin.lat)
    left = right - 1
    while left >= 0 or right < len(lats):
        below = origin.lat - lats[left] if left >= 0 else float("inf")
        above = lats[right] - origin.lat if right < len(lats) else float("inf")
        if below <= above:
            yield below * METRES_A_DEGREE, by_lat[left]
            left -= 1
        else:
            yield above * METRES_A_DEGREE, by_lat[right]
            right += 1


def _exact(origin: Point, by_lat: list[Point], lats: list[float], most: int) -> list[float]:
    best: list[float] = []
    batch: list[float] = []
    for least, point in _outward(origin, by_lat, lats):
        if len(best) == most and least > best[-1]:
            break
        batch.append(distance_m(origin, point))
        if len(batch) >= 256:
            best, batch = nsmallest(most, [*best, *batch]), []
    return nsmallest(most, [*best, *batch])


def _by_degrees(origin: Point, by_lat: list[Point], lats: list[float]) -> float:
    """How far the point is that raw degrees call nearest."""
    best, chosen = float("inf"), origin
    for least, point in _outward(origin, by_lat, lats):
        if (least / METRES_A_DEGREE) ** 2 > best:
            break
        square = (point.lat - origin.lat) ** 2 + (point.lon - origin.lon) ** 2
        if square < best:
            best, chosen = square, point
    return distance_m(origin, chosen)


def _scan(origin: Point, most: int) -> float:
    """One full scan by the database, in milliseconds."""
    from django.db import connection

    x, y, z = unit_xyz(origin)
    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM places_point WHERE kind = %s ORDER BY cube_distance(position, %s::cube) LIMIT %s",
            [KIND, f"({x!r},{y!r},{z!r})", most],
        )
        cursor.fetchall()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--points", type=int, default=200_000)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--most", type=int, default=20)
    given = parser.parse_args()
    from dure.site import boot

    boot.prepare()
    with bars() as progress:
        it = run(given.points, given.queries, given.most, progress)
    print(
        f"{it.points:,} points, {it.queries:,} queries for {it.most}: p50 {it.p50:.2f} ms, p99 {it.p99:.2f} ms,"
        f" worst {it.worst:.2f} ms; {it.wrong} of {it.queries:,} answers differ from exact search.\n"
        f"Full scan by the database: {it.scan:.1f} ms ({it.scan / it.p50:,.0f} times the median)."
        f" Raw degrees would name a farther place first in {it.wrong_by_degrees:.1%}."
    )


if __name__ == "__main__":
    main()
