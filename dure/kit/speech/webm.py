"""A voice as browsers record it in WebM (Matroska with Opus in it), put into Ogg as it is: the sound itself is not touched.

Every element is a name, a length and what is in it; those that hold others are entered, the rest is stepped over, so that the
unknown lengths of a live recording do no harm. What is not understood is refused; nothing is guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dure.kit.speech.voices import RecordingUnread

PACKETS_MAX = 80_000  # three minutes in the shortest frames that there are
_PACKET_BYTES_MAX = 65_000
_ENTERED = frozenset({0x1A45DFA3, 0x18538067, 0x1654AE6B, 0xAE, 0x1F43B675, 0xA0})
_TRACK, _NUMBER, _CODEC, _PRIVATE = 0xAE, 0xD7, 0x86, 0x63A2
_BLOCKS = frozenset({0xA1, 0xA3})
_OPUS = b"A_OPUS"
_LACED = 0x06
_NAME_BYTES_MAX, _LENGTH_BYTES_MAX = 4, 8
_SILK, _HYBRID, _CELT = (480, 960, 1_920, 2_880), (480, 960), (120, 240, 480, 960)  # samples of a frame at 48 kHz
_FRAMES_MAX = 48
_SERIAL = 0x44757265
_FIRST, _LAST = 2, 4
_POLYNOMIAL = 0x04C11DB7
_VENDOR = b"Dure"


@dataclass(slots=True)
class _Track:
    number: int = 0
    codec: bytes = b""
    private: bytes = b""


def to_ogg(content: bytes) -> bytes:
    """The same Opus packets in an Ogg file. Raises RecordingUnread."""
    track: _Track | None = None
    packets: list[bytes] = []
    for name, body in _elements(memoryview(content)):
        if name == _TRACK:
            if track is None or track.codec != _OPUS:
                track = _Track()
        elif track is None:
            continue
        elif name == _NUMBER and not track.number:
            track.number = int.from_bytes(body)
        elif name == _CODEC and not track.codec:
            track.codec = bytes(body)
        elif name == _PRIVATE and not track.private:
            track.private = bytes(body)
        elif name in _BLOCKS:
            packets += _packet(body, track)
            if len(packets) > PACKETS_MAX:
                raise _failed("it is too long")
    if track is None or track.codec != _OPUS or not track.private.startswith(b"OpusHead") or not packets:
        raise _failed("there is no Opus in it")
    return _ogg(track.private, packets)


def _elements(rest: memoryview) -> Iterator[tuple[int, memoryview]]:
    at, size = 0, len(rest)
    while at < size:
        name, at = _number(rest, at, _NAME_BYTES_MAX, keep_mark=True)
        length, at = _number(rest, at, _LENGTH_BYTES_MAX, keep_mark=False)
        if name in _ENTERED:
            yield name, rest[at:at]
            continue
        if length > size - at:
            return  # a recording that broke off: what came before it counts
        yield name, rest[at : at + length]
        at += length


def _number(rest: memoryview, at: int, most: int, *, keep_mark: bool) -> tuple[int, int]:
    """A number of one to eight bytes; how many, its first byte says."""
    if at >= len(rest):
        raise _failed("it breaks off")
    width = 9 - rest[at].bit_length()
    if width > most or at + width > len(rest):
        raise _failed("it is no WebM")
    value = int.from_bytes(rest[at : at + width])
    return (value if keep_mark else value & ((1 << (7 * width)) - 1)), at + width


def _packet(block: memoryview, track: _Track) -> list[bytes]:
    number, at = _number(block, 0, _LENGTH_BYTES_MAX, keep_mark=False)
    if number != track.number:
        return []
    if at + 3 > len(block) or block[at + 2] & _LACED:
        raise _failed("its blocks are of another kind")
    packet = bytes(block[at + 3 :])
    if not 0 < len(packet) <= _PACKET_BYTES_MAX:
        raise _failed("a packet has no size")
    return [packet]


def _samples(packet: bytes) -> int:
    """How long a packet lasts, by its first byte (RFC 6716, 3.1)."""
    kind = packet[0] >> 3
    if kind < 12:
        each = _SILK[kind & 3]
    elif kind < 16:
        each = _HYBRID[kind & 1]
    else:
        each = _CELT[kind & 3]
    match packet[0] & 3:
        case 0:
            frames = 1
        case 3:
            frames = packet[1] & 0x3F if len(packet) > 1 else 0
        case _:
            frames = 2
    if not 0 < frames <= _FRAMES_MAX:
        raise _failed("a packet has no length")
    return each * frames


def _ogg(head: bytes, packets: list[bytes]) -> bytes:
    tags = b"OpusTags" + len(_VENDOR).to_bytes(4, "little") + _VENDOR + bytes(4)
    pages = [_page(head, 0, 0, _FIRST), _page(tags, 0, 1, 0)]
    until = 0
    for number, packet in enumerate(packets):
        until += _samples(packet)
        pages.append(_page(packet, until, number + 2, _LAST if number + 1 == len(packets) else 0))
    return b"".join(pages)


def _page(packet: bytes, until: int, number: int, kind: int) -> bytes:
    """One packet on a page of its own (RFC 3533)."""
    lacing = bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    before = b"OggS\0" + bytes([kind]) + until.to_bytes(8, "little") + _SERIAL.to_bytes(4, "little")
    before += number.to_bytes(4, "little")
    after = bytes([len(lacing)]) + lacing + packet
    return before + _checksum(before + bytes(4) + after).to_bytes(4, "little") + after


def _table() -> tuple[int, ...]:
    found = []
    for start in range(256):
        value = start << 24
        for _ in range(8):
            value = (value << 1) ^ _POLYNOMIAL if value & 0x80000000 else value << 1
        found.append(value & 0xFFFFFFFF)
    return tuple(found)


_TABLE = _table()


def _checksum(page: bytes) -> int:
    value = 0
    for byte in page:
        value = ((value << 8) & 0xFFFFFFFF) ^ _TABLE[(value >> 24) ^ byte]
    return value


def _failed(why: str) -> RecordingUnread:
    return RecordingUnread(voice="recording", why=why)
