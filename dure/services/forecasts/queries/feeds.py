"""How feeds do, and what stands."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import msgspec

from dure.base import clock
from dure.base.actors import Actor
from dure.services.forecasts import models
from dure.services.forecasts.rules import feeds, permits
from dure.services.forecasts.types import (
    IMPACT_FEEDS,
    Fault,
    FeedAnswer,
    FeedHealth,
    FeedName,
    FeedStanding,
    FeedState,
    Field,
    Hazard,
    ImpactLevel,
    SenderRole,
    Standing,
    Subject,
    UnclearRow,
    UnknownReason,
)

ANSWERS_SHOWN = 10
OVERDUE_AFTER = timedelta(minutes=5)  # every minute somebody looks whose time has come

type Places = Collection[tuple[str, Field]]


def feed_standings(by: Actor) -> tuple[FeedStanding, ...]:
    """How every feed does, with its newest answers. Raises NotAllowed."""
    permits.may_look(by)
    now = clock.now()
    rows = {row.name: row for row in models.Feed.objects.all()}
    return tuple(_standing_of(feed, rows.get(feed), now) for feed in FeedName)


def feed_health() -> FeedHealth:
    """How the feeds of impact forecasts do together: as the one silent longest, for silence of any proves nothing."""
    now = clock.now()
    last = {row.name: row.good_at for row in models.Feed.objects.all()}
    each = [feeds.health(last.get(feed), now) for feed in IMPACT_FEEDS]
    silent = [one for one in each if one.state is FeedState.SILENT]
    among = silent or each
    known = [one.last for one in among]
    return FeedHealth(among[0].state, None if None in known else min(one for one in known if one))


def feed_health_of(feed: FeedName) -> FeedHealth:
    """How one feed does."""
    row = models.Feed.objects.filter(name=feed).first()
    return feeds.health(row.good_at if row else None, clock.now(), _silent_after(feed))


def unclear_of(feed: FeedName) -> tuple[UnclearRow, ...]:
    """The rows of a feed's last list that were not understood, the first of them."""
    row = models.Feed.objects.filter(name=feed).first()
    return _unclear(row) if row else ()


def board(now: datetime, places: Places | None = None, hazard: Hazard | None = None) -> Mapping[Subject, Standing]:
    """What stands and has not expired: everywhere, or at these zones and fields; of both hazards or of one."""
    rows = models.Standing.objects.filter(expires__gt=now)
    if hazard is not None:
        rows = rows.filter(hazard=hazard)
    if places is not None:
        rows = rows.filter(zone__in={zone for zone, _field in places}, field__in={field for _zone, field in places})
    found = [standing_of(row) for row in rows]
    return {one.subject: one for one in found if places is None or (one.subject.zone, one.subject.field) in places}


def standing_of(row: models.Standing) -> Standing:
    """A row of the board as a value."""
    return Standing(
        subject=Subject(row.zone, Hazard(row.hazard), Field(row.field), row.day),
        level=ImpactLevel(row.level),
        issued=row.issued,
        number=row.number,
        since=row.since,
        expires=row.expires,
        role=SenderRole(row.role),
    )


def _standing_of(feed: FeedName, row: models.Feed | None, now: datetime) -> FeedStanding:
    if row is None:
        return FeedStanding(feed, feeds.health(None, now), None, None, 0, ())
    answers = models.FeedAnswer.objects.filter(feed=row).order_by("-at", "-id")[:ANSWERS_SHOWN]
    return FeedStanding(
        feed=feed,
        health=feeds.health(row.good_at, now, _silent_after(feed)),
        asked_at=row.asked_at,
        next_at=row.next_at,
        failures=row.failures,
        answers=tuple(
            FeedAnswer(one.at, one.status, one.size, one.rows, _why(one.why), one.error, one.unclear) for one in answers
        ),
        unclear=_unclear(row),
        is_overdue=row.asked_at is not None and row.next_at < now - OVERDUE_AFTER,
    )


def _unclear(row: models.Feed) -> tuple[UnclearRow, ...]:
    return msgspec.json.decode(bytes(row.unclear), type=tuple[UnclearRow, ...])


def _silent_after(feed: FeedName) -> timedelta:
    return feeds.SILENT_AFTER if feed in IMPACT_FEEDS else feeds.SILENT_SOON


def _why(said: str) -> UnknownReason | Fault | None:
    if not said:
        return None
    return Fault(said) if said in set(Fault) and said not in set(UnknownReason) else UnknownReason(said)
