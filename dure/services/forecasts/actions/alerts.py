"""Alerts come in: kept as they are, believed when a pinned issuer signed them, folded with the others of their sender.

Locks: the name of the sender, so that what ended what does not depend on who came first.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import structlog

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.foundations.channels import actions as channels
from dure.foundations.places import queries as places
from dure.kit import locks, tx
from dure.services.forecasts import models, queries
from dure.services.forecasts.queries.alerts import CHAIN_MAX, Behind, bare, findings_of, findings_row
from dure.services.forecasts.rules import permits
from dure.services.forecasts.rules.cap import chains, checks, ground, keeping, korea, shapes
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

PLACED_MAX: Final = 5_000  # regions of all segments together; of more only the whole alert is known
SWEPT_AT_ONCE: Final = 1_000
log = structlog.get_logger(__name__)


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
        row.content, row.arrived_at, row.source_id = content, now, source
        fill(row, parsed, identity, untrusted)
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
    """Why these bytes are not believed; None: a pinned issuer signed them as a whole, they say what was signed, and its number
    was nobody else's before. Whoever is forged is named in the log.
    """
    behind = queries.pins_behind(identity.sender, identity.sent, arrived)
    try:
        signed = verify(content, behind.pins)
    except AlertUntrusted as no:
        return _named(UntrustedReason(no.reason), content, identity, arrived, is_withdrawn=behind.is_withdrawn)
    if signed.alert != parsed.alert:
        return UntrustedReason.MISPLACED
    if _is_stale(content, behind, chains.ends(parsed.alert), arrived):
        return UntrustedReason.KEY_LONG_ENDED
    if _is_taken(identity):
        log.warning("alert_number_forged", sender=_legible(identity.sender), number=_legible(identity.identifier))
        return UntrustedReason.NUMBER_TAKEN
    return None


def _is_stale(content: bytes, behind: Behind, ends: datetime, arrived: datetime) -> bool:
    """Whether no key signed it but one that had ended long before it came."""
    known = zip(behind.pins, behind.ends, strict=True)
    fresh = [pin for pin, key_ends in known if not keeping.is_stale(key_ends, ends, arrived)]
    if len(fresh) == len(behind.pins):
        return False
    try:
        verify(content, fresh)
    except AlertUntrusted:
        return True
    return False


def _named(
    reason: UntrustedReason, content: bytes, identity: Identity, arrived: datetime, *, is_withdrawn: bool
) -> UntrustedReason:
    """The same reason, or the one that says more: the key was taken away, or it is one that may sign for somebody else."""
    if reason not in (UntrustedReason.UNKNOWN_ISSUER, UntrustedReason.BROKEN):
        return reason
    if (other := _signer(content, identity, arrived)) is not None:
        log.warning("alert_sender_forged", sender=_legible(identity.sender), signed_by=_legible(other))
        return UntrustedReason.OTHER_SENDER
    return UntrustedReason.WITHDRAWN if is_withdrawn else reason


def _signer(content: bytes, identity: Identity, arrived: datetime) -> str | None:
    """For whom the key that signed these bytes may sign, when it is somebody else than they say."""
    for pin in queries.other_pins(identity.sender, arrived):
        try:
            verify(content, [replace(pin, sender=identity.sender)])
        except AlertUntrusted:
            continue
        return pin.sender
    return None


def _legible(name: str) -> str:
    """A sender or a number as the log shows it, which hides what looks like somebody's address or telephone."""
    return re.sub(r"(?<=\d)(?=(\d{3})+(\D|$))", ".", name.replace("@", " at "))


def _is_taken(identity: Identity) -> bool:
    """Whether the number is one that names its agency, and another sender whom we believe has used it."""
    if not korea.is_number(identity.identifier):
        return False
    locks.lock_name(f"forecasts.number:{identity.identifier}")
    rows = models.Alert.objects.filter(identifier=identity.identifier, untrusted="")
    return rows.exclude(sender=identity.sender).exists()


def judge_again(sender: str, now: datetime) -> int:
    """Ask anew of everything that came from a sender whether it is believed; answers of how many that is otherwise now."""
    tx.demand()
    lock_sender(sender)
    changed = 0
    rows = models.Alert.objects.filter(sender=sender, organisation__isnull=True, ends_at__gt=now - keeping.OVER_MAX)
    for row in rows.select_for_update().order_by("identifier", "id"):  # numbers are locked in this order
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
    ended = _ended(known)
    for identity, row in known.items():
        if row.ended_at == ended.get(identity):
            continue
        is_over = identity in ended
        models.Alert.objects.filter(id=row.id).update(
            ended_at=ended.get(identity), tell_at=None if is_over else tell_at(row, now), tell_after=None
        )
        if is_over:  # the row is ours now: whoever was writing messages about it is through
            stop_alert(row.id, now)


def _ended(known: Mapping[Identity, models.Alert]) -> Mapping[Identity, datetime]:
    """Which of them ended when. What people were told ends by what people are told, and by nothing that they never hear of."""
    said = {identity: bare(row, identity) for identity, row in known.items()}
    by_any = chains.fold(said.values()).ended
    for_people = chains.fold(one for identity, one in said.items() if known[identity].reaches_people).ended
    found = {identity: (for_people if row.reaches_people else by_any).get(identity) for identity, row in known.items()}
    return {identity: at for identity, at in found.items() if at is not None}


def tell_at(row: models.Alert, now: datetime) -> datetime | None:
    """When to look whom to tell of it: when it begins to hold; None: nobody ever. What names others may end what holds longer
    than it does itself.
    """
    is_told = row.untrusted == "" and row.reaches_people and (now < row.ends_at or bool(row.references))
    return max(now, row.begins_at) if is_told else None


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


def _put_regions(row: models.Alert, alert: Alert) -> None:
    """Where people are told: by its codes, by its shapes where they lie in no code, and where a steward said; and where each
    segment holds. Of what is not believed nobody looks.
    """
    row.regions, row.placed = "", b"[]"
    if row.untrusted:
        return
    shapes = ground.drawn(alert)
    around = ground.box(shapes)
    drawn = ground.reached(shapes, places.towns_inside(around)) if around is not None else {}
    added = models.AlertRegion.objects.filter(alert_id=row.id).values_list("region", flat=True)
    towns = sorted({code for some in drawn.values() for code in some})
    found = dict.fromkeys((*keeping.regions(alert), *towns, *map(keeping.beginning, added)))
    row.regions = " ".join(tuple(found)[: keeping.REGIONS_MAX * 2])
    placed = keeping.placed(alert, drawn)
    if sum(len(one.regions) for one in placed) <= PLACED_MAX:
        row.placed = msgspec.json.encode(placed)


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
    row.begins_at, row.ends_at = keeping.begins(alert, row.arrived_at), chains.ends(alert)
    _put_regions(row, alert)
