"""For everybody: how the feeds do, what stands at a place, which alerts are in force."""

from uuid import UUID

from django_bolt import Request

from dure.base import clock
from dure.services.forecasts import queries
from dure.services.forecasts.types import FeedName, Field

from . import shapes
from .roots import routes


@routes.get("/health")
def health(request: Request) -> shapes.HealthSaid:
    """Whether the weather authority's feeds speak, and when they did last."""
    found = queries.feed_health()
    return shapes.HealthSaid(found.state, found.last)


@routes.get("/regions/{region}", also={"409"})
def region(request: Request, region: shapes.Code) -> tuple[shapes.FieldSaid, ...]:
    """What stands in the warning zone of a region today, tomorrow and the day after, field by field."""
    zone = queries.zone_of(region, clock.today())
    found = queries.cells([(zone.id, field) for field in Field])
    return tuple(shapes.field_said(zone.id, field, found[zone.id, field]) for field in Field)


@routes.get("/regions/{region}/warnings", also={"409"})
def warnings(request: Request, region: shapes.Code) -> shapes.WarningsSaid:
    """The weather warnings in force in the warning zone of a region, the worst first. None does not mean that there is no danger
    where the feed is silent.
    """
    zone, speaks = queries.zone_of(region, clock.today()), queries.feed_health_of(FeedName.WARNINGS)
    standings, unclear = queries.warnings_at([zone.id])[zone.id], queries.unclear_of(FeedName.WARNINGS)
    return shapes.warnings_said(zone.id, speaks, standings, unclear)


@routes.get("/alerts")
def alerts(request: Request) -> tuple[shapes.AlertSaid, ...]:
    """The alerts in force, whoever issued them, the newest first. That there is none does not mean that there is no danger."""
    return tuple(shapes.alert_said(one) for one in queries.alerts_in_force())


@routes.get("/alerts/{alert}")
def alert(request: Request, alert: UUID) -> shapes.AlertSaid:
    """One alert, and what it is today."""
    return shapes.alert_said(queries.alert(alert))
