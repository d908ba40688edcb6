"""Alerts that are kept, pins and sources."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db.models import Q, Sum

from dure.base import clock
from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import NotFound
from dure.services.forecasts import models
from dure.services.forecasts.rules import levels, permits
from dure.services.forecasts.rules.cap import chains, keeping, pinning, shapes
from dure.services.forecasts.rules.cap.parsing import parse
from dure.services.forecasts.types import (
    Alert,
    AlertId,
    AlertPart,
    AlertReach,
    Fault,
    Finding,
    FindingCode,
    Identity,
    KeptAlert,
    MsgType,
    Pin,
    PinCard,
    PinId,
    Segment,
    SenderRole,
    SourceCard,
    SourceId,
    Spoken,
    Status,
    UnknownReason,
    UnreadableReason,
    UntrustedReason,
)

ALERTS_SHOWN = 50
CHAIN_MAX = 2_000  # alerts of one sender that are folded
OTHERS_MAX = 50  # certificates that are tried, to say who forged


def alerts_received(by: Actor, most: int = ALERTS_SHOWN) -> tuple[KeptAlert, ...]:
    """What came in and what was issued here, believed or not, the newest first. Raises NotAllowed."""
    permits.may_look(by)
    return _kept(models.Alert.objects.order_by("-arrived_at", "-id")[:most])


def alert_received(by: Actor, alert: UUID) -> KeptAlert:
    """One of them. Raises NotAllowed, NotFound."""
    permits.may_look(by)
    return _one(models.Alert.objects.filter(id=alert).first())


def alert(alert: UUID) -> KeptAlert:
    """An alert that anybody may read: believed and for people, or issued here. Raises NotFound."""
    row = models.Alert.objects.filter(id=alert, untrusted="").first()
    if row is None or not (row.reaches_people or row.organisation_id):
        raise NotFound(what="alert")
    return _one(row)


def alerts_in_force(now: datetime | None = None, most: int = ALERTS_SHOWN) -> tuple[KeptAlert, ...]:
    """What holds now, is believed and is for people; what was sent last first."""
    at = now or clock.now()
    rows = models.Alert.objects.filter(untrusted="", reaches_people=True, begins_at__lte=at, ends_at__gt=at)
    rows = rows.filter(msg_type__in=("Alert", "Update")).exclude(ended_at__lte=at)
    return _kept(rows.order_by("-sent", "-id")[:most])


def alert_reach(by: Actor, alert: UUID) -> AlertReach:
    """Where people are told of an alert, and how many were. Raises NotAllowed, NotFound."""
    permits.may_look(by)
    row = models.Alert.objects.filter(id=alert).first()
    if row is None:
        raise NotFound(what="alert")
    said = keeping.regions(parse(bytes(row.content)).alert)
    added = list(row.added.order_by("at", "region"))
    own = {*said, *(keeping.beginning(one.region) for one in added)}
    return AlertReach(
        said=said,
        drawn=tuple(one for one in row.regions.split() if one not in own),
        added=tuple(one.region for one in added),
        added_by=PersonId(added[-1].by_id) if added else None,
        added_at=added[-1].at if added else None,
        told=models.Notice.objects.filter(alert=row).count(),
        woken=row.nights.aggregate(all=Sum("readers"))["all"] or 0,
        may_add=may_be_told(row, clock.now()),
    )


def may_be_told(row: models.Alert, now: datetime) -> bool:
    """Whether somebody may still hear of it for the first time: believed, for people, and neither over nor ended."""
    tells = row.msg_type in (MsgType.ALERT, MsgType.UPDATE)
    return tells and not row.untrusted and row.reaches_people and now < row.ends_at and row.ended_at is None


def pins(by: Actor) -> tuple[PinCard, ...]:
    """Whom we believe and whom we believed, the newest first. Raises NotAllowed."""
    permits.may_look(by)
    return tuple(_pin(row) for row in models.Pin.objects.order_by("-pinned_at", "-id"))


@dataclass(frozen=True, slots=True)
class Behind:
    """The certificates that stand behind what a sender sent then and came in then."""

    pins: tuple[Pin, ...]
    ends: tuple[datetime, ...]  # of each
    is_withdrawn: bool  # there is one more, and it was taken away


def pins_behind(sender: str, sent: datetime, arrived: datetime) -> Behind:
    """The certificates that may have signed what this sender sent then and came in then."""
    rows = list(models.Pin.objects.filter(sender=sender).order_by("id"))
    counting = [row for row in rows if pinning.counts(row.withdrawn_from, row.unpinned_at, sent, arrived)]
    return Behind(
        tuple(Pin(row.sender, bytes(row.certificate)) for row in counting),
        tuple(pinning.read(bytes(row.certificate).decode()).not_valid_after_utc for row in counting),
        len(counting) < len(rows),
    )


def other_pins(sender: str, arrived: datetime) -> tuple[Pin, ...]:
    """Certificates of others than this sender, to find out who signed in its name."""
    rows = models.Pin.objects.exclude(sender=sender).filter(Q(unpinned_at__isnull=True) | Q(unpinned_at__gte=arrived))
    return tuple(Pin(row.sender, bytes(row.certificate)) for row in rows.order_by("-pinned_at", "-id")[:OTHERS_MAX])


def sources(by: Actor) -> tuple[SourceCard, ...]:
    """Where alerts are fetched. Raises NotAllowed."""
    permits.may_look(by)
    return tuple(
        _source(row) for row in models.AlertSource.objects.filter(ended_at__isnull=True).order_by("name", "id")
    )


def not_fetched(source: SourceId, urls: Sequence[str]) -> tuple[str, ...]:
    """Those of `urls` that were not fetched from this source yet, in their order."""
    known = set(models.SourceItem.objects.filter(source=source, url__in=urls).values_list("url", flat=True))
    return tuple(one for one in urls if one not in known)


def kept(row: models.Alert, now: datetime) -> KeptAlert:
    """A row as a value."""
    parsed = parse(bytes(row.content))
    return KeptAlert(
        id=AlertId(row.id),
        alert=parsed.alert,
        content=bytes(row.content),
        findings=findings_of(bytes(row.findings)),
        arrived=row.arrived_at,
        role=SenderRole(row.role),
        untrusted=UntrustedReason(row.untrusted) if row.untrusted else None,
        organisation=OrganisationId(row.organisation_id) if row.organisation_id else None,
        begins=row.begins_at,
        ends=row.ends_at,
        ended_at=row.ended_at,
        standing=keeping.standing(parsed.alert, row.ended_at, now, row.begins_at),
        reaches_people=row.reaches_people,
        regions=tuple(row.regions.split()),
    )


def spoken_of(alert: KeptAlert) -> Spoken:
    """As much of an alert as decides whom to tell: the worst that any of its segments says."""
    said = alert.alert.segments
    is_life = any(levels.is_alert_for_life(one.urgency, one.severity) for one in said)
    worst = max((levels.level_of_severity(one.severity) for one in said), default=levels.UNSAID)
    return Spoken(
        level=worst,
        is_for_life=is_life,
        is_all_clear=chains.is_all_clear(alert.alert),
        is_cancelled=alert.alert.msg_type is MsgType.CANCEL,
        role=alert.role,
        ends=alert.ends,
    )


def parts_of(row: models.Alert, alert: KeptAlert) -> tuple[AlertPart, ...]:
    """Its segments as far as they decide whom to tell, and where each holds."""
    where = msgspec.json.decode(bytes(row.placed), type=tuple[keeping.Placed, ...])
    return keeping.parts(alert.alert, where, row.regions.split())


def bare(row: models.Alert, identity: Identity) -> Alert:
    """As much of an alert as its chain needs, without reading its bytes."""
    return Alert(
        identifier=identity.identifier,
        sender=identity.sender,
        sent=identity.sent,
        status=Status(row.status) if row.status else None,
        msg_type=MsgType(row.msg_type) if row.msg_type else None,
        references=references_of(row.references),
        segments=(Segment(effective=row.begins_at, expires=row.ends_at),),
    )


def references_of(said: str) -> tuple[Identity, ...]:
    """References as they stand in a row."""
    found, _codes = shapes.read_references(said)
    return tuple(found)


def alert_key(alert: UUID) -> str:
    """An alert in one word, for the index of what letters speak of."""
    return f"alert/{alert.hex}"


def findings_of(content: bytes) -> tuple[Finding, ...]:
    """Findings as they stand in a row."""
    return tuple(Finding(FindingCode(code), where) for code, where in msgspec.json.decode(content))


def findings_row(findings: Iterable[Finding]) -> bytes:
    """Findings for a row."""
    return msgspec.json.encode([(one.code.value, one.where) for one in findings])


def _kept(rows: Iterable[models.Alert]) -> tuple[KeptAlert, ...]:
    now = clock.now()
    return tuple(kept(row, now) for row in rows)


def _one(row: models.Alert | None) -> KeptAlert:
    if row is None:
        raise NotFound(what="alert")
    return kept(row, clock.now())


def _pin(row: models.Pin) -> PinCard:
    certificate = pinning.read(bytes(row.certificate).decode())
    return PinCard(
        id=PinId(row.id),
        sender=row.sender,
        certificate=bytes(row.certificate),
        fingerprint=row.fingerprint,
        heard_from=row.heard_from,
        begins=certificate.not_valid_before_utc,
        ends=certificate.not_valid_after_utc,
        pinned_at=row.pinned_at,
        withdrawn_from=row.withdrawn_from,
        unpinned_at=row.unpinned_at,
    )


def _source(row: models.AlertSource) -> SourceCard:
    return SourceCard(
        id=SourceId(row.id),
        name=row.name,
        url=row.url,
        asked_at=row.asked_at,
        good_at=row.good_at,
        next_at=row.next_at,
        failures=row.failures,
        why=_why(row.why),
        ended_at=row.ended_at,
        error=row.error,
    )


def _why(said: str) -> Fault | UnknownReason | UnreadableReason | None:
    for kind in (Fault, UnknownReason, UnreadableReason):
        if said in set(kind):
            return kind(said)
    return None
