"""What people read for the codes of pledges: one word a code, for all faces alike."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from dure.kit.faces import Words
from dure.services.pledges.types import (
    AnswerWord,
    CheerWord,
    ComplaintKind,
    DisputeState,
    MeetingState,
    PledgeState,
    ProjectState,
    ProofKind,
    ProofState,
    ReturnState,
    SeasonPhase,
    SeasonState,
    ShownName,
    Standing,
)

SEASONS: Mapping[SeasonState, Words] = {
    SeasonState.OPEN: _("open"),
    SeasonState.SETTLING: _("being settled"),
    SeasonState.SETTLED: _("settled"),
}
PHASES: Mapping[SeasonPhase, Words] = {
    SeasonPhase.PROPOSING: _("Projects are being proposed and joined"),
    SeasonPhase.JOINING: _("Joining is open"),
    SeasonPhase.READY: _("Begins soon"),
    SeasonPhase.RUNNING: _("Running"),
    SeasonPhase.REVIEW: _("Over; the last proofs are being looked at"),
    SeasonPhase.SETTLING: _("Being settled"),
    SeasonPhase.SETTLED: _("Settled"),
}
PROJECTS: Mapping[ProjectState, Words] = {
    ProjectState.PROPOSED: _("waits for a steward"),
    ProjectState.RETURNED: _("to be changed"),
    ProjectState.OPEN: _("open"),
    ProjectState.DECLINED: _("declined"),
    ProjectState.CANCELLED: _("cancelled"),
}
PLEDGES: Mapping[PledgeState, Words] = {
    PledgeState.WAITING: _("on the waiting list"),
    PledgeState.OFFERED: _("a place is kept for you"),
    PledgeState.PAYING: _("deposit not paid yet"),
    PledgeState.JOINED: _("in"),
    PledgeState.STOPPED: _("stopped"),
    PledgeState.LAPSED: _("place not taken in time"),
    PledgeState.FAILED: _("deposit not paid"),
    PledgeState.LEFT: _("left, deposit returned"),
    PledgeState.CANCELLED: _("project cancelled, deposit returned"),
    PledgeState.SETTLED: _("settled"),
}
PROOFS: Mapping[ProofState, Words] = {
    ProofState.COUNTS: _("it counts"),
    ProofState.LATE: _("came late, waits for the leader"),
    ProofState.ACCEPTED: _("accepted"),
    ProofState.REJECTED: _("does not count"),
    ProofState.APPEALED: _("appealed, waits for a steward"),
    ProofState.REFUSED: _("does not count, decided on appeal"),
    ProofState.WITHDRAWN: _("taken back"),
}
KINDS: Mapping[ProofKind, Words] = {
    ProofKind.PHOTO: _("a photo"),
    ProofKind.TEXT: _("a few words"),
    ProofKind.NUMBER: _("a number"),
    ProofKind.CHECK: _("a tick"),
}
CHEERS: Mapping[CheerWord, Words] = {
    CheerWord.CHEER: _("You can do it"),
    CheerWord.GREAT: _("That is great"),
    CheerWord.THANKS: _("Thank you"),
}
COMPLAINTS: Mapping[ComplaintKind, Words] = {
    ComplaintKind.PROOF: _("a proof"),
    ComplaintKind.COMMENT: _("a comment"),
    ComplaintKind.PERSON: _("how somebody behaves"),
    ComplaintKind.MEETING: _("a meeting"),
}
DISPUTES: Mapping[DisputeState, Words] = {
    DisputeState.OPEN: _("in dispute, waits for a steward"),
    DisputeState.PROPOSED: _("in dispute, waits for a second steward"),
    DisputeState.UPHELD: _("put right after a dispute"),
    DisputeState.DISMISSED: _("stays as it was settled"),
}
NAMES: Mapping[ShownName, Words] = {
    ShownName.WHOLE: _("My name"),
    ShownName.FIRST: _("Only its first letter"),
    ShownName.NONE: _("No name"),
}
LINES: Mapping[str, Words] = {
    "deposit": _("Deposit paid"),
    "donation": _("Given to the receiver"),
    "fee": _("Fee of the season"),
    "refund": _("Returned to you"),
    "reversal": _("Returned to you, whole"),
    "donation_back": _("Gift taken back, to be put right"),
    "fee_back": _("Fee taken back, to be put right"),
}
RETURNS: Mapping[ReturnState, Words] = {
    ReturnState.ASKED: _("on its way to where you paid from"),
    ReturnState.RETURNED: _("is back where you paid from"),
    ReturnState.OWED: _("could not go back by itself: stewards pay it at the bank"),
}
HEAT: Mapping[str, Words] = {
    "kept": _("kept"),
    "waits": _("waits for a word"),
    "missed": _("not kept"),
    "today": _("today"),
    "ahead": _("still to come"),
}
MEETINGS: Mapping[MeetingState, Words] = {
    MeetingState.CALLED: _("it takes place"),
    MeetingState.CANCELLED: _("cancelled"),
}
ANSWERS: Mapping[AnswerWord, Words] = {
    AnswerWord.YES: _("I come"),
    AnswerWord.MAYBE: _("Perhaps"),
    AnswerWord.NO: _("I do not come"),
}
STANDINGS: Mapping[Standing, Words] = {
    Standing.COMING: _("has a place"),
    Standing.WAITING: _("waits for a place"),
    Standing.NONE: _("without a place"),
}
