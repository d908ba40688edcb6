"""Figures about this installation for Prometheus. Labels are names from the code: never a person, an address, an id.

Several processes (servers, worker) write into one directory when PROMETHEUS_MULTIPROC_DIR names it;
/metrics adds them up (site/boot.py sets it). What the database knows is asked when somebody looks.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import REGISTRY, Collector

from dure.base import clock

DIRECTORY_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)

PAGES = Counter("dure_pages", "Pages answered.", ["house", "method", "status"])
PAGE_SECONDS = Histogram("dure_page_seconds", "Time to answer a page.", ["house"], buckets=SECONDS)
DELIVERIES = Counter("dure_deliveries", "Reactions to news that ran.", ["outcome"])
DELIVERY_SECONDS = Histogram(
    "dure_delivery_seconds", "Time from telling news to a reaction done.", buckets=(*SECONDS, 60)
)
DISPATCHES = Counter("dure_dispatches", "Dispatches that senders looked at.")
CODES = Counter("dure_codes", "Codes that prove a number, by what the dealer said.", ["state"])
GROUP_SIZE = Histogram("dure_group_size", "Requests written by one group commit.", ["group"], buckets=SIZES)
GROUP_SECONDS = Histogram("dure_group_seconds", "Time of one group commit.", ["group"], buckets=SECONDS)

_ASKED = """
SELECT (SELECT count(*) FROM kit_news WHERE NOT fanned_out),
       (SELECT count(*) FROM kit_delivery WHERE state = 'waiting'),
       (SELECT count(*) FROM kit_delivery WHERE state = 'dead'),
       extract(epoch FROM %(now)s - least(
           (SELECT at FROM kit_news WHERE NOT fanned_out ORDER BY id LIMIT 1),
           (SELECT min(next_at) FROM kit_delivery WHERE state = 'waiting' AND next_at < %(now)s)))
"""
_CONNECTIONS = """
SELECT CASE WHEN application_name LIKE 'dure %' THEN application_name ELSE 'other' END, count(*)
FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1
"""


class FromDatabase(Collector):
    """What the database knows: news that waits, dead letters, connections."""

    def collect(self) -> Iterator[Metric]:
        with connection.cursor() as cursor:
            cursor.execute(_ASKED, {"now": clock.now()})
            untold, waiting, dead, lag_seconds = cursor.fetchone()
            cursor.execute(_CONNECTIONS)
            connections = cursor.fetchall()
        yield GaugeMetricFamily("dure_outbox_waiting", "News and reactions that wait.", untold + waiting)
        yield GaugeMetricFamily("dure_outbox_dead", "Reactions given up; a steward decides.", dead)
        yield GaugeMetricFamily("dure_outbox_lag_seconds", "Age of the oldest that is due.", float(lag_seconds or 0))
        family = GaugeMetricFamily("dure_database_connections", "Connections to the database.", labels=["part"])
        for part, number in connections:
            family.add_metric([part], number)
        yield family


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that a house knows, as it is now."""

    name: str
    says: str
    value: int


class OfHouses(Collector):
    """What houses know, handed in by whoever asks."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._figures = tuple(figures)

    def collect(self) -> Iterator[Metric]:
        for one in self._figures:
            yield GaugeMetricFamily(one.name, one.says, one.value)


def text(figures: Iterable[Figure] = ()) -> bytes:
    """All figures in the text format of Prometheus, and these."""
    registry = CollectorRegistry()
    registry.register(FromDatabase())
    registry.register(OfHouses(figures))
    if os.environ.get(DIRECTORY_VARIABLE):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library ships no types for it
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(REGISTRY)
