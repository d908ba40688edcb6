"""The folder of keys, outside of the database: where things lie in it, and reading them. It knows no table.

<keys>/lock                         one process at a time writes here
<keys>/seen                         the latest day that this folder has seen, sealed
<keys>/<end>/day                    the intermediate key of all keys that end on that day, wrapped by the root key
<keys>/<end>/<name>.key             a key, wrapped by the intermediate
<keys>/logs/<name>                  the newest checkpoint that was signed
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from stat import S_IMODE
from typing import Final

from django.conf import settings

from dure.foundations.vault import rules
from dure.foundations.vault.types import KEY_BYTES, KeyLost, KeyName, RootUnfit
from dure.kit import keys, lasting, seals

__all__: list[str] = []  # nothing here is for other houses

DAY: Final = "day"
SEEN: Final = "seen"
LOGS: Final = "logs"
SUFFIX: Final = ".key"
OTHERS: Final = 0o077
ROOT_BYTES_MAX: Final = 200
TAG: Final = "CACHEDIR.TAG"
TAG_TEXT: Final = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Keys that end. Back-up programs that know this file leave the folder out; tell yours to, if it does not.\n"
)


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
    if not (folder / TAG).exists():
        lasting.make_folder(folder)
        lasting.write_whole(folder / TAG, TAG_TEXT.encode())
    return Ring(folder=folder, root=root_key())


def root_key() -> bytes:
    """The root key: from the settings, else from its file, which is made when it is the first time."""
    if said := settings.DURE.vault_root_key:
        return _root_in(said, "DURE_VAULT_ROOT_KEY")
    path: Path = settings.DURE.vault_root_file
    if not path.exists():
        lasting.make_folder(path.parent)
        lasting.write_once(path, keys.fresh().hex().encode())
    if S_IMODE(path.stat().st_mode) & OTHERS:
        raise RootUnfit(where=str(path), why="readable_by_others")
    return _root_in((lasting.read(path, ROOT_BYTES_MAX) or b"").decode("ascii", "replace").strip(), str(path))


def _root_in(said: str, where: str) -> bytes:
    try:
        root = bytes.fromhex(said)
    except ValueError:
        raise RootUnfit(where=where, why="no_hex") from None
    if len(root) != KEY_BYTES:
        raise RootUnfit(where=where, why="length")
    return root


def folder_of(of: Ring, ends_on: date) -> Path:
    """Where the keys lie that end on this day."""
    return of.folder / ends_on.isoformat()


def file_of(of: Ring, name: KeyName, ends_on: date) -> Path:
    """Where a key lies."""
    return folder_of(of, ends_on) / f"{name}{SUFFIX}"


def ends_in(of: Ring) -> tuple[date, ...]:
    """The ends for which there is a folder, earliest first."""
    found = []
    for path in of.folder.iterdir():
        try:
            found.append(date.fromisoformat(path.name))
        except ValueError:
            continue
    return tuple(sorted(found))


def files_in(of: Ring, ends_on: date) -> tuple[str, ...]:
    """The names of the files that lie in the folder of an end."""
    folder = folder_of(of, ends_on)
    return tuple(sorted(path.name for path in folder.iterdir())) if folder.is_dir() else ()


def intermediate(of: Ring, ends_on: date) -> bytes | None:
    """The key of a day; None when it is not there. Raises KeyLost when it is another root's, or was changed."""
    sealed = lasting.read(folder_of(of, ends_on) / DAY)
    if sealed is None:
        return None
    try:
        return seals.unseal_under(of.key_for("wrap.v1"), day_context(ends_on), sealed)
    except seals.SealBroken:
        raise KeyLost(name=f"{ends_on.isoformat()}/{DAY}") from None


def day_context(ends_on: date) -> bytes:
    """What the intermediate of a day is bound to."""
    return b"day|" + ends_on.isoformat().encode()


def secret_of(of: Ring, name: KeyName, ends_on: date) -> bytes | None:
    """A key out of its file; None when it is not there. Raises KeyLost."""
    sealed = lasting.read(file_of(of, name, ends_on))
    if sealed is None:
        return None
    wrapping = intermediate(of, ends_on)
    if wrapping is None:
        raise KeyLost(name=str(name))
    try:
        return seals.unseal_under(wrapping, rules.bound(name, ends_on), sealed)
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


def note_seen(of: Ring, today: date, trusted: bool = False) -> None:
    """Write down that this day has come, so that a clock set back is noticed. A day and no instant: it tells of no use.

    A leap further than a machine sleeps is written down only when it is `trusted`.
    """
    known = seen(of)
    if known is not None and (today <= known or (not trusted and rules.steps_too_far(today, known))):
        return
    with lasting.alone_in(of.folder):
        known = seen(of)
        if known is None or known < today:
            sealed = seals.seal_under(of.key_for("seen.v1"), SEEN.encode(), today.isoformat().encode())
            lasting.write_whole(of.folder / SEEN, sealed)
