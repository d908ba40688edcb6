"""Words of vault: refusals, and what a log is called."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.foundations.vault.types import (
    AnchorMissing,
    BadDeal,
    BadEnd,
    BadName,
    ClockJumped,
    ClockWentBack,
    EntryOtherwise,
    EntryUnfit,
    FalseShare,
    FolderStrange,
    KeyDestroyed,
    KeyEnded,
    KeyExchanged,
    KeyLineUnfit,
    KeyLost,
    KeyOtherwise,
    KeyShared,
    LogKeyChanged,
    LogWentBack,
    NoPublicHalf,
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
    StatementUnfit,
    TileUnfit,
    TooFewShares,
)
from dure.kit.faces import Say, Says, Words
from dure.kit.lasting import DiskFull, FolderShut

_OPERATOR = _("Whoever runs this place has to look at it: dure doctor says what is wrong.")
_CLOSED = _("What was kept under it is closed for good, as was promised.")

SAYS: Says = {
    NoSuchKey: Say(_("There is no such key."), status=404),
    KeyEnded: Say(_("Since {ends_on} nobody can read this any more."), _CLOSED, 410),
    KeyDestroyed: Say(_("The key to this was destroyed on {destroyed_on}."), _CLOSED, 410),
    KeyLost: Say(_("The key to this is missing or was changed."), _OPERATOR, 503),
    KeyExchanged: Say(
        _("This is not the key that the public log told of."), _("Somebody in between may have put in their own."), 422
    ),
    NoPublicHalf: Say(_("Nobody can seal anything to this key: it is its holder's only."), status=422),
    FolderStrange: Say(_("In the folder of keys lies something that does not belong there."), _OPERATOR, 503),
    KeyOtherwise: Say(_("This key was made before and ends on {ends_on}. Nothing was changed.")),
    KeyShared: Say(_("Other keys end in the same minute: this one cannot be destroyed alone. Nothing was changed.")),
    BadEnd: Say(_("A key cannot end on {ends_on}."), _("It has to end after now and within ten years."), 422),
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
    AnchorMissing: Say(_("Nothing here remembers what this log has signed. Nothing was added."), _OPERATOR, 503),
    LogKeyChanged: Say(_("The key of the log is not the one it began with. Nothing was signed."), _OPERATOR, 503),
    NoteUnfit: Say(_("This is no signed head of a log."), status=422),
    StatementUnfit: Say(_("This entry says nothing about a key."), status=422),
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


def log_name(log: str) -> str:
    """What a log is called on a page; a log of a house that brings no word of its own keeps its name."""
    known = {
        "identity": gettext("Log of who knows persons"),
        "visits": gettext("Log of who knows visits"),
        "authority": gettext("Log of the health authority"),
    }
    return known.get(log, log)
