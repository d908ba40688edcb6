"""From news to counts: what each event adds to the indicators of impact. Wired in wiring.py; safe to run again.

An event keeps its own id, so that the same gift told twice counts once. What follows from an event (a refund, a due day)
has an id derived from it.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from dure.base import clock, ids
from dure.foundations.impact import actions, queries
from dure.foundations.impact.types import Count, Counter
from dure.foundations.people.types import system
from dure.services.giving import queries as giving
from dure.services.giving.types import (
    AgreementEnded,
    AgreementGiven,
    BoxOpened,
    CauseProposed,
    GiftRefunded,
    GiftsReceived,
    MatchGiven,
    MatchReturned,
    PayoutPaid,
    ReportFiled,
)

HOUSE = "giving"
BY = system("site.counting")


def cause_proposed(news: CauseProposed, news_id: UUID) -> None:
    """A cause, and its proposer as a person taking part."""
    who, region = news.proposer, news.region
    actions.count_many(
        BY,
        (
            Count(Counter.CAUSES_PROPOSED, 1, news.cause, news.at, region=region, house=HOUSE),
            Count(Counter.TAKING_PART, 1, news.cause, news.at, who=who, region=region, house=HOUSE),
        ),
    )


def box_opened(news: BoxOpened, news_id: UUID) -> None:
    """A box."""
    actions.count(BY, Count(Counter.BOXES_OPENED, 1, news.box, news.at, region=news.region, house=HOUSE))


def agreement_given(news: AgreementGiven, news_id: UUID) -> None:
    """Whoever agrees takes part."""
    actions.count(BY, Count(Counter.TAKING_PART, 1, news_id, news.at, who=news.person, house=HOUSE))


def agreement_ended(news: AgreementEnded, news_id: UUID) -> None:
    """That part is taken back."""
    actions.count(BY, Count(Counter.TAKING_PART, -1, news_id, news.at, who=news.person, house=HOUSE))


def gifts_received(told: Sequence[tuple[GiftsReceived, UUID]]) -> None:
    """All gifts of many commits, each by its own id, in one statement."""
    regions = giving.regions_of({one.box for news, _ in told for one in news.items})
    counts: list[Count] = []
    for news, _ in told:
        for one in news.items:
            region = regions.get(one.box, "")
            counts.append(Count(Counter.WON_GIVEN, one.amount, one.gift, news.at, region=region, house=HOUSE))
            counts.append(Count(Counter.GIFTS, 1, one.gift, news.at, region=region, house=HOUSE))
            counts.append(Count(Counter.TAKING_PART, 1, one.gift, news.at, who=one.donor, region=region, house=HOUSE))
    actions.count_many(BY, counts)


def gift_refunded(news: GiftRefunded, news_id: UUID) -> None:
    """The gift's won and its donor's part are taken back; that it was refunded counts."""
    event, region = ids.derived(news.gift, "refunded"), _region(news.box)
    actions.count_many(
        BY,
        (
            Count(Counter.WON_GIVEN, -news.amount, event, news.at, region=region, house=HOUSE),
            Count(Counter.GIFTS_REFUNDED, 1, event, news.at, region=region, house=HOUSE),
            Count(Counter.TAKING_PART, -1, event, news.at, who=news.donor, region=region, house=HOUSE),
        ),
    )


def match_given(news: MatchGiven, news_id: UUID) -> None:
    """What a fund added for a comment or share, and the person who made it."""
    region = _region(news.box)
    actions.count_many(
        BY,
        (
            Count(Counter.WON_MATCHED, news.amount, news.match, news.at, region=region, house=HOUSE),
            Count(Counter.TAKING_PART, 1, news.match, news.at, who=news.person, region=region, house=HOUSE),
        ),
    )


def match_returned(news: MatchReturned, news_id: UUID) -> None:
    """The fund has its won again, and the part that was counted for them is taken back."""
    event, region = ids.derived(news.match, "returned"), _region(news.box)
    actions.count_many(
        BY,
        (
            Count(Counter.WON_MATCHED, -news.amount, event, news.at, region=region, house=HOUSE),
            Count(Counter.TAKING_PART, -1, event, news.at, who=news.person, region=region, house=HOUSE),
        ),
    )


def payout_paid(news: PayoutPaid, news_id: UUID) -> None:
    """What left the box; and a report that is due, counted when the due day is over."""
    over = datetime.combine(news.report_due_on + timedelta(days=1), time(), tzinfo=clock.SEOUL)
    region = _region(news.box)
    actions.count_many(
        BY,
        (
            Count(Counter.WON_PAID_OUT, news.amount, news_id, news.at, region=region, house=HOUSE),
            Count(Counter.REPORTS_DUE, 1, _due(news.box), over, region=region, house=HOUSE),
        ),
    )


def report_filed(news: ReportFiled, news_id: UUID) -> None:
    """What was spent; and, when the report came in time, that it did, counted on the day the report is counted as due."""
    region = _region(news.box)
    spent = Count(Counter.WON_SPENT, news.spent, news_id, news.at, region=region, house=HOUSE)
    counts = [spent] if news.spent else []
    if news.on_time:
        due_at = queries.moment_of(Counter.REPORTS_DUE, _due(news.box))
        if due_at is None:  # the payout's news is still on its way: try again later
            raise RuntimeError("the payout of this box is not counted yet")
        counts.append(Count(Counter.REPORTS_ON_TIME, 1, _due(news.box), due_at, region=region, house=HOUSE))
    actions.count_many(BY, counts)


def _due(box: UUID) -> UUID:
    return ids.derived(box, "report_due")


def _region(box: UUID) -> str:
    return giving.regions_of([box]).get(box, "")
