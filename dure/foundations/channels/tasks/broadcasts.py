"""What a studio leaves to the platform: send what is due, tell what was agreed to, remind every two years."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from procrastinate.contrib.django import app

from dure.base import clock
from dure.base.refusals import Busy
from dure.foundations.channels import actions, queries
from dure.foundations.channels.types import (
    AdConsentChanged,
    BroadcastId,
    Channel,
    ChannelId,
    ChannelState,
    ConsentAct,
    ConsentKind,
    Content,
    NewSending,
    Purpose,
    SendingDone,
    Text,
)
from dure.foundations.people.types import AccountClosed, PersonId, system
from dure.kit import show, tx

__all__ = ["confirm_consents", "finish_broadcast", "let_person_go", "remind_friends", "send_due"]

RUNS_MAX = 100
BY = system("channels.broadcasts")
log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="channels.send_due")
def send_due(timestamp: int) -> None:
    """Every minute: hand to the outbox what is due. One that is busy waits for the next minute and holds up no other."""
    for broadcast in queries.broadcasts_due(clock.now()):
        try:
            with tx.durable():
                actions.send_broadcast(BY, broadcast)
        except Busy:
            log.warning("broadcast_not_sent_yet", broadcast=str(broadcast))


@app.periodic(cron="40 9 * * *")
@app.task(queueing_lock="channels.remind_friends")
def remind_friends(timestamp: int) -> None:
    """Every day: the notice of every two years, to who is due it. Noted and queued in one transaction."""
    for _ in range(RUNS_MAX):
        with tx.durable():
            friends = actions.remind_friends(BY)
            channels = queries.channels(friend.channel for friend in friends)
            for friend in friends:
                channel = channels[friend.channel]
                since = friend.reminded_at or friend.ads_since or friend.joined_at
                _tell(channel, friend.person, f"{friend.channel.hex}.{since:%Y%m%d}", _reminder(channel, since))
        if not friends:
            return


def confirm_consents(told: Sequence[tuple[AdConsentChanged, UUID]]) -> None:
    """Tell friends what was noted about ads: by one message each, however many of their choices wait."""
    actions.confirm_consents(BY, [news for news, _ in told])
    channels = queries.channels(news.channel for news, _ in told)
    mine: dict[tuple[ChannelId, PersonId], list[tuple[AdConsentChanged, UUID]]] = {}
    for news, news_id in told:
        mine.setdefault((news.channel, news.person), []).append((news, news_id))
    for (channel, person), each in mine.items():
        friend = queries.friend(channel, person)
        if friend and friend.is_here:  # who left was told so by the page on which they left
            _tell(
                channels[channel], person, each[0][1].hex, _confirmation(channels[channel], [news for news, _ in each])
            )


def finish_broadcast(news: SendingDone, news_id: UUID) -> None:
    """A sending has come to its end, and with it the broadcast that asked for it."""
    if news.about is not None:
        actions.finish_broadcast(BY, BroadcastId(news.about))


def let_person_go(news: AccountClosed, news_id: UUID) -> None:
    """Who closed their account is no channel's friend any more."""
    actions.let_person_go(BY, PersonId(news.person))


def _tell(channel: Channel, person: PersonId, key: str, text: str) -> None:
    """One notice to one person about what they agreed to; a channel that says nothing any more leaves it to their own page."""
    if channel.state is not ChannelState.OPEN:
        return
    new = NewSending(channel.id, Purpose.INFO, Content((Text(text),)), f"consent:{key}:{person.hex}", persons=(person,))
    actions.queue_sending(BY, new)


def _confirmation(channel: Channel, changes: Iterable[AdConsentChanged]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        lines = [gettext("{channel} noted what you chose:").format(channel=channel.name)]
        for news in changes:
            chosen = gettext("agreed") if news.act is ConsentAct.GIVEN else gettext("taken back")
            said = gettext("{what}: {chosen} on {moment}")
            lines.append(said.format(what=_kind(news.kind), chosen=chosen, moment=show.moment(news.at)))
        lines.append(gettext("You can change it on the page of the channel at any time, free of charge."))
        return "\n".join(lines)


def _reminder(channel: Channel, since: datetime) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        lines = [
            gettext("You agreed to receive ads of {channel} on {day}.").format(
                channel=channel.name, day=show.day(since)
            ),
            gettext("If that is still right, there is nothing to do."),
            gettext("You can take it back on the page of the channel at any time, free of charge."),
        ]
        return "\n".join(lines)


def _kind(kind: ConsentKind) -> str:
    return gettext("Receiving ads at night") if kind is ConsentKind.NIGHT_ADS else gettext("Receiving ads")
