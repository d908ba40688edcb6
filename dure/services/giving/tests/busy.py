"""A town in which everything has happened once: a box at every stage, for the tests of the proofs."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from dure.foundations.ledger.types import PaymentDeclined, Scenario
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, system
from dure.kit import delivery
from dure.kit.outbox import Wiring
from dure.services.giving import actions, models, queries
from dure.services.giving.types import (
    BoxId,
    CauseId,
    GiftId,
    GiftRefunded,
    GiftsReceived,
    MatchKind,
)

from . import making
from .making import Town, key
from .strategies import lines_of

BY = system("test")


@dataclass(frozen=True)
class Busy:
    """The town, and what the tests break in it."""

    of: Town
    giver: Actor
    open: BoxId
    gift: GiftId
    returned: GiftId
    declined: UUID
    cheer: UUID
    planned: BoxId
    paid: BoxId
    reported: BoxId
    refunded: BoxId
    vetting: CauseId
    fund: UUID


def town(of: Town) -> Busy:
    """Everything once, and the news of it delivered to what giving does with it. The gate must be set to 1."""
    fund = actions.open_fund(of.stewards[0], "Sample fund", None, key=key())
    actions.top_up(of.stewards[0], fund, 1_000, key(), key=key())
    giver, box = folk.person(), making.opened(of)
    gift, back = making.given(giver, box, 5_000), making.given(giver, box, 7_000)
    actions.refund_gift(giver, back.id, "a slip", key=key())
    making.begun(giver, box, 900)
    for text in ("Well done", "Again"):
        actions.cheer(giver, box, MatchKind.COMMENT, text, key=key())
    actions.take_pooled(BY, making.pooled(box, 2_000))
    return Busy(
        of=of,
        giver=giver,
        open=box,
        gift=gift.id,
        returned=back.id,
        declined=_declined(box),
        cheer=models.Cheer.objects.get(box_id=box, matched__gt=0).id,
        planned=_planned(of),
        paid=making.paid_out(of, (60_000, 40_000))[0],
        reported=_reported(of),
        refunded=_refunded(of),
        vetting=_vetting(of),
        fund=fund,
    )


def hear() -> None:
    """Deliver the news so far to the reactions of giving itself."""
    wiring = Wiring()
    wiring.on_many(GiftsReceived, _attest)
    wiring.on(GiftRefunded, _unattest)
    delivery.run_until_idle(wiring)


def _attest(told: Sequence[tuple[GiftsReceived, UUID]]) -> None:
    actions.attest_gifts(BY, [news for news, _ in told])


def _unattest(news: GiftRefunded, news_id: UUID) -> None:
    actions.unattest_gift(BY, news)


def _declined(box: BoxId) -> UUID:
    donor = folk.person()
    order = making.begun(donor, box, 1_100)
    with suppress(PaymentDeclined):
        actions.complete_gift(donor, making.chosen(order, Scenario.CARD_REFUSED))
    return models.Gift.objects.get(donor_id=folk.id_of(donor)).id


def _planned(of: Town) -> BoxId:
    box, gifts = making.closed(of, (80_000, 30_000))
    for _ in range(2):  # a refund sends the first plan back
        actions.revise_plan(of.owner, box, lines_of(queries.totals(box).raised, 2), key=key())
        if gifts:
            actions.refund_gift(of.stewards[0], gifts[1], "asked by telephone", key=key())
            gifts = ()
    return box


def _reported(of: Town) -> BoxId:
    """Gifts and a match left together; two lines say what for."""
    box = making.opened(of, 100_000)
    making.given(folk.person(), box, 100_000)
    actions.cheer(folk.person(), box, MatchKind.SHARE, "", key=key())
    actions.close(of.owner, box, key=key())
    actions.revise_plan(of.owner, box, lines_of(queries.totals(box).raised, 2), key=key())
    for steward in of.stewards:
        making.approve(steward, box)
    actions.pay_out(of.stewards[0], box, key=key())
    making.spend(of, box, 70_100)
    making.spend(of, box, 30_000)
    actions.file_report(of.owner, box, key=key())
    return box


def _refunded(of: Town) -> BoxId:
    box = making.opened(of)
    making.given(folk.person(), box, 3_000)
    actions.cheer(folk.person(), box, MatchKind.SHARE, "", key=key())
    actions.take_pooled(BY, making.pooled(box, 500))
    actions.stop(of.stewards[0], box, "It cannot be done.", key=key())
    while actions.refund_stopped(BY, box):
        pass
    return box


def _vetting(of: Town) -> CauseId:
    cause = making.agreed(of, 1)
    actions.ask_work(of.stewards[0], cause, "Please say more.", key=key())
    actions.resubmit(of.proposer, cause, key=key())
    return cause
