"""What the channel has and has not carried yet is called back: from who heard it or left, or from everybody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from dure.base.actors import system
from dure.foundations.channels import actions as channels
from dure.services.broadcast import models
from dure.services.broadcast.types import Standing

__all__ = ["expire_waiting", "recall_from"]

RECALLER: Final = system("broadcast.recall")


def recall_from(reaches: Sequence[UUID]) -> None:
    """Nothing of what the channel has goes to these listeners any more. Their rows are locked, so that no step is just taken."""
    tries = models.Try.objects.filter(reach__any=reaches, sending__isnull=False)
    whom = [(sending, person) for sending, person in tries.values_list("sending", "reach__person") if sending]
    channels.recall(RECALLER, whom)


def expire_waiting(announcement: UUID, now: datetime) -> int:
    """Nobody who waits for a step of this announcement is told of it any more; answers how many waited. Who is just being served
    is waited for.
    """
    waiting = models.Reach.objects.filter(airing__announcement=announcement, standing=Standing.WAITING)
    count = waiting.update(standing=Standing.EXPIRED, next_at=None, way="", ended_at=now)
    homes = models.HouseholdReach.objects.filter(airing__announcement=announcement, standing=Standing.WAITING)
    count += homes.update(standing=Standing.EXPIRED, next_at=None, ended_at=now)
    given = models.Try.objects.filter(
        reach__airing__announcement=announcement,
        reach__standing=Standing.EXPIRED,
        reach__ended_at=now,
        sending__isnull=False,
    )
    channels.stop_sendings(RECALLER, {one for one in given.values_list("sending", flat=True) if one})
    return count
