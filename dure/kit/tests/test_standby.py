"""With a synchronous standby, acknowledged means: there as well. Two embedded servers of their own."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from dure.kit import database, database_url, standby
from dure.kit.flush import FLUSH, Flush
from dure.kit.line import Line

pytestmark = [pytest.mark.crash, pytest.mark.slow]
BOTH = "both"  # the alias under which Django knows the two
WAITS = 1.5  # seconds after which a commit counts as waiting


class Two:
    """A primary and its synchronous standby, with a table `kept`."""

    def __init__(self, home: Path) -> None:
        self.first, self.second = home / "first", home / "second"
        self.primary = database.start(self.first)
        with psycopg.connect(self.primary, autocommit=True) as line:
            line.execute("CREATE TABLE kept (word text)")
        self.standby = standby.follow(self.first, self.second, "second")
        standby.demand(self.primary, "second")
        # Where the sockets lie: with the data, or elsewhere when that path is too long for one.
        self.hosts = [str(conninfo_to_dict(url)["host"]) for url in (self.primary, self.standby)]

    def postmaster(self, directory: Path) -> psutil.Process:
        return psutil.Process(int((directory / "postmaster.pid").read_text().split()[0]))

    @contextmanager
    def deaf(self) -> Iterator[None]:
        """The standby is sent nothing for a while."""
        senders = [one for one in self.postmaster(self.first).children() if "walsender" in "".join(one.cmdline())]
        assert senders
        for one in senders:
            one.suspend()
        try:
            yield
        finally:
            for one in senders:
                with suppress(psutil.NoSuchProcess):
                    one.resume()

    def kill(self, directory: Path) -> None:
        """kill -9 to the server and all its children, as when its machine loses power."""
        server = self.postmaster(directory)
        whole = [server, *server.children(recursive=True)]
        for one in whole:
            one.suspend()
        for one in whole:
            one.send_signal(signal.SIGKILL)
        psutil.wait_procs([server], 10)

    def cancel_waits(self) -> None:
        """Somebody is tired of waiting: what waits for the standby is told to wait no longer."""
        self._to_waiting(self.primary, "pg_cancel_backend")

    def end_waits(self, url: str) -> None:
        self._to_waiting(url, "pg_terminate_backend")

    def _to_waiting(self, url: str, what: str) -> None:
        with psycopg.connect(url, autocommit=True) as line:
            for _ in range(200):
                if line.execute(f"SELECT {what}(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'").fetchall():
                    return
                time.sleep(0.02)
        raise AssertionError("nothing waits for the standby")

    def point(self, alias: str, *hosts: str) -> None:
        """Let connections opened from now on ask the servers in this order."""
        connections[alias].settings_dict["HOST"] = ",".join(hosts)

    def words(self, url: str) -> list[str]:
        with psycopg.connect(url) as line:
            return [word for (word,) in line.execute("SELECT word FROM kept ORDER BY word")]


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    made = Two(tmp_path)
    url = f"postgresql://postgres@/postgres?host={','.join(made.hosts)}&target_session_attrs=read-write"
    default = connections["default"].settings_dict
    connections.settings[BOTH] = default | database_url.settings_of(url, embedded=tmp_path)
    yield made
    connections[BOTH].close()
    del connections[BOTH]
    del connections.settings[BOTH]
    for directory in (made.first, made.second):
        database.stop(directory)


class Hot:
    """A hot room on both: commits without waiting, then flushes."""

    def __init__(self) -> None:
        self.writer = Line(alias=BOTH, waits_for_disk=False)
        self.flush = Flush(self.writer)

    async def write(self, word: str) -> str:
        """What may be said about it: `ok` only when it may be acknowledged."""
        try:
            await self.flush.ready()
            await self.writer.fetch("INSERT INTO kept VALUES ($1) RETURNING word", (word,))
            await asyncio.wait_for(self.flush(), WAITS)
        except TimeoutError:
            return "waits"
        except psycopg.OperationalError:
            return "unknown"
        return "ok"

    async def close(self) -> None:
        await self.flush.close()
        await self.writer.close()


def together(work: Callable[[Hot], Coroutine[None, None, list[str]]]) -> list[str]:
    async def run() -> list[str]:
        hot = Hot()
        try:
            return await work(hot)
        finally:
            await hot.close()

    return asyncio.run(run())


def test_a_flush_waits_for_the_standby_and_what_it_vouched_for_survives_the_primary(two: Two) -> None:
    async def work(hot: Hot) -> list[str]:
        said = [await hot.write("1 there")]
        with two.deaf():
            said.append(await hot.write("2 late"))
        said.append(await hot.write("3 there again"))
        with two.deaf():
            said.append(await hot.write("4 lost"))
            await asyncio.to_thread(two.kill, two.first)
        await asyncio.to_thread(standby.promote, two.standby)
        return said + [await hot.write(f"{number} after") for number in (5, 6, 7)]

    said = together(work)
    assert said[:4] == ["ok", "waits", "ok", "waits"]
    assert said[-1] == "ok", "the connections found the new primary by themselves"
    kept = two.words(two.standby)
    assert {"1 there", "3 there again", "7 after"} <= set(kept)
    assert "4 lost" not in kept, "what a fail-over loses was never acknowledged"


def test_a_wait_that_somebody_cut_short_is_no_acknowledgement(two: Two) -> None:
    async def work(hot: Hot) -> list[str]:
        said = [await hot.write("1 there")]
        with two.deaf():
            going = asyncio.create_task(hot.write("2 here only"))
            await asyncio.to_thread(two.cancel_waits)
            said.append(await going)
        return [*said, await hot.write("3 there again")]

    assert together(work) == ["ok", "unknown", "ok"]


def test_a_flush_on_the_new_primary_does_not_vouch_for_what_the_old_one_took(two: Two) -> None:
    """Two that take writes at once: the old primary was cut off, not dead, and waits for no standby."""

    async def work(hot: Hot) -> list[str]:
        said = [await hot.write("1 there")]
        await asyncio.to_thread(standby.demand, two.primary, "")
        await asyncio.to_thread(standby.promote, two.standby)
        for line in hot.flush._free:
            await line.close()  # as a proxy does with connections that were idle for long
        two.point(BOTH, *reversed(two.hosts))  # whoever connects now finds the new one
        said += [await hot.write("2 to the old one"), await hot.write("3 after")]
        return said

    assert together(work) == ["ok", "unknown", "ok"]
    assert two.words(two.standby) == ["1 there", "3 after"]


def test_no_time_limit_of_a_statement_ends_the_wait(two: Two) -> None:
    with psycopg.connect(two.primary) as line, two.deaf():
        line.execute("SET statement_timeout = '1s'")
        line.execute("SELECT word FROM kept")
        line.commit()  # wrote nothing, so it waits for nobody
        started = time.monotonic()
        tired = threading.Timer(WAITS, two.cancel_waits)
        tired.start()
        line.execute(FLUSH)
        line.commit()
        assert time.monotonic() - started >= WAITS
        tired.join()  # before its server is stopped


def test_an_old_primary_that_comes_back_by_itself_acknowledges_nothing(two: Two) -> None:
    two.kill(two.first)
    standby.promote(two.standby)
    back = database.start(two.first)  # as when its machine starts again and nobody told it
    assert standby.leads(back), "nothing keeps it from taking writes"
    tired = threading.Timer(WAITS, two.end_waits, [back])
    tired.start()
    with pytest.raises(psycopg.OperationalError), psycopg.connect(back, autocommit=True) as line:
        line.execute("INSERT INTO kept VALUES ('nobody was told')")
    tired.join()  # before its server is stopped
    assert two.words(two.standby) == []
