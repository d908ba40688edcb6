"""Becoming a friend, choosing about ads, leaving. Each change is a line in the log and the same in the friend's row."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from dure.base import clock
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.channels import models, queries
from dure.foundations.channels.queries.channels import HOUSE
from dure.foundations.channels.queries.friends import standing_of
from dure.foundations.channels.rules import channels as permits
from dure.foundations.channels.rules import friends as rules
from dure.foundations.channels.rules import segments
from dure.foundations.channels.rules.friends import STRANGER, WORDS, Change, Standing
from dure.foundations.channels.types import (
    AdConsentChanged,
    ChannelId,
    ChannelState,
    ConsentAct,
    ConsentKind,
    Friend,
    FriendDate,
    FriendJoined,
    FriendLeft,
    JoinedBy,
    LinkKind,
    LinkOver,
    NotAFriend,
    Undo,
)
from dure.foundations.people.types import Actor, PersonId
from dure.kit import outbox, sqlfiles, tx

__all__ = [
    "confirm_consents",
    "follow_link",
    "forget_days",
    "join",
    "leave",
    "let_person_go",
    "note_friend",
    "remind_friends",
    "set_ad_consent",
    "withdraw_all_ads",
]

REMINDED_MAX = 500


def join(
    by: Actor,
    channel: ChannelId,
    joined_by: JoinedBy,
    *,
    ads: bool = False,
    night_ads: bool = False,
    origin: str = "page",
) -> Friend:
    """Become a friend, perhaps with ads and night ads, each only if said so. A friend who joins again only adds what is new.

    Raises NotAllowed, NotFound, BadValue, ChannelClosed, ChannelPaused.
    """
    tx.demand()
    me = permits.somebody(by)
    permits.check_takes_friends(queries.held(channel))
    now = clock.now()
    is_new = _added(channel, me, joined_by, now)
    row = _locked(channel, me)
    standing = STRANGER if is_new or row is None else standing_of(row)
    _change(channel, me, standing, rules.joining(standing, ads=ads, night_ads=night_ads), origin, now)
    if not standing.is_friend:
        models.Friend.objects.filter(channel_id=channel, person_id=me).update(joined_by=joined_by)
        outbox.emit(FriendJoined(channel=channel, person=me, joined_by=joined_by, first=is_new, at=now))
    return _friend(channel, me)


def set_ad_consent(by: Actor, channel: ChannelId, kind: ConsentKind, yes: bool, *, origin: str = "page") -> Friend:
    """Say yes or no to ads, or to night ads, of one channel; no to ads is no to night ads. Effective at once.

    Raises NotAllowed, NotAFriend, BadValue; a yes also ChannelClosed, ChannelPaused.
    """
    tx.demand()
    me = permits.somebody(by)
    if yes:
        permits.check_takes_friends(queries.held(channel))
    _choose(channel, me, kind, yes, origin)
    return _friend(channel, me)


def withdraw_all_ads(by: Actor, *, origin: str = "page") -> int:
    """Take back every consent to ads, of all channels at once. Answers of how many."""
    tx.demand()
    me = permits.somebody(by)
    rows = models.Friend.objects.filter(person_id=me, ads_since__isnull=False).order_by("channel_id")
    channels = list(rows.values_list("channel_id", flat=True))
    for channel in channels:
        _choose(ChannelId(channel), me, ConsentKind.ADS, False, origin)
    return len(channels)


def leave(by: Actor, channel: ChannelId, *, origin: str = "page") -> Undo:
    """Stop being a friend: every consent ends, and no batch that is cut from now on holds this person. Answers how to undo it.

    Raises NotAllowed.
    """
    tx.demand()
    me = permits.somebody(by)
    _leave(channel, me, origin)
    return queries.undo_token(channel, me)


def follow_link(by: Actor, token: str, *, origin: str = "leave-link") -> Undo | None:
    """Do what a signed link says, whoever holds it and logged in or not: leave, stop ads, or take leaving back within minutes.

    Answers how to undo a leaving. Raises LinkOver; for an undo also ChannelClosed, ChannelPaused.
    """
    tx.demand()
    said = queries.linked(token)
    match said.kind:
        case LinkKind.LEAVE:
            _leave(said.channel, said.person, origin)
            return queries.undo_token(said.channel, said.person)
        case LinkKind.ADS:
            _choose(said.channel, said.person, ConsentKind.ADS, False, origin)
            return None
        case LinkKind.UNDO:
            _rejoin(said.channel, said.person, origin)
            return None


def confirm_consents(by: Actor, news: Sequence[AdConsentChanged]) -> tuple[AdConsentChanged, ...]:
    """Note in the log that each friend is told what was noted about ads, once; answers what the caller has to tell them now: all
    that they chose and were not told of yet, also what they said after this news. Their rows are locked before that is read, so
    that nothing is chosen meanwhile that the line in the log would cover and the message would not say.

    Who has left cannot be written to (the page on which they left has told them; no mail program leaves for anybody), and a
    paused channel says nothing: no line claims otherwise. For reactions to news, so that it happens within minutes and never
    later than the law's 14 days.
    Raises NotAllowed.
    """
    tx.demand()
    _demand_system(by)
    open_now = {
        one.id for one in queries.channels(one.channel for one in news).values() if one.state is ChannelState.OPEN
    }
    here = {(channel, person) for channel, person in _here(news) if channel in open_now}
    told, now = queries.untold(here), clock.now()
    models.ConsentLine.objects.bulk_create(
        models.ConsentLine(
            channel_id=one.channel,
            person_id=one.person,
            kind=one.kind,
            act=ConsentAct.CONFIRMED,
            version=WORDS[one.kind].version,
            origin="task",
            at=now,
        )
        for one in told
    )
    return told


def remind_friends(by: Actor, most: int = REMINDED_MAX) -> tuple[Friend, ...]:
    """Note the notice of every two years for the friends who are due it, the longest waiting first. Answers whom to tell what.

    Silence keeps the consent (50조 8항). Raises NotAllowed.
    """
    tx.demand()
    _demand_system(by)
    found = []
    for friend in queries.reminders_due(clock.now(), most):
        row = _locked(friend.channel, friend.person)
        if row is None or row.ads_since is None:
            continue
        now = clock.now()
        if not rules.is_reminder_due(row.ads_since, row.reminded_at, now):
            continue
        _log(friend.channel, friend.person, ConsentKind.ADS, ConsentAct.REMINDED, now)
        models.Friend.objects.filter(channel_id=friend.channel, person_id=friend.person).update(reminded_at=now)
        found.append(friend)
    return tuple(found)


def let_person_go(by: Actor, person: PersonId) -> int:
    """Somebody closed their account: every friendship and consent ends, what channels noted is erased. Answers how many.

    The log of consents stays, under a number without a name. Raises NotAllowed.
    """
    tx.demand()
    _demand_system(by)
    rows = models.Friend.objects.filter(person_id=person).order_by("channel_id")
    channels = list(rows.values_list("channel_id", flat=True))
    for channel in channels:
        _leave(ChannelId(channel), person, "closed")
    rows.update(tags=[], note="", region="")
    models.FriendDate.objects.filter(person_id=person).delete()
    return len(channels)


def note_friend(
    by: Actor,
    channel: ChannelId,
    person: PersonId,
    *,
    tags: Sequence[str] | None = None,
    note: str | None = None,
    dates: Sequence[FriendDate] = (),
) -> None:
    """Write down about a friend what the channel needs to know: tags, a note, days. What is None stays as it is.

    The friend reads all of it in their export. Raises NotAllowed, NotFound, NotAFriend, BadValue.
    """
    tx.demand()
    permits.may_work(by, queries.led(channel))
    row = _locked(channel, person)
    if row is None or row.left_at is not None:
        raise NotAFriend()
    if tags is not None:
        row.tags = _clean_tags(tags)
    if note is not None:
        row.note = permits.clean_text(note, "note", rules.NOTE_LENGTH_MAX)
    row.save(update_fields=["tags", "note"])
    for one in rules.clean_dates(dates):
        models.FriendDate.objects.update_or_create(
            channel_id=channel, person_id=person, name=one.name, defaults={"on": one.on}
        )


def forget_days(by: Actor, channel: ChannelId, person: PersonId, names: Collection[str]) -> None:
    """Take back days that the channel wrote down about somebody, by name. Raises NotAllowed, NotFound."""
    tx.demand()
    permits.may_work(by, queries.led(channel))
    models.FriendDate.objects.filter(channel_id=channel, person_id=person, name__in=list(names)).delete()


def _here(news: Sequence[AdConsentChanged]) -> frozenset[tuple[UUID, UUID]]:
    """Who of them is a friend now, (channel, person), their rows locked in one order."""
    rows = models.Friend.objects.select_for_update().filter(pk__in=list({(one.channel, one.person) for one in news}))
    found = rows.filter(left_at__isnull=True).order_by("channel_id", "person_id")
    return frozenset(found.values_list("channel_id", "person_id"))


def _demand_system(by: Actor) -> None:
    if not by.is_system:
        raise NotAllowed(needs="system")


def _log(channel: ChannelId, person: PersonId, kind: ConsentKind, act: ConsentAct, at: datetime | None = None) -> None:
    models.ConsentLine.objects.create(
        channel_id=channel,
        person_id=person,
        kind=kind,
        act=act,
        version=WORDS[kind].version,
        origin="task",
        at=at or clock.now(),
    )


def _clean_tags(tags: Sequence[str]) -> list[str]:
    if len(tags) > rules.TAGS_MAX:
        raise BadValue(field="tags", reason="too_many")
    try:
        return sorted({segments.clean_tag(tag) for tag in tags})
    except ValueError:
        raise BadValue(field="tags", reason="tag") from None


def _leave(channel: ChannelId, person: PersonId, origin: str) -> None:
    row = _locked(channel, person)
    if row is None:
        return
    now, standing = clock.now(), standing_of(row)
    changes = rules.leaving(standing)
    _change(channel, person, standing, changes, origin, now)
    if changes:
        outbox.emit(FriendLeft(channel=channel, person=person, at=now))


def _rejoin(channel: ChannelId, person: PersonId, origin: str) -> None:
    permits.check_takes_friends(queries.held(channel))
    row = _locked(channel, person)
    if row is None:
        raise LinkOver()
    now, standing = clock.now(), standing_of(row)
    changes = rules.joining(standing, ads=False, night_ads=False)
    _change(channel, person, standing, changes, origin, now)
    if changes:
        joined_by = JoinedBy(row.joined_by)
        outbox.emit(FriendJoined(channel=channel, person=person, joined_by=joined_by, first=False, at=now))


def _choose(channel: ChannelId, person: PersonId, kind: ConsentKind, yes: bool, origin: str) -> None:
    row = _locked(channel, person)
    standing = standing_of(row) if row else STRANGER
    _change(channel, person, standing, rules.choosing(standing, kind, yes), origin, clock.now())


def _change(
    channel: ChannelId, person: PersonId, standing: Standing, changes: tuple[Change, ...], origin: str, now: datetime
) -> None:
    """Write the lines and the columns that they lead to; tell what has to be confirmed. The friend's row is locked."""
    if not changes:
        return
    origin = rules.clean_origin(origin)
    models.ConsentLine.objects.bulk_create(
        models.ConsentLine(
            channel_id=channel,
            person_id=person,
            kind=change.kind,
            act=change.act,
            version=WORDS[change.kind].version,
            origin=origin,
            at=now,
        )
        for change in changes
    )
    after = rules.after(standing, [(change.kind, change.act, now) for change in changes])
    models.Friend.objects.filter(channel_id=channel, person_id=person).update(
        joined_at=after.joined_at,
        left_at=after.left_at,
        ads_since=after.ads_since,
        night_ads_since=after.night_ads_since,
        reminded_at=after.reminded_at,
    )
    for change in changes:
        if change.kind is not ConsentKind.MESSAGES:
            outbox.emit(AdConsentChanged(channel=channel, person=person, kind=change.kind, act=change.act, at=now))


def _added(channel: UUID, person: UUID, joined_by: JoinedBy, now: datetime) -> bool:
    """Make the row of somebody who never was a friend. Waits for a twin in flight, then finds its row."""
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load(HOUSE, "add_friend").text,
            {"channel": channel, "person": person, "now": now, "joined_by": joined_by.value},
        )
        return cursor.fetchone() is not None


def _locked(channel: UUID, person: UUID) -> models.Friend | None:
    return models.Friend.objects.select_for_update().filter(channel_id=channel, person_id=person).first()


def _friend(channel: ChannelId, person: PersonId) -> Friend:
    found = queries.friend(channel, person)
    if found is None:
        raise NotAFriend()
    return found
