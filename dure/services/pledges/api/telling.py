"""For who shares a project: what its leader lets everybody know."""

from uuid import UUID

from django_bolt import Request

from dure.kit.routes import Key, needs_token
from dure.services.pledges import actions, queries
from dure.services.pledges.types import Notice, NoticeId

from . import shapes
from .roots import actor, routes


@routes.get("/projects/{code}/notices", **needs_token)
def notices(request: Request, code: shapes.Code) -> tuple[Notice, ...]:
    """What the leader of a project let its group know, the newest first."""
    by = actor(request)
    return queries.notices_for(by, queries.project_by_code(code, by))


@routes.post("/projects/{code}/notices", status_code=201, **needs_token)
def post_notice(request: Request, code: shapes.Code, body: shapes.Told, key: Key) -> Notice:
    """Let everybody of a project that I lead know something."""
    by = actor(request)
    return actions.post_notice(by, queries.project_by_code(code, by).id, body.text, key=key)


@routes.delete("/notices/{notice}", **needs_token)
def take_down_notice(request: Request, notice: UUID, key: Key) -> shapes.TakenDown:
    """Take a notice down; what reached people cannot be called back."""
    return shapes.TakenDown(actions.take_down_notice(actor(request), NoticeId(notice), key=key))
