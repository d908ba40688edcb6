"""Tables of village broadcast."""

from .airing import Airing, Announcement, AnnouncementVillage, Reach, Recording, Try
from .listening import Feed
from .loudspeakers import Loudspeaker, LoudspeakerPlay
from .translations import Translation
from .villages import Listener, Tenure, Village, VillageNumber
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
    "Translation",
    "Try",
    "Village",
    "VillageNumber",
    "Voice",
    "VoiceFile",
]
