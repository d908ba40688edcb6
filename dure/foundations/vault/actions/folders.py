"""Writing in the folder of keys. It knows no table; every step may be the last one before the power goes.

Made: intermediate, then key; a key without its row in the database is never opened, and is found again under its name.
Destroyed: intermediate first, which makes all keys of that end useless at once, then the keys, then the folder.
"""

from datetime import date

from dure.base.refusals import Refusal
from dure.foundations.vault import rules
from dure.foundations.vault.queries import folders, logs
from dure.foundations.vault.queries.folders import Ring
from dure.foundations.vault.types import FolderStrange, KeyName, KeyShared, Moment, Trouble
from dure.kit import keys, lasting, seals


def make_secret(of: Ring, name: KeyName, ends: Moment, taken: bytes | None = None) -> bytes:
    """The secret of a key, made (or `taken` from whoever made it) unless one lies there already: that one then.

    Raises KeyLost, DiskFull, FolderShut, Busy.
    """
    with lasting.alone_in(of.folder):
        folder = folders.folder_of(of, ends)
        lasting.make_folder(folder)
        lasting.clear_halves(folder)
        there = folders.secret_of(of, name, ends)
        if there is not None:
            return there
        wrapping = folders.intermediate(of, ends) or _make_intermediate(of, ends)
        secret = taken or keys.fresh()
        sealed = seals.seal_under(wrapping, rules.bound(name, ends), secret)
        lasting.write_whole(folders.file_of(of, name, ends), sealed)
        return secret


def _make_intermediate(of: Ring, ends: Moment) -> bytes:
    wrapping = keys.fresh()
    sealed = seals.seal_under(of.key_for("wrap.v1"), folders.end_context(ends), wrapping)
    lasting.write_whole(folders.folder_of(of, ends) / folders.DAY, sealed)
    return wrapping


def destroy_ended(of: Ring, now: Moment) -> tuple[Trouble, ...]:
    """Destroy everything whose end has come, each end by itself; answers what could not be. Again after a crash: the rest.

    Raises FolderShut, DiskFull, Busy.
    """
    troubles: list[Trouble] = []
    with lasting.alone_in(of.folder):
        for end in folders.ends_in(of):
            if rules.has_ended(end, now):
                troubles += _destroy(of, end)
    return tuple(troubles)


def destroy_alone(of: Ring, name: KeyName, ends: Moment) -> None:
    """Destroy one key before its end, with what wraps it. Again after a crash: the rest.

    Raises KeyShared, FolderStrange, FolderShut, DiskFull, Busy.
    """
    own = (folders.DAY, folders.file_of(of, name, ends).name)
    with lasting.alone_in(of.folder):
        if any(file.endswith(folders.SUFFIX) and file not in own for file in folders.files_in(of, ends)):
            raise KeyShared(name=str(name))
        troubles = _destroy(of, ends)
    if troubles:
        raise troubles[0].refusal


def is_gone(of: Ring, name: KeyName, ends: Moment) -> bool:
    """Whether neither a key nor what wraps it lies in the folder: only then the log may say so."""
    return not any(
        path.exists() for path in (folders.folder_of(of, ends) / folders.DAY, folders.file_of(of, name, ends))
    )


def _destroy(of: Ring, ends: Moment) -> list[Trouble]:
    """What wraps all keys of this end first; then each key; what is none of ours is named and keeps nothing else."""
    folder = folders.folder_of(of, ends)
    files = sorted(folders.files_in(of, ends), key=lambda file: (not file.startswith(folders.DAY), file))
    troubles = []
    for file in files:
        try:
            lasting.destroy(folder / file)
        except Refusal as refusal:
            troubles.append(Trouble(f"{ends}/{file}", refusal))
        except OSError:  # a folder, a link: whatever the machine calls it
            troubles.append(Trouble(f"{ends}/{file}", FolderStrange(where=f"{ends}/{file}")))
    if not troubles:
        lasting.remove_folder(folder)
    return troubles


def trust_day(of: Ring, today: date) -> None:
    """Write down that it is this day, also after a later one. Raises DiskFull, FolderShut, Busy."""
    with lasting.alone_in(of.folder):
        folders.write_seen(of, today)


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
