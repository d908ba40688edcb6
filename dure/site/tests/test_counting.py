"""What the news of giving adds to the figures: each event once, corrections too, in whatever order the news comes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from dure.base import ids
from dure.foundations.impact import queries, rules
from dure.kit import delivery, outbox
from dure.services.giving.tests import making
from dure.services.giving.types import (
    AgreementEnded,
    AgreementGiven,
    BoxId,
    BoxOpened,
    CauseId,
    CauseProposed,
    GiftGiven,
    GiftId,
    GiftRefunded,
    GiftsReceived,
    MatchGiven,
    MatchKind,
    MatchReturned,
    PayoutPaid,
    ReportFiled,
)
from dure.site import counting
from dure.site.wiring import wiring

NOW = datetime(2026, 11, 18, 3, tzinfo=UTC)
BOX, PARTNER = BoxId(UUID(int=7)), UUID(int=8)
DONORS = [UUID(int=100 + number) for number in range(6)]
GIFTS = tuple(GiftGiven(GiftId(UUID(int=200 + number)), BOX, who, 1000) for number, who in enumerate(DONORS))
DUE = date(2026, 12, 18)


def value(indicator: str) -> int | None:
    return queries.figure(indicator).value


def tell(*news: object) -> None:
    with transaction.atomic():
        for one in news:
            outbox.emit(one)
    delivery.run_until_idle(wiring)


@pytest.fixture(autouse=True)
def that_day():
    queries.forget_kept()
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.mark.django_db(transaction=True)
def test_a_box_from_proposal_to_report() -> None:
    tell(CauseProposed(CauseId(BOX), DONORS[0], PARTNER, "9901031021", NOW))
    tell(BoxOpened(BOX, PARTNER, 10_000, "9901031021", NOW + timedelta(days=30), NOW))
    tell(GiftsReceived(GIFTS, NOW), GiftsReceived(GIFTS[:2], NOW))  # two of them are told twice
    tell(MatchGiven(UUID(int=300), BOX, DONORS[1], MatchKind.COMMENT, 100, NOW))
    assert [value(name) for name in ("causes_proposed", "boxes_opened", "won_given", "won_matched")] == [
        1,
        1,
        6000,
        100,
    ]
    assert value("people_taking_part") == 6
    assert value("gifts_refunded") == 0
    match = MatchReturned(UUID(int=300), BOX, DONORS[1], 100, NOW)
    tell(match, match)
    assert (value("won_matched"), value("people_taking_part")) == (0, 6)
    refund = GiftRefunded(GIFTS[5].gift, BOX, DONORS[5], 1000, NOW)
    tell(refund, refund)
    assert (value("won_given"), value("people_taking_part"), value("gifts_refunded")) == (5000, 5, 167)
    tell(PayoutPaid(BOX, PARTNER, 5100, DUE, NOW), ReportFiled(BOX, PARTNER, 5100, 3, True, NOW))
    assert (value("won_paid_out"), value("won_spent")) == (5100, 5100)
    assert value("reports_on_time") is None  # the report is there, but it is not due yet
    with time_machine.travel(datetime(2026, 12, 18, 14, 59, tzinfo=UTC)):
        assert value("reports_on_time") is None  # its last day is not over in Seoul
    with time_machine.travel(datetime(2026, 12, 18, 15, 0, tzinfo=UTC)):
        assert value("reports_on_time") == 1000
        assert queries.figure("reports_on_time").low == 206  # one of one says little
    assert [one.region for one in queries.by_region("boxes_opened")] == ["9901031021"]
    assert queries.differences() == ()


@pytest.mark.django_db
def test_a_report_told_before_its_payout_waits_for_it() -> None:
    report, payout = ReportFiled(BOX, PARTNER, 10, 1, True, NOW), PayoutPaid(BOX, PARTNER, 10, DUE, NOW)
    with pytest.raises(RuntimeError, match="payout"):
        counting.report_filed(report, ids.new())
    counting.payout_paid(payout, ids.new())
    counting.report_filed(report, ids.new())
    with time_machine.travel(NOW + timedelta(days=60)):
        assert value("reports_on_time") == 1000


@pytest.mark.django_db
def test_a_late_report_counts_as_spent_but_not_as_in_time() -> None:
    counting.payout_paid(PayoutPaid(BOX, PARTNER, 10, DUE, NOW), ids.new())
    counting.report_filed(ReportFiled(BOX, PARTNER, 10, 1, False, NOW), ids.new())
    with time_machine.travel(NOW + timedelta(days=60)):
        assert (value("won_spent"), value("reports_on_time")) == (10, 0)


@pytest.mark.django_db
def test_many_groups_of_gifts_are_counted_in_three_statements() -> None:
    counting.gifts_received([(GiftsReceived(GIFTS[:1], NOW), ids.new())])
    many = tuple(GiftGiven(GiftId(ids.new()), BOX, DONORS[0], 500) for _ in range(512))
    with CaptureQueriesContext(connection) as asked:
        counting.gifts_received(
            [(GiftsReceived(many[:256], NOW), ids.new()), (GiftsReceived(many[256:], NOW), ids.new())]
        )
    assert len(asked) == 3, "the regions of the boxes, the salt, the counts"


def test_every_lineage_is_wired() -> None:
    fed = {kind for one in rules.INDICATORS for kind in one.lineage}
    assert fed <= set(wiring.kinds())


@pytest.mark.django_db(transaction=True)
def test_whoever_agrees_takes_part_until_they_take_it_back() -> None:
    for who in DONORS:
        tell(AgreementGiven(CauseId(BOX), who, NOW))
    assert value("people_taking_part") == 6
    tell(AgreementEnded(CauseId(BOX), DONORS[0], NOW))
    assert value("people_taking_part") == 5
    tell(AgreementGiven(CauseId(BOX), DONORS[0], NOW))
    assert value("people_taking_part") == 6


@pytest.mark.django_db(transaction=True)
def test_won_are_counted_where_the_cause_is(monkeypatch: pytest.MonkeyPatch) -> None:
    making.gate_of(monkeypatch, 1)
    town = making.town()
    box = making.opened(town)
    gifts = tuple(replace(gift, box=box) for gift in GIFTS)
    for news_id in (UUID(int=900), UUID(int=901)):  # told twice, counted once
        with transaction.atomic():
            counting.gifts_received([(GiftsReceived(gifts, NOW), news_id)])
    assert [(one.region, one.value) for one in queries.by_region("won_given")] == [(town.region, 6000)]
