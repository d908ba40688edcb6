"""Alerts come in: kept as they are, believed when a pinned issuer signed them, folded with the others of their sender.

Locks: the name of the sender, so that what ended what does not depend on who came first.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.foundations.channels import actions as channels
from dure.foundations.places import queries as places
from dure.kit import locks, tx
from dure.services.forecasts import models, queries
from dure.services.forecasts.queries.alerts import CHAIN_MAX, bare, findings_of, findings_row
from dure.services.forecasts.rules import permits
from dure.services.forecasts.rules.cap import chains, checks, ground, keeping, shapes
from dure.services.forecasts.rules.cap.parsing import parse
from dure.services.forecasts.rules.cap.signing import verify
from dure.services.forecasts.types import (
    Alert,
    AlertId,
    AlertUntrusted,
    Finding,
    FindingCode,
    Identity,
    Parsed,
    SenderRole,
    SourceId,
    Taken,
    UntrustedReason,
)

from .fetching import STOPPER

SWEPT_AT_ONCE: Final = 1_000


def take_alert(
    by: Actor, content: bytes, *, source: SourceId | None = None, role: SenderRole = SenderRole.AUTHORITY
) -> Taken:
    """Keep an alert as it came. Nobody is told of one that no pinned issuer signed. The same again changes nothing; another one
    under the same name never takes the place of one that is believed.

    Raises NotAllowed, AlertUnreadable, AlertUnfit, Busy.
    """
    permits.may_take(by)
    now = clock.now()
    parsed = parse(content)
    identity = keeping.demand_fit(parsed.alert, now)
    with tx.durable():
        lock_sender(identity.sender)
        untrusted = judge(content, parsed, identity, now)
        before = _row_of(identity)
        if before is not None and (before.untrusted == "" or untrusted is not None):
            return _again(before, content, untrusted)
        row = before or models.Alert(id=ids.new())
        fill(row, parsed, identity, untrusted)
        row.content, row.arrived_at, row.source_id = content, now, source
        row.role = role if untrusted is None else SenderRole.MIRROR
        row.tell_at = tell_at(row, now)
        row.save()
        if untrusted is None:
            fold_sender(identity.sender, now)
        return Taken(AlertId(row.id), True, untrusted, parsed.findings)


def lock_sender(sender: str) -> None:
    """Nobody else adds to what this sender said until the transaction ends."""
    locks.lock_name(f"forecasts.sender:{sender}")


def judge(content: bytes, parsed: Parsed, identity: Identity, arrived: datetime) -> UntrustedReason | None:
    """Why these bytes are not believed; None: a pinned issuer signed them as a whole, and they say what was signed."""
    try:
        signed = verify(content, queries.pins_behind(identity.sender, identity.sent, arrived))
    except AlertUntrusted as no:
        return UntrustedReason(no.reason)
    return None if signed.alert == parsed.alert else UntrustedReason.MISPLACED


def judge_again(sender: str, now: datetime) -> int:
    """Ask anew of everything that came from a sender whether it is believed; answers of how many that is otherwise now."""
    tx.demand()
    lock_sender(sender)
    changed = 0
    rows = models.Alert.objects.filter(sender=sender, organisation__isnull=True, ends_at__gt=now - keeping.OVER_MAX)
    for row in rows.select_for_update().order_by("id"):
        parsed = parse(bytes(row.content))
        identity = Identity(row.sender, row.identifier, row.sent)
        untrusted = judge(bytes(row.content), parsed, identity, row.arrived_at)
        if (untrusted or "") == row.untrusted:
            continue
        fill(row, parsed, identity, untrusted)
        row.role = SenderRole.AUTHORITY if untrusted is None and row.role != SenderRole.COUNTY else SenderRole.MIRROR
        row.ended_at, row.tell_at, row.tell_after = None, None, None
        row.tell_at = tell_at(row, now)
        row.save()
        if untrusted is not None:
            stop_alert(row.id, now)
        changed += 1
    if changed:
        fold_sender(sender, now)
    return changed


def fold_sender(sender: str, now: datetime) -> None:
    """Write down which alerts of a sender were ended by which: of those that are believed, and nothing else ends anything."""
    tx.demand()
    rows = models.Alert.objects.filter(sender=sender, untrusted="", ends_at__gt=now - keeping.OVER_MAX)
    known = {
        Identity(row.sender, row.identifier, row.sent): row
        for row in rows.defer("content", "findings").order_by("-sent", "-id")[:CHAIN_MAX]
    }
    ended = chains.fold(bare(row, identity) for identity, row in known.items()).ended
    for identity, row in known.items():
        if row.ended_at == ended.get(identity):
            continue
        is_over = identity in ended
        models.Alert.objects.filter(id=row.id).update(
            ended_at=ended.get(identity), tell_at=None if is_over else tell_at(row, now), tell_after=None
        )
        if is_over:  # the row is ours now: whoever was writing messages about it is through
            stop_alert(row.id, now)


def tell_at(row: models.Alert, now: datetime) -> datetime | None:
    """When to look whom to tell of it: when it begins to hold; None: nobody ever."""
    return max(now, row.begins_at) if row.untrusted == "" and row.reaches_people and now < row.ends_at else None


def stop_alert(alert: UUID, now: datetime) -> int:
    """Let nobody get any more what was said of an alert that ended; what has left cannot be called back. Answers how many
    messages.
    """
    tx.demand()
    about = models.LetterSubject.objects.filter(subject=queries.alert_key(alert)).values("letter")
    rows = models.Letter.objects.filter(stopped_at__isnull=True, expires_at__gt=now, id__in=about)
    letters = list(rows.select_for_update().order_by("id"))
    for one in letters:
        channels.stop_sending(STOPPER, one.sending)
    models.Letter.objects.filter(id__in=[one.id for one in letters]).update(stopped_at=now)
    return len(letters)


def sweep_alerts(by: Actor, most: int = SWEPT_AT_ONCE) -> int:
    """Forget alerts that came in and were over a month ago, and which lists named them; what was issued here stays. Answers how
    many rows. Raises NotAllowed.
    """
    permits.may_run(by)
    before = clock.now() - timedelta(days=keeping.KEPT_DAYS)
    with tx.durable():
        old = models.Alert.objects.filter(organisation__isnull=True, ends_at__lt=before, arrived_at__lt=before)
        gone = old.filter(pk__in=old.order_by("pk")[:most].values("pk")).delete()[0]
        named = models.SourceItem.objects.filter(at__lt=before)
        return gone + named.filter(pk__in=named.order_by("pk")[:most].values("pk")).delete()[0]


def _regions(row: models.Alert, alert: Alert) -> tuple[str, ...]:
    """Where people are told: by its codes, by its shapes where they lie in no code, and where a steward said."""
    shapes = ground.drawn(alert)
    around = ground.box(shapes)
    drawn = ground.reached(shapes, places.towns_inside(around)) if around is not None else ()
    added = models.AlertRegion.objects.filter(alert_id=row.id).values_list("region", flat=True)
    found = dict.fromkeys((*keeping.regions(alert), *drawn, *map(keeping.beginning, added)))
    return tuple(found)[: keeping.REGIONS_MAX * 2]


def _row_of(identity: Identity) -> models.Alert | None:
    named = {"sender": identity.sender, "identifier": identity.identifier, "sent": identity.sent}
    return models.Alert.objects.select_for_update().filter(**named).first()


def _again(row: models.Alert, content: bytes, untrusted: UntrustedReason | None) -> Taken:
    """The same alert once more. A second one under its name that is believed as well is the issuer's fault, and is noted."""
    reused = Finding(FindingCode.IDENTITY_REUSED, "alert/identifier")
    found = findings_of(bytes(row.findings))
    if untrusted is None and row.untrusted == "" and bytes(row.content) != content and reused not in found:
        found = (*found, reused)
        row.findings = findings_row(found)
        row.save(update_fields=["findings"])
    return Taken(AlertId(row.id), False, UntrustedReason(row.untrusted) if row.untrusted else None, found)


def fill(row: models.Alert, parsed: Parsed, identity: Identity, untrusted: UntrustedReason | None) -> None:
    """What of an alert stands in columns."""
    alert = parsed.alert
    row.sender, row.identifier, row.sent = identity.sender, identity.identifier, identity.sent
    row.status, row.msg_type, row.scope = alert.status or "", alert.msg_type or "", alert.scope or ""
    row.references = shapes.write_references(alert.references)
    row.findings = findings_row(parsed.findings)
    row.untrusted = untrusted or ""
    row.reaches_people = untrusted is None and checks.reaches_people(alert)
    row.begins_at, row.ends_at = chains.begins(alert), chains.ends(alert)
    row.regions = " ".join(_regions(row, alert))
