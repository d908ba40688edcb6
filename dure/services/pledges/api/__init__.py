"""The JSON face of pledges: seasons and projects for everybody, one's own pledges and proofs for who has a token."""

from . import disputes, group, guarding, joining, keepsakes, meetings, proving, reading, reminding, streams, telling
from .roots import routes

__all__ = [
    "disputes",
    "group",
    "guarding",
    "joining",
    "keepsakes",
    "meetings",
    "proving",
    "reading",
    "reminding",
    "routes",
    "streams",
    "telling",
]
