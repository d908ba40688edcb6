"""A listener's podcast gets an address, another one, or none any more.

Locks: the listener, so that two taps do not make two addresses.
"""

from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import NotFound
from dure.kit import limits, tx
from dure.services.broadcast import models
from dure.services.broadcast.rules import permits
from dure.services.broadcast.types import VillageId

__all__ = ["end_podcast", "renew_podcast"]

DAY_SECONDS = 86_400
RENEWED_PER_DAY_MAX = 20  # of one person


def renew_podcast(by: Actor, village: VillageId, *, key: str) -> None:
    """Have an address at which podcast apps read what is said to a village that one hears; the one before, if any, is over.

    Raises NotAllowed, NotFound, TooOften.
    """
    with tx.action(by, "broadcast.renew_podcast", key, village, UUID) as done:
        if done:
            done.answer()
            return
        person = permits.somebody(by)
        limits.count(f"broadcast.renew_podcast:{person}", RENEWED_PER_DAY_MAX, DAY_SECONDS)
        listener = _lock(by, village)
        now = clock.now()
        models.Feed.objects.filter(listener=listener, ended_at__isnull=True).update(ended_at=now)
        made = models.Feed.objects.create(key=ids.new(), listener=listener, made_at=now)
        done.keep(made.key)


def end_podcast(by: Actor, village: VillageId) -> None:
    """End the address: who still asks for it is told so. Twice is once. Raises NotAllowed, NotFound."""
    with tx.durable():
        listener = _lock(by, village)
        models.Feed.objects.filter(listener=listener, ended_at__isnull=True).update(ended_at=clock.now())


def _lock(by: Actor, village: VillageId) -> models.Listener:
    row = (
        models.Listener.objects.select_for_update()
        .filter(village_id=village, person_id=permits.somebody(by), left_at__isnull=True)
        .first()
    )
    if row is None:
        raise NotFound(what="membership")
    return row
