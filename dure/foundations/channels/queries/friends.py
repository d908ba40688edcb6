"""Reads about friends: where somebody stands with a channel, a channel's list, what was agreed to and when."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from dure.foundations.channels import models
from dure.foundations.channels.rules import channels as rules
from dure.foundations.channels.rules import figures
from dure.foundations.channels.rules import segments as segment_rules
from dure.foundations.channels.rules.friends import REMIND_AHEAD, REMIND_EVERY_YEARS, Standing, is_reminder_due
from dure.foundations.channels.types import (
    EVERYBODY,
    AdConsentChanged,
    ChannelId,
    ChannelState,
    ConsentAct,
    ConsentKind,
    ConsentLine,
    Friend,
    FriendDate,
    FriendNote,
    FriendPage,
    JoinedBy,
    KnownFriend,
    NotAFriend,
    Segment,
    TooFewToTell,
)
from dure.foundations.people.types import Actor, PersonId

from .channels import led
from .segments import fitting

__all__ = [
    "consent_log",
    "export_of",
    "friend",
    "friends",
    "friendships",
    "noted",
    "noted_all",
    "reminders_due",
    "strangers",
    "tags_of",
    "unconfirmed",
    "untold",
]

PAGE_SIZE = 50
LOG_LINES_MAX = 200
FRIENDSHIPS_MAX = 500
TAGS_LISTED_MAX = 100
TAGS_READ_MAX = 5_000
UNCONFIRMED_MAX = 500
CONFIRM_WITHIN = timedelta(days=14)  # 시행령 62조의2


def friend(channel: UUID, person: UUID) -> Friend | None:
    """Where a person and a channel stand; None: they never were friends."""
    row = models.Friend.objects.filter(channel_id=channel, person_id=person).first()
    return _friend(row) if row else None


def strangers(channel: UUID, persons: Collection[UUID]) -> frozenset[PersonId]:
    """Those of these persons who never were friends of a channel."""
    rows = models.Friend.objects.filter(channel_id=channel, person_id__in=list(persons))
    return frozenset(PersonId(one) for one in persons) - set(rows.values_list("person_id", flat=True))


def friendships(person: UUID) -> tuple[Friend, ...]:
    """The channels whose friend somebody is, the newest first."""
    rows = models.Friend.objects.filter(person_id=person, left_at__isnull=True).order_by("-joined_at", "channel_id")
    return tuple(_friend(row) for row in rows[:FRIENDSHIPS_MAX])


def friends(by: Actor, channel: UUID, segment: Segment = EVERYBODY, page: int = 1) -> FriendPage:
    """A page of a channel's friends whom `segment` fits, the newest first: for who works there.

    A segment that asks for openings or places is not shown by name, nor is who takes ads.
    Raises NotAllowed, NotFound, TooFewToTell.
    """
    rules.may_work(by, led(channel))
    if segment_rules.is_private(segment):
        raise TooFewToTell(floor=figures.FLOOR)
    rows = fitting(segment, channel).order_by("-joined_at", "person_id")
    total = rows.count()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return FriendPage(tuple(_known(row) for row in shown), total, page, pages)


def noted(by: Actor, channel: UUID, person: UUID) -> FriendNote:
    """What the channel wrote down about a friend. Raises NotAllowed, NotFound, NotAFriend."""
    rules.may_work(by, led(channel))
    row = models.Friend.objects.filter(channel_id=channel, person_id=person, left_at__isnull=True).first()
    if row is None:
        raise NotAFriend()
    return FriendNote(tuple(row.tags), row.note, _dates(channel, person))


def noted_all(by: Actor, channel: UUID, persons: Sequence[PersonId]) -> Mapping[PersonId, FriendNote]:
    """What the channel wrote down about these friends, in two statements; who is no friend is missing.

    Raises NotAllowed, NotFound.
    """
    rules.may_work(by, led(channel))
    rows = models.Friend.objects.filter(channel_id=channel, person_id__in=persons, left_at__isnull=True)
    days: dict[UUID, list[FriendDate]] = {}
    for row in models.FriendDate.objects.filter(channel_id=channel, person_id__in=persons).order_by(
        "name", "person_id"
    ):
        days.setdefault(row.person_id, []).append(FriendDate(row.name, row.on))
    return {
        PersonId(row.person_id): FriendNote(tuple(row.tags), row.note, tuple(days.get(row.person_id, ())))
        for row in rows
    }


def tags_of(by: Actor, channel: UUID) -> tuple[str, ...]:
    """The tags that a channel uses, the most used first. Raises NotAllowed, NotFound."""
    rules.may_work(by, led(channel))
    used: dict[str, int] = {}
    rows = models.Friend.objects.filter(channel_id=channel, left_at__isnull=True).exclude(tags=[])
    for tags in rows.values_list("tags", flat=True)[:TAGS_READ_MAX]:
        for tag in tags:
            used[tag] = used.get(tag, 0) + 1
    return tuple(sorted(used, key=lambda tag: (-used[tag], tag))[:TAGS_LISTED_MAX])


def consent_log(channel: UUID, person: UUID) -> tuple[ConsentLine, ...]:
    """What one friend agreed to and took back, and what they were told of it; the newest LOG_LINES_MAX lines, newest first."""
    rows = models.ConsentLine.objects.filter(channel_id=channel, person_id=person).order_by("-id")
    return tuple(_line(row) for row in rows[:LOG_LINES_MAX])


def standing_of(row: models.Friend) -> Standing:
    """The columns of a friend, as rules take them."""
    return Standing(row.joined_at, row.left_at, row.ads_since, row.night_ads_since, row.reminded_at)


def reminders_due(now: datetime, most: int) -> tuple[Friend, ...]:
    """Friends who are due the notice of every two years, those who wait longest first; of channels that can give it now."""
    before = (
        now - timedelta(days=REMIND_EVERY_YEARS * 365) + REMIND_AHEAD + timedelta(days=1)
    )  # a rough net; the rule decides
    rows = models.Friend.objects.filter(Q(reminded_at__isnull=True) | Q(reminded_at__lte=before), ads_since__lte=before)
    rows = rows.filter(channel__state=ChannelState.OPEN)
    rows = rows.annotate(last=Greatest("ads_since", F("reminded_at"))).order_by("last", "channel_id", "person_id")
    return tuple(
        _friend(row)
        for row in rows[:most]
        if row.ads_since is not None and is_reminder_due(row.ads_since, row.reminded_at, now)
    )


def unconfirmed(now: datetime) -> tuple[AdConsentChanged, ...]:
    """What friends chose about ads within CONFIRM_WITHIN and were not told of yet, the oldest first; of open channels."""
    rows = _untold().filter(at__gte=now - CONFIRM_WITHIN, channel__state=ChannelState.OPEN)
    return tuple(_changed(row) for row in rows.order_by("at", "id")[:UNCONFIRMED_MAX])


def untold(friends: Collection[tuple[UUID, UUID]]) -> tuple[AdConsentChanged, ...]:
    """What these friends, (channel, person), chose about ads and were not told of yet, in the order in which they chose it."""
    channels, persons = {channel for channel, _ in friends}, {person for _, person in friends}
    rows = _untold().filter(channel__in=channels, person__in=persons).order_by("id")
    return tuple(_changed(row) for row in rows if (row.channel_id, row.person_id) in friends)


def _untold() -> QuerySet[models.ConsentLine]:
    """Choices of friends after which the log has no line that they were told. By their place in the log, not by a clock: both are
    written under the lock of the friend's row. What they said before they left and came back is none of them.
    """
    here = models.Friend.objects.filter(
        channel=OuterRef("channel"), person=OuterRef("person"), left_at=None, joined_at__lte=OuterRef("at")
    )
    told = models.ConsentLine.objects.filter(
        channel=OuterRef("channel"),
        person=OuterRef("person"),
        kind=OuterRef("kind"),
        act=ConsentAct.CONFIRMED,
        id__gt=OuterRef("id"),
    )
    return models.ConsentLine.objects.filter(
        Exists(here),
        ~Exists(told),
        kind__in=(ConsentKind.ADS, ConsentKind.NIGHT_ADS),
        act__in=(ConsentAct.GIVEN, ConsentAct.WITHDRAWN),
    )


def _changed(row: models.ConsentLine) -> AdConsentChanged:
    return AdConsentChanged(
        ChannelId(row.channel_id), PersonId(row.person_id), ConsentKind(row.kind), ConsentAct(row.act), row.at
    )


def export_of(person: UUID) -> Mapping[str, object]:
    """What channels know about a person, for the data export: also what they wrote down about them."""
    rows = models.Friend.objects.filter(person_id=person).select_related("channel").order_by("joined_at", "channel_id")
    return {
        "friendships": [_exported(row) for row in rows],
        "consents": _exported_lines(person),
    }


def _exported(row: models.Friend) -> Mapping[str, object]:
    return {
        "channel": row.channel.name,
        "handle": row.channel.handle,
        "joined_at": row.joined_at,
        "joined_by": row.joined_by,
        "left_at": row.left_at,
        "ads_since": row.ads_since,
        "night_ads_since": row.night_ads_since,
        "last_reminded_at": row.reminded_at,
        "last_opened_at": row.opened_at,
        "tags": row.tags,
        "note": row.note,
        "days": {one.name: one.on for one in _dates(row.channel_id, row.person_id)},
    }


def _exported_lines(person: UUID) -> Iterator[Mapping[str, object]]:
    lines = models.ConsentLine.objects.filter(person_id=person).select_related("channel").order_by("id")
    for line in lines.iterator():
        yield {
            "channel": line.channel.handle,
            "kind": line.kind,
            "act": line.act,
            "version": line.version,
            "origin": line.origin,
            "at": line.at,
        }


def _dates(channel: UUID, person: UUID) -> tuple[FriendDate, ...]:
    rows = models.FriendDate.objects.filter(channel_id=channel, person_id=person).order_by("name")
    return tuple(FriendDate(row.name, row.on) for row in rows)


def _friend(row: models.Friend) -> Friend:
    return Friend(
        channel=ChannelId(row.channel_id),
        person=PersonId(row.person_id),
        joined_at=row.joined_at,
        joined_by=JoinedBy(row.joined_by),
        left_at=row.left_at,
        ads_since=row.ads_since,
        night_ads_since=row.night_ads_since,
        reminded_at=row.reminded_at,
        tags=tuple(row.tags),
        note=row.note,
    )


def _known(row: models.Friend) -> KnownFriend:
    return KnownFriend(
        channel=ChannelId(row.channel_id),
        person=PersonId(row.person_id),
        joined_at=row.joined_at,
        joined_by=JoinedBy(row.joined_by),
        tags=tuple(row.tags),
        note=row.note,
    )


def _line(row: models.ConsentLine) -> ConsentLine:
    return ConsentLine(
        channel=ChannelId(row.channel_id),
        person=PersonId(row.person_id),
        kind=ConsentKind(row.kind),
        act=ConsentAct(row.act),
        version=row.version,
        origin=row.origin,
        at=row.at,
    )
