"""Words of vault: refusals, and what a log is called."""

import json
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.foundations.vault.types import (
    BadDeal,
    BadEnd,
    BadName,
    ClockJumped,
    ClockWentBack,
    EntryOtherwise,
    EntryUnfit,
    FalseShare,
    KeyDestroyed,
    KeyEnded,
    KeyLineUnfit,
    KeyLost,
    KeyOtherwise,
    LogKeyChanged,
    LogWentBack,
    NoSuchKey,
    NoSuchLog,
    NotCosigned,
    NoteUnfit,
    NotInLog,
    NotSigned,
    PathUnfit,
    ProofUnfit,
    RootUnfit,
    SealUnfit,
    ShareUnfit,
    TileUnfit,
    TooFewShares,
)
from dure.kit import show
from dure.kit.faces import Say, Says, Words
from dure.kit.lasting import DiskFull, FolderShut

_OPERATOR = _("Whoever runs this place has to look at it: dure doctor says what is wrong.")
_CLOSED = _("What was kept under it is closed for good, as was promised.")

SAYS: Says = {
    NoSuchKey: Say(_("There is no such key."), status=404),
    KeyEnded: Say(_("Since {ends_on} nobody can read this any more."), _CLOSED, 410),
    KeyDestroyed: Say(_("The key to this was destroyed on {destroyed_on}."), _CLOSED, 410),
    KeyLost: Say(_("The key to this is missing or was changed."), _OPERATOR, 503),
    KeyOtherwise: Say(_("This key was made before and ends on {ends_on}. Nothing was changed.")),
    BadEnd: Say(_("A key cannot end on {ends_on}."), _("It has to end after today and within ten years."), 422),
    BadName: Say(_("This name does not fit."), _("Take small Latin letters, at most 30."), 422),
    ClockWentBack: Say(_("The clock of this machine shows a day that is over."), _OPERATOR, 503),
    ClockJumped: Say(_("The clock of this machine is suddenly far ahead."), _OPERATOR, 503),
    RootUnfit: Say(_("The root key of this place cannot be used."), _OPERATOR, 503),
    SealUnfit: Say(_("This was sealed for something else, or changed on its way.")),
    TooFewShares: Say(_("{needed} shares of different holders are needed; {given} came."), status=422),
    FalseShare: Say(_("The share of holder {holder} is not the one that was handed out."), status=422),
    BadDeal: Say(_("The shares do not make the secret: they were never dealt fairly."), status=422),
    ShareUnfit: Say(_("This is no share."), _("Check that all of it was copied."), 422),
    EntryUnfit: Say(_("This cannot be told in a public log. Nothing was added."), status=422),
    EntryOtherwise: Say(_("The log says something else about this. Nothing was added.")),
    NoSuchLog: Say(_("There is no public log of this name."), _("All of them stand on one page: /log/."), 404),
    NotInLog: Say(_("The log does not hold this."), status=404),
    LogWentBack: Say(_("The log here is an older copy of itself. Nothing was added."), _OPERATOR, 503),
    LogKeyChanged: Say(_("The key of the log is not the one it began with. Nothing was signed."), _OPERATOR, 503),
    NoteUnfit: Say(_("This is no signed head of a log."), status=422),
    KeyLineUnfit: Say(_("This is no public key of a log."), _("It looks like name+id+key."), 422),
    NotSigned: Say(_("The head is not signed by the key of this log."), status=422),
    NotCosigned: Say(_("Only {have} of {needed} witnesses have signed: perhaps only you are shown this."), status=422),
    ProofUnfit: Say(_("The proof does not lead to the head of the log."), status=422),
    TileUnfit: Say(_("A part of the log is missing or was changed: {path}."), status=422),
    PathUnfit: Say(_("This is no address within a log."), status=404),
    DiskFull: Say(_("The disk is full. Nothing was changed."), _OPERATOR, 503),
    FolderShut: Say(_("A folder of this place cannot be written."), _OPERATOR, 503),
}
REASONS: dict[str, Words] = {"not_today": _("This is not the day it is today.")}


def entry_words(body: bytes) -> str:
    """What an entry about a key says, in words; nothing for what other houses tell."""
    try:
        told = json.loads(body)
        day = date.fromisoformat(told["day"])
        if told["kind"] == "key.made":
            end = date.fromisoformat(told["ends_on"])
            return gettext("A key of {day} was made. From {end} on it opens nothing.").format(
                day=show.day(day), end=show.day(end)
            )
        if told["kind"] == "key.destroyed":
            on = date.fromisoformat(told["on"])
            return gettext("The key of {day} was destroyed on {on}.").format(day=show.day(day), on=show.day(on))
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return ""


def log_name(log: str) -> str:
    """What a log is called on a page; a log of a house that brings no word of its own keeps its name."""
    known = {
        "identity": gettext("Log of who knows persons"),
        "visits": gettext("Log of who knows visits"),
        "authority": gettext("Log of the health authority"),
    }
    return known.get(log, log)
