"""The text of a QR code, and back; and what is inside.

153 bytes: version 1 | epoch 2 | slot 2 | letter 144 | checksum 4. As base 32 that is 245 letters without padding, which the
alphanumeric mode of a QR code holds in version 9 at level M (262). The letter is sealed by the telephone to the visit party's
key of the day (HPKE: 32 of key, 16 of tag), and holds nonce 16 | authenticator 16 | sealed handle 64. The checksum is there
because scanners that type like a keyboard lose and change letters: a misread code is told from a forged one, also without a
line.
"""

import base64
import binascii
import re
from typing import Final

from dure.services.checkin.types import (
    Code,
    Epoch,
    Forged,
    Misread,
    NotACode,
    Opener,
    Pass,
    Sealer,
    TooEarly,
    UnknownVersion,
)

from .calendar import SLOTS

VERSION: Final = 1
NONCE_BYTES: Final = 16
AUTHENTICATOR_BYTES: Final = 16
SEALED_BYTES: Final = 64  # HPKE with X25519 and AES-256-GCM: 32 of key, 16 of handle, 16 of tag
PLAIN_BYTES: Final = NONCE_BYTES + AUTHENTICATOR_BYTES + SEALED_BYTES
LETTER_BYTES: Final = 48 + PLAIN_BYTES
CHECKSUM_BYTES: Final = 4
HEADER_BYTES: Final = 5
PASS_BYTES: Final = HEADER_BYTES + LETTER_BYTES + CHECKSUM_BYTES
TEXT_LENGTH: Final = -(-PASS_BYTES * 8 // 5)
_SPARE_BITS: Final = TEXT_LENGTH * 5 - PASS_BYTES * 8  # of the last letter; always nought, so a code has one text only
TEXT: Final = re.compile(f"[A-Z2-7]{{{TEXT_LENGTH}}}", re.ASCII)
_DIGITS: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")
READ_LENGTH_MAX: Final = 4 * TEXT_LENGTH  # what a scanner sends is looked at up to here


def header(epoch: Epoch, slot: int) -> bytes:
    """Version, day and slot: all that codes of different people have in common."""
    return VERSION.to_bytes(1) + epoch.to_bytes(2) + slot.to_bytes(2)


def letter_context(epoch: Epoch, slot: int) -> bytes:
    """As what a pass is sealed: under another day or slot the letter does not open."""
    return b"dure.checkin/1 pass " + header(epoch, slot)


def sealed(shown: Pass, seal: Sealer) -> Code:
    """The code for a pass. Sealed anew each time it is drawn, with chance that the identity party never had."""
    if len(shown.nonce) != NONCE_BYTES or len(shown.authenticator) != AUTHENTICATOR_BYTES:
        raise ValueError("nonce and authenticator have 16 bytes each")
    if len(shown.sealed) != SEALED_BYTES or not 0 <= shown.slot < SLOTS:
        raise ValueError("a sealed handle has 64 bytes, a day 5,760 slots")
    plain = shown.nonce + shown.authenticator + shown.sealed
    return Code(shown.epoch, shown.slot, seal(letter_context(shown.epoch, shown.slot), plain))


def opened(code: Code, unseal: Opener) -> Pass:
    """The pass in a code. Raises Forged."""
    plain = unseal(letter_context(code.epoch, code.slot), code.letter)
    if len(plain) != PLAIN_BYTES:
        raise Forged()
    rest = plain[NONCE_BYTES:]
    return Pass(
        epoch=code.epoch,
        slot=code.slot,
        nonce=plain[:NONCE_BYTES],
        authenticator=rest[:AUTHENTICATOR_BYTES],
        sealed=rest[AUTHENTICATOR_BYTES:],
    )


def encode(code: Code) -> str:
    """The text of the QR code."""
    if len(code.letter) != LETTER_BYTES or not 0 <= code.slot < SLOTS:
        raise ValueError("a letter has 144 bytes, a day 5,760 slots")
    body = header(code.epoch, code.slot) + code.letter
    return base64.b32encode(body + checksum(body)).decode().rstrip("=")


def decode(read: str) -> Code:
    """The code that was read. Blanks around it and small letters do no harm.

    Raises NotACode, Misread, UnknownVersion, TooEarly (a slot that no day has); never anything else.
    """
    if len(read) > READ_LENGTH_MAX:
        raise NotACode()
    text = read.strip()
    if not text.isascii() or not TEXT.fullmatch(text.upper()):
        raise NotACode()
    number = int(text.upper().translate(_DIGITS), 32)  # ten times as fast as base64.b32decode
    raw = (number >> _SPARE_BITS).to_bytes(PASS_BYTES)
    body = raw[:-CHECKSUM_BYTES]
    if raw[-CHECKSUM_BYTES:] != checksum(body) or number % (1 << _SPARE_BITS):
        raise Misread()
    if body[0] != VERSION:
        raise UnknownVersion(version=body[0])
    slot = int.from_bytes(body[3:5])
    if slot >= SLOTS:
        raise TooEarly()
    return Code(Epoch(int.from_bytes(body[1:3])), slot, body[HEADER_BYTES:])


def checksum(body: bytes) -> bytes:
    """CRC-32 of what stands before it: against accidents. Against people there is the authenticator."""
    return binascii.crc32(body).to_bytes(CHECKSUM_BYTES)
