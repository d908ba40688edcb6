"""Writing in the folder of keys. It knows no table; every step may be the last one before the power goes.

Made: intermediate, then key; a key without its row in the database is never opened, and is found again under its name.
Destroyed: intermediate first, which makes all keys of that end useless at once, then the keys, then the folder.
"""

from datetime import date

from dure.foundations.vault import rules
from dure.foundations.vault.queries import folders, logs
from dure.foundations.vault.queries.folders import Ring
from dure.foundations.vault.types import KeyName
from dure.kit import keys, lasting, seals


def make_secret(of: Ring, name: KeyName, ends_on: date) -> bytes:
    """The secret of a key, made unless it lies there already. Raises KeyLost, DiskFull, FolderShut, Busy."""
    with lasting.alone_in(of.folder):
        folder = folders.folder_of(of, ends_on)
        lasting.make_folder(folder)
        lasting.clear_halves(folder)
        there = folders.secret_of(of, name, ends_on)
        if there is not None:
            return there
        wrapping = folders.intermediate(of, ends_on) or _make_intermediate(of, ends_on)
        secret = keys.fresh()
        sealed = seals.seal_under(wrapping, rules.bound(name, ends_on), secret)
        lasting.write_whole(folders.file_of(of, name, ends_on), sealed)
        return secret


def _make_intermediate(of: Ring, ends_on: date) -> bytes:
    wrapping = keys.fresh()
    sealed = seals.seal_under(of.key_for("wrap.v1"), folders.day_context(ends_on), wrapping)
    lasting.write_whole(folders.folder_of(of, ends_on) / folders.DAY, sealed)
    return wrapping


def destroy_ended(of: Ring, today: date) -> int:
    """Destroy everything that ends on or before `today`; answers how many files. Again after a crash: the rest.

    Raises DiskFull, FolderShut, Busy.
    """
    with lasting.alone_in(of.folder):
        return sum(_destroy(of, end) for end in folders.ends_in(of) if rules.has_ended(end, today))


def _destroy(of: Ring, ends_on: date) -> int:
    folder = folders.folder_of(of, ends_on)
    files = sorted(folders.files_in(of, ends_on), key=lambda file: not file.startswith(folders.DAY))
    gone = sum(lasting.destroy(folder / file) for file in files)
    lasting.remove_folder(folder)
    return gone


def keep_anchor(of: Ring, log: str, note: str) -> None:
    """Remember the newest checkpoint that was signed for, outside of the database: an old copy of it is then noticed.

    Raises DiskFull, FolderShut, Busy.
    """
    path = of.folder / folders.LOGS / log
    lasting.make_folder(path.parent)
    with lasting.alone_in(of.folder):
        known = logs.anchor(of, log)
        if known is None or _size_in(known) < _size_in(note):
            lasting.write_whole(path, note.encode())


def _size_in(note: str) -> int:
    return rules.checkpoint_of(rules.read_note(note).text).size
