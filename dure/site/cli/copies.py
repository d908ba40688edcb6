"""A copied log as a folder: read, written whole or not at all, and every head that was ever seen kept beside the newest.

<folder>/checkpoint, verifier, tile/...     as they are served
<folder>/heads/<size>-<root>                each head that was copied: a later one has to have grown out of it
"""

import base64
import binascii
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import typer
from rich.console import Console

from dure.base.refusals import Refusal
from dure.foundations.vault import rules
from dure.foundations.vault.types import (
    HASH_BYTES,
    TILE_WIDTH,
    Checkpoint,
    KeyExchanged,
    LogWentBack,
    NoteUnfit,
    NotSigned,
    TileUnfit,
    Verifier,
)
from dure.kit import lasting

out = Console(highlight=False, soft_wrap=True)
FILE_BYTES_MAX: Final = 20_000_000  # a full bundle of the longest entries is 16.8 MB
OWN_KEY: Final = "verifier"
HEADS: Final = "heads"
ROOT_DIGITS: Final = 16
FOUND: Final = 1


@contextmanager
def in_words() -> Iterator[None]:
    """A refusal, or a server that is not there, in a line of words; exit code 1."""
    try:
        yield
    except Refusal as refusal:
        out.print(f"[red]✗[/] {said(refusal)}")
        raise typer.Exit(FOUND) from None
    except httpx.HTTPError as error:
        out.print(f"[red]✗[/] The server does not answer: {type(error).__name__} {error}")
        raise typer.Exit(FOUND) from None


def said(refusal: Refusal) -> str:
    """A refusal in a sentence, and what it carries."""
    first = (type(refusal).__doc__ or "").strip().split("\n", 1)[0]
    return f"{first} {refusal!r}"


def root_in(text: str) -> bytes:
    """A root as somebody wrote it down: base64 as heads have it, or hex. Raises NoteUnfit."""
    for decode in (bytes.fromhex, lambda said: base64.b64decode(said, validate=True)):
        try:
            root = decode(text.strip())
        except (ValueError, binascii.Error):
            continue
        if len(root) == HASH_BYTES:
            return root
    raise NoteUnfit(why="root")


def reader(folder: Path) -> rules.Read:
    """The files of a copy, by their addresses below the log's."""

    def read(path: str) -> bytes | None:
        file = folder / path
        if not file.is_file():
            return None
        if file.stat().st_size > FILE_BYTES_MAX:
            raise TileUnfit(path=path, why="length")
        return file.read_bytes()

    return read


def note_in(folder: Path) -> str:
    """The signed head of a copy. Raises TileUnfit, NoteUnfit."""
    return text_of(reader(folder)(rules.CHECKPOINT))


def text_of(raw: bytes | None) -> str:
    """A signed head as text. Raises TileUnfit when there is none, NoteUnfit."""
    if raw is None:
        raise TileUnfit(path=rules.CHECKPOINT, why="missing")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise NoteUnfit(why="characters") from None


def own_key(folder: Path) -> str:
    """The key that came with a copy. Raises NotSigned when none did."""
    path = folder / OWN_KEY
    if not path.is_file():
        raise NotSigned(origin="")
    return path.read_text(encoding="utf-8", errors="replace")


def older_heads(folder: Path, verifier: Verifier, notes: tuple[Path, ...] = ()) -> list[Checkpoint]:
    """The heads that were copied into this folder before, and those in the files named besides. Raises NoteUnfit, NotSigned."""
    heads = folder / HEADS
    files = [*(sorted(heads.iterdir()) if heads.is_dir() else ()), *notes]
    found = [file for file in files if not file.name.endswith(lasting.HALF)]
    return [rules.opened_checkpoint(text_of(reader(file.parent)(file.name)), verifier) for file in found]


def copy(client: httpx.Client, address: str, folder: Path) -> tuple[Checkpoint, Checkpoint | None]:
    """Copy a log; the new head and the one that the folder had. Nothing is written over before the new head grew out of the old.

    Raises KeyExchanged, LogWentBack, ProofUnfit, NotSigned, NoteUnfit, TileUnfit, DiskFull, FolderShut.
    """
    raw, key = fetched(client, address, rules.CHECKPOINT), fetched(client, address, OWN_KEY)
    verifier = rules.read_verifier(key.decode("utf-8", "replace"))
    new, old = rules.opened_checkpoint(text_of(raw), verifier), None
    if (folder / OWN_KEY).exists() and own_key(folder).strip() != key.decode("utf-8", "replace").strip():
        raise KeyExchanged(name=verifier.name)
    if (folder / rules.CHECKPOINT).exists():
        old = rules.opened_checkpoint(note_in(folder), verifier)
        if old.size > new.size:
            raise LogWentBack(log=new.origin, size=new.size, signed=old.size)
    try:
        for path in paths(new.size):
            if not is_whole(folder, path):
                put(folder, path, fetched(client, address, path))
        for head in older_heads(folder, verifier):
            rules.check_grown(reader(folder), head, new)
        if old is not None:
            rules.check_grown(reader(folder), old, new)
            keep_head(folder, old, note_in(folder).encode())
    except Refusal:
        take_back(folder, old, new)
        raise
    put(folder, OWN_KEY, key)
    keep_head(folder, new, raw)
    put(folder, rules.CHECKPOINT, raw)  # last: a copy that broke off has none, or the one before
    return new, old


def take_back(folder: Path, old: Checkpoint | None, new: Checkpoint) -> None:
    """Take away what came for a head that did not hold: kept, it would be believed to be there, and never be fetched again."""
    for path in set(paths(new.size)) - set(paths(0 if old is None else old.size)):
        (folder / path).unlink(missing_ok=True)


def keep_head(folder: Path, head: Checkpoint, raw: bytes) -> None:
    """Keep a head for every later one to be compared with."""
    path = f"{HEADS}/{head.size:012d}-{head.root.hex()[:ROOT_DIGITS]}"
    if not (folder / path).exists():
        put(folder, path, raw)


def paths(size: int) -> Iterator[str]:
    """The files of a log of so many entries."""
    for tile in rules.tiles_of(size):
        yield rules.path_of(tile)
        if tile.level == 0:
            yield rules.path_of(rules.TilePath(None, tile.index, tile.width))


def is_whole(folder: Path, path: str) -> bool:
    """Whether a file of a copy is there with as much in it as its address says: one that broke off is fetched again."""
    file, tile = folder / path, rules.read_path(path)
    if not file.is_file() or file.stat().st_size > FILE_BYTES_MAX:
        return False
    if tile.level is not None:
        return file.stat().st_size == tile.width * HASH_BYTES
    try:
        return len(rules.entries_of(file.read_bytes(), path)) == tile.width <= TILE_WIDTH
    except TileUnfit:
        return False


def fetched(client: httpx.Client, address: str, path: str) -> bytes:
    """A file from where a log is served; no more of it is read than one may have. Raises TileUnfit."""
    found = bytearray()
    with client.stream("GET", f"{address.rstrip('/')}/{path}") as answer:
        if answer.status_code != httpx.codes.OK:
            raise TileUnfit(path=path, why="missing")
        for piece in answer.iter_bytes():
            found += piece
            if len(found) > FILE_BYTES_MAX:
                raise TileUnfit(path=path, why="length")
    return bytes(found)


def put(folder: Path, path: str, content: bytes) -> None:
    """Write a file of a copy, whole or not at all. Raises DiskFull, FolderShut."""
    file = folder / path
    lasting.make_folder(file.parent)
    lasting.write_whole(file, content)
