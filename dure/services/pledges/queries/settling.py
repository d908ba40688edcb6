"""What settling asks: what waits for a word, which days were proved, which refunds have not left."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q

from dure.base import clock
from dure.base.actors import Actor
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import AccountId
from dure.kit import sqlfiles
from dure.kit.verify import Finding
from dure.services.pledges import models
from dure.services.pledges.rules import commitment, days, disputes, permits, steps
from dure.services.pledges.types import (
    Beside,
    CountProof,
    NotSettledYet,
    PledgeId,
    ProofState,
    Receiver,
    ReceiverId,
    SeasonId,
    SeasonState,
)

from .disputes import corrections, undecided_of
from .pledges import pledge
from .seasons import season

PACKAGE: Final = "dure.services.pledges"
RECEIVERS_MAX: Final = 1_000


def count_undecided(season_id: SeasonId) -> int:
    """Late proofs and appeals of a season that wait for a word, and proofs that were rejected less than a week ago."""
    since = clock.now() - timedelta(days=days.APPEAL_DAYS)
    open_still = Q(state__in=steps.WAITS_FOR_A_WORD) | Q(state=ProofState.REJECTED, judged_at__gt=since)
    return models.Proof.objects.filter(
        open_still, pledge__project__season_id=season_id, pledge__state__in=steps.HELD
    ).count()


def proved_by_week(pledges: Sequence[UUID]) -> Mapping[UUID, Mapping[int, int]]:
    """How many days of each week count, for each of these pledges; one statement, however many."""
    found: dict[UUID, dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load(PACKAGE, "proved_by_week").text,
            {"pledges": list(pledges), "counting": [one.value for one in days.COUNTING], "week": days.WEEK_DAYS},
        )
        for pledge, week, proved in cursor.fetchall():
            found[pledge][week] = proved
    return found


def leaves_of(season_id: SeasonId) -> tuple[bytes, ...]:
    """The hashes of all counts of a season, as they were settled."""
    rows = models.Settlement.objects.filter(pledge__project__season_id=season_id)
    return tuple(commitment.leaf(pledge, kept) for pledge, kept in rows.values_list("pledge_id", "kept"))


def count_proof(by: Actor, pledge_id: PledgeId) -> CountProof:
    """What shows that the count of one's own pledge is in the season's published total. Raises NotAllowed, NotSettledYet."""
    permits.may_touch(by, pledge(pledge_id).person)
    return proof_of_count(pledge_id)


def proof_of_count(pledge_id: PledgeId) -> CountProof:
    """The same for whoever may see it already. Raises NotSettledYet, NotFound."""
    found = pledge(pledge_id)
    row = models.Pledge.objects.select_related("project__season", "settlement").get(id=pledge_id)
    published, of = row.project.season.root, SeasonId(row.project.season_id)
    if found.settled is None or not published:
        raise NotSettledYet()
    kept = row.settlement.kept  # as it was settled: that is what the root binds; what was corrected stands beside it
    leaves, own = leaves_of(of), commitment.leaf(pledge_id, kept)
    way = tuple(Beside(beside.hex(), is_left) for is_left, beside in commitment.path(leaves, own))
    return CountProof(pledge_id, kept, own.hex(), way, published, found.settled.kept, corrections(of))


def other_roots() -> tuple[Finding, ...]:
    """Settled seasons whose published root is not that of their counts."""
    rows = models.Season.objects.filter(state=SeasonState.SETTLED).order_by("settled_at", "pk")
    return tuple(
        Finding("pledges.counts", "the published root is not that of the counts", str(row.id))
        for row in rows
        if row.root != commitment.root(leaves_of(SeasonId(row.id))).hex()
    )


def seasons_settling() -> tuple[SeasonId, ...]:
    """Seasons whose books are being made."""
    rows = models.Season.objects.filter(state=SeasonState.SETTLING).order_by("settling_at", "id")
    return tuple(SeasonId(one) for one in rows.values_list("id", flat=True))


def refunds_left(season_id: SeasonId, after: PledgeId | None, most: int) -> tuple[PledgeId, ...]:
    """The next pledges of a season whose refund was not handed to the provider, in the order of their ids."""
    rows = models.Settlement.objects.filter(refunded_at__isnull=True, pledge__project__season_id=season_id)
    if after is not None:
        rows = rows.filter(pledge_id__gt=after)
    return tuple(PledgeId(one) for one in rows.order_by("pledge_id").values_list("pledge_id", flat=True)[:most])


def seasons_with_refunds() -> tuple[SeasonId, ...]:
    """Seasons in which refunds were not handed to the provider."""
    rows = models.Settlement.objects.filter(refunded_at__isnull=True).values_list(
        "pledge__project__season_id", flat=True
    )
    return tuple(SeasonId(one) for one in rows.order_by().distinct())


def receivers_owed() -> tuple[tuple[Receiver, SeasonId, int], ...]:
    """Causes with what lies in their accounts and can leave for their bank: nobody can dispute, and nothing is in dispute."""
    rows = {AccountId(row.account): row for row in models.Receiver.objects.order_by("-id")[:RECEIVERS_MAX]}
    owed = {account: one.available for account, one in book.balances(list(rows)).items() if one.available > 0}
    found, today = [], clock.today()
    for account, won in sorted(owed.items()):
        row = rows[account]
        of = season(SeasonId(row.season_id))
        if disputes.may_pay_receivers(of.settled_at, today, undecided_of(ReceiverId(row.id))):
            found.append((next(one for one in of.receivers if one.id == row.id), of.id, won))
    return tuple(found)
