"""Look after payments and refunds, compare the books with the providers', take webhooks, forget donors' details in time."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from procrastinate.contrib.django import app

from dure.base import clock
from dure.foundations.ledger import actions, providers, queries
from dure.foundations.ledger.rules import reconciling as rules
from dure.foundations.ledger.types import Payment, ProviderSilent, RefundAsked, RefundRefused, WebhookSent
from dure.foundations.people import queries as people
from dure.foundations.people.types import PersonId, system
from dure.kit import tx

__all__ = ["converge", "purge", "reconcile", "settle", "take_webhook", "write_refund_accounts"]

log = structlog.get_logger(__name__)


def take_webhook(news: WebhookSent, news_id: UUID) -> None:
    """The embedded sandbox's webhooks come as news, not over the network; from here on they are like any other."""
    actions.receive_webhook(system("ledger.webhooks"), news.provider, news.body.encode(), dict(news.headers))


def write_refund_accounts(told: Sequence[tuple[RefundAsked | RefundRefused, UUID]]) -> None:
    """Ask payers by letter where money goes back to that cannot go the way it came. A retry may send a letter twice."""
    sums = {news.refund: news.amount for news, _ in told}
    for refund, payment_id in queries.refunds_wanting_account(sums):
        payment = queries.payment(payment_id)
        if payment.payer is None or people.person(payment.payer).closed:
            continue  # there is nobody to write to; stewards see it among what is owed
        if queries.refund_account_needed(payment_id):
            _ask_for_account(payment, payment.payer, sums[refund])


def _ask_for_account(payment: Payment, payer: UUID, amount: int) -> None:
    profile = people.profile(PersonId(payer))
    with translation.override(profile.language):
        address = settings.DURE.origin + reverse("ledger:refund_account", args=[payment.id])
        context = {"payment": payment, "amount": amount, "address": address}
        subject = render_to_string("ledger/letters/refund_account_subject.txt", context)
        text = render_to_string("ledger/letters/refund_account.txt", context)
    EmailMessage(" ".join(subject.split()), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [profile.email]).send()


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

    def compare(provider: str) -> None:
        for day in rules.days_of_night(clock.today()):
            run = actions.run_reconciliation(by, provider, *rules.day(day, clock.SEOUL))
            log.info("reconciled", provider=provider, day=str(day), outcome=run.outcome, found=run.found)

    _with_each_provider(compare)


@app.periodic(cron="50 5 * * *")
@app.task(queueing_lock="ledger.settle", lock="ledger.settle", pass_context=False)
def settle(timestamp: int) -> None:
    """Every night: enter what providers paid out yesterday where they can be asked, and name what was never paid out."""
    by = system("ledger.settle")

    def enter(provider: str) -> None:
        try:
            actions.fetch_settlements(by, provider, clock.today() - timedelta(days=1))
        except ProviderSilent:  # the others are still asked; a steward enters what is missing through the API
            log.warning("settlements_not_fetched", provider=provider)
        log.info("settled", provider=provider, missing=actions.name_unsettled(by, provider))

    _with_each_provider(enter)


def _with_each_provider(do: Callable[[str], None]) -> None:
    """Every provider has its turn, whatever went wrong with the one before; then the job fails for all that nobody foresaw."""
    failures: list[Exception] = []
    for provider in providers.names():
        try:
            do(provider)
        except Exception as failure:  # noqa: BLE001 - raised again below, after the others had their turn
            failures.append(failure)
    if failures:
        raise ExceptionGroup("not every provider could be looked at", failures)


@app.periodic(cron="41 4 * * *")
@app.task(queueing_lock="ledger.purge", pass_context=False)
def purge(timestamp: int) -> None:
    """Every night: erase donors' details, and accounts and secrets of payments, that no longer have to be kept."""
    with tx.durable():
        actions.erase_checkouts(system("ledger.purge"))
        actions.purge_donor_identities(system("ledger.purge"))
