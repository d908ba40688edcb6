"""The proofs of one pledge are opened to everybody by their person, and closed again."""

from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import NotFound
from dure.kit import tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import permits, steps
from dure.services.pledges.types import PledgeId, PledgeState, Stream, WrongStep

from .common import lock_pledge


def open_stream(by: Actor, pledge: PledgeId, *, key: str) -> Stream:
    """Let everybody read in words the days that one proves in a project. Opened already, it stays as it is.

    Raises NotAllowed, WrongStep, NotFound.
    """
    with tx.action(by, "pledges.open_stream", key, pledge, UUID) as done:
        if not done:
            permits.may_touch(by, queries.pledge(pledge).person)
            row = lock_pledge(pledge)
            if PledgeState(row.state) not in steps.HELD:
                raise WrongStep(state=row.state)
            fresh = {"key": ids.new(), "since": clock.now()}
            models.OpenStream.objects.get_or_create(pledge=row, defaults=fresh)
            done.keep(row.id)
        found = queries.stream_of(by, pledge)
        if found is None:  # it was opened by this key, and closed since
            raise NotFound(what="stream")
        return found


def close_stream(by: Actor, pledge: PledgeId, *, key: str) -> None:
    """Let nobody read them any more: the address leads nowhere, also when it is opened again. Raises NotAllowed, NotFound."""
    with tx.action(by, "pledges.close_stream", key, pledge, UUID) as done:
        if not done:
            permits.may_touch(by, queries.pledge(pledge).person)
            lock_pledge(pledge)
            models.OpenStream.objects.filter(pledge_id=pledge).delete()
            done.keep(pledge)


def forget_streams(by: Actor, person: UUID) -> int:
    """Somebody closed their account: nobody reads their proofs any more. Answers how many. Safe to repeat. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        return models.OpenStream.objects.filter(pledge__person_id=person).delete()[0]
