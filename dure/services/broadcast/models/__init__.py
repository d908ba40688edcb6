"""Tables of village broadcast."""

from .airing import Airing, Announcement, AnnouncementVillage, Reach, Recording, Try
from .villages import Listener, Tenure, Village

__all__ = [
    "Airing",
    "Announcement",
    "AnnouncementVillage",
    "Listener",
    "Reach",
    "Recording",
    "Tenure",
    "Try",
    "Village",
]
