"""Machines beside ours. The voice, and the opening of recordings: `kit.speech`, in a process of its own. The gateway that takes
calls: what it recorded is fetched from it and from nowhere else, bounded in time and size, whole or not at all.
"""

import time
from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import urlsplit

import httpx
import msgspec
import structlog
from django.conf import settings

from dure.base import clock
from dure.base.signatures import HEADER, signature
from dure.kit.speech import making
from dure.kit.speech.voices import NothingToSay, RecordingUnread, TooMuchToSay, VoiceFailed, VoiceMissing
from dure.services.broadcast.rules.recording import BYTES_MAX
from dure.services.broadcast.types import Taken, VoiceFault, VoiceWanted, Wanted

PIECE_SECONDS_MAX: Final = 3.0  # somebody is on the line and waits
WHOLE_SECONDS_MAX: Final = 8.0
OK: Final = 200
CALL_NEVER: Final = frozenset({400, 422})  # not this number; all else may be mended
TEXT_NEVER: Final = frozenset({400, 404, 405, 422, 501})  # a gateway that sends no texts has no such address
log = structlog.get_logger(__name__)


def made_of(wanted: VoiceWanted) -> making.Made | VoiceFault:
    """The sound of it, or why there is none. Takes its time: half as long as it sounds, on a machine that does nothing else."""
    try:
        return making.make(
            making.Wanted(wanted.words, wanted.first, wanted.last, settings.DURE.voice), wanted.recording
        )
    except VoiceMissing as missing:
        log.warning("voice_missing", voice=missing.voice, why=missing.why)
        return VoiceFault.MISSING
    except NothingToSay:
        return VoiceFault.UNSAID
    except RecordingUnread as unread:
        log.info("recording_unread", announcement=str(wanted.announcement), why=unread.why)
        return VoiceFault.UNREADABLE
    except VoiceFailed as failed:
        log.warning("voice_failed", announcement=str(wanted.announcement), nth=wanted.nth, why=failed.why)
        return VoiceFault.BROKEN
    except TooMuchToSay as much:
        log.warning("voice_failed", announcement=str(wanted.announcement), nth=wanted.nth, letters=much.letters)
        return VoiceFault.BROKEN


def recording_at(address: str) -> bytes | None:
    """What somebody said in a call, from an address at the gateway; None: it could not be had. The address is signed as what the
    gateway tells is, so that it knows who asks.
    """
    if not _is_at_gateway(address):
        log.warning("recording_elsewhere")
        return None
    signed = signature(settings.DURE.telephone_secret, int(clock.now().timestamp()), address.encode())
    try:
        with (
            httpx.Client(timeout=httpx.Timeout(PIECE_SECONDS_MAX), trust_env=False) as client,
            client.stream("GET", address, headers={HEADER: signed, "Accept-Encoding": "identity"}) as got,
        ):
            return _whole(got)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        log.warning("recording_not_had", why=type(error).__name__)
        return None


def place_call(wanted: Wanted) -> Taken:
    """Have the gateway call a number. The same name again is the same call."""
    return _placed("/calls", {"call": wanted.name, "to": wanted.number}, wanted.name, CALL_NEVER)


def send_text(wanted: Wanted, words: str) -> Taken:
    """Have the gateway send a text. The same name again is the same text."""
    return _placed("/texts", {"text": wanted.name, "to": wanted.number, "words": words}, wanted.name, TEXT_NEVER)


def _placed(path: str, said: Mapping[str, str], name: str, never: Collection[int]) -> Taken:
    body = msgspec.json.encode(said)
    signed = signature(settings.DURE.telephone_secret, int(clock.now().timestamp()), body)
    headers = {HEADER: signed, "Content-Type": "application/json", "Idempotency-Key": name}
    try:
        with httpx.Client(timeout=httpx.Timeout(PIECE_SECONDS_MAX), trust_env=False) as client:
            got = client.post(f"{settings.DURE.telephone_url}{path}", content=body, headers=headers)
    except httpx.HTTPError as error:
        log.warning("not_placed", what=path, why=type(error).__name__)
        return Taken.NOT_NOW
    if got.is_success:
        return Taken.YES
    log.warning("not_placed", what=path, why=str(got.status_code))
    return Taken.NEVER if got.status_code in never else Taken.NOT_NOW


def _is_at_gateway(address: str) -> bool:
    ours = urlsplit(settings.DURE.telephone_url)
    try:
        asked = urlsplit(address)
    except ValueError:
        return False
    return bool(ours.netloc) and (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc)


def _whole(got: httpx.Response) -> bytes | None:
    """A body that ends before its announced length is none. No redirect is followed."""
    announced, content, until = got.headers.get("Content-Length", ""), bytearray(), time.monotonic() + WHOLE_SECONDS_MAX
    if got.status_code != OK:
        log.warning("recording_not_had", why=str(got.status_code))
        return None
    for piece in got.iter_raw():
        content += piece
        if len(content) > BYTES_MAX or time.monotonic() > until:
            log.warning("recording_not_had", why="too_much")
            return None
    if announced.isdigit() and len(content) < int(announced):
        log.warning("recording_not_had", why="cut")
        return None
    return bytes(content)
