"""What answers of the staff came to is told for many people together: of one alone it would say whether they have a telephone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Count, Min

from dure.base.actors import Actor
from dure.base.refusals import Busy, Interrupted
from dure.foundations.channels import models
from dure.foundations.channels.queries import paying as costs
from dure.foundations.channels.rules import paying as rules
from dure.foundations.channels.types import SendingId, Spent

__all__: list[str] = []

POOLED_MAX = 1_000  # answers of one pool that are told of at once
log = structlog.get_logger(__name__)


def settle_pools(by: Actor, now: datetime) -> None:
    """Tell whoever pays what the answers of an organisation came to, as soon as they went to so many people that nobody stands
    out; those that waited too long for that are told to have cost nothing.
    """
    waiting = models.Dispatch.objects.filter(sending__pooled_at__isnull=False)
    pools = waiting.values_list("sending__channel__organisation", "sending__paid_by")
    counted = pools.annotate(people=Count("person", distinct=True), oldest=Min("sending__pooled_at"))
    for organisation, house, people, oldest in counted.order_by("sending__channel__organisation"):
        if rules.told_of_pool(people, oldest, now) is not rules.Told.NOTHING:
            _tell(by, organisation, house, now)


def settle(by: Actor, house: str, found: Sequence[Spent]) -> bool:
    """Tell `house` what sendings came to, all of it or nothing; answers whether it took it. One that breaks is logged, and holds
    up no other.
    """
    try:
        with transaction.atomic():
            for one in found:
                costs.payer(house).settle(by, one)
    except (Busy, Interrupted):
        raise
    except Exception:
        log.exception("costs_not_settled", sendings=[str(one.sending) for one in found], house=house)
        return False
    return True


def _tell(by: Actor, organisation: UUID, house: str, now: datetime) -> None:
    """Judged anew of what is locked here and told together: of the few that somebody else leaves, or that come next, it would say
    who has a telephone.
    """
    rows = models.Sending.objects.filter(pooled_at__isnull=False, channel__organisation=organisation, paid_by=house)
    mine = rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
    pool = list(mine.order_by("pooled_at", "id")[:POOLED_MAX])
    people = models.Dispatch.objects.filter(sending__in=pool).values("person").distinct().count()
    found = [said for row in pool if (said := _said_of(row, people, now)) is not None]
    if found and settle(by, house, found):
        models.Sending.objects.filter(id__in=[one.sending for one in found]).update(pooled_at=None)


def _said_of(row: models.Sending, people: int, now: datetime) -> Spent | None:
    """What is told of one answer in a pool of so many people; None: nothing yet. Free is what waited too long, nothing else."""
    match rules.told_of_pool(people, row.pooled_at or now, now):
        case rules.Told.WHOLE:
            return Spent(SendingId(row.id), costs.spent(row, now).won, 0)
        case rules.Told.FREE:
            return Spent(SendingId(row.id), 0, 0)
    return None
