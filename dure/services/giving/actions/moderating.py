"""Words on a wall: a steward hides them or shows them again, and a reader says that they break the rules.

Only words are hidden. A gift stands in the books and on the wall whatever was written with it, and so does what a cheer added.
"""

from uuid import UUID

from django.db.models import QuerySet

from dure.base import clock, ids
from dure.base.refusals import NotFound
from dure.foundations.people.types import Actor
from dure.kit import limits, tx
from dure.services.giving import models, rules
from dure.services.giving.types import BoxId, GiftState, MatchKind, WallKind

OBJECTIONS_PER_HOUR_MAX = 20
HOUR_SECONDS = 3_600


def hide_words(by: Actor, box: BoxId, kind: WallKind, entry: UUID, *, key: str) -> None:
    """A steward hides the words of a gift or a comment on this wall. Raises NotAllowed, NotFound."""
    with tx.action(by, "giving.hide_words", key, (box, kind, entry), bool) as done:
        if not done:
            _set(by, box, kind, entry, hidden=True)
            done.keep(True)


def show_words(by: Actor, box: BoxId, kind: WallKind, entry: UUID, *, key: str) -> None:
    """A steward shows hidden words again, or lets words stand that readers object to. Raises NotAllowed, NotFound."""
    with tx.action(by, "giving.show_words", key, (box, kind, entry), bool) as done:
        if not done:
            _set(by, box, kind, entry, hidden=False)
            done.keep(True)


def object_to(by: Actor, box: BoxId, kind: WallKind, entry: UUID, *, key: str) -> None:
    """A reader says that words on this wall break the rules; stewards see it at their desk. Once a person and entry.

    Raises NotAllowed, NotFound, TooOften.
    """
    with tx.action(by, "giving.object_to", key, (box, kind, entry), bool) as done:
        if done:
            return
        person = rules.verified(by)
        limits.count(f"giving.object_to:{person}", OBJECTIONS_PER_HOUR_MAX, HOUR_SECONDS)
        if not _words(box, kind, entry).filter(hidden=False).exists():
            raise NotFound(what="words")
        models.Objection.objects.get_or_create(
            entry=entry,
            person_id=person,
            defaults={"id": ids.new(), "box_id": box, "kind": kind, "at": clock.now()},
        )
        done.keep(True)


def _set(by: Actor, box: BoxId, kind: WallKind, entry: UUID, *, hidden: bool) -> None:
    rules.may_steward(by)
    if not _words(box, kind, entry).update(hidden=hidden):
        raise NotFound(what="words")
    models.Objection.objects.filter(entry=entry, settled_at=None).update(settled_at=clock.now())


def _words(box: BoxId, kind: WallKind, entry: UUID) -> QuerySet[models.Gift] | QuerySet[models.Cheer]:
    if kind is WallKind.GIFT:
        return models.Gift.objects.filter(id=entry, box_id=box, state=GiftState.GIVEN)
    return models.Cheer.objects.filter(id=entry, box_id=box, kind=MatchKind.COMMENT)
