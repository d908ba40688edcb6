"""Alerts are written, sent, seconded, taken back, and leave: signed, under a number of their own, for ever the same bytes.

Locks: the issue, then the name of our own sender, under which numbers are given and chains folded.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.people import queries as people
from dure.foundations.places import queries as places
from dure.kit import keys, limits, tx
from dure.services.forecasts import models, queries
from dure.services.forecasts.queries.issuing import draft_of, issue_of, own_sender, replaceable
from dure.services.forecasts.rules import permits
from dure.services.forecasts.rules.cap import desk, issuing, own, parsing, signing
from dure.services.forecasts.types import (
    AlertNotIssuable,
    Issue,
    IssueClosed,
    IssueId,
    IssueState,
    NewIssue,
    NothingToReplace,
    SenderRole,
)

from .alerts import fill, fold_sender, lock_sender, tell_at

WRITTEN_A_DAY_MAX: Final = 100  # of one person
DAY_SECONDS: Final = 86_400
AT_ONCE: Final = 20


def write_issue(by: Actor, new: NewIssue, *, key: str, instead_of: IssueId | None = None) -> Issue:
    """Keep what an officer wrote as a draft; nobody is told. `instead_of`: a draft of their own that this one takes the place of.

    Raises NotAllowed, NotFound, BadValue, NothingToReplace, IssueClosed, TooOften.
    """
    with tx.action(by, "forecasts.write_issue", key, (new, instead_of), UUID) as done:
        if done:
            return queries.issue(by, done.answer())
        person, now = permits.may_issue(by, people.organisation(new.organisation)), clock.now()
        limits.count(f"forecasts.write_issue:{person}", WRITTEN_A_DAY_MAX, DAY_SECONDS)
        said = desk.tidy(new)
        _demand_fit(said, now)
        if instead_of is not None:
            _demand_author(_lock(instead_of, IssueState.DRAFT), by).delete()
        row = models.Issue.objects.create(
            id=ids.new(),
            organisation_id=said.organisation,
            author_id=person,
            kind=said.kind,
            replaces_id=said.replaces,
            content=msgspec.json.encode(said),
            written_at=now,
        )
        return queries.issue(by, done.keep(row.id))


def send_issue(by: Actor, issue: IssueId, *, key: str) -> Issue:
    """Send a draft: it leaves in ten seconds. Before people are told of extreme danger, or to act now, a second person has to
    agree. What breaks the standard is not sent, and every reason is named.

    Raises NotAllowed, NotFound, BadValue, IssueClosed, NothingToReplace, AlertNotIssuable.
    """
    with tx.action(by, "forecasts.send_issue", key, issue, UUID) as done:
        if done:
            return queries.issue(by, issue)
        row, now = _lock(issue, IssueState.DRAFT), clock.now()
        _demand_author(row, by)
        found = issue_of(row)
        permits.may_issue(by, people.organisation(found.new.organisation))
        _demand_fit(found.new, now)
        _demand_issuable(found.new, now)
        if found.needs_second:
            row.state = IssueState.ASKED
        else:
            row.state, row.leaves_at = IssueState.SENT, desk.leaves_at(now)
        row.save(update_fields=["state", "leaves_at"])
        done.keep(row.id)
        return queries.issue(by, issue)


def agree_issue(by: Actor, issue: IssueId, *, key: str) -> Issue:
    """Stand behind what somebody else wrote: it leaves in ten seconds.

    Raises NotAllowed, NotFound, BadValue, IssueClosed, OwnIssue, NothingToReplace, AlertNotIssuable.
    """
    with tx.action(by, "forecasts.agree_issue", key, issue, UUID) as done:
        if done:
            return queries.issue(by, issue)
        row, now = _lock(issue, IssueState.ASKED), clock.now()
        found = issue_of(row)
        agency = people.organisation(found.new.organisation)
        person = permits.may_second(by, agency, found.author)
        permits.may_issue(people.actor(found.author), agency)  # who wrote it may be gone from there
        _demand_fit(found.new, now)
        _demand_issuable(found.new, now)
        row.second_id, row.state, row.leaves_at = person, IssueState.SENT, desk.leaves_at(now)
        row.save(update_fields=["second", "state", "leaves_at"])
        done.keep(row.id)
        return queries.issue(by, issue)


def take_issue_back(by: Actor, issue: IssueId) -> Issue:
    """Take it back before it leaves: nobody hears of it. Whoever may issue for that body may. Twice is once.

    Raises NotAllowed, NotFound, IssueClosed.
    """
    with tx.durable():
        row = _lock(issue, IssueState.ASKED, IssueState.SENT, IssueState.TAKEN_BACK)
        permits.may_issue(by, people.organisation(row.organisation_id))
        if row.leaves_at is not None and clock.now() >= row.leaves_at and row.state == IssueState.SENT:
            raise IssueClosed(state=IssueState.SENT)
        row.state, row.leaves_at = IssueState.TAKEN_BACK, None
        row.save(update_fields=["state", "leaves_at"])
        return queries.issue(by, issue)


def throw_issue_away(by: Actor, issue: IssueId) -> None:
    """Throw a draft away. Twice is once. Raises NotAllowed, IssueClosed."""
    permits.somebody(by)
    with tx.durable():
        if models.Issue.objects.filter(id=issue).exists():
            _demand_author(_lock(issue, IssueState.DRAFT), by).delete()


def issue_due(by: Actor, most: int = AT_ONCE) -> int:
    """Let leave what cannot be taken back any more; answers how many. What is over meanwhile, or has nothing left that it
    could be about, does not leave. Raises NotAllowed, Busy.
    """
    permits.may_run(by)
    done = 0
    for _one in range(most):
        with tx.durable():
            now = clock.now()
            due = models.Issue.objects.filter(state=IssueState.SENT, leaves_at__lte=now)
            row = due.select_for_update(skip_locked=True).order_by("leaves_at", "id").first()
            if row is None:
                break
            _leave(row, now)
            done += 1
    return done


def _leave(row: models.Issue, now: datetime) -> None:
    new = issue_of(row).new
    lock_sender(own_sender())
    try:
        desk.check_times(new, now)
        _demand_replaceable(new, now)
        row.alert_id, row.state = _issue(new, now), IssueState.ISSUED
    except (BadValue, NothingToReplace, AlertNotIssuable):  # it was fit when it was sent: time has gone on
        row.state = IssueState.LAPSED
    row.save(update_fields=["alert", "state"])


def _issue(new: NewIssue, now: datetime) -> UUID:
    """Write the alert down as it leaves. Raises AlertNotIssuable."""
    alert, owed = draft_of(new, now)
    key = own.key(keys.derived(own.PURPOSE))
    content = signing.sign(issuing.issue(alert, owed=owed), key, _certificate(key, now))
    identity = alert.identity
    if identity is None:
        raise RuntimeError("the desk makes no alert without a name")
    row = models.Alert(id=ids.new(), organisation_id=new.organisation, role=SenderRole.COUNTY, arrived_at=now)
    fill(row, parsing.parse(content), identity, None)
    row.content, row.tell_at = content, tell_at(row, now)
    row.save()
    fold_sender(identity.sender, now)
    return row.id


def _certificate(key: EllipticCurvePrivateKey, now: datetime) -> bytes:
    """The certificate of our key, made when there is none that holds."""
    for row in models.Certificate.objects.order_by("-at", "fingerprint"):
        if own.is_fit(bytes(row.content), key, now):
            return bytes(row.content)
    content = own.certificate(key, own_sender(), now)
    made = models.Certificate(fingerprint=own.fingerprint(content), content=content, at=now)
    made.save()
    return content


def _demand_fit(new: NewIssue, now: datetime) -> None:
    """Raises BadValue, NothingToReplace."""
    desk.check(new, now)
    if len(places.regions(new.regions)) != len(set(new.regions)):
        raise BadValue(field="regions", reason="unknown")
    _demand_replaceable(new, now)


def _demand_replaceable(new: NewIssue, now: datetime) -> None:
    if new.replaces is None:
        return
    row = replaceable(new.organisation, new.replaces, now)
    if row is None or row.status != new.status:  # an exercise ends nothing real
        raise NothingToReplace()


def _demand_issuable(new: NewIssue, now: datetime) -> None:
    """Raises AlertNotIssuable."""
    alert, owed = draft_of(new, now)
    issuing.issue(alert, owed=owed)


def _lock(issue: IssueId, *states: IssueState) -> models.Issue:
    row = models.Issue.objects.select_for_update().filter(id=issue).first()
    if row is None:
        raise NotFound(what="issue")
    if row.state not in states:
        raise IssueClosed(state=row.state)
    return row


def _demand_author(row: models.Issue, by: Actor) -> models.Issue:
    if permits.somebody(by) != row.author_id:
        raise NotAllowed(needs="author")
    return row
