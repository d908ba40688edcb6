"""Every "no" of check-in. A venue is never told which of them it was: see `rules.admitting.verdict_of`."""

from dure.base.refusals import Refusal

from .passes import Epoch
from .queries import Party, QueryState

__all__ = (
    "BatchUsedUp",
    "CaseMissing",
    "DayClosed",
    "Forged",
    "HalfHourWritten",
    "HalfMissing",
    "JournalChanged",
    "Misread",
    "NeedsAnotherOfficer",
    "NotACode",
    "NotAgreed",
    "NotAnIdentity",
    "NotInScope",
    "NotLogged",
    "NotNow",
    "NothingNew",
    "OtherOffice",
    "OverQuota",
    "Revoked",
    "ScopeTooWide",
    "SharesMissing",
    "Spent",
    "TooEarly",
    "TooLate",
    "TooManyTries",
    "UnknownVersion",
    "Unreadable",
    "WasOnline",
)


class NotACode(Refusal):
    """What was read is no pass: other letters, or another length."""


class NotAnIdentity(Refusal):
    """This is not what issuers of this federation know people by."""


class Misread(Refusal):
    """The checksum does not fit: a scanner or a hand dropped or changed something."""


class UnknownVersion(Refusal):
    """A pass of a version that this program does not know."""

    version: int


class TooEarly(Refusal):
    """The pass is for later. The telephone's clock is ahead, or somebody made passes in advance."""


class TooLate(Refusal):
    """The pass was for earlier: an old picture of a screen, or a clock that is behind."""


class WasOnline(Refusal):
    """The venue had its line when this was scanned: what was scanned then had to come then."""


class TooManyTries(Refusal):
    """Too many wrong codes were typed at this venue. It may go on typing at the next full hour; scanning goes on."""

    limit: int


class Forged(Refusal):
    """The authenticator is not the identity party's."""


class Spent(Refusal):
    """This pass, or this person's leave for this minute, was taken already."""


class DayClosed(Refusal):
    """The keys of that day are gone, or not there yet; nothing of it can be checked or read."""

    epoch: Epoch


class BatchUsedUp(Refusal):
    """Every envelope of the batch was shown once. Fetch another one."""


class Revoked(Refusal):
    """The scanner's key does not hold today: not yet, no longer, or taken away."""


class HalfHourWritten(Refusal):
    """The journal of this half hour was read and taken away, or was never laid. Nothing was done."""


class JournalChanged(Refusal):
    """Another entry came since the journal was read. Nothing was done; read it again."""


class Unreadable(Refusal):
    """The row does not open with this seed: another hour, another venue, or changed."""


class CaseMissing(Refusal):
    """A query needs the number of its case."""


class ScopeTooWide(Refusal):
    """More hours than one query may ask for; or hours that do not exist, or are not over yet."""

    hours_max: int


class OverQuota(Refusal):
    """The office has as many queries open, or filed this week, as it may."""

    limit: int


class NeedsAnotherOfficer(Refusal):
    """Who filed a query does not decide on it."""


class OtherOffice(Refusal):
    """An officer of the office that asks files a query, and another one of the same office decides on it."""


class NothingNew(Refusal):
    """Every part of these hours was combined before."""


class NotNow(Refusal):
    """The query is in a state in which this is not done."""

    state: QueryState


class NotLogged(Refusal):
    """The public log does not show this query, word for word. No share is released for it."""


class NotInScope(Refusal):
    """A share for another venue or hour than the query names."""


class SharesMissing(Refusal):
    """Two of the three parties have to release their share for an hour."""

    have: frozenset[Party]


class HalfMissing(Refusal):
    """The public half of a party's key of a day cannot be had, or is not the one that its log tells of. `why`: a code."""

    party: Party
    purpose: str
    why: str


class NotAgreed(Refusal):
    """The person has not agreed to check-in, or has taken it back: no codes are made."""
