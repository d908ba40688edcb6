"""Somebody closed their account."""

from uuid import UUID

from django.db.models import Q

from dure.base.actors import Actor
from dure.kit import tx
from dure.services.forecasts import models
from dure.services.forecasts.rules import permits

from .calling import stop_calls


def forget_person(by: Actor, person: UUID) -> int:
    """Nothing says any more where somebody wanted to hear of what, what they read, and who looked after whom; answers how many
    rows. Safe to repeat. Raises NotAllowed.
    """
    permits.may_run(by)
    with tx.durable():
        calls = models.Call.objects.filter(Q(watch__watcher_id=person) | Q(watch__parent_id=person))
        stop_calls(calls)
        gone = calls.delete()[0]
        gone += models.Watch.objects.filter(Q(watcher_id=person) | Q(parent_id=person)).delete()[0]
        for rows in (models.Notice.objects, models.Told.objects, models.WarnedTold.objects, models.Place.objects):
            gone += rows.filter(reader_id=person).delete()[0]
        return gone + models.Reader.objects.filter(person_id=person).delete()[0]
