"""What an insider of a party has, or who stole its disk: dump, files, write-ahead log, folders, words of programs, figures."""

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg

from dure.base.refusals import Refusal
from dure.kit import database, postgres
from dure.site import parties
from dure.site.unmasking.three import Member

DUMP_SECONDS_MAX: Final = 120
KEYS: Final = ("vault-keys", "vault-root", "secret")  # what begins so is keys, in no backup
WAL: Final = "pg_wal"
PAGE_ADDRESS: Final = slice(8, 16)  # in the first page of a segment: where in the log it is
SEGMENTS_USED_AGAIN: Final = (6, 14)


class NoDump(Refusal):
    """The database could not be dumped."""

    said: str


@dataclass(frozen=True, slots=True)
class Material:
    """All of it, as bytes. `files` and `kept` by name."""

    role: str
    dump: bytes
    files: dict[str, bytes]  # of the database server, without its log of writes
    wal: bytes
    kept: dict[str, bytes]  # of the party's folder, without its keys
    keys: dict[str, bytes]
    said: bytes  # standard output and error of its programs, and the log of its database server
    figures: bytes  # what /metrics answers

    def parts(self, *, keys: bool = False) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of every part; with its keys, as its own people have it, or without, as a backup."""
        yield "dump", self.dump
        yield "write-ahead log", self.wal
        yield "figures", self.figures
        yield "said", self.said
        yield from self.files.items()
        yield from self.kept.items()
        if keys:
            yield from self.keys.items()


def keeper(member: Member) -> str:
    """The address of a party's own database for who runs its server."""
    server = database.url_of(member.ground / "pg")
    if server is None:
        raise RuntimeError("its database server does not run")
    return database.ensure_database(server, parties.DATABASES[member.role])


def taken(member: Member) -> Material:
    """Take all of it, as it lies there now."""
    address = keeper(member)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        cursor = connection.execute("SELECT oid::text FROM pg_database WHERE datname = current_database()")
        own = "".join(row[0] for row in cursor)
    inside = member.ground / "pg"
    files = {name: found for name, found in _files(inside) if not name.startswith("base/") or f"/{own}/" in name}
    wal = _in_their_order(found for name, found in files.items() if name.startswith(WAL))
    kept = {name: found for name, found in _files(member.ground) if not name.startswith("pg/") and name != "said.log"}
    return Material(
        role=member.role,
        dump=dumped(member),
        files={name: found for name, found in files.items() if not name.startswith(WAL) and name != "log"},
        wal=wal,
        kept={name: found for name, found in kept.items() if not _is_key(name)},
        keys={name: found for name, found in kept.items() if _is_key(name)},
        said=member.log.read_bytes() + files.get("log", b""),
        figures=figures(member),
    )


def use_again(member: Member) -> bytes:
    """Let the server write until the files of its log are used again, as they are within hours; the log then."""
    with psycopg.connect(keeper(member), autocommit=True) as connection:
        for segments in (
            SEGMENTS_USED_AGAIN
        ):  # a checkpoint gives old files later names; they are written over when it is their turn
            for _ in range(segments):
                connection.execute("SELECT pg_logical_emit_message(true, 'dure', 'later')")
                connection.execute("SELECT pg_switch_wal()")
            connection.execute("CHECKPOINT")
    return _in_their_order(found for name, found in _files(member.ground / "pg") if name.startswith(WAL))


def rows(member: Member, query: str) -> list[tuple[Any, ...]]:
    """What the database answers to who runs its server."""
    with psycopg.connect(keeper(member), autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def _in_their_order(segments: Iterable[bytes]) -> bytes:
    """Segments in the order in which they were written: one that is to be used again has a later name and old bytes."""

    def place(segment: bytes) -> int:
        return int.from_bytes(segment[PAGE_ADDRESS], "little")

    ordered: list[bytes] = sorted(segments, key=place)
    return b"".join(ordered)


def lay(member: Member, table: str, values: Sequence[tuple[Any, ...]]) -> None:
    """Lay a table of another design beside a party's own, and these rows in it, one after the other."""
    name, places = table.split(" ")[0], ", ".join(["%s"] * len(values[0]))
    with psycopg.connect(keeper(member), autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {table}".encode())
        cursor.executemany(f"INSERT INTO {name} VALUES ({places})".encode(), values)  # noqa: S608 - names of this program


def dumped(member: Member) -> bytes:
    """The dump of a party's database."""
    address = keeper(member)
    done = subprocess.run(
        [postgres.programs() / "pg_dump", "--dbname", address],
        capture_output=True,
        check=False,
        timeout=DUMP_SECONDS_MAX,
    )
    if done.returncode:
        raise NoDump(said=done.stderr.decode(errors="replace"))
    return done.stdout


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            try:
                yield path.relative_to(folder).as_posix(), path.read_bytes()
            except FileNotFoundError:
                continue  # taken away by the server meanwhile


def _is_key(name: str) -> bool:
    return any(part.startswith(KEYS) for part in name.split("/"))


def figures(member: Member) -> bytes:
    """What a party shows of its figures."""
    host, port = member.address
    headers = {"Host": f"localhost:{port}"}
    return httpx.get(f"http://{host}:{port}/metrics", headers=headers, timeout=30, trust_env=False).content
