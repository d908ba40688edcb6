"""The other end of `making`: reads what is wanted and a recording, writes lengths and sound files."""

import json
import os
import resource
import sys

from dure.kit.speech import files, recordings, speaking, voices
from dure.kit.speech.making import HEAD

MEMORY_BYTES_MAX = 3_000_000_000
CPU_SECONDS_MAX = 500
INPUT_BYTES_MAX = 8_000_000
POLITE = 10  # what serves people comes first


def main() -> None:
    """Answer one wish."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    os.nice(POLITE)
    asked = sys.stdin.buffer.read(INPUT_BYTES_MAX + 1)
    if len(asked) > INPUT_BYTES_MAX:
        raise SystemExit("there is too much of it")
    (length,) = HEAD.unpack_from(asked)
    wanted = json.loads(asked[HEAD.size : HEAD.size + length])
    try:
        said, bodies = _made(wanted, asked[HEAD.size + length :])
    except voices.TooMuchToSay as much:
        said, bodies = {"refused": "TooMuchToSay", "letters": much.letters, "letters_max": much.letters_max}, []
    except (voices.VoiceMissing, voices.VoiceFailed) as silent:
        said, bodies = {"refused": type(silent).__name__, "voice": silent.voice, "why": silent.why}, []
    head = json.dumps(said).encode()
    sys.stdout.buffer.write(HEAD.pack(len(head)) + head + b"".join(bodies))


def _made(wanted: dict[str, str], recording: bytes) -> tuple[dict[str, object], list[bytes]]:
    if recording:
        framed = (wanted["first"], wanted["last"])
        voice = voices.load(wanted["voice"]) if any(framed) else None
        made = speaking.announce_recorded(recordings.opened(recording), voice, *framed)
    else:
        made = speaking.announce(wanted["words"], voices.load(wanted["voice"]))
    bodies = {kind.value: files.encoded(made.sound, kind) for kind in files.FileKind}
    said: dict[str, object] = {
        "begins": made.begins,
        "once": made.once,
        "again": made.again,
        "seconds": made.sound.seconds,
        "lufs": made.lufs,
        "peak_dbtp": made.peak_dbtp,
        "files": {kind: len(body) for kind, body in bodies.items()},
    }
    return said, list(bodies.values())


if __name__ == "__main__":
    main()
