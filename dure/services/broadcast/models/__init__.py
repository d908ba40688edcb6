"""Tables of village broadcast."""

from .airing import Airing, Announcement, AnnouncementVillage, Reach, Recording, Try
from .listening import Feed
from .loudspeakers import Loudspeaker, LoudspeakerPlay
from .villages import Listener, Tenure, Village
from .voices import Voice, VoiceFile

__all__ = [
    "Airing",
    "Announcement",
    "AnnouncementVillage",
    "Feed",
    "Listener",
    "Loudspeaker",
    "LoudspeakerPlay",
    "Reach",
    "Recording",
    "Tenure",
    "Try",
    "Village",
    "Voice",
    "VoiceFile",
]
