"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature). Pure: keys and time are arguments."""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dure.foundations.vault.types import (
    HASH_BYTES,
    SIZE_MAX,
    Checkpoint,
    KeyLineUnfit,
    NotCosigned,
    Note,
    NoteUnfit,
    NotSigned,
    SignatureLine,
    Verifier,
)

__all__ = [
    "COSIGNATURE",
    "SIGNATURE",
    "check_note",
    "checkpoint_of",
    "cosigned",
    "key_id_of",
    "opened_checkpoint",
    "read_note",
    "read_verifier",
    "signed",
    "text_of",
    "verifier_line",
    "verifier_of",
    "with_line",
]

SIGNATURE: Final = 1  # Ed25519 over the text
COSIGNATURE: Final = 4  # Ed25519 by a witness, with the second at which it signed
NOTE_BYTES_MAX: Final = 200_000
LINES_MAX: Final = 64
TEXT_LINES_MAX: Final = 1_000
KEY_BYTES: Final = 32
ID_BYTES: Final = 4
TIME_BYTES: Final = 8
_LINE: Final = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}")


def key_id_of(name: str, kind: int, public: bytes) -> bytes:
    """The first four bytes of SHA-256(name, newline, kind, key)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:ID_BYTES]


def verifier_of(name: str, private: bytes, kind: int = SIGNATURE) -> Verifier:
    """The public half of a signing key."""
    return Verifier(name, kind, Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def verifier_line(verifier: Verifier) -> str:
    """name+keyid+key, to write down and hand on."""
    key = base64.b64encode(bytes([verifier.kind]) + verifier.public).decode()
    return f"{verifier.name}+{key_id_of(verifier.name, verifier.kind, verifier.public).hex()}+{key}"


def read_verifier(line: str) -> Verifier:
    """The key in a line name+keyid+key. Raises KeyLineUnfit."""
    parts = line.strip().split("+", 2)
    if len(parts) != 3 or not _is_name(parts[0]):
        raise KeyLineUnfit(why="form")
    name, said, key = parts
    raw = _decoded(key)
    if raw is None or len(raw) != 1 + KEY_BYTES or raw[0] not in (SIGNATURE, COSIGNATURE):
        raise KeyLineUnfit(why="key")
    verifier = Verifier(name, raw[0], raw[1:])
    if said != key_id_of(name, raw[0], raw[1:]).hex():
        raise KeyLineUnfit(why="id")
    return verifier


def text_of(checkpoint: Checkpoint) -> str:
    """The text that is signed: origin, size, root, each on a line."""
    root = base64.b64encode(checkpoint.root).decode()
    return "".join(f"{line}\n" for line in (checkpoint.origin, checkpoint.size, root, *checkpoint.extensions))


def signed(text: str, name: str, private: bytes) -> str:
    """The note: the text, a blank line, and the signature of the key called `name`."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    key_id = key_id_of(name, SIGNATURE, key.public_key().public_bytes_raw())
    return f"{text}\n{_line(name, key_id, key.sign(text.encode()))}"


def cosigned(note: str, name: str, private: bytes, at: int) -> str:
    """The note with one more line: that a witness saw this checkpoint, at this second, as the newest one."""
    text = read_note(note).text
    key = Ed25519PrivateKey.from_private_bytes(private)
    key_id = key_id_of(name, COSIGNATURE, key.public_key().public_bytes_raw())
    return note + _line(name, key_id, at.to_bytes(TIME_BYTES) + key.sign(_witnessed(text, at)))


def with_line(note: str, line: SignatureLine) -> str:
    """The note with one more signature."""
    return note + _line(line.name, line.key_id, line.signature)


def read_note(note: str) -> Note:
    """A note taken apart: nothing in it is verified yet. Raises NoteUnfit."""
    if len(note) > NOTE_BYTES_MAX or not _is_text(note):
        raise NoteUnfit(why="length" if len(note) > NOTE_BYTES_MAX else "characters")
    text, blank, below = note.rpartition("\n\n")
    if not blank or not text or not below.endswith("\n"):
        raise NoteUnfit(why="form")
    lines = below[:-1].split("\n")
    if len(lines) > LINES_MAX:
        raise NoteUnfit(why="signatures")
    return Note(text=text + "\n", lines=tuple(_read_line(line) for line in lines))


def checkpoint_of(text: str) -> Checkpoint:
    """The checkpoint in the text of a note. Raises NoteUnfit."""
    lines = text.split("\n")
    if len(lines) < 4 or len(lines) > TEXT_LINES_MAX or lines.pop() or not all(lines):
        raise NoteUnfit(why="lines")
    root = _decoded(lines[2])
    if not _NUMBER.fullmatch(lines[1]) or int(lines[1]) > SIZE_MAX:
        raise NoteUnfit(why="size")
    if root is None or len(root) != HASH_BYTES:
        raise NoteUnfit(why="root")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root, extensions=tuple(lines[3:]))


def check_note(note: Note, verifiers: Sequence[Verifier]) -> tuple[Verifier, ...]:
    """Which of the known keys have signed. Lines of unknown keys are passed over. A known key's first line has to fit, or
    the whole note is spoilt; a second one of the same key (a witness that signed twice) is passed over. Raises NoteUnfit.
    """
    return tuple(_signed_by(note, verifiers))


def _signed_by(note: Note, verifiers: Sequence[Verifier]) -> dict[Verifier, int]:
    """Who has signed, and the latest second at which: 0 for signatures that carry none."""
    known = {(one.name, key_id_of(one.name, one.kind, one.public)): one for one in verifiers}
    found: dict[Verifier, int] = {}
    for line in note.lines:
        verifier = known.get((line.name, line.key_id))
        if verifier is None:
            continue
        if not _fits(verifier, note.text, line.signature):
            if verifier not in found:
                raise NoteUnfit(why="signature")
            continue
        second = _time_of(line) if verifier.kind == COSIGNATURE else 0
        found[verifier] = max(second, found.get(verifier, 0))
    return found


def opened_checkpoint(
    note: str, log: Verifier, witnesses: Sequence[Verifier] = (), needed: int = 0, since: int = 0
) -> Checkpoint:
    """The checkpoint of a log, signed by its own key and by at least `needed` of the `witnesses`, each since that second:
    an old head shown again carries old cosignatures. A key counts once, whatever it is called.

    Raises NoteUnfit, NotSigned, NotCosigned.
    """
    parted = read_note(note)
    checkpoint = checkpoint_of(parted.text)
    found = _signed_by(parted, (log, *witnesses))
    if checkpoint.origin != log.name or log not in found or log.kind != SIGNATURE:
        raise NotSigned(origin=checkpoint.origin)
    have = len(
        {
            one.public
            for one, second in found.items()
            if one in witnesses and one.kind == COSIGNATURE and one.public != log.public and second >= since
        }
    )
    if have < needed:
        raise NotCosigned(origin=checkpoint.origin, have=have, needed=needed)
    return checkpoint


def _fits(verifier: Verifier, text: str, signature: bytes) -> bool:
    message = text.encode()
    if verifier.kind == COSIGNATURE:
        at, signature = int.from_bytes(signature[:TIME_BYTES]), signature[TIME_BYTES:]
        if at > SIZE_MAX:
            return False
        message = _witnessed(text, at)
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _time_of(line: SignatureLine) -> int:
    return int.from_bytes(line.signature[:TIME_BYTES])


def _witnessed(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _line(name: str, key_id: bytes, signature: bytes) -> str:
    return f"— {name} {base64.b64encode(key_id + signature).decode()}\n"


def _read_line(line: str) -> SignatureLine:
    parts = _LINE.fullmatch(line)
    raw = _decoded(parts[2]) if parts else None
    if parts is None or raw is None or len(raw) <= ID_BYTES or not _is_name(parts[1]):
        raise NoteUnfit(why="signature_line")
    return SignatureLine(name=parts[1], key_id=raw[:ID_BYTES], signature=raw[ID_BYTES:])


def _decoded(text: str) -> bytes | None:
    """Standard base64, written in the one way there is; None for anything else."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def _is_text(note: str) -> bool:
    try:
        note.encode()
    except UnicodeEncodeError:
        return False
    return not _CONTROL.search(note)
