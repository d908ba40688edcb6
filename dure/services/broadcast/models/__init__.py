"""Tables of village broadcast."""

from .airing import Airing, Announcement, AnnouncementVillage, Reach, Recording, Try
from .calls import Call, TelephoneSecret, WordsWanted
from .households import Household, HouseholdReach, Ring
from .listening import Feed
from .loudspeakers import Loudspeaker, LoudspeakerPlay
from .requests import ParentRequest
from .translations import Translation
from .villages import Listener, Tenure, Village, VillageNumber
from .voices import Voice, VoiceFile

__all__ = [
    "Airing",
    "Announcement",
    "AnnouncementVillage",
    "Call",
    "Feed",
    "Household",
    "HouseholdReach",
    "Listener",
    "Loudspeaker",
    "LoudspeakerPlay",
    "ParentRequest",
    "Reach",
    "Recording",
    "Ring",
    "TelephoneSecret",
    "Tenure",
    "Translation",
    "Try",
    "Village",
    "VillageNumber",
    "Voice",
    "VoiceFile",
    "WordsWanted",
]
