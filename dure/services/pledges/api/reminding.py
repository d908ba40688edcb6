"""For everybody with a token: when to be reminded of a day that is not proved yet."""

from uuid import UUID

from django_bolt import Request

from dure.kit.routes import Key, needs_token
from dure.services.pledges import actions, queries
from dure.services.pledges.types import PledgeId, Reminders

from . import shapes
from .roots import actor, routes


@routes.get("/mine/reminders", **needs_token)
def reminders(request: Request) -> Reminders:
    """At which hour I am reminded, of all my projects and of each."""
    return queries.reminders(actor(request))


@routes.put("/mine/reminders", **needs_token)
def set_reminder(request: Request, body: shapes.At, key: Key) -> Reminders:
    """Be reminded at this hour (8 to 20, Seoul) of all projects for which I chose none; null: not at all."""
    return actions.set_reminder(actor(request), body.hour, key=key)


@routes.put("/mine/{pledge}/reminder", **needs_token)
def set_reminder_of(request: Request, pledge: UUID, body: shapes.At, key: Key) -> Reminders:
    """Be reminded of one project at one of its `hours`; null: not of this one."""
    return actions.set_reminder_of(actor(request), PledgeId(pledge), body.hour, key=key)


@routes.delete("/mine/{pledge}/reminder", **needs_token)
def drop_reminder_of(request: Request, pledge: UUID, key: Key) -> Reminders:
    """Let what I said for all projects hold for this one, too."""
    return actions.drop_reminder_of(actor(request), PledgeId(pledge), key=key)
