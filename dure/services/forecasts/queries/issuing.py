"""What is issued here: drafts as the desk sees them, what they would become, and what is public."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import Q

from dure.base import clock
from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import OrganisationCard, OrgKind
from dure.foundations.places import queries as places
from dure.services.forecasts import models
from dure.services.forecasts.rules import permits
from dure.services.forecasts.rules.cap import chains, desk, issuing, parsing
from dure.services.forecasts.types import (
    Alert,
    AlertId,
    AlertNotIssuable,
    Identity,
    Issue,
    IssueId,
    IssueState,
    KeptAlert,
    MsgType,
    NewIssue,
    Preview,
)

from .alerts import CHAIN_MAX, bare, kept

ISSUES_SHOWN = 50
PUBLISHED_MAX = 100
STAYS = timedelta(hours=48)  # what was replaced stays in the feed: somebody may have slept
STAYS_OWED = timedelta(days=30)  # what is over before that is in no chain that still holds


def own_sender() -> str:
    """By what name this installation sends alerts: never another one, or what was sent before could not be ended."""
    return f"alerts@{urlsplit(settings.DURE.origin).hostname or 'localhost'}"


def agencies_of(by: Actor) -> tuple[OrganisationCard, ...]:
    """The verified agencies for which somebody may issue: their own; for a steward every one."""
    if by.is_steward:
        found: Iterable[OrganisationCard] = people.find_organisations(kind=OrgKind.AGENCY, verified=True, limit=50)
    else:
        found = people.organisations([one for one, _role in by.memberships if by.owns(one)]).values()
    return tuple(one for one in found if permits.is_issuer(one.kind, one.verified))


def issues(by: Actor) -> tuple[Issue, ...]:
    """What was written for the agencies for which somebody may issue, the newest first. Raises NotAllowed."""
    permits.somebody(by)
    rows = models.Issue.objects.filter(organisation__in=[one.id for one in agencies_of(by)])
    rows = rows.filter(Q(author=by.person) | ~Q(state=IssueState.DRAFT))  # a draft is its author's
    return tuple(issue_of(row) for row in rows.order_by("-written_at", "-id")[:ISSUES_SHOWN])


def issue(by: Actor, issue: UUID) -> Issue:
    """One of them. Raises NotAllowed, NotFound."""
    row = models.Issue.objects.filter(id=issue).first()
    if row is None:
        raise NotFound(what="issue")
    permits.may_issue(by, people.organisation(row.organisation_id))
    if row.state == IssueState.DRAFT and row.author_id != by.person:
        raise NotFound(what="issue")
    return issue_of(row)


def issue_of(row: models.Issue) -> Issue:
    """A row as a value."""
    new = msgspec.json.decode(bytes(row.content), type=NewIssue)
    return Issue(
        id=IssueId(row.id),
        author=PersonId(row.author_id),
        second=PersonId(row.second_id) if row.second_id else None,
        state=IssueState(row.state),
        new=new,
        written_at=row.written_at,
        leaves_at=row.leaves_at,
        alert=AlertId(row.alert_id) if row.alert_id else None,
        needs_second=desk.needs_second(new),
    )


def preview(new: NewIssue, now: datetime) -> Preview:
    """What would be issued at this moment."""
    alert, owed = draft_of(new, now)
    try:
        xml = issuing.issue(alert, owed=owed)
    except AlertNotIssuable as no:
        return Preview(alert, b"", no.findings)
    return Preview(alert, xml, parsing.parse(xml).findings)


def draft_of(new: NewIssue, now: datetime) -> tuple[Alert, frozenset[Identity]]:
    """The alert that it is at this moment, and every message that it has to name. Without any left it names none."""
    sender = own_sender()
    references = _owed(new, sender, now)
    own = models.Alert.objects.filter(sender=sender)
    head = desk.Head(
        agency=people.organisation(new.organisation).name,
        sender=sender,
        number=own.count() + 1,
        sent=now,
        references=tuple(references),
        region_names=region_names(new.regions),
    )
    return desk.alert_of(new, head), references


def region_names(codes: Iterable[str]) -> Mapping[str, str]:
    """What regions are called, by code."""
    return {code: places.label(code) for code in codes}


def replaceable(organisation: OrganisationId, alert: AlertId, now: datetime) -> models.Alert | None:
    """The alert of this body that somebody wants to update or end, when it was issued here and still holds."""
    rows = models.Alert.objects.filter(id=alert, organisation=organisation, ends_at__gt=now)
    return rows.filter(msg_type__in=(MsgType.ALERT, MsgType.UPDATE)).exclude(ended_at__lte=now).first()


def published(now: datetime | None = None) -> tuple[KeptAlert, ...]:
    """What was issued here for people and holds, or was ended in the last two days: what the public feeds name."""
    at = now or clock.now()
    rows = models.Alert.objects.filter(organisation__isnull=False, reaches_people=True, ends_at__gt=at - STAYS)
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at - STAYS))
    return tuple(kept(row, at) for row in rows.order_by("-sent", "-id")[:PUBLISHED_MAX])


def cap_file(alert: UUID) -> bytes:
    """The bytes of an alert that was issued here, for ever the same. Raises NotFound."""
    row = models.Alert.objects.filter(id=alert, organisation__isnull=False).first()
    if row is None:
        raise NotFound(what="alert")
    return bytes(row.content)


def own_certificates() -> tuple[bytes, ...]:
    """The certificates under which this installation issued, the newest first."""
    return tuple(bytes(row.content) for row in models.Certificate.objects.order_by("-at", "fingerprint"))


def own_fingerprints() -> tuple[str, ...]:
    """What is read aloud to whoever pins us, of the newest certificate first."""
    return tuple(models.Certificate.objects.order_by("-at", "fingerprint").values_list("fingerprint", flat=True))


def _owed(new: NewIssue, sender: str, now: datetime) -> frozenset[Identity]:
    if new.replaces is None:
        return frozenset()
    row = replaceable(new.organisation, new.replaces, now)
    if row is None:
        return frozenset()
    rows = models.Alert.objects.filter(sender=sender, ends_at__gt=now - STAYS_OWED).defer("content", "findings")
    heard = [bare(one, _name_of(one)) for one in rows.order_by("-sent", "-id")[:CHAIN_MAX]]
    return chains.owed([*heard, bare(row, _name_of(row))], [_name_of(row)], now)


def _name_of(row: models.Alert) -> Identity:
    """By what an alert is told from every other, its time as it was written here."""
    sent = desk.second_of(row.sent) if row.organisation_id else row.sent
    return Identity(row.sender, row.identifier, sent)
