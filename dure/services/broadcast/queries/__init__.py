"""Reads of village broadcast. They answer frozen values."""

from .announcements import (
    announcement,
    announcement_for,
    archive,
    recording_of,
    spoken_by,
    waiting_for_second,
)
from .calls import (
    call_sound,
    call_sound_seal,
    playing_of,
    telephone_secret_set_at,
    undoable_of,
    words_wanted,
)
from .hearing import counted, heard_by, rates, to_visit, untold
from .households import households
from .loudspeakers import (
    hall,
    hall_recording,
    hall_sound,
    loudspeakers,
    played_in_halls,
)
from .personal import export_of
from .podcasts import demand_episode, episode_recording, episode_sound, podcast, podcast_address
from .requests import requests_of, requests_to
from .translations import language_for, reads_in, translations_of
from .villages import (
    channel_of_broadcast,
    listeners_of,
    memberships,
    offices,
    tenures_of,
    village,
    village_by_code,
    villages,
    villages_spoken_to,
)
from .voices import is_audible, sound_file, sound_of, spoken_form

__all__ = [
    "announcement",
    "announcement_for",
    "archive",
    "call_sound",
    "call_sound_seal",
    "channel_of_broadcast",
    "counted",
    "demand_episode",
    "episode_recording",
    "episode_sound",
    "export_of",
    "hall",
    "hall_recording",
    "hall_sound",
    "heard_by",
    "households",
    "is_audible",
    "language_for",
    "listeners_of",
    "loudspeakers",
    "memberships",
    "offices",
    "played_in_halls",
    "playing_of",
    "podcast",
    "podcast_address",
    "rates",
    "reads_in",
    "recording_of",
    "requests_of",
    "requests_to",
    "sound_file",
    "sound_of",
    "spoken_by",
    "spoken_form",
    "telephone_secret_set_at",
    "tenures_of",
    "to_visit",
    "translations_of",
    "undoable_of",
    "untold",
    "village",
    "village_by_code",
    "villages",
    "villages_spoken_to",
    "waiting_for_second",
    "words_wanted",
]
