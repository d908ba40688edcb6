"""The text of a QR code, and back.

105 bytes: version 1 | epoch 2 | slot 2 | nonce 16 | authenticator 16 | sealed handle 64 | checksum 4. As base 32 that is 168
letters without padding, which the alphanumeric mode of a QR code holds in version 7 at level M (178). The checksum is there
because scanners that type like a keyboard lose and change letters: a misread pass is told from a forged one, also without a
line.
"""

import base64
import binascii
import re
from typing import Final

from dure.services.checkin.types import Epoch, Misread, NotACode, Pass, TooEarly, UnknownVersion

from .calendar import SLOTS

VERSION: Final = 1
NONCE_BYTES: Final = 16
AUTHENTICATOR_BYTES: Final = 16
SEALED_BYTES: Final = 64  # HPKE with X25519 and ChaCha20-Poly1305: 32 of key, 16 of handle, 16 of tag
CHECKSUM_BYTES: Final = 4
HEADER_BYTES: Final = 5
PASS_BYTES: Final = HEADER_BYTES + NONCE_BYTES + AUTHENTICATOR_BYTES + SEALED_BYTES + CHECKSUM_BYTES
TEXT_LENGTH: Final = PASS_BYTES * 8 // 5
TEXT: Final = re.compile(f"[A-Z2-7]{{{TEXT_LENGTH}}}", re.ASCII)
_DIGITS: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")
READ_LENGTH_MAX: Final = 4 * TEXT_LENGTH  # what a scanner sends is looked at up to here


def header(epoch: Epoch, slot: int) -> bytes:
    """Version, day and slot: all that passes of different people have in common."""
    return VERSION.to_bytes(1) + epoch.to_bytes(2) + slot.to_bytes(2)


def encode(shown: Pass) -> str:
    """The text of the QR code."""
    if len(shown.nonce) != NONCE_BYTES or len(shown.authenticator) != AUTHENTICATOR_BYTES:
        raise ValueError("nonce and authenticator have 16 bytes each")
    if len(shown.sealed) != SEALED_BYTES or not 0 <= shown.slot < SLOTS:
        raise ValueError("a sealed handle has 64 bytes, a day 5,760 slots")
    body = header(shown.epoch, shown.slot) + shown.nonce + shown.authenticator + shown.sealed
    return base64.b32encode(body + checksum(body)).decode()


def decode(read: str) -> Pass:
    """The pass that was read. Blanks around it and small letters do no harm.

    Raises NotACode, Misread, UnknownVersion, TooEarly (a slot that no day has); never anything else.
    """
    if len(read) > READ_LENGTH_MAX:
        raise NotACode()
    text = read.strip()
    if not text.isascii() or not TEXT.fullmatch(text.upper()):
        raise NotACode()
    raw = int(text.upper().translate(_DIGITS), 32).to_bytes(PASS_BYTES)  # ten times as fast as base64.b32decode
    body = raw[:-CHECKSUM_BYTES]
    if raw[-CHECKSUM_BYTES:] != checksum(body):
        raise Misread()
    if body[0] != VERSION:
        raise UnknownVersion(version=body[0])
    slot = int.from_bytes(body[3:5])
    if slot >= SLOTS:
        raise TooEarly()
    tail = body[HEADER_BYTES:]
    return Pass(
        epoch=Epoch(int.from_bytes(body[1:3])),
        slot=slot,
        nonce=tail[:NONCE_BYTES],
        authenticator=tail[NONCE_BYTES : NONCE_BYTES + AUTHENTICATOR_BYTES],
        sealed=tail[NONCE_BYTES + AUTHENTICATOR_BYTES :],
    )


def checksum(body: bytes) -> bytes:
    """CRC-32 of what stands before it: against accidents. Against people there is the authenticator."""
    return binascii.crc32(body).to_bytes(CHECKSUM_BYTES)
