"""For who shares a project: what breaks the rules, and whom I do not want to see."""

from uuid import UUID

from django_bolt import Request

from dure.foundations.people.types import PersonId
from dure.kit.routes import Key, needs_token
from dure.services.pledges import actions, queries
from dure.services.pledges.rules import permits
from dure.services.pledges.types import (
    Blocked,
    Comment,
    CommentId,
    ComplaintKind,
)

from . import shapes
from .roots import actor, routes


@routes.put("/comments/{comment}/hidden", **needs_token)
def hide_comment(request: Request, comment: UUID, body: shapes.Because, key: Key) -> Comment:
    """Hide somebody else's comment in a project that I lead."""
    return actions.hide_comment(actor(request), CommentId(comment), body.why, key=key)


@routes.delete("/comments/{comment}/hidden", **needs_token)
def show_comment(request: Request, comment: UUID, key: Key) -> Comment:
    """Show a hidden comment again."""
    return actions.show_comment(actor(request), CommentId(comment), key=key)


@routes.post("/proofs/{proof}/complaints", status_code=201, **needs_token)
def complain_of_proof(request: Request, proof: UUID, body: shapes.Because, key: Key) -> shapes.Noted:
    """Tell the stewards of a proof that breaks the rules."""
    actions.complain(actor(request), ComplaintKind.PROOF, proof, body.why, key=key)
    return shapes.Noted()


@routes.post("/comments/{comment}/complaints", status_code=201, **needs_token)
def complain_of_comment(request: Request, comment: UUID, body: shapes.Because, key: Key) -> shapes.Noted:
    """Tell the stewards of a comment that breaks the rules."""
    actions.complain(actor(request), ComplaintKind.COMMENT, comment, body.why, key=key)
    return shapes.Noted()


@routes.post("/projects/{code}/people/{person}/complaints", status_code=201, **needs_token)
def complain_of_person(
    request: Request, code: shapes.Code, person: UUID, body: shapes.Because, key: Key
) -> shapes.Noted:
    """Tell the stewards of somebody who behaves badly in a project."""
    by = actor(request)
    project = queries.project_by_code(code, by)
    actions.complain_of_person(by, project.id, PersonId(person), body.why, key=key)
    return shapes.Noted()


@routes.get("/blocked", **needs_token)
def blocked(request: Request) -> tuple[Blocked, ...]:
    """Whom I blocked."""
    return queries.blocked_by(permits.somebody(actor(request)))


@routes.put("/blocked/{person}", **needs_token)
def block(request: Request, person: UUID, key: Key) -> shapes.Noted:
    """See nothing more of somebody; they are not told."""
    actions.block(actor(request), PersonId(person), key=key)
    return shapes.Noted()


@routes.delete("/blocked/{person}", **needs_token)
def unblock(request: Request, person: UUID, key: Key) -> shapes.Noted:
    """See somebody again."""
    actions.unblock(actor(request), PersonId(person), key=key)
    return shapes.Noted()
