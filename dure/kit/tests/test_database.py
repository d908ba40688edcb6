"""The embedded database: it starts, is joined, stops, and outlives whatever happens to it. Each test has its own server."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from dure.kit import database, postgres

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.crash


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Path]:
    directory = tmp_path / "pg"
    yield directory
    database.stop(directory)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that was used and stopped cleanly."""
    directory = tmp_path_factory.mktemp("made") / "pg"
    _execute(database.start(directory), "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('두레')")
    database.stop(directory)
    return directory


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it, for a test to break."""
    directory = tmp_path / "pg"
    _copy(made, directory)
    yield directory
    database.stop(directory)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(".s.PGSQL.*"))
    owner = source.stat()
    for path in (target, *target.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)


def _execute(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _word(url: str) -> str:
    with psycopg.connect(url) as connection:
        return "".join(word for (word,) in connection.execute("SELECT word FROM kept"))


def _pid(directory: Path) -> int:
    return int((directory / "postmaster.pid").read_text().splitlines()[0])


def _write_as_owner(path: Path, text: str) -> None:
    path.write_text(text)
    owner = path.parent.stat()
    os.chown(path, owner.st_uid, owner.st_gid)


def test_a_new_directory_becomes_a_database_and_a_second_start_joins_it(fresh: Path) -> None:
    url = database.start(fresh)
    pid = _pid(fresh)
    assert database.start(fresh) == url == database.url_of(fresh)
    assert _pid(fresh) == pid
    named = database.ensure_database(url, "town")
    assert named == database.ensure_database(url, "town")
    with psycopg.connect(named) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_stop_says_whether_there_was_a_server(copy: Path) -> None:
    assert database.stop(copy) is False
    database.start(copy)
    assert database.stop(copy) is True
    assert database.url_of(copy) is None
    assert database.stop(copy.parent / "nowhere") is False


def test_what_was_acknowledged_survives_kill_9_of_the_server(copy: Path) -> None:
    _execute(database.start(copy), "UPDATE kept SET word = 'after'")
    os.kill(_pid(copy), signal.SIGKILL)
    assert _word(database.start(copy)) == "after"


def test_a_server_outlives_kill_9_of_the_program_that_started_it(copy: Path) -> None:
    script = f"import os, signal; from pathlib import Path; from dure.kit import database as d; d.start(Path({str(copy)!r}));"
    starter = subprocess.run(
        [sys.executable, "-c", script + "os.kill(os.getpid(), signal.SIGKILL)"], cwd=ROOT, check=False
    )
    assert starter.returncode == -signal.SIGKILL
    pid = _pid(copy)
    assert _word(database.start(copy)) == "두레"
    assert _pid(copy) == pid


def test_a_stale_pid_file_of_nobody_is_no_obstacle(copy: Path) -> None:
    url = database.start(copy)
    pid_file = (copy / "postmaster.pid").read_text()
    database.stop(copy)
    _write_as_owner(copy / "postmaster.pid", pid_file)
    assert _word(database.start(copy)) == "두레"
    assert database.url_of(copy) == url


def test_a_stale_pid_file_whose_pid_is_another_program_now_is_no_obstacle(copy: Path) -> None:
    database.start(copy)
    lines = (copy / "postmaster.pid").read_text().splitlines()
    database.stop(copy)
    sleeper = _sleeper(copy)
    try:
        stale = "\n".join([str(sleeper.pid), *lines[1:]]) + "\n"
        _write_as_owner(copy / "postmaster.pid", stale)
        _write_as_owner(copy / ".s.PGSQL.5432.lock", stale)
        assert database.url_of(copy) is None
        assert _word(database.start(copy)) == "두레"
        assert sleeper.poll() is None  # and stop never harms a stranger
    finally:
        sleeper.kill()
        sleeper.wait()


def _sleeper(directory: Path) -> "subprocess.Popen[bytes]":
    """A program of the same system user as the server, which is what makes PostgreSQL believe in it."""
    user = directory.stat().st_uid if os.geteuid() == 0 else None
    return subprocess.Popen(["sleep", "60"], user=user, cwd="/")


@pytest.mark.parametrize("text", ["", "garbage\n", "123\n"])
def test_a_half_written_pid_file_is_no_obstacle(copy: Path, text: str) -> None:
    _write_as_owner(copy / "postmaster.pid", text)
    if text == "123\n":
        (copy / "postmaster.pid").write_text(f"{2**22 + 5}\n")  # above every pid there can be
    assert _word(database.start(copy)) == "두레"


def test_a_copy_of_a_running_cluster_never_joins_the_original(made: Path, copy: Path) -> None:
    original = database.start(made)
    try:
        _write_as_owner(copy / "postmaster.pid", (made / "postmaster.pid").read_text())
        assert database.url_of(copy) is None
        url = database.start(copy)
        assert url != original
        _execute(url, "UPDATE kept SET word = 'copy'")
        assert _word(original) == "두레"
    finally:
        database.stop(made)


def test_many_starters_at_once_get_one_server(copy: Path) -> None:
    script = f"from pathlib import Path; from dure.kit import database; print(database.start(Path({str(copy)!r})))"
    commands = [[sys.executable, "-c", script]] * 4
    starters = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for command in commands]
    said = {starter.communicate()[0] for starter in starters}
    assert [starter.returncode for starter in starters] == [0] * 4
    assert len(said) == 1


def test_threads_of_one_program_get_one_server(copy: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(database.start, [copy] * 3))) == 1


def test_a_path_too_long_for_a_socket_works(made: Path, tmp_path: Path) -> None:
    deep = tmp_path / ("가나다라마바사" * 6) / ("x" * 90) / "pg"
    deep.parent.mkdir(parents=True)
    _copy(made, deep)
    try:
        assert _word(database.start(deep)) == "두레"
        assert _word(database.url_of(deep) or "") == "두레"
    finally:
        assert database.stop(deep)


def test_a_path_with_a_space_and_quotes_works(made: Path, tmp_path: Path) -> None:
    odd = tmp_path / 'Kim\'s own, "big" town' / "pg"
    odd.parent.mkdir()
    _copy(made, odd)
    try:
        assert _word(database.start(odd)) == "두레"
    finally:
        assert database.stop(odd)


def test_a_cluster_of_another_version_is_refused_and_untouched(copy: Path) -> None:
    (copy / "PG_VERSION").write_text("15\n")
    with pytest.raises(database.OtherVersion, match="holds data of PostgreSQL 15, this program carries 18"):
        database.start(copy)
    assert (copy / "PG_VERSION").read_text() == "15\n"


def test_a_crash_while_it_is_made_leaves_nothing_half_made(fresh: Path) -> None:
    (fresh.parent / "pg.new").mkdir()
    (fresh.parent / "pg.new" / "PG_VERSION").write_text("18\n")
    _execute(database.start(fresh), "SELECT 1")
    assert not (fresh.parent / "pg.new").exists()


def test_a_directory_with_something_else_in_it_is_refused(fresh: Path) -> None:
    fresh.mkdir()
    (fresh / "diary.txt").write_text("mine")
    with pytest.raises(database.NotStarted, match="not empty"):
        database.start(fresh)
    assert (fresh / "diary.txt").read_text() == "mine"


def test_a_broken_server_says_why(copy: Path) -> None:
    with (copy / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = plenty\n")
    with pytest.raises(database.NotStarted, match="plenty"):
        database.start(copy)


def test_a_log_that_cannot_be_written_is_said_in_a_sentence(copy: Path) -> None:
    (copy / "log").unlink(missing_ok=True)
    (copy / "log").mkdir()
    with pytest.raises(database.NotStarted, match=r"(?i)is a directory"):
        database.start(copy)


def test_the_log_holds_no_values_of_a_failed_statement(copy: Path) -> None:
    url = database.start(copy)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE person (email text PRIMARY KEY)")
        connection.execute("INSERT INTO person VALUES ('hong@example.org')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('hong@example.org')")
    database.stop(copy)
    log = (copy / "log").read_text()
    assert "duplicate key" in log
    assert "hong" not in log


def test_a_full_disk_is_said_in_a_sentence(tmp_path: Path) -> None:
    refusal = database.why(tmp_path, 'could not write to file "pg_wal/1": No space left on device')
    assert isinstance(refusal, database.DiskFull)
    assert "is full" in str(refusal)
    with pytest.raises(database.DiskFull):
        database.demand_room(tmp_path, needed=shutil.disk_usage(tmp_path).total * 2)


def test_an_old_connection_does_not_keep_the_server_from_stopping(copy: Path) -> None:
    with psycopg.connect(database.start(copy)) as connection:
        connection.execute("SELECT 1")
        started = time.monotonic()
        assert database.stop(copy)
        assert time.monotonic() - started < 10
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def _as_user(uid: int, gid: int, script: str) -> "subprocess.CompletedProcess[str]":
    """Run `script` as another user. It becomes one after its imports, so that the interpreter may lie in root's home."""
    become = (
        "import os; from pathlib import Path; from dure.kit import database, postgres\n"
        f"os.setgroups([]); os.setgid({gid}); os.setuid({uid}); os.chdir('/')\n"
    )
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", become + script], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user; as one, every test here is this test")
def test_it_runs_as_an_ordinary_user_too(tmp_path: Path, made: Path) -> None:
    uid, gid = made.stat().st_uid, made.stat().st_gid
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, uid, gid)
    for path in (tmp_path, *tmp_path.parents):
        path.chmod(path.stat().st_mode | 0o011)
    cluster = home / "pg"
    done = _as_user(
        uid, gid, f"print(database.start(Path({str(cluster)!r}))); print(database.stop(Path({str(cluster)!r})))"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1] == "True"
    assert cluster.stat().st_uid == uid
    database.start(cluster)  # root starts what an ordinary user made, as that user
    assert psutil.Process(_pid(cluster)).uids().effective == uid
    database.stop(cluster)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make data of another user")
def test_an_ordinary_user_is_told_that_it_is_somebody_elses(copy: Path) -> None:
    for path in copy.parents:
        path.chmod(path.stat().st_mode | 0o011)
    script = f"try: database.start(Path({str(copy)!r}))\nexcept postgres.NotOurs as no: print(no)"
    done = _as_user(65_534, 65_534, script)
    assert "belongs to the system's user" in done.stdout, done.stderr


def test_a_socket_directory_prepared_by_a_stranger_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    far = Path("/" + "x" * 120) / "pg"
    us = postgres.Owner(os.geteuid(), os.getegid())
    there = postgres.socket_directory(far, us)
    assert there.stat().st_mode & 0o777 == 0o700
    there.chmod(0o777)
    with pytest.raises(postgres.NotOurs):
        postgres.socket_directory(far, us)


@pytest.mark.parametrize(("gigabytes", "said"), [(0.5, "128MB"), (4, "512MB"), (24, "3072MB"), (64, "4096MB")])
def test_the_server_keeps_pages_in_a_part_of_the_memory(gigabytes: float, said: str) -> None:
    assert postgres.buffers(int(gigabytes * 2**30)) == said


@pytest.mark.parametrize(
    "said", ["742\nsh: cannot create log: Is a directory\n", "sh: cannot create log: Is a directory\n742\n"]
)
def test_what_the_shell_complains_of_is_told_in_whatever_order_it_comes(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = subprocess.CompletedProcess[str]([], 0, said)
    monkeypatch.setattr(postgres, "_run", lambda *_: answer)
    with pytest.raises(OSError, match=r"^sh: cannot create log: Is a directory$"):
        postgres.launch(tmp_path, tmp_path / "log", postgres.Owner(0, 0))
