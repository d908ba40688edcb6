"""Slow answers of bots, sent once to the messenger that waits for them; the bot's answer in our own inbox."""

from datetime import timedelta
from uuid import UUID

import httpx
import structlog
from django.db import transaction
from procrastinate.contrib.django import app

from dure.base import clock
from dure.foundations.channels import actions, queries
from dure.foundations.channels.names.skill import CALLBACK_HOSTS, shaped
from dure.foundations.channels.rules import skill
from dure.foundations.channels.types import AskedIn, ChannelId, MessageSaid, Said
from dure.foundations.people.types import AccountClosed, PersonId, system
from dure.kit import tx

UNSENT_KEPT = timedelta(days=1)  # a file of a message that is still being sent is younger
CALL_BACK_SECONDS_MAX = 10  # the messenger takes an answer for a minute after its question
__all__ = ["answer_message", "call_back", "forget_words", "prune_browsers", "sweep_files"]

BY = system("channels.bot")
log = structlog.get_logger(__name__)


@app.task(name="channels.call_back")
def call_back(channel: str, words: str, action: str, callback: str) -> str:
    """Work out a slow answer and send it, once. It is not tried again: after a minute nobody takes it."""
    said = Said(ChannelId(UUID(channel)), None, words, action, AskedIn.SKILL)
    address = skill.may_call_back(callback, CALLBACK_HOSTS)  # again: what is kept in a queue may have been changed
    with transaction.atomic():
        command = queries.slow_command(said, queries.commands_of(said.channel))
        found = command.answering(said) if command else None
    tx.demand_none()
    with httpx.Client(timeout=CALL_BACK_SECONDS_MAX, follow_redirects=False) as line:
        answer = line.post(address, json=shaped(found))
    log.info("skill_called_back", status=answer.status_code)
    return str(answer.status_code)


def answer_message(news: MessageSaid, news_id: UUID) -> None:
    """Let the bot answer what a person said, where the page that took it did not."""
    if news.by_staff is None:
        actions.answer_by_bot(BY, news.message)


def forget_words(news: AccountClosed, news_id: UUID) -> None:
    """What somebody said who has left is erased, and every way to them."""
    actions.forget_words(BY, PersonId(news.person))
    actions.forget_ways(BY, PersonId(news.person))


@app.periodic(cron="47 4 * * *")
@app.task(queueing_lock="channels.sweep_files", pass_context=False)
def sweep_files(timestamp: int) -> int:
    """Every night: delete files that no message has."""
    with tx.durable():
        return actions.sweep_files(BY, clock.now() - UNSENT_KEPT)


@app.periodic(cron="17 4 * * *")
@app.task(queueing_lock="channels.prune_browsers")
def prune_browsers(timestamp: int) -> int:
    """Every night: forget browsers that were silent too long."""
    with tx.durable():
        return actions.prune_subscriptions(BY, clock.now())
