"""The voice of the machine, and the opening of recordings: `kit.speech`, in a process of its own."""

import structlog
from django.conf import settings

from dure.kit.speech import making
from dure.kit.speech.voices import NothingToSay, RecordingUnread, TooMuchToSay, VoiceFailed, VoiceMissing
from dure.services.broadcast.types import VoiceFault, VoiceWanted

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
