"""Many become friends at once: what `join` does for each of them, in few statements however many they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.channels import models, queries
from dure.foundations.channels.queries.channels import HOUSE
from dure.foundations.channels.queries.friends import standing_of
from dure.foundations.channels.rules import channels as permits
from dure.foundations.channels.rules import friends as rules
from dure.foundations.channels.rules.friends import STRANGER, WORDS, Change, Standing
from dure.foundations.channels.types import (
    JOINING_MAX,
    AdConsentChanged,
    ChannelId,
    ConsentKind,
    FriendJoined,
    JoinedBy,
    Joining,
)
from dure.foundations.people import queries as people
from dure.kit import outbox, sqlfiles, tx

__all__ = ["join_many"]


@dataclass(frozen=True, slots=True)
class _Step:
    """One person of the list: where they stood, what they add to the log, where they stand then."""

    person: PersonId
    before: Standing
    changes: tuple[Change, ...]
    after: Standing

    @property
    def joins(self) -> bool:
        return not self.before.is_friend


def join_many(
    by: Actor, channel: ChannelId, joined_by: JoinedBy, said: Sequence[Joining], *, origin: str = "service"
) -> int:
    """Let everybody of a list become a friend, with ads and night ads only as each of them said so: the rows, the lines of the
    log and the news that `join` makes for each of them in turn. Answers how many were no friends before.

    For the platform itself: who brings a list of friends from elsewhere brings what each of them agreed to. All of the list, or
    nothing of it; at most JOINING_MAX. Raises NotAllowed, NotFound, BadValue, ChannelClosed, ChannelPaused.
    """
    tx.demand()
    if not by.is_system:
        raise NotAllowed(needs="system")
    origin = rules.clean_origin(origin)
    wanted = _wanted(said)
    permits.check_takes_friends(queries.held(channel))
    if not wanted:
        return 0
    now = clock.now()
    fresh = _added(channel, wanted, joined_by, now)
    here = dict.fromkeys(fresh, STRANGER) | _locked(channel, [one for one in wanted if one not in fresh])
    steps = [_step(here[person], one, now) for person, one in wanted.items()]
    _write_log(channel, steps, origin, now)
    _write_standings(channel, [one for one in steps if one.changes and one.person not in fresh], joined_by)
    outbox.emit_many([news for one in steps for news in _news(channel, one, (joined_by, fresh), now)])
    return sum(one.joins for one in steps)


def _wanted(said: Sequence[Joining]) -> dict[PersonId, Joining]:
    """What each person of the list said, however often they stand in it. Raises BadValue, NotFound."""
    if len(said) > JOINING_MAX:
        raise BadValue(field="persons", reason="too_many")
    wanted: dict[PersonId, Joining] = {}
    for one in said:
        rules.joining(STRANGER, ads=one.ads, night_ads=one.night_ads)  # refuses what nobody can say
        old = wanted.get(one.person, one)
        wanted[one.person] = Joining(one.person, one.ads or old.ads, one.night_ads or old.night_ads)
    if sum(not card.closed for card in people.persons(wanted).values()) < len(wanted):
        raise NotFound(what="person")
    return wanted


def _step(before: Standing, said: Joining, now: datetime) -> _Step:
    changes = rules.joining(before, ads=said.ads, night_ads=said.night_ads)
    after = rules.after(before, [(change.kind, change.act, now) for change in changes])
    return _Step(said.person, before, changes, after)


def _news(
    channel: ChannelId, one: _Step, how: tuple[JoinedBy, frozenset[UUID]], now: datetime
) -> list[AdConsentChanged | FriendJoined]:
    joined_by, fresh = how
    told: list[AdConsentChanged | FriendJoined] = [
        AdConsentChanged(channel=channel, person=one.person, kind=change.kind, act=change.act, at=now)
        for change in one.changes
        if change.kind is not ConsentKind.MESSAGES
    ]
    if one.joins:
        first = one.person in fresh
        told.append(FriendJoined(channel=channel, person=one.person, joined_by=joined_by, first=first, at=now))
    return told


def _added(
    channel: ChannelId, wanted: Mapping[PersonId, Joining], joined_by: JoinedBy, now: datetime
) -> frozenset[UUID]:
    """Make the rows of those who never were friends. Waits for a twin in flight and leaves its rows alone."""
    asked: dict[str, Any] = {
        "channel": channel,
        "now": now,
        "joined_by": joined_by.value,
        "persons": list(wanted),
        "ads": [one.ads for one in wanted.values()],
        "night_ads": [one.night_ads for one in wanted.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "add_friends").text, asked)
        return frozenset(row[0] for row in cursor.fetchall())


def _locked(channel: ChannelId, persons: Sequence[PersonId]) -> dict[PersonId, Standing]:
    if not persons:
        return {}
    rows = models.Friend.objects.select_for_update().filter(channel_id=channel, person_id__in=persons)
    return {PersonId(row.person_id): standing_of(row) for row in rows.order_by("person_id")}


def _write_log(channel: ChannelId, steps: Sequence[_Step], origin: str, now: datetime) -> None:
    lines = [(one.person, change) for one in steps for change in one.changes]
    asked: dict[str, Any] = {
        "channel": channel,
        "origin": origin,
        "now": now,
        "persons": [person for person, _ in lines],
        "kinds": [change.kind.value for _, change in lines],
        "acts": [change.act.value for _, change in lines],
        "versions": [WORDS[change.kind].version for _, change in lines],
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "add_consents").text, asked)


def _write_standings(channel: ChannelId, steps: Sequence[_Step], joined_by: JoinedBy) -> None:
    if not steps:
        return
    asked: dict[str, Any] = {
        "channel": channel,
        "joined_by": joined_by.value,
        "persons": [one.person for one in steps],
        "joined": [one.after.joined_at for one in steps],
        "left": [one.after.left_at for one in steps],
        "ads": [one.after.ads_since for one in steps],
        "night_ads": [one.after.night_ads_since for one in steps],
        "reminded": [one.after.reminded_at for one in steps],
        "backs": [one.joins for one in steps],
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "set_friends").text, asked)
