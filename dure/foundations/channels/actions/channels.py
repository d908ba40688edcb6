"""A channel opens, changes, is paused by a steward, goes on, and closes for good."""

from django.db import connection

from dure.base import clock, ids
from dure.base.refusals import KeyReused
from dure.foundations.channels import models, queries
from dure.foundations.channels.queries.channels import HOUSE
from dure.foundations.channels.rules import channels as rules
from dure.foundations.channels.rules.friends import WORDS
from dure.foundations.channels.types import (
    BroadcastState,
    Channel,
    ChannelClosed,
    ChannelId,
    ChannelOpened,
    ChannelState,
    ConsentKind,
    HandleTaken,
    NewChannel,
)
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import outbox, sqlfiles, tx

__all__ = ["close_channel", "edit_channel", "open_channel", "pause_channel", "resume_channel"]


def open_channel(by: Actor, new: NewChannel, *, key: str) -> Channel:
    """Open a channel of an organisation, as its owner. The same key again answers the channel that it opened.

    Raises NotAllowed, NotFound, BadValue, HandleTaken, TooManyChannels, KeyReused.
    """
    tx.demand()
    clean = rules.clean_new(new)
    people.organisation(clean.organisation, lock=True)  # so that two owners do not go past the limit together
    channel = ChannelId(ids.derived(clean.organisation, f"channel:{key}"))
    known = models.Channel.objects.filter(id=channel).first()
    has = models.Channel.objects.filter(organisation=clean.organisation).exclude(state=ChannelState.CLOSED).count()
    rules.may_open(by, clean.organisation, has - 1 if known else has)
    if known:
        said = (known.handle, known.name, known.about, known.contact)
        if said != (clean.handle, clean.name, clean.about, clean.contact):
            raise KeyReused(key=key)
        return queries.channel(channel)
    now = clock.now()
    row = models.Channel(
        id=channel,
        organisation=clean.organisation,
        handle=clean.handle,
        name=clean.name,
        about=clean.about,
        contact=clean.contact,
        opened_at=now,
    )
    models.Channel.objects.bulk_create([row], ignore_conflicts=True)
    if not models.Channel.objects.filter(id=channel).exists():
        raise HandleTaken(handle=clean.handle)
    outbox.emit(ChannelOpened(channel=channel, organisation=clean.organisation, at=now))
    return queries.channel(channel)


def edit_channel(by: Actor, channel: ChannelId, *, name: str, about: str, contact: str, discreet: bool = False) -> None:
    """Change what a channel says of itself; its handle stays, it hangs on walls. Raises NotAllowed, NotFound, BadValue."""
    tx.demand()
    rules.may_edit(by, queries.led(channel, lock=True))
    models.Channel.objects.filter(id=channel).update(
        name=rules.clean_line(name, "name", rules.NAME_LENGTH_MAX),
        about=rules.clean_text(about, "about", rules.ABOUT_LENGTH_MAX),
        contact=rules.clean_contact(contact),
        discreet=discreet,
    )


def pause_channel(by: Actor, channel: ChannelId, why: str) -> None:
    """As a steward, let a channel send nothing and take no friends, and say why to its owners. Raises NotAllowed, BadValue."""
    tx.demand()
    rules.may_pause(by, queries.led(channel, lock=True))
    reason = rules.clean_line(why, "why", rules.WHY_LENGTH_MAX)
    models.Channel.objects.filter(id=channel).update(state=ChannelState.PAUSED, paused_why=reason)


def resume_channel(by: Actor, channel: ChannelId) -> None:
    """As a steward, let a paused channel go on. Raises NotAllowed, WrongState."""
    tx.demand()
    rules.may_pause(by, queries.led(channel, lock=True))
    models.Channel.objects.filter(id=channel).update(state=ChannelState.OPEN, paused_why="")


def close_channel(by: Actor, channel: ChannelId) -> int:
    """Close a channel for good: every friend is let go, with a line in the log; its handle stays taken. Answers how many.

    Raises NotAllowed, NotFound, ChannelClosed.
    """
    tx.demand()
    led = queries.led(channel, lock=True)
    rules.may_edit(by, led)
    if led.state is ChannelState.CLOSED:
        raise ChannelClosed()
    now = clock.now()
    kinds = (ConsentKind.NIGHT_ADS, ConsentKind.ADS, ConsentKind.MESSAGES)
    models.Friend.objects.select_for_update().filter(channel_id=channel, left_at__isnull=True).count()
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load(HOUSE, "let_go_lines").text,
            {
                "channel": channel,
                "now": now,
                "kinds": [kind.value for kind in kinds],
                "versions": [WORDS[kind].version for kind in kinds],
            },
        )
    here = models.Friend.objects.filter(channel_id=channel, left_at__isnull=True)
    gone = here.update(left_at=now, ads_since=None, night_ads_since=None)
    models.Channel.objects.filter(id=channel).update(state=ChannelState.CLOSED)
    stopped = [BroadcastState.DRAFT, BroadcastState.ASKED, BroadcastState.SCHEDULED]
    models.Broadcast.objects.filter(channel_id=channel, state__in=stopped).update(state=BroadcastState.STOPPED)
    return gone
