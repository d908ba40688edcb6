"""Files that are there whole or not at all, also when the machine dies in the middle; and files that are made to go away.

Each step is safe against `kill -9`: a file appears by being renamed over its name after it and before its folder were flushed.
"""

import contextlib
import errno
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dure.base.refusals import Busy, Refusal

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
HALF: Final = ".half"  # how a file is called until it is whole
BLOCK: Final = 65_536
READ_BYTES_MAX: Final = 1_000_000
LOCK_WAIT_SECONDS: Final = 0.01
LOCK_TRIES_MAX: Final = 500  # five seconds
BUSY_RETRY_SECONDS: Final = 1
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SHUT: Final = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR)


class DiskFull(Refusal):
    """There is no room for the file. Nothing was changed."""

    where: str


class FolderShut(Refusal):
    """The folder cannot be written, or is none. Nothing new is there; what was to be destroyed may be overwritten already."""

    where: str


@contextlib.contextmanager
def _named(where: Path) -> Iterator[None]:
    """The machine's troubles as refusals."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(where=str(where)) from error
        if error.errno in _SHUT:
            raise FolderShut(where=str(where)) from error
        raise


def make_folder(path: Path) -> None:
    """Make a folder of the owner's only, and the ones above it. Raises DiskFull, FolderShut."""
    with _named(path):
        missing = [each for each in (path, *path.parents) if not each.exists()]
        for each in reversed(missing):
            with contextlib.suppress(FileExistsError):
                each.mkdir(mode=FOLDER_MODE)
            flush_folder(each.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` where `path` is, in one step, readable by the owner only; it lasts when this returns.

    Raises DiskFull, FolderShut: then what was there before is still there.
    """
    half = path.with_name(f"{path.name}.{secrets.token_hex(6)}{HALF}")
    with _named(path):
        try:
            handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
            try:
                rest = memoryview(content)
                while rest:
                    rest = rest[os.write(handle, rest) :]
                os.fsync(handle)
            finally:
                os.close(handle)
            half.rename(path)
        except OSError:
            half.unlink(missing_ok=True)
            raise
        flush_folder(path.parent)


def read(path: Path, most: int = READ_BYTES_MAX) -> bytes | None:
    """What is in a file, at most `most` bytes of it; None when there is none. Raises FolderShut."""
    with _named(path), contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        return file.read(most)
    return None


def write_once(path: Path, content: bytes) -> bytes:
    """Put `content` at `path` unless something is there; answers what is there now. Two at once agree.

    Raises DiskFull, FolderShut.
    """
    half = path.with_name(f"{path.name}.{secrets.token_hex(6)}{HALF}")
    write_whole(half, content)
    with _named(path):
        with contextlib.suppress(FileExistsError):
            os.link(half, path)
        half.unlink(missing_ok=True)  # the same file under its other name
        flush_folder(path.parent)
        return path.read_bytes()


def clear_other_names(path: Path) -> None:
    """Take away the other name that `write_once` gave a file and, killed in between, did not take away. Raises FolderShut."""
    with _named(path):
        for half in path.parent.glob(f"{path.name}.*{HALF}"):
            with contextlib.suppress(FileNotFoundError):
                if half.samefile(path):
                    half.unlink()
        flush_folder(path.parent)


def destroy(path: Path) -> bool:
    """Overwrite a file where it lies, take it away, and flush the folder; whether it was there.

    What a disk that moves its blocks (every SSD) kept elsewhere is beyond the reach of any program.
    """
    with _named(path):
        try:
            handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return False
        try:
            left = os.fstat(handle).st_size
            while left > 0:
                left -= os.write(handle, os.urandom(min(left, BLOCK)))
            os.fsync(handle)
        finally:
            os.close(handle)
        path.unlink(missing_ok=True)
        flush_folder(path.parent)
        return True


def clear_halves(folder: Path) -> int:
    """Destroy what was being written when something died; answers how many. Only for who holds the folder's lock."""
    halves = sorted(folder.glob(f"*{HALF}")) if folder.is_dir() else []
    return sum(destroy(half) for half in halves)


def remove_folder(folder: Path) -> None:
    """Take an empty folder away and flush the one above it."""
    with _named(folder), contextlib.suppress(FileNotFoundError):
        folder.rmdir()
        flush_folder(folder.parent)


def flush_folder(folder: Path) -> None:
    """Make what was renamed or taken away in `folder` last."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One process and thread at a time; the lock goes with whoever dies. Raises FolderShut, DiskFull, Busy."""
    with _named(folder):
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, FILE_MODE)
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    for _ in range(LOCK_TRIES_MAX):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(LOCK_WAIT_SECONDS)
    raise Busy(retry_seconds=BUSY_RETRY_SECONDS)
