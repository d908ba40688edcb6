"""What people, channels and stewards do in the engine's proof: each by the action that a face would call, and noted beside it.

An act that the town refuses is no act. Whether one changes anything is read from what was noted, never from the tables.
"""

import random
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import connection

from dure.base import clock
from dure.base.refusals import Refusal
from dure.foundations.channels import actions
from dure.foundations.channels.types import ChannelState, ConsentKind, ConversationId, JoinedBy, Purpose
from dure.foundations.channels.types.law import Standing

from .campaigns import Act, Campaign, Event, read_log
from .engine_town import BY, CONTACT, Friendship, Sent, Town, Voice, vouch

REMINDED_ONE_IN = 20  # at once, so that some are late
_SEEN = "UPDATE people_person SET last_login = %s WHERE id = %s"
_ACTIVE = "UPDATE people_person SET is_active = %s WHERE id = %s"
_CONVERSATION = "SELECT id FROM channels_conversation WHERE channel_id = %s AND person_id = %s"
_CONSENTS = {
    Act.ADS: (ConsentKind.ADS, True),
    Act.NO_ADS: (ConsentKind.ADS, False),
    Act.NIGHT: (ConsentKind.NIGHT_ADS, True),
    Act.NO_NIGHT: (ConsentKind.NIGHT_ADS, False),
}


class Turn(StrEnum):
    """What else happens, beside the acts of a friend."""

    MUTE = "mute"
    UNMUTE = "unmute"
    CLOSE = "close"  # the account
    REOPEN = "reopen"


ACTS: tuple[Act | Turn, ...] = (*Act, Turn.MUTE, Turn.UNMUTE, Turn.CLOSE, Turn.REOPEN, Turn.REOPEN)


def standing(friendship: Friendship, frame: Standing, at: datetime) -> Standing:
    """Where somebody stood at `at`, by what was noted."""
    return read_log(friendship.history(), at, Campaign(Purpose.AD, at, frame, ()))


def act(friendship: Friendship, what: Act | Turn, chance: random.Random) -> None:
    """Do it now, unless the town refuses."""
    try:
        _act(friendship, what, chance)
    except Refusal:
        return


def _act(friendship: Friendship, what: Act | Turn, chance: random.Random) -> None:
    at, person = clock.now(), friendship.person
    match what:
        case Act.JOIN:
            _join(friendship, at, chance)
        case Act.LEAVE:
            actions.leave(person.actor, friendship.voice.id)
            friendship.log.append(Event(at, Act.LEAVE))
        case Act() if what in _CONSENTS:
            _choose(friendship, what, at)
        case Act.SEEN:
            _execute(_SEEN, at, person.id)
            person.log.append(Event(at, Act.SEEN))
        case Act.OPT_OUT:
            person.wants_no_texts = True  # the town learns of it from its dealer
        case Turn.CLOSE | Turn.REOPEN:
            _execute(_ACTIVE, what is Turn.REOPEN, person.id)
            person.open.turn(at, what is Turn.REOPEN)
        case Turn.MUTE | Turn.UNMUTE:
            _mute(friendship, at, what is Turn.MUTE)


def _join(friendship: Friendship, at: datetime, chance: random.Random) -> None:
    before = _now(friendship, at)
    ads = chance.random() < 0.8
    night = ads and chance.random() < 0.5
    actions.join(friendship.person.actor, friendship.voice.id, JoinedBy.QR, ads=ads, night_ads=night)
    changes = (
        (Act.JOIN, before.friend_since is None),
        (Act.SEEN, before.friend_since is None),  # who joins is there
        (Act.ADS, ads and before.ads_since is None),
        (Act.NIGHT, night and before.night_ads_since is None),
    )
    friendship.log += [Event(at, one) for one, is_new in changes if is_new]


def _choose(friendship: Friendship, what: Act, at: datetime) -> None:
    """A yes to what one has agreed to changes nothing: two years are counted from the first."""
    before = _now(friendship, at)
    kind, yes = _CONSENTS[what]
    actions.set_ad_consent(friendship.person.actor, friendship.voice.id, kind, yes)
    stood = before.ads_since if kind is ConsentKind.ADS else before.night_ads_since
    if not yes or stood is None:
        friendship.log.append(Event(at, what))


def _mute(friendship: Friendship, at: datetime, muted: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_CONVERSATION, [friendship.voice.id, friendship.person.id])
        found = cursor.fetchone()
    if found is not None:
        actions.mute_conversation(friendship.person.actor, ConversationId(found[0]), muted)
        friendship.muted.turn(at, muted)


def remind(town: Town) -> None:
    """The notice of every two years, to some of those who are due."""
    at = clock.now()
    for told in actions.remind_friends(BY, max(1, len(town.friendships) // REMINDED_ONE_IN)):
        friendship = town.friendships.get((told.channel, told.person))
        if friendship is not None:
            friendship.log.append(Event(at, Act.REMINDED))


def pause(town: Town, voice: Voice) -> None:
    """A steward silences a channel, or lets it speak again."""
    at = clock.now()
    if voice.state.at(at) is ChannelState.OPEN:
        actions.pause_channel(town.steward, voice.id, "예시")
        voice.state.turn(at, ChannelState.PAUSED)
    elif voice.state.at(at) is ChannelState.PAUSED:
        actions.resume_channel(town.steward, voice.id)
        voice.state.turn(at, ChannelState.OPEN)


def close(town: Town, voice: Voice) -> None:
    """Its owner closes a channel: everybody is let go."""
    at = clock.now()
    actions.close_channel(voice.body.owner, voice.id)
    voice.state.turn(at, ChannelState.CLOSED)
    for (channel, _), friendship in town.friendships.items():
        if channel == voice.id and _now(friendship, at).friend_since is not None:
            friendship.log.append(Event(at, Act.LEAVE))


def rename(voice: Voice, name: str) -> None:
    """A channel is called otherwise: the ads on their way name a sender that is none."""
    actions.edit_channel(voice.body.owner, voice.id, name=name, about="예시", contact=CONTACT)
    voice.name.turn(clock.now(), name)


def doubt(voice: Voice) -> None:
    """The town no longer vouches for an organisation, or does again."""
    at = clock.now()
    yes = not voice.body.public.at(at)
    vouch(voice.body, yes=yes)
    voice.body.public.turn(at, yes)


def stop(town: Town, sent: Sent) -> None:
    """A steward stops a campaign."""
    actions.stop_sending(town.steward, sent.id)
    sent.stopped.turn(clock.now(), True)


def _now(friendship: Friendship, at: datetime) -> Standing:
    return standing(friendship, Standing(expires_at=at, friend_since=None), at)


def _execute(statement: str, *values: bool | datetime | UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
