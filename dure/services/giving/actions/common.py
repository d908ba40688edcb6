"""What every action of giving does: lock the cause late, follow the state table, write down the step."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.fields.files import FieldFile

from dure.base import clock
from dure.base.money import Money
from dure.base.refusals import NotFound
from dure.foundations.ledger.types import AccountId, Kind, NewPosting, NewTransfer, PostingId, TransferId
from dure.foundations.people.types import Actor, system
from dure.services.giving import models, queries
from dure.services.giving.rules import follow
from dure.services.giving.types import CauseState, Want

WHY_LENGTH_MAX = 500
ITSELF = system("giving.box")


def lock_cause(cause: UUID) -> models.Cause:
    """The cause, locked until the transaction ends. Always the first lock an action takes. Raises NotFound."""
    found = models.Cause.objects.select_for_update().filter(id=cause).first()
    if found is None:
        raise NotFound(what="cause")
    return found


def lock_box(cause: UUID) -> tuple[models.Cause, models.Box]:
    """A cause with its box, both locked, cause first. Raises NotFound."""
    locked = lock_cause(cause)
    box = models.Box.objects.select_for_update().filter(cause_id=cause).first()
    if box is None:
        raise NotFound(what="box")
    return locked, box


def move(cause: models.Cause, want: Want, after: CauseState, by: Actor, why: str = "") -> datetime:
    """Lead the cause (and its box) to `after` and write the step down. Answers when."""
    now = clock.now()
    models.Step.objects.create(
        cause=cause, want=want, before=cause.state, after=after, by=by.person, why=why[:WHY_LENGTH_MAX], at=now
    )
    if cause.state != after:
        cause.state = after
        cause.save(update_fields=["state"])
        models.Box.objects.filter(cause_id=cause.id).update(state=after)
    return now


def end_empty(cause: models.Cause) -> None:
    """A closed box that holds nothing ends by itself: no plan can share out no money."""
    if state_of(cause) is CauseState.CLOSED and queries.raised(cause.id) == 0:
        move(cause, Want.END_EMPTY, follow(CauseState.CLOSED, Want.END_EMPTY), ITSELF)


def state_of(cause: models.Cause) -> CauseState:
    return CauseState(cause.state)


def drop_file(file: FieldFile) -> None:
    """Delete the file once its row is gone for good. What a crash leaves behind, the sweep finds."""
    store, name = file.storage, file.name
    if name:
        transaction.on_commit(lambda: store.delete(name))


def posting(event: UUID, parts: Sequence[tuple[AccountId, AccountId, int, UUID]], kind: Kind, ref: UUID) -> NewPosting:
    """One event as linked transfers (from, to, won, id): all happen or none."""
    transfers = tuple(
        NewTransfer(id=TransferId(one), debit=debit, credit=credit, amount=Money(amount), kind=kind, ref=ref)
        for debit, credit, amount, one in parts
    )
    if len(transfers) == 1:
        return NewPosting.of(transfers[0], clock.now())
    return NewPosting(id=PostingId(event), transfers=transfers, at=clock.now())
