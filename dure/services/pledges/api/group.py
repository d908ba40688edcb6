"""For who shares a project: what the group proved, and what was said of it."""

from uuid import UUID

import msgspec
from django_bolt import Request

from dure.kit.routes import Key, needs_token
from dure.services.pledges import actions, queries
from dure.services.pledges.types import (
    CheerWord,
    Comment,
    CommentId,
    Life,
    ProofId,
)

from . import shapes
from .roots import actor, routes


@routes.get("/projects/{code}/proofs", **needs_token)
def feed(request: Request, code: shapes.Code, before: UUID | None = None) -> tuple[shapes.Shown, ...]:
    """What the group of a project proved, the newest first, with the last of what was said of each; `before` a proof: what
    came before it.
    """
    by = actor(request)
    found = queries.feed(by, queries.project_by_code(code, by), ProofId(before) if before else None)
    lives = queries.lives(by, [one.id for one in found])
    return tuple(
        shapes.Shown(msgspec.convert(one, shapes.GroupProof, from_attributes=True), lives[one.id]) for one in found
    )


@routes.get("/proofs/{proof}/life", **needs_token)
def life(request: Request, proof: UUID) -> Life:
    """All that was said of a proof: each word with its count, every comment."""
    return queries.life(actor(request), ProofId(proof))


@routes.put("/proofs/{proof}/cheers/{word}", **needs_token)
def cheer(request: Request, proof: UUID, word: CheerWord, key: Key) -> Life:
    """Say a word of somebody else's proof."""
    return actions.cheer(actor(request), ProofId(proof), word, key=key)


@routes.delete("/proofs/{proof}/cheers/{word}", **needs_token)
def take_cheer_back(request: Request, proof: UUID, word: CheerWord, key: Key) -> Life:
    """Take a word back."""
    return actions.take_cheer_back(actor(request), ProofId(proof), word, key=key)


@routes.post("/proofs/{proof}/comments", status_code=201, **needs_token)
def comment(request: Request, proof: UUID, body: shapes.Said, key: Key) -> Comment:
    """Write a few words under a proof."""
    return actions.comment(actor(request), ProofId(proof), body.text, key=key)


@routes.put("/comments/{comment}", **needs_token)
def edit_comment(request: Request, comment: UUID, body: shapes.Said, key: Key) -> Comment:
    """Change my words."""
    return actions.edit_comment(actor(request), CommentId(comment), body.text, key=key)


@routes.delete("/comments/{comment}", **needs_token)
def delete_comment(request: Request, comment: UUID, key: Key) -> shapes.Gone:
    """Take my words away."""
    return shapes.Gone(actions.delete_comment(actor(request), CommentId(comment), key=key))
