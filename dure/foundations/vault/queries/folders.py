"""The folder of keys, outside of the database: where things lie in it, and reading them.

<keys>/lock                         one process at a time writes here
<keys>/seen                         the latest day that this folder has seen, sealed
<keys>/<end>/day                    the intermediate key of all keys of that end, wrapped by the root key
<keys>/<end>/<name>.key             a key, wrapped by the intermediate
<keys>/logs/<name>                  the newest checkpoint that was signed
<keys>/CACHEDIR.TAG                 keeps back-up programs out
<keys>/.party                       whose folder it is

<end> is a day, or a minute of one: 2026-11-29, 2026-11-01T0930.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from stat import S_IMODE
from typing import Final

from django.conf import settings

from dure.foundations.vault import models, rules
from dure.foundations.vault.types import KEY_BYTES, MINUTES, KeyLost, KeyName, Moment, RootUnfit
from dure.kit import keys, lasting, seals

__all__: list[str] = []  # nothing here is for other houses

DAY: Final = "day"
SEEN: Final = "seen"
LOGS: Final = "logs"
LOCK: Final = "lock"
PARTY: Final = ".party"  # whose folder it is: put there when a server starts
SUFFIX: Final = ".key"
OTHERS: Final = 0o077
ROOT_BYTES_MAX: Final = 200
TAG: Final = "CACHEDIR.TAG"
TAG_TEXT: Final = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Keys that end. Back-up programs that know this file leave the folder out; tell yours to, if it does not.\n"
)
_END: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2})([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class Ring:
    """A folder of keys and the root key that they are wrapped under."""

    folder: Path
    root: bytes = field(repr=False)

    def key_for(self, purpose: str) -> bytes:
        """A key derived from the root for one purpose."""
        return keys.derived_from(self.root, f"vault.{purpose}")


def ring() -> Ring:
    """The folder and root key of this installation. Raises RootUnfit, DiskFull, FolderShut."""
    folder: Path = settings.DURE.vault_keys
    root = root_key()  # first: a place whose root is missing makes no folder either
    if not (folder / TAG).exists():
        lasting.make_folder(folder)
        lasting.write_whole(folder / TAG, TAG_TEXT.encode())
    return Ring(folder=folder, root=root)


def root_key() -> bytes:
    """The root key: from the settings, else from its file, which is made when it is the first time.

    A place that has a log had a root: it is not made anew when its file is missing (a volume that is not mounted).
    Raises RootUnfit.
    """
    if said := settings.DURE.vault_root_key:
        return _root_in(said, "DURE_VAULT_ROOT_KEY")
    path: Path = settings.DURE.vault_root_file
    if not path.exists():
        if models.Log.objects.exists():
            raise RootUnfit(where=str(path), why="missing")
        lasting.make_folder(path.parent)
        lasting.write_once(path, keys.fresh().hex().encode())
    found = path.stat()
    if S_IMODE(found.st_mode) & OTHERS:
        raise RootUnfit(where=str(path), why="readable_by_others")
    if found.st_nlink > 1:
        lasting.clear_other_names(path)
    return _root_in((lasting.read(path, ROOT_BYTES_MAX) or b"").decode("ascii", "replace").strip(), str(path))


def _root_in(said: str, where: str) -> bytes:
    try:
        root = bytes.fromhex(said)
    except ValueError:
        raise RootUnfit(where=where, why="no_hex") from None
    if len(root) != KEY_BYTES:
        raise RootUnfit(where=where, why="length")
    return root


def folder_of(of: Ring, ends: Moment) -> Path:
    """Where the keys lie that end in this minute."""
    return of.folder / str(ends)


def file_of(of: Ring, name: KeyName, ends: Moment) -> Path:
    """Where a key lies."""
    return folder_of(of, ends) / f"{name}{SUFFIX}"


def ends_in(of: Ring) -> tuple[Moment, ...]:
    """The ends for which there is a folder, earliest first."""
    found = (_end_in(path.name) for path in of.folder.iterdir() if path.is_dir() and not path.is_symlink())
    return tuple(sorted(end for end in found if end is not None))


def _end_in(name: str) -> Moment | None:
    parts = _END.fullmatch(name)
    if parts is None:
        return None
    try:
        end = Moment(date.fromisoformat(parts[1]), int(parts[2] or 0) * 60 + int(parts[3] or 0))
    except ValueError:
        return None
    return end if end.minute < MINUTES and str(end) == name else None


def files_in(of: Ring, ends: Moment) -> tuple[str, ...]:
    """The names of the files that lie in the folder of an end."""
    folder = folder_of(of, ends)
    return tuple(sorted(path.name for path in folder.iterdir())) if folder.is_dir() else ()


def strange_in(of: Ring) -> Iterator[str]:
    """What lies in the folder and vault never put there: it may be a copy of keys that nobody will destroy."""
    for path in sorted(of.folder.iterdir()):
        if path.name in (TAG, SEEN, LOCK, LOGS, PARTY) or path.name.endswith(lasting.HALF):
            continue
        if path.is_symlink() or not path.is_dir() or _end_in(path.name) is None:
            yield path.name
            continue
        for file in sorted(path.iterdir()):
            known = file.name == DAY or file.name.endswith((SUFFIX, lasting.HALF))
            if not known or file.is_symlink() or not file.is_file():
                yield f"{path.name}/{file.name}"


def intermediate(of: Ring, ends: Moment) -> bytes | None:
    """The key of an end; None when it is not there. Raises KeyLost when it is another root's, or was changed."""
    sealed = lasting.read(folder_of(of, ends) / DAY)
    if sealed is None:
        return None
    try:
        return seals.unseal_under(of.key_for("wrap.v1"), end_context(ends), sealed)
    except seals.SealBroken:
        raise KeyLost(name=f"{ends}/{DAY}") from None


def end_context(ends: Moment) -> bytes:
    """What the intermediate of an end is bound to."""
    return f"day|{ends}".encode()


def secret_of(of: Ring, name: KeyName, ends: Moment) -> bytes | None:
    """A key out of its file; None when it is not there. Raises KeyLost."""
    sealed = lasting.read(file_of(of, name, ends))
    if sealed is None:
        return None
    wrapping = intermediate(of, ends)
    if wrapping is None:
        raise KeyLost(name=str(name))
    try:
        return seals.unseal_under(wrapping, rules.bound(name, ends), sealed)
    except seals.SealBroken:
        raise KeyLost(name=str(name)) from None


def seen(of: Ring) -> date | None:
    """The latest day that this folder has seen. Raises KeyLost when it was changed by hand."""
    sealed = lasting.read(of.folder / SEEN)
    if sealed is None:
        return None
    try:
        return date.fromisoformat(seals.unseal_under(of.key_for("seen.v1"), SEEN.encode(), sealed).decode())
    except (seals.SealBroken, ValueError):
        raise KeyLost(name=SEEN) from None


def note_seen(of: Ring, today: date) -> None:
    """Write down that this day has come, so that a clock set back is noticed. A day and no instant: it tells of no use.

    Whether the day is believed was asked before. Raises DiskFull, FolderShut, Busy, KeyLost.
    """
    if (seen(of) or date.min) >= today:
        return
    with lasting.alone_in(of.folder):
        if (seen(of) or date.min) < today:
            write_seen(of, today)


def write_seen(of: Ring, day: date) -> None:
    """Put this day down as the latest one seen, also an earlier one. For who holds the folder's lock."""
    sealed = seals.seal_under(of.key_for("seen.v1"), SEEN.encode(), day.isoformat().encode())
    lasting.write_whole(of.folder / SEEN, sealed)
