"""What the ledger does by itself."""

import pytest

from dure.foundations.ledger import queries, tasks
from dure.foundations.ledger.models import Payment
from dure.foundations.ledger.types import WebhookSent
from dure.kit import delivery, outbox, tx
from dure.kit import models as kit_models

from .paying import a_payer, paid

pytestmark = pytest.mark.django_db


def test_a_webhook_asks_for_a_look() -> None:
    payment = paid(a_payer())
    Payment.objects.update(ask_at=None)
    sent = kit_models.News.objects.filter(kind="ledger.WebhookSent").last()
    assert sent is not None
    news = WebhookSent(sent.body["provider"], sent.body["body"], tuple(map(tuple, sent.body["headers"])))
    with tx.durable():
        tasks.take_webhook(news, sent.id)
    assert Payment.objects.get(id=payment.id).ask_at is not None
    tasks.converge(0)
    tasks.purge(0)
    assert Payment.objects.get(id=payment.id).ask_at is None
    assert queries.payment(payment.id).captured


@pytest.mark.django_db(transaction=True)
def test_the_sandboxes_webhooks_arrive_by_the_wiring() -> None:
    wiring = outbox.Wiring()
    wiring.on(WebhookSent, tasks.take_webhook)
    payment = paid(a_payer())
    Payment.objects.update(ask_at=None)
    delivery.run_until_idle(wiring)
    assert Payment.objects.get(id=payment.id).ask_at is not None
    assert not kit_models.Delivery.objects.exclude(state="done").exists()
