"""The other end of `espeak`: a program that loads eSpeak NG, reads Hangul from its input and writes sound to its output.

python -m dure.kit.speech.espeak_program WORDS_A_MINUTE <text >sound: four bytes with the rate, then 16-bit samples.
"""

import ctypes
import resource
import struct
import sys

import espeakng_loader

MEMORY_BYTES_MAX = 1_000_000_000
CPU_SECONDS_MAX = 60
SAMPLE_BYTES_MAX = 60_000_000  # more than twenty minutes
TEXT_BYTES_MAX = 64_000
_SYNCHRONOUS, _DO_NOT_EXIT = 2, 0x8000
_SPEED, _UTF_8 = 1, 1
_VOICE = b"ko"
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def main(speed: int) -> None:
    """Speak what stands in the input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    text = sys.stdin.buffer.read(TEXT_BYTES_MAX + 1)
    if len(text) > TEXT_BYTES_MAX:
        raise SystemExit("the text is too long")
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), _DO_NOT_EXIT)
    if rate <= 0 or library.espeak_SetVoiceByName(_VOICE):
        raise SystemExit("eSpeak NG does not start, or has no Korean")
    sys.stdout.buffer.write(struct.pack("<I", rate))
    sys.stdout.buffer.write(_spoken(library, text, speed))


def _spoken(library: ctypes.CDLL, text: bytes, speed: int) -> bytes:
    parts: list[bytes] = []
    taken = 0

    def take(wave: "ctypes._Pointer[ctypes.c_short]", count: int, _events: object) -> int:
        nonlocal taken
        if wave and count > 0:
            taken += 2 * count
            if taken > SAMPLE_BYTES_MAX:
                return 1  # stops it
            parts.append(ctypes.string_at(wave, 2 * count))
        return 0

    callback = _CALLBACK(take)
    library.espeak_SetSynthCallback(callback)
    library.espeak_SetParameter(_SPEED, speed, 0)
    body = text + b"\0"
    if library.espeak_Synth(body, ctypes.c_size_t(len(body)), 0, 0, 0, _UTF_8, None, None):
        raise SystemExit("eSpeak NG refuses the text")
    library.espeak_Synchronize()
    if taken > SAMPLE_BYTES_MAX:
        raise SystemExit("it speaks for too long")
    return b"".join(parts)


if __name__ == "__main__":
    main(int(sys.argv[1]))
