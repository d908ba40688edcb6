"""Codes that prove a telephone number, carried by a dealer; a word to whoever lost a number; the nightly tidying."""

from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from procrastinate.contrib.django import app

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.channels import actions, providers, queries
from dure.foundations.channels.types import (
    AttemptState,
    Carriage,
    Carried,
    Content,
    NumberAsked,
    NumberMoved,
    Outcome,
    Purpose,
    Route,
    Text,
)
from dure.foundations.people import queries as people
from dure.foundations.people.types import system
from dure.kit import metrics, show, tx

__all__ = ["carry_code", "tidy_ways", "write_number_moved"]

TRIES_MAX = 6
WAIT_SECONDS = 2
BY = system("channels.ways")
log = structlog.get_logger(__name__)


@app.task(name="channels.carry_code")
def carry_code(ask: str, tries: int = 0) -> str:
    """Let a dealer carry the code of one asking to the number that is to be proved. It goes out at any hour: its receiver asked
    for it this minute. The queue holds neither the number nor the code. Who gives no answer is asked again under the same key.
    """
    try:
        asked = queries.number_asked(UUID(ask))
    except NotFound:
        return "over"
    dealer = next(iter(providers.dealers_of(Route.SMS)), None)
    if dealer is None or asked.until <= clock.now():
        _note(asked, Carried.FAILED)
        return "nobody"
    tx.demand_none()
    carriage = _carriage(asked, again=tries > 0)
    said = next(iter(dealer.carry([carriage])), Outcome(key=carriage.key, state=AttemptState.UNSURE, retry_after=1))
    later = said.retry_after is not None and said.state in (AttemptState.FAILED, AttemptState.UNSURE)
    if later and tries < TRIES_MAX:
        wait = {"seconds": max(said.retry_after or 0, WAIT_SECONDS)}
        app.configure_task("channels.carry_code", schedule_in=wait).defer(ask=ask, tries=tries + 1)
        return "later"
    _note(asked, Carried.FAILED if said.state is AttemptState.FAILED else Carried.TAKEN)
    metrics.CODES.labels(str(said.state)).inc()
    log.info("code_carried", dealer=dealer.dealer, state=said.state, code=said.code)
    return str(said.state)


def _carriage(asked: NumberAsked, *, again: bool) -> Carriage:
    with translation.override(people.profile(asked.person).language):
        said = gettext("[Dure] Your code is {code}. It is good for {minutes} minutes. Tell it to nobody.")
        minutes = max(1, (asked.until - clock.now()) // timedelta(minutes=1))
        text = said.format(code=queries.code_of(asked.id), minutes=minutes)
        return Carriage(
            key=asked.id.hex,
            route=Route.SMS,
            to=asked.number,
            content=Content((Text(text),)),
            purpose=Purpose.CARE,
            sender="Dure",
            expires_at=asked.until,
            urgent=True,
            again=again,
        )


def _note(asked: NumberAsked, carried: Carried) -> None:
    with tx.durable():
        actions.note_code(BY, asked.id, carried)


def write_number_moved(news: NumberMoved, news_id: UUID) -> None:
    """Tell whoever had a number that somebody else has proved it. A retry may send it twice; it says the same."""
    try:
        profile = people.profile(news.person)
    except NotFound:
        return
    if profile.verified_at is None:
        return
    with translation.override(profile.language):
        address = settings.DURE.origin + reverse("channels:notifications")
        context = {"shown": news.shown, "address": address, "moment": show.moment(news.at)}
        subject = render_to_string("channels/letters/number_moved_subject.txt", context)
        text = render_to_string("channels/letters/number_moved.txt", context)
    EmailMessage(" ".join(subject.split()), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [profile.email]).send()


@app.periodic(cron="23 4 * * *")
@app.task(queueing_lock="channels.tidy_ways", pass_context=False)
def tidy_ways(timestamp: int) -> int:
    """Every night: erase askings that are over and addresses lost long ago; follow accounts to their new e-mail address."""
    with tx.durable():
        return actions.tidy_ways(BY, clock.now())
