"""An announcement in all its forms, made by a program of its own: its memory, its time and what it does with a stranger's bytes
stay there. Needs the extra `speech` in that program only.
"""

import importlib.util
import json
import struct
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from dure.kit.speech.voices import USUAL, NothingToSay, RecordingUnread, TooMuchToSay, VoiceFailed, VoiceMissing

WAIT_SECONDS_MAX = 600.0
FILE_BYTES_MAX = 20_000_000
HEAD = struct.Struct("<I")
_REFUSALS = {one.__name__: one for one in (VoiceMissing, VoiceFailed, NothingToSay, RecordingUnread)}
_NEEDED = ("numpy", "soundfile")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be heard: `words`, said twice by the voice at the path `voice`; or a recording, said once, between `first` and
    `last`, which the voice says (both may be empty).
    """

    words: str = ""
    first: str = ""
    last: str = ""
    voice: str = USUAL


@dataclass(frozen=True, slots=True)
class Made:
    """The sound in its forms ("opus", "mp3", "wav"). The words begin after `begins` seconds and last for `once`; `again` is where
    they are said a second time, None: they are not.
    """

    begins: float
    once: float
    again: float | None
    seconds: float
    lufs: float
    peak_dbtp: float
    files: Mapping[str, bytes]


def make(
    wanted: Wanted,
    recording: bytes = b"",
    *,
    program: tuple[str, ...] = ("-m", "dure.kit.speech.making_program"),
    wait_seconds_max: float = WAIT_SECONDS_MAX,
) -> Made:
    """Make it. Raises VoiceMissing, VoiceFailed (NothingToSay, RecordingUnread among them), TooMuchToSay."""
    for package in _NEEDED:
        if importlib.util.find_spec(package) is None:
            raise VoiceMissing(voice=wanted.voice, why=f"{package} is not installed: pip install 'dure[speech]'")
    asked = json.dumps(asdict(wanted)).encode()
    try:
        ended = subprocess.run(  # our own interpreter and program; words and sound go over a pipe
            [sys.executable, *program],
            input=HEAD.pack(len(asked)) + asked + recording,
            capture_output=True,
            timeout=wait_seconds_max,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise VoiceFailed(voice=wanted.voice, why=f"no answer within {wait_seconds_max:g} s") from None
    if ended.returncode:
        said = ended.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200]
        raise VoiceFailed(voice=wanted.voice, why=said or f"ended with {ended.returncode}")
    return _made(ended.stdout, wanted)


def _made(answer: bytes, wanted: Wanted) -> Made:
    try:
        (length,) = HEAD.unpack_from(answer)
        said = json.loads(answer[HEAD.size : HEAD.size + length])
    except (struct.error, ValueError):
        raise VoiceFailed(voice=wanted.voice, why="it broke off") from None
    if refused := said.get("refused"):
        if refused == TooMuchToSay.__name__:
            raise TooMuchToSay(letters=said["letters"], letters_max=said["letters_max"])
        raise _REFUSALS[refused](voice=said["voice"], why=said["why"])
    files, at = dict[str, bytes](), HEAD.size + length
    for kind, size in said["files"].items():
        files[kind] = answer[at : at + size]
        at += size
        if not 0 < size <= FILE_BYTES_MAX or len(files[kind]) != size:
            raise VoiceFailed(voice=wanted.voice, why="it broke off")
    numbers = {name: said[name] for name in ("begins", "once", "again", "seconds", "lufs", "peak_dbtp")}
    return Made(**numbers, files=files)
