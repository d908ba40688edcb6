"""What a studio leaves to the platform: send what is due, tell what was agreed to, remind every two years."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from procrastinate.contrib.django import app

from dure.base import clock
from dure.base.refusals import Busy, Interrupted, Refusal
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

__all__ = [
    "confirm_consents",
    "confirm_late",
    "finish_broadcast",
    "let_person_go",
    "remind_friends",
    "send_due",
    "settle_costs",
]

RUNS_MAX = 100
BY = system("channels.broadcasts")
log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="channels.send_due")
def send_due(timestamp: int) -> None:
    """Every minute: hand to the outbox what is due. One that is busy waits for the next minute; none holds up another."""
    for broadcast in queries.broadcasts_due(clock.now()):
        _send(broadcast)


def _send(broadcast: BroadcastId) -> None:
    """Start one. What is refused is noted beside it, and what breaks is logged: neither holds up the others."""
    try:
        with tx.durable():
            actions.send_broadcast(BY, broadcast)
    except (Busy, Interrupted):
        log.warning("broadcast_not_sent_yet", broadcast=str(broadcast))
    except Refusal as refusal:
        log.warning("broadcast_refused", broadcast=str(broadcast), code=refusal.code)
        _refuse(broadcast, refusal.code)
    except Exception:
        log.exception("broadcast_broke", broadcast=str(broadcast))


def _refuse(broadcast: BroadcastId, code: str) -> None:
    """Note beside one why it did not leave. Where that cannot be written now, it is tried and refused anew in the next minute."""
    try:
        with tx.durable():
            actions.refuse_broadcast(BY, broadcast, code)
    except (Busy, Interrupted):
        log.warning("broadcast_not_refused_yet", broadcast=str(broadcast), code=code)
    except Exception:
        log.exception("broadcast_broke", broadcast=str(broadcast))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="channels.settle_costs")
def settle_costs(timestamp: int) -> None:
    """Every minute: what sendings that are over came to is spent, and the rest given back."""
    with tx.durable():
        actions.settle_costs(BY)


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
                key = f"{friend.channel.hex}.{since:%Y%m%d}:{friend.person.hex}"
                _tell(channel, (friend.person,), key, _reminder(channel, since))
        if not friends:
            return


def confirm_consents(told: Sequence[tuple[AdConsentChanged, UUID]]) -> None:
    """Tell friends what was noted about ads: by one message each, however many of their choices wait."""
    _confirm(actions.confirm_consents(BY, [news for news, _ in told]), dict(told))


@app.periodic(cron="20 9 * * *")
@app.task(queueing_lock="channels.confirm_late")
def confirm_late(timestamp: int) -> None:
    """Every day: what could not be told at once, because the channel was paused, while the law's 14 days last."""
    with tx.durable():
        _confirm(actions.confirm_consents(BY, queries.unconfirmed(clock.now())), {})


def _confirm(noted: Sequence[AdConsentChanged], ids_of: Mapping[AdConsentChanged, UUID]) -> None:
    """One message for each, and one sending for all of a channel who are told the same."""
    channels = queries.channels(news.channel for news in noted)
    mine: dict[tuple[ChannelId, PersonId], list[AdConsentChanged]] = {}
    for news in noted:
        mine.setdefault((news.channel, news.person), []).append(news)
    alike: dict[tuple[ChannelId, str], list[AdConsentChanged]] = {}
    for (channel, _), each in mine.items():
        alike.setdefault((channel, _confirmation(channels[channel], each)), []).append(each[0])
    for (channel, text), firsts in alike.items():
        first = firsts[0]
        key = ids_of[first].hex if first in ids_of else f"{channel.hex}.{first.at:%Y%m%d%H%M%S%f}"
        persons = tuple(one.person for one in firsts)
        _tell(channels[channel], persons, f"{key}:{first.person.hex}", text)


def finish_broadcast(news: SendingDone, news_id: UUID) -> None:
    """A sending has come to its end, and with it the broadcast that asked for it."""
    if news.about is not None:
        actions.finish_broadcast(BY, BroadcastId(news.about))


def let_person_go(news: AccountClosed, news_id: UUID) -> None:
    """Who closed their account is no channel's friend any more."""
    actions.let_person_go(BY, PersonId(news.person))


def _tell(channel: Channel, persons: tuple[PersonId, ...], key: str, text: str) -> None:
    """A notice about what they agreed to; a channel that says nothing any more leaves it to their own page."""
    if channel.state is not ChannelState.OPEN:
        return
    actions.queue_sending(
        BY, NewSending(channel.id, Purpose.INFO, Content((Text(text),)), f"consent:{key}", persons=persons)
    )


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
