"""The worker: delivers news, sends messages and runs the jobs, periodic ones too, until SIGTERM."""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable

import psycopg
import structlog

from dure.site import config, parties

JOBS_AT_ONCE_MAX = 2
DRAIN_SECONDS_MAX = 10  # a job under way may take so long after SIGTERM
RETRY_SECONDS = 2  # after the database went away
log = structlog.get_logger(__name__)


def run() -> None:
    """Work until SIGTERM or SIGINT."""
    os.environ["PGAPPNAME"] = "dure worker"
    asyncio.run(_run(config.read().role))


type Loop = Callable[[threading.Event], None]


def _of_platform() -> tuple[Loop, ...]:
    """What runs besides the jobs: the delivery of news, the sending of messages."""
    from dure.foundations.channels import providers
    from dure.foundations.channels.tasks import send_until
    from dure.kit import courier
    from dure.site.wiring import wiring

    return (
        lambda stopping: courier.deliver_until(stopping, wiring),
        lambda stopping: send_until(stopping, providers.dealers),
    )


def _of_party() -> tuple[Loop, ...]:
    """A party sends no messages, and nothing follows from its news yet."""
    from dure.kit import courier
    from dure.kit.outbox import Wiring

    return (lambda stopping: courier.deliver_until(stopping, Wiring()),)


async def _run(role: str) -> None:
    loops = _of_platform() if role == parties.IDENTITY else _of_party()
    stopping = threading.Event()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    threads = {asyncio.create_task(asyncio.to_thread(run, stopping)) for run in loops}
    jobs = asyncio.create_task(_jobs(stop))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({*threads, jobs, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    stopping.set()
    stopped.cancel()
    jobs.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await jobs
    for each in threads:
        await each


async def _jobs(stop: asyncio.Event) -> None:
    """Run procrastinate's worker until cancelled; when the database goes away, wait for it to come back.

    `stop` is set before it is cancelled: a queue that says goodbye to a database that is gone turns the one into an error.
    """
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import ConnectorException

    while not stop.is_set():
        try:
            with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]  # its type names the general connector, not this one
                async with working.open_async():
                    await working.run_worker_async(
                        concurrency=JOBS_AT_ONCE_MAX,
                        install_signal_handlers=False,
                        shutdown_graceful_timeout=DRAIN_SECONDS_MAX,
                        delete_jobs="successful",
                    )
            error = "ListenerLost"  # the queue gives up in peace when only its listener loses the database; we do not
        except (ConnectorException, psycopg.Error) as gone:  # the pool's own errors come as they are
            error = type(gone).__name__
        if not stop.is_set():
            log.warning("jobs_wait_for_database", error=error)
            await asyncio.sleep(RETRY_SECONDS)
