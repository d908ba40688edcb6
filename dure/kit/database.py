"""The embedded PostgreSQL: starts, joins, stops; survives a crash and a stale pid file; refuses data of another version."""

import contextlib
import fcntl
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from dure.base.refusals import Refusal
from dure.kit import postgres

START_SECONDS_MAX = 300  # recovery after a crash reads the log since the last checkpoint
STOP_SECONDS_MAX = 30
POLL_SECONDS = 0.05
CONNECT_SECONDS_MAX = 5
FREE_BYTES_MIN = 64 * 1024**2
FREE_BYTES_MIN_NEW = 256 * 1024**2
LOG_TAIL_BYTES = 2_000
_LOCK_LEFT = ("pre-existing shared memory block", "lock file")  # a crashed server's last children are still ending


class OtherVersion(Refusal):
    """The data directory belongs to another major version of PostgreSQL. Dump it with that version, then load it here."""

    directory: str
    found: str
    expected: str

    def __str__(self) -> str:
        return (
            f"{self.directory} holds data of PostgreSQL {self.found}, this program carries {self.expected}."
            " Nothing was touched. Dump it with that version and load it here, or point DURE_VAR elsewhere."
        )


class DiskFull(Refusal):
    """The disk has no room for the database. Nothing acknowledged is lost; make room and start again."""

    directory: str
    free_bytes: int

    def __str__(self) -> str:
        return (
            f"The disk of {self.directory} is full ({self.free_bytes // 1024**2} MB free)."
            " Make room and start again; nothing that was acknowledged is lost."
        )


class NotStarted(Refusal):
    """The server did not start; `said` is the end of its log."""

    directory: str
    said: str

    def __str__(self) -> str:
        return (
            f"The database in {self.directory} did not start. The end of its log ({self.directory}/log):\n{self.said}"
        )


@dataclass(frozen=True, slots=True)
class _PidFile:
    """What postmaster.pid says. It may be stale, half-written or copied from elsewhere."""

    pid: int
    sockets: str
    port: int


def start(directory: Path, *, durable: bool = True) -> str:
    """Start the server on `directory` (made when missing) or join the one that runs; answers its URL.

    Raises OtherVersion, NotOurs, DiskFull, NotStarted. A server killed by a crash left a pid file behind: PostgreSQL
    recovers from its log, nothing acknowledged is lost. `durable=False` is for tests: fast, lost in a power cut.
    """
    directory = directory.resolve()
    directory.parent.mkdir(parents=True, exist_ok=True)
    owner = postgres.owner_of(directory)
    with _alone(directory):
        if url := _joined(directory):
            return url
        demand_room(directory.parent, FREE_BYTES_MIN if directory.exists() else FREE_BYTES_MIN_NEW)
        if not (directory / "PG_VERSION").exists():
            _make(directory, owner, durable=durable)
        _refuse_other_version(directory)
        _clear_stale_lock(directory)
        sockets = postgres.socket_directory(directory, owner)
        postgres.write_settings(directory, owner, sockets, durable=durable)
        postgres.let_through(directory, owner)
        return _launched(directory, owner)


def stop(directory: Path) -> bool:
    """Stop the server on `directory`; answers whether there was one."""
    directory = directory.resolve()
    server, said = _postmaster(directory), _pid_file(directory)
    if server is None or said is None:
        return False
    for number in (signal.SIGINT, signal.SIGQUIT):  # at once but clean; then without a last checkpoint
        with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
            server.send_signal(number)
            server.wait(STOP_SECONDS_MAX)
        if not _lives(server.pid):
            _remove_short(said, directory)
            return True
    raise NotStarted(directory=str(directory), said=f"the server (pid {server.pid}) does not stop")


def _remove_short(said: _PidFile, directory: Path) -> None:
    """The short place of a socket is only for the time the server runs."""
    if said.sockets and Path(said.sockets) != directory:
        with contextlib.suppress(OSError):
            Path(said.sockets).rmdir()


def url_of(directory: Path) -> str | None:
    """The URL of the server that runs on `directory`, or None. Starts nothing."""
    directory = directory.resolve()
    said = _pid_file(directory)
    return _url(said) if said and _postmaster(directory) else None


def ensure_database(server_url: str, name: str) -> str:
    """Make the database `name` when it is missing; answers its URL."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        at = connection.info
        return f"postgresql://{at.user}@/{name}?host={quote(at.host, safe='')}&port={at.port}"


@contextlib.contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """One process at a time starts the server on `directory`; the others wait and then join."""
    with directory.with_name(f"{directory.name}.lock").open("a") as file:
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise NotStarted(directory=str(directory), said="another process is starting it") from None
                time.sleep(POLL_SECONDS)
        yield


def _joined(directory: Path) -> str | None:
    """The URL of the server that runs here, once it answers. None: none runs, or it ended while we waited."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while (server := _postmaster(directory)) and time.monotonic() < deadline:
        if url := _answering(directory, server.pid):
            return url
        time.sleep(POLL_SECONDS)
    return None


def _launched(directory: Path, owner: postgres.Owner) -> str:
    """Start the server and wait for it. A crashed one's children may still be ending: try again for a while."""
    log = directory / "log"
    deadline = time.monotonic() + STOP_SECONDS_MAX
    while True:
        before = log.stat().st_size if log.exists() else 0
        try:
            pid = postgres.launch(directory, log, owner)
        except OSError as error:
            raise why(directory, str(error)) from error
        if url := _awaited(directory, pid):
            return url
        said = _tail(log, before)
        if not any(sign in said for sign in _LOCK_LEFT) or time.monotonic() > deadline:
            raise why(directory, said)
        time.sleep(POLL_SECONDS * 10)


def _awaited(directory: Path, pid: int) -> str | None:
    """The URL, once the server with this pid answers. None: it gave up."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while _lives(pid) and time.monotonic() < deadline:
        if url := _answering(directory, pid):
            return url
        time.sleep(POLL_SECONDS)
    return None


def _answering(directory: Path, pid: int) -> str | None:
    """The URL of the server with this pid when it takes connections now."""
    said = _pid_file(directory)
    if said is None or said.pid != pid or not said.sockets:
        return None
    try:
        psycopg.connect(_url(said), connect_timeout=CONNECT_SECONDS_MAX).close()
    except psycopg.errors.TooManyConnections:
        return _url(said)
    except psycopg.OperationalError:
        return None
    return _url(said)


def _lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _make(directory: Path, owner: postgres.Owner, *, durable: bool) -> None:
    try:
        if directory.exists():
            directory.rmdir()  # only when empty: what somebody put there is not ours to remove
        postgres.make_cluster(directory, owner, durable=durable)
    except OSError as error:
        raise why(directory, str(error)) from error


def why(directory: Path, said: str) -> Refusal:
    """The refusal that fits what the server said."""
    if "No space left on device" in said:
        return DiskFull(directory=str(directory), free_bytes=shutil.disk_usage(directory.parent).free)
    return NotStarted(directory=str(directory), said=said.strip())


def demand_room(directory: Path, needed: int) -> None:
    """Raise DiskFull when fewer than `needed` bytes are free where `directory` lies."""
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise DiskFull(directory=str(directory), free_bytes=free)


def _refuse_other_version(directory: Path) -> None:
    found, expected = (directory / "PG_VERSION").read_text().strip(), postgres.version()
    if found != expected:
        raise OtherVersion(directory=str(directory), found=found, expected=expected)


def _clear_stale_lock(directory: Path) -> None:
    """Remove a pid file that PostgreSQL would believe or stumble over: half-written, or its pid is another program now.

    PostgreSQL's lock on shared memory goes with the file, so wait until the crashed server's last children are gone.
    """
    path, said = directory / "postmaster.pid", _pid_file(directory)
    if not path.exists() or (said and not psutil.pid_exists(said.pid)):
        return  # nothing there, or PostgreSQL itself will see that it is stale
    deadline = time.monotonic() + STOP_SECONDS_MAX
    while any(_works_in(child, directory) for child in psutil.process_iter()):
        if time.monotonic() > deadline:
            raise NotStarted(directory=str(directory), said="processes of a crashed server still run on this data")
        time.sleep(POLL_SECONDS)
    path.unlink(missing_ok=True)
    if said and said.sockets:
        (Path(said.sockets) / f".s.PGSQL.{said.port}.lock").unlink(missing_ok=True)


def _postmaster(directory: Path) -> psutil.Process | None:
    """The server that runs on `directory`: the pid file may be stale, its pid anybody's, the directory a copy."""
    said = _pid_file(directory)
    if said is None:
        return None
    with contextlib.suppress(psutil.NoSuchProcess):
        found = psutil.Process(said.pid)
        return found if _works_in(found, directory) else None
    return None


def _works_in(found: psutil.Process, directory: Path) -> bool:
    """Whether `found` is a PostgreSQL process on this very data: a server's working directory is its data."""
    try:
        return found.name() == "postgres" and Path(found.cwd()) == directory and found.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _pid_file(directory: Path) -> _PidFile | None:
    try:
        lines = (directory / "postmaster.pid").read_text().splitlines()
        return _PidFile(pid=abs(int(lines[0])), sockets=lines[4].strip() if len(lines) > 4 else "", port=int(lines[3]))
    except (FileNotFoundError, ValueError, IndexError):
        return None


def _url(said: _PidFile) -> str:
    return f"postgresql://postgres@/postgres?host={quote(said.sockets, safe='')}&port={said.port}"


def _tail(log: Path, since: int) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(since, log.stat().st_size - LOG_TAIL_BYTES))
            return file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
