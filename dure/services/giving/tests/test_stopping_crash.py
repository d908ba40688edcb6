"""The bulk refund of a stopped box dies at any statement and is begun again: each giver is paid back once, to the won."""

from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import commands as ledger_commands
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.providers import SANDBOX
from dure.foundations.ledger.types import AccountId, RefundState
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import system
from dure.kit import models as kit_models
from dure.kit.testing import dies_at
from dure.kit.verify import silent
from dure.services.giving import actions, models, queries
from dure.services.giving.types import BoxId, CauseState, GiftState

from . import making
from .making import Town, key

BY = system("test")
SUMS = (1_000, 2_000, 2_000)  # two equal ones: each is somebody's own


def refund_and_settle(box: BoxId) -> None:
    while actions.refund_stopped(BY, box):
        pass
    ledger.settle_refunds(BY)


def test_a_bulk_refund_goes_on_after_a_crash_at_every_statement(town: Town) -> None:
    box = making.opened(town)
    gifts = [making.given(folk.person(), box, won) for won in SUMS]
    actions.stop(town.stewards[0], box, "The partner cannot deliver.", key=key())
    payments = [book.payment(row.payment) for row in models.Gift.objects.filter(id__in=[gift.id for gift in gifts])]
    statement, deaths = 1, 0
    while dies_at(statement, lambda: refund_and_settle(box)):
        statement, deaths = statement + 1, deaths + 1
    refunds = [refund for payment in payments for refund in book.refunds_of(payment.id)]
    assert deaths > 30, "it was to die often"
    assert sorted(refund.amount for refund in refunds) == sorted(SUMS)
    for refund in refunds:  # one whose answer was lost is due a little later
        if refund.state is RefundState.ASKED:
            ledger.settle_refund(BY, refund.id)
    assert {book.refund(each.id).state for each in refunds} == {RefundState.SETTLED}  # type: ignore[union-attr]  # the row was made above
    assert [SANDBOX.find(payment.order)[0].balance for payment in payments] == [0, 0, 0]
    assert [len(SANDBOX.find(payment.order)[0].cancels) for payment in payments] == [1, 1, 1]
    assert {queries.gift(gift.id).state for gift in gifts} == {GiftState.REFUNDED}
    assert book.balance(AccountId(models.Box.objects.get(cause_id=box).account)).held == 0
    assert queries.card(box).state is CauseState.REFUNDED
    told = kit_models.News.objects.filter(kind="giving.GiftRefunded")
    assert sorted(news.body["amount"] for news in told) == sorted(SUMS)
    assert [found for check in ledger_commands.verify_checks() for found in check.run(silent)] == []
