"""The words of the Common Alerting Protocol as people say them, and why an alert is not read, kept or believed."""

from collections.abc import Mapping

from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dure.kit import show
from dure.kit.faces import Words
from dure.services.forecasts.rules.cap import keeping
from dure.services.forecasts.types import (
    Alert,
    AlertStanding,
    AlertTelling,
    Category,
    Certainty,
    DeskKind,
    IssueState,
    KeptAlert,
    MsgType,
    ResponseType,
    Scope,
    Segment,
    Severity,
    Status,
    UnfitReason,
    UnreadableReason,
    UntrustedReason,
    Urgency,
)

__all__ = [
    "ALERT_KINDS",
    "ALERT_STANDINGS",
    "CATEGORIES",
    "CERTAINTIES",
    "DESK_KINDS",
    "ENDED",
    "ISSUE_STATES",
    "RESPONSES",
    "SCOPES",
    "SEVERITIES",
    "STATUSES",
    "TELLINGS",
    "UNFIT",
    "UNREADABLE",
    "UNTRUSTED",
    "URGENCIES",
    "alert_aloud",
    "alert_lines",
    "alert_message",
    "areas_of",
]

ALERT_KINDS: Mapping[MsgType, Words] = {
    MsgType.ALERT: pgettext_lazy("kind of alert", "alert"),
    MsgType.UPDATE: pgettext_lazy("kind of alert", "update"),
    MsgType.CANCEL: pgettext_lazy("kind of alert", "cancellation"),
    MsgType.ACK: pgettext_lazy("kind of alert", "acknowledgement"),
    MsgType.ERROR: pgettext_lazy("kind of alert", "refusal of an alert"),
}
SCOPES: Mapping[Scope, Words] = {
    Scope.PUBLIC: pgettext_lazy("scope of an alert", "public"),
    Scope.RESTRICTED: pgettext_lazy("scope of an alert", "restricted"),
    Scope.PRIVATE: pgettext_lazy("scope of an alert", "private"),
}
STATUSES: Mapping[Status, Words] = {
    Status.ACTUAL: pgettext_lazy("status of an alert", "actual"),
    Status.EXERCISE: pgettext_lazy("status of an alert", "exercise"),
    Status.SYSTEM: pgettext_lazy("status of an alert", "between machines"),
    Status.TEST: pgettext_lazy("status of an alert", "test"),
    Status.DRAFT: pgettext_lazy("status of an alert", "draft"),
}
SEVERITIES: Mapping[Severity, Words] = {
    Severity.EXTREME: pgettext_lazy("severity", "extreme: extraordinary danger to life"),
    Severity.SEVERE: pgettext_lazy("severity", "severe: significant danger to life"),
    Severity.MODERATE: pgettext_lazy("severity", "moderate: possible danger"),
    Severity.MINOR: pgettext_lazy("severity", "minor: little danger"),
    Severity.UNKNOWN: pgettext_lazy("severity", "not known"),
}
URGENCIES: Mapping[Urgency, Words] = {
    Urgency.IMMEDIATE: pgettext_lazy("urgency", "act now"),
    Urgency.EXPECTED: pgettext_lazy("urgency", "act within the hour"),
    Urgency.FUTURE: pgettext_lazy("urgency", "act soon"),
    Urgency.PAST: pgettext_lazy("urgency", "it is past"),
    Urgency.UNKNOWN: pgettext_lazy("urgency", "not known"),
}
CERTAINTIES: Mapping[Certainty, Words] = {
    Certainty.OBSERVED: pgettext_lazy("certainty", "it is happening"),
    Certainty.LIKELY: pgettext_lazy("certainty", "likely"),
    Certainty.POSSIBLE: pgettext_lazy("certainty", "possible"),
    Certainty.UNLIKELY: pgettext_lazy("certainty", "unlikely"),
    Certainty.UNKNOWN: pgettext_lazy("certainty", "not known"),
}
CATEGORIES: Mapping[Category, Words] = {
    Category.GEO: pgettext_lazy("category", "earth"),
    Category.MET: pgettext_lazy("category", "weather"),
    Category.SAFETY: pgettext_lazy("category", "safety"),
    Category.SECURITY: pgettext_lazy("category", "security"),
    Category.RESCUE: pgettext_lazy("category", "rescue"),
    Category.FIRE: pgettext_lazy("category", "fire"),
    Category.HEALTH: pgettext_lazy("category", "health"),
    Category.ENV: pgettext_lazy("category", "environment"),
    Category.TRANSPORT: pgettext_lazy("category", "transport"),
    Category.INFRA: pgettext_lazy("category", "power, water and lines"),
    Category.CBRNE: pgettext_lazy("category", "dangerous substances"),
    Category.OTHER: pgettext_lazy("category", "other"),
}
RESPONSES: Mapping[ResponseType, Words] = {
    ResponseType.SHELTER: pgettext_lazy("what to do", "go into shelter"),
    ResponseType.EVACUATE: pgettext_lazy("what to do", "leave the place"),
    ResponseType.PREPARE: pgettext_lazy("what to do", "prepare"),
    ResponseType.EXECUTE: pgettext_lazy("what to do", "do what was planned"),
    ResponseType.AVOID: pgettext_lazy("what to do", "keep away"),
    ResponseType.MONITOR: pgettext_lazy("what to do", "watch the news"),
    ResponseType.ASSESS: pgettext_lazy("what to do", "judge for yourself"),
    ResponseType.ALL_CLEAR: pgettext_lazy("what to do", "all clear"),
    ResponseType.NONE: pgettext_lazy("what to do", "nothing"),
}
ALERT_STANDINGS: Mapping[AlertStanding, Words] = {
    AlertStanding.AHEAD: pgettext_lazy("alert", "holds later"),
    AlertStanding.IN_FORCE: pgettext_lazy("alert", "in force"),
    AlertStanding.ENDED: pgettext_lazy("alert", "ended"),
    AlertStanding.EXPIRED: pgettext_lazy("alert", "over"),
    AlertStanding.NEVER: pgettext_lazy("alert", "ends others"),
}
UNTRUSTED: Mapping[UntrustedReason, Words] = {
    UntrustedReason.UNSIGNED: _("Nobody signed it."),
    UntrustedReason.SEVERAL_SIGNATURES: _("It carries several signatures."),
    UntrustedReason.MISPLACED: _("Its signature does not cover all of it."),
    UntrustedReason.METHOD: _("It was signed by a method that is weak or unknown."),
    UntrustedReason.NO_SENDER: _("It does not say who sent it when."),
    UntrustedReason.UNKNOWN_ISSUER: _("No certificate of this sender is pinned."),
    UntrustedReason.NOT_VALID_AT_SENT: _("The pinned certificate did not hold when it was sent."),
    UntrustedReason.BROKEN: _("No pinned certificate made this signature, or it was changed on the way."),
    UntrustedReason.WITHDRAWN: _(
        "The certificate of this sender was taken away: what it signs is not believed any more."
    ),
    UntrustedReason.OTHER_SENDER: _("Forged: it was signed with a certificate that is pinned for another sender."),
    UntrustedReason.NUMBER_TAKEN: _("Forged: another sender has used this number already."),
    UntrustedReason.KEY_LONG_ENDED: _("The certificate had ended more than a week before it came."),
}
UNREADABLE: Mapping[UnreadableReason, Words] = {
    UnreadableReason.EMPTY: _("It is empty."),
    UnreadableReason.TOO_LARGE: _("It is larger than a megabyte."),
    UnreadableReason.ENCODING: _("Its letters cannot be read."),
    UnreadableReason.CONTROL_CHARACTER: _("There are signs in it that no text has."),
    UnreadableReason.DOCTYPE: _("It brings definitions of its own (DOCTYPE), which are never read."),
    UnreadableReason.NOT_WELL_FORMED: _("It is no complete XML."),
    UnreadableReason.TOO_DEEP: _("Its parts lie too deep in each other."),
    UnreadableReason.TOO_MANY: _("It has too many parts."),
    UnreadableReason.NO_ALERT: _("It is XML, but no alert."),
}
UNFIT: Mapping[UnfitReason, Words] = {
    UnfitReason.NO_IDENTITY: _("It does not say its sender, its number or when it was sent."),
    UnfitReason.TOO_LONG: _("The name of its sender or its number is longer than 200 letters."),
    UnfitReason.TOO_LATE: _("It was over more than a month ago."),
    UnfitReason.SENT_SOON: _("It says that it was sent later today: the clock of its sender is ahead."),
    UnfitReason.SENT_AHEAD: _("It says that it was sent in the future."),
}
DESK_KINDS: Mapping[DeskKind, Words] = {
    DeskKind.ALERT: _("Issue an alert"),
    DeskKind.UPDATE: _("Update the alert"),
    DeskKind.CANCEL: _("Take the alert back: it was a mistake"),
    DeskKind.ALL_CLEAR: _("Say that it is over"),
}
ISSUE_STATES: Mapping[IssueState, Words] = {
    IssueState.DRAFT: pgettext_lazy("issuing an alert", "draft"),
    IssueState.ASKED: pgettext_lazy("issuing an alert", "waits for a second person"),
    IssueState.SENT: pgettext_lazy("issuing an alert", "leaves in a moment"),
    IssueState.ISSUED: pgettext_lazy("issuing an alert", "issued"),
    IssueState.TAKEN_BACK: pgettext_lazy("issuing an alert", "taken back"),
    IssueState.LAPSED: pgettext_lazy("issuing an alert", "not issued: it was over by then"),
}
TELLINGS: Mapping[AlertTelling, Words] = {
    AlertTelling.FIRST: pgettext_lazy("told of an alert", "Alert"),
    AlertTelling.UPGRADE: pgettext_lazy("told of an alert", "It is getting worse"),
    AlertTelling.CHANGED: pgettext_lazy("told of an alert", "Something has changed"),
    AlertTelling.DOWNGRADE: pgettext_lazy("told of an alert", "It is easing"),
    AlertTelling.ALL_CLEAR: pgettext_lazy("told of an alert", "It is over"),
    AlertTelling.CANCELLED: pgettext_lazy("told of an alert", "Taken back: it was a mistake"),
    AlertTelling.NOT_HERE: pgettext_lazy("told of an alert", "It holds at no place of yours any more"),
}
ENDED = (AlertTelling.ALL_CLEAR, AlertTelling.CANCELLED, AlertTelling.NOT_HERE)
HEADLINES_SHOWN = 3  # of an alert that says several things at once
INSTRUCTION_SHOWN = 300  # letters of a message; the page has all of it


def alert_message(kept: KeptAlert, what: AlertTelling) -> str:
    """An alert as a message: what it is to the reader, what, where, what to do, who said so when, and until when."""
    first, *rest = alert_lines(kept, what)
    lines = [f"[{TELLINGS[what]}] {first}", *rest]
    if what not in ENDED:
        segment = keeping.segment_for(kept.alert, get_language() or "ko") or Segment()
        todo = (segment.instruction or "")[:INSTRUCTION_SHOWN]
        lines = [*lines[:-1], *([todo] if todo else []), lines[-1]]
    return "\n".join(line for line in lines if line)


def alert_lines(kept: KeptAlert, what: AlertTelling | None = None) -> tuple[str, ...]:
    """What, where, who said so when, and until when; one line each. Where its end is told there is no "until"."""
    segments = keeping.segments_for(kept.alert, get_language() or "ko") or (Segment(),)
    heads = dict.fromkeys(one.headline or one.event or "" for one in segments)
    first = " · ".join([head for head in heads if head][:HEADLINES_SHOWN])
    first = first or kept.alert.note or gettext("An alert that you were told of has ended.")
    source = segments[0].sender_name or kept.alert.sender or ""
    sent = show.moment(kept.alert.sent or kept.arrived)
    if what in ENDED:
        said = gettext("{source}, issued {moment}").format(source=source, moment=sent)
    else:
        said = gettext("{source}, issued {moment}, until {until}").format(
            source=source, moment=sent, until=show.moment(kept.ends)
        )
    where = () if what is AlertTelling.NOT_HERE else areas_of(kept.alert)
    return (first, ", ".join(where), said)


def alert_aloud(segment: Segment) -> str:
    """What a voice says of an alert: the headline, what happens, what to do."""
    parts = [part.strip() for part in (segment.headline, segment.description, segment.instruction) if part]
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts)


def areas_of(alert: Alert) -> tuple[str, ...]:
    """Where it holds, in the words of its sender."""
    segments = keeping.segments_for(alert, get_language() or "ko")
    return tuple(dict.fromkeys(area.area_desc for one in segments for area in one.areas if area.area_desc))
