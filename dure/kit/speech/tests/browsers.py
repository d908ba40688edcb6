"""Recordings as browsers make them: Opus in Ogg, and the same packets in a live WebM, whose lengths nobody knew beforehand."""

import numpy as np

from dure.kit.speech import files
from dure.kit.speech.sound import SPOKEN_RATE, Sound
from dure.kit.speech.tests.hum import Hum


def hum(seconds: float, level: float = 1.0) -> Sound:
    """So many seconds of a voice that hums."""
    made = Hum().synthesise("가" * round(seconds * 5), 1.0)
    return Sound(made.rate, (level * made.samples).astype(np.float32))


def wav(sound: Sound) -> bytes:
    return files.encoded(sound, files.FileKind.WAV)


def ogg(sound: Sound) -> bytes:
    return files.encoded(sound, files.FileKind.OPUS)


def webm(sound: Sound, *, laced: int = 0, codec: bytes = b"A_OPUS") -> bytes:
    """As Chromium's MediaRecorder writes it."""
    head, _tags, *packets = _packets(ogg(sound))
    track = _element(0xD7, b"\1") + _element(0x86, codec) + _element(0x63A2, head)
    blocks = b"".join(_element(0xA3, b"\x81" + bytes(2) + bytes([0x80 | laced]) + packet) for packet in packets)
    return (
        _element(0x1A45DFA3, _element(0x4282, b"webm"))
        + _open(0x18538067)
        + _element(0x1549A966, bytes(8))
        + _element(0x1654AE6B, _element(0xAE, track))
        + _open(0x1F43B675)
        + _element(0xE7, b"\0")
        + blocks
    )


def silence(seconds: float) -> bytes:
    return wav(Sound(SPOKEN_RATE, np.zeros(round(seconds * SPOKEN_RATE), np.float32)))


def _element(name: int, body: bytes) -> bytes:
    return _name(name) + (1 << 56 | len(body)).to_bytes(8) + body


def _open(name: int) -> bytes:
    return _name(name) + b"\x01" + b"\xff" * 7


def _name(name: int) -> bytes:
    return name.to_bytes((name.bit_length() + 7) // 8)


def _packets(file: bytes) -> list[bytes]:
    found, begun, at = [], b"", 0
    while at < len(file):
        lacing = file[at + 27 : at + 27 + file[at + 26]]
        at += 27 + len(lacing)
        for length in lacing:
            begun += file[at : at + length]
            at += length
            if length < 255:
                found.append(begun)
                begun = b""
    return found
