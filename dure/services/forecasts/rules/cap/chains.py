"""Which alerts are in force: a fold over all that was heard, the same whatever arrived first, twice or never.

Only an update or cancellation by the sender of an alert, of the same status and not sent before it, ends the alert: an exercise
ends nothing real, and nobody ends what another one said.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dure.services.forecasts.types import Alert, Finding, FindingCode, Identity, MsgType, ResponseType, Urgency

from . import shapes

WITHOUT_EXPIRES = timedelta(hours=24)  # the standard leaves to the reader how long an alert without `expires` lasts
_TELLS = (MsgType.ALERT, MsgType.UPDATE)
_ENDS = (MsgType.UPDATE, MsgType.CANCEL)

type Links = frozenset[tuple[Identity, Identity]]  # (who refers, to whom)


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything heard, once, in the order it was sent; what ended what; what is wrong among them."""

    alerts: tuple[Alert, ...]
    ended: Mapping[Identity, datetime]  # when the first valid update or cancellation of it was sent
    findings: tuple[Finding, ...]

    def in_force(self, at: datetime) -> tuple[Alert, ...]:
        """What holds at that instant, of any status: `reaches_people` says of each whether it is for people."""
        return tuple(alert for alert in self.alerts if self._holds(alert, at))

    def _holds(self, alert: Alert, at: datetime) -> bool:
        identity = alert.identity
        if identity is None or alert.msg_type not in _TELLS or not begins(alert) <= at < ends(alert):
            return False
        return identity not in self.ended or self.ended[identity] > at


def begins(alert: Alert) -> datetime:
    """From when on it holds: never before it was sent."""
    sent = _sent(alert)
    return max(sent, min((segment.effective or sent for segment in alert.segments), default=sent))


def ends(alert: Alert) -> datetime:
    """When its last segment expires."""
    sent = _sent(alert)
    default = sent + WITHOUT_EXPIRES
    return max((segment.expires or default for segment in alert.segments), default=default)


def is_all_clear(alert: Alert) -> bool:
    """Whether it says that all is over: an update whose every segment says so, or a cancellation."""
    if alert.msg_type is MsgType.CANCEL:
        return True
    return bool(alert.segments) and all(
        ResponseType.ALL_CLEAR in segment.response_types or segment.urgency is Urgency.PAST
        for segment in alert.segments
    )


def fold(heard: Iterable[Alert]) -> Chain:
    """The chain of everything heard; neither order nor repetition matters."""
    findings: list[Finding] = []
    by_identity: dict[Identity, Alert] = {}
    contents: defaultdict[Identity, set[Alert]] = defaultdict(set)
    for alert in heard:
        if (identity := alert.identity) is None:
            findings.append(Finding(FindingCode.ELEMENT_MISSING, "alert"))
        else:
            contents[identity].add(alert)
    for identity in sorted(contents, key=_order):
        versions = contents[identity]
        by_identity[identity] = min(versions, key=repr)  # an alert is never edited; which one counts must not be chance
        if len(versions) > 1:
            findings.append(Finding(FindingCode.IDENTITY_REUSED, _path(identity)))
    links, wrong = _valid_links(by_identity)
    ended: dict[Identity, datetime] = {}
    for by, of in sorted(links, key=lambda link: _order(link[0])):
        ended.setdefault(of, by.sent)
    unique = sorted(set(findings) | set(wrong), key=lambda finding: (finding.where, finding.code))
    return Chain(tuple(by_identity.values()), ended, tuple(unique))


def owed(heard: Iterable[Alert], replaces: Iterable[Identity], at: datetime) -> frozenset[Identity]:
    """Every message that an update or cancellation sent at `at` has to name when it replaces these: they, what they
    replaced, and what replaced those, as far as it has not expired.
    """
    alerts = {alert.identity: alert for alert in fold(heard).alerts}
    beside: defaultdict[Identity, set[Identity]] = defaultdict(set)
    for alert in alerts.values():
        for reference in alert.references:
            if alert.identity and alert.msg_type in _ENDS and reference.sender == alert.sender:
                beside[alert.identity].add(reference)
                beside[reference].add(alert.identity)
    found: set[Identity] = set()
    waiting = list(replaces)
    while waiting:
        if (identity := waiting.pop()) not in found:
            found.add(identity)
            waiting += beside[identity]
    return frozenset(
        identity
        for identity in found
        if (known := alerts.get(identity)) and known.msg_type in _TELLS and ends(known) > at and identity.sent <= at
    )


def _valid_links(alerts: Mapping[Identity, Alert]) -> tuple[Links, list[Finding]]:
    """Which references end something, and what is wrong with the others. One to an alert not heard of is neither, yet."""
    said = {
        (by, of)
        for by, alert in alerts.items()
        if alert.msg_type in _ENDS
        for of in alert.references
        if of in alerts and of != by
    }
    findings = [Finding(FindingCode.CIRCULAR_REFERENCE, _path(by)) for by, _of in circles(frozenset(said))]
    valid: set[tuple[Identity, Identity]] = set()
    for by, of in said:
        if of.sent > by.sent:
            findings.append(Finding(FindingCode.POSTDATED_REFERENCE, _path(by)))
        elif of.sender != by.sender:
            findings.append(Finding(FindingCode.REFERENCE_OF_ANOTHER_SENDER, _path(by)))
        elif alerts[of].status is not alerts[by].status:
            findings.append(Finding(FindingCode.REFERENCE_OF_ANOTHER_STATUS, _path(by)))
        else:
            valid.add((by, of))
    return frozenset(valid) - circles(frozenset(valid)), findings


def circles(links: Links) -> Links:
    """Those links that lie on a circle, or between two of them: neither end of theirs can be reached last or first."""
    left = links
    while True:
        refers, referred = {by for by, _of in left}, {of for _by, of in left}
        kept = frozenset((by, of) for by, of in left if by in referred and of in refers)
        if kept == left:
            return left
        left = kept


def _sent(alert: Alert) -> datetime:
    if alert.sent is None:
        raise ValueError("an alert without `sent` is in no chain")
    return alert.sent


def _order(identity: Identity) -> tuple[datetime, str, str]:
    return identity.sent, identity.sender, identity.identifier


def _path(identity: Identity) -> str:
    return shapes.write_references((identity,))


def told_again(chain: Chain, alert: Alert) -> Iterator[Alert]:
    """The alerts that this update or cancellation ended: whoever heard one of them hears of this one too."""
    identity = alert.identity
    if identity is None or alert.msg_type not in _ENDS:
        return
    named = set(alert.references)
    for other in chain.alerts:
        if other.identity in named and other.identity in chain.ended and other.sender == alert.sender:
            yield other
