"""Look after payments and refunds, compare the books with the providers', take webhooks, forget donors' details in time."""

from datetime import timedelta
from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from dure.base import clock
from dure.foundations.ledger import actions, providers
from dure.foundations.ledger.rules import reconciling as rules
from dure.foundations.ledger.types import ProviderSilent, WebhookSent
from dure.foundations.people.types import system
from dure.kit import tx

__all__ = ["converge", "purge", "reconcile", "settle", "take_webhook"]

log = structlog.get_logger(__name__)


def take_webhook(news: WebhookSent, news_id: UUID) -> None:
    """The embedded sandbox's webhooks come as news, not over the network; from here on they are like any other."""
    actions.receive_webhook(system("ledger.webhooks"), news.provider, news.body.encode(), dict(news.headers))


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="ledger.converge", lock="ledger.converge", pass_context=False)
def converge(timestamp: int) -> None:
    """Every ten seconds: ask the providers about what is open, and tell them what is to be given back."""
    by = system("ledger.converge")
    actions.converge_payments(by)
    actions.settle_refunds(by)


@app.periodic(cron="20 5 * * *")
@app.task(queueing_lock="ledger.reconcile", lock="ledger.reconcile", pass_context=False)
def reconcile(timestamp: int) -> None:
    """Every night: compare yesterday, and some days before it, with what every provider has."""
    by = system("ledger.reconcile")
    for provider in providers.names():
        for day in rules.days_of_night(clock.today()):
            run = actions.run_reconciliation(by, provider, *rules.day(day, clock.SEOUL))
            log.info("reconciled", provider=provider, day=str(day), outcome=run.outcome, found=run.found)


@app.periodic(cron="50 5 * * *")
@app.task(queueing_lock="ledger.settle", lock="ledger.settle", pass_context=False)
def settle(timestamp: int) -> None:
    """Every night: enter what providers paid out yesterday where they can be asked, and name what was never paid out."""
    by = system("ledger.settle")
    for provider in providers.names():
        try:
            actions.fetch_settlements(by, provider, clock.today() - timedelta(days=1))
        except ProviderSilent:  # the others are still asked; a steward enters what is missing through the API
            log.warning("settlements_not_fetched", provider=provider)
        log.info("settled", provider=provider, missing=actions.name_unsettled(by, provider))


@app.periodic(cron="41 4 * * *")
@app.task(queueing_lock="ledger.purge", pass_context=False)
def purge(timestamp: int) -> None:
    """Every night: erase donors' details, and accounts and secrets of payments, that no longer have to be kept."""
    with tx.durable():
        actions.erase_checkouts(system("ledger.purge"))
        actions.purge_donor_identities(system("ledger.purge"))
