"""The courier: delivers news as soon as it is told, woken by the database, with a look around in between."""

import threading

import psycopg
import structlog
from django.db import DatabaseError, InterfaceError, connection

from dure.kit import delivery, outbox
from dure.kit.listening import listening

LOOK_SECONDS = 1.0  # how often to look when nobody calls: retries fall due silently, and the end is noticed
RETRY_SECONDS = 2  # after the database went away
log = structlog.get_logger(__name__)


def deliver_until(stopping: threading.Event, wiring: outbox.Wiring) -> None:
    """Deliver until `stopping` is set. Outlives a restart of the database."""
    while not stopping.is_set():
        try:
            with listening(outbox.CHANNEL) as line:
                _hurry()
                _deliver(stopping, wiring, line)
        except (DatabaseError, InterfaceError, psycopg.Error) as error:
            log.warning("courier_waits_for_database", error=type(error).__name__)
            connection.close()
            stopping.wait(RETRY_SECONDS)
    connection.close()


def _hurry() -> None:
    """Do not wait for the disk after each reaction: its effect and its mark are one commit, a crash loses both or none."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


def _deliver(stopping: threading.Event, wiring: outbox.Wiring, line: psycopg.Connection) -> None:
    while not stopping.is_set():
        if not delivery.run_round(wiring).idle:
            continue
        for _ in line.notifies(timeout=LOOK_SECONDS, stop_after=1):
            pass
