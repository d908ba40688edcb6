"""Announcements are written, sent, seconded, taken back and ended.

Locks: the announcement. Its airings are made in the same transaction that sends it, and nothing of them is told to anybody before
the time to take it back is over.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.channels import queries as channels
from dure.foundations.channels.types import Content, Purpose, Text
from dure.foundations.people import queries as people
from dure.kit import limits, tx
from dure.services.broadcast import models, queries
from dure.services.broadcast.queries.announcements import demand_speaker, first_airing
from dure.services.broadcast.rules import permits, recording, repeating, studio
from dure.services.broadcast.types import (
    Announcement,
    AnnouncementId,
    AnnouncementState,
    Kind,
    NewAnnouncement,
    NotPublic,
    NotUndone,
    NotWritten,
    Recording,
    VillageId,
)

from .recalling import expire_waiting

__all__ = [
    "agree_announcement",
    "end_announcement",
    "lapse_asked",
    "send_announcement",
    "take_back",
    "throw_away",
    "write_announcement",
]

DAY_SECONDS = 86_400
WRITTEN_PER_DAY_MAX = 60  # of one person
SENT_PER_DAY_MAX = 20  # to one village, of which each may come by four ways
VILLAGE_ZONE = "Asia/Seoul"  # by which repetitions go


def write_announcement(
    by: Actor, new: NewAnnouncement, voice: Recording | None, *, key: str, instead_of: AnnouncementId | None = None
) -> Announcement:
    """Keep what somebody wants to say as a draft, with their voice if there is one; nobody is told yet. `instead_of`: a draft of
    their own that this one replaces, whose voice goes on where there is no other.

    Raises NotAllowed, NotFound, NotWritten, BadValue, NoOffice, RepeatsUnfit, NoChannel, AdLooksLikeInfo, TooOften.
    """
    mark = (new, None if voice is None else (voice.content_type, voice.seconds, len(voice.content)), instead_of)
    with tx.action(by, "broadcast.write_announcement", key, mark, UUID) as done:
        if done:
            return queries.announcement(AnnouncementId(done.answer()))
        person, now = permits.somebody(by), clock.now()
        limits.count(f"broadcast.write_announcement:{person}", WRITTEN_PER_DAY_MAX, DAY_SECONDS)
        said = replace(
            new,
            words=studio.tidy(new.words),
            author=person,
            confirmed=new.villages,
            seconds=voice.seconds if voice else 0.0,
        )
        studio.check(said, queries.tenures_of([person]), clock.today(), now)
        repeating.times(said.repeats, said.airs or now, VILLAGE_ZONE)  # refused here, where it can be changed
        _demand_fit(said)
        kept = None if voice is None else _keep(voice, now)
        translated = _translated(instead_of, said.words)
        if instead_of is not None:
            kept = _replace(instead_of, person, kept)
        made = models.Announcement.objects.create(
            id=ids.new(),
            author_id=person,
            kind=said.kind,
            words=said.words,
            recording_id=kept,
            airs=said.airs,
            expires=said.expires,
            repeats=said.repeats,
            written_at=now,
        )
        models.AnnouncementVillage.objects.bulk_create(
            models.AnnouncementVillage(announcement=made, village_id=one) for one in sorted(said.villages)
        )
        models.Translation.objects.bulk_create(models.Translation(announcement=made, **one) for one in translated)
        if not said.typed:
            models.WordsWanted.objects.create(announcement=made, at=now)
        return queries.announcement(AnnouncementId(done.keep(made.id)))


def throw_away(by: Actor, announcement: AnnouncementId) -> None:
    """Throw a draft away, with its voice. Twice is once. Raises NotAllowed, NotWritten."""
    person = permits.somebody(by)
    with tx.durable():
        row = models.Announcement.objects.select_for_update().filter(id=announcement).first()
        if row is None:
            return
        if row.author_id != person:
            raise NotAllowed(needs="author")
        _demand_state(row, AnnouncementState.DRAFT)
        voice = row.recording_id
        row.delete()
        models.Recording.objects.filter(id__in=[voice]).delete()


def send_announcement(
    by: Actor, announcement: AnnouncementId, confirmed: frozenset[VillageId], *, key: str
) -> Announcement:
    """Send a draft to the villages that its author read back: it airs ten seconds later, or at its time. An urgent one waits for
    the word of another person with an office in all of them.

    Raises NotAllowed, NotFound, NotWritten, BadValue, NoOffice, VillagesDiffer, RepeatsUnfit, NoChannel, NotPublic, TooOften,
    AdLooksLikeInfo.
    """
    with tx.action(by, "broadcast.send_announcement", key, (announcement, confirmed), UUID) as done:
        if done:
            return queries.announcement(announcement)
        row, now = _lock(announcement), clock.now()
        if permits.somebody(by) != row.author_id:
            raise NotAllowed(needs="author")
        _demand_state(row, AnnouncementState.DRAFT)
        new = replace(_new(queries.announcement(announcement), now), confirmed=confirmed)
        studio.check(new, queries.tenures_of([new.author]), clock.today(), now)
        _demand_fit(new)
        for village in sorted(new.villages):
            limits.count(f"broadcast.send_announcement:{village}", SENT_PER_DAY_MAX, DAY_SECONDS)
        if new.kind is Kind.URGENT:
            _demand_public()
            models.Announcement.objects.filter(id=announcement).update(state=AnnouncementState.ASKED, sent_at=now)
        else:
            _air(new, announcement, now)
        done.keep(row.id)
        return queries.announcement(announcement)


def agree_announcement(by: Actor, announcement: AnnouncementId, *, key: str) -> Announcement:
    """Stand behind an urgent announcement of somebody else, with an office in each of its villages: then it is sent.

    Raises NotAllowed, NotFound, NotWritten, SecondPersonNeeded, BadValue, NoOffice, NoChannel, NotPublic.
    """
    with tx.action(by, "broadcast.agree_announcement", key, announcement, UUID) as done:
        if done:
            return queries.announcement(announcement)
        stand_behind(by, announcement, number=False)
        done.keep(announcement)
        return queries.announcement(announcement)


def stand_behind(by: Actor, announcement: AnnouncementId, *, number: bool) -> None:
    """Send an urgent one that waits: `number`, the villages' own were right; else by the word of another person in office."""
    row, now, person = _lock(announcement), clock.now(), permits.somebody(by)
    found = queries.announcement(announcement)
    demand_speaker(by, found)
    _demand_state(row, AnnouncementState.ASKED)
    if row.sent_at is None or studio.is_lapsed(row.sent_at, now):
        raise NotWritten(state=AnnouncementState.DRAFT)
    new, today = _new(found, now), clock.today()
    tenures = queries.tenures_of([new.author, person])
    behind = studio.agreed(new, None if number else person, tenures, today, pin=number)
    studio.demand_agreed(new.kind, behind)
    studio.check(new, tenures, today, now)  # who wrote it may hold no office any more
    _demand_public()
    models.Announcement.objects.filter(id=announcement).update(agreed=behind, second=person)
    _air(new, announcement, now)


def lapse_asked(by: Actor) -> int:
    """What was urgent and found no second person in time is a draft of its author again; answers how many. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        asked = models.Announcement.objects.select_for_update(skip_locked=True).filter(state=AnnouncementState.ASKED)
        late = list(asked.filter(sent_at__lte=clock.now() - studio.ASKED_LASTS).values_list("id", flat=True))
        return models.Announcement.objects.filter(id__in=late).update(state=AnnouncementState.DRAFT, sent_at=None)


def take_back(by: Actor, announcement: AnnouncementId) -> Announcement:
    """Take an announcement back before it is on the air: nobody hears of it. Twice is once.

    Raises NotAllowed, NotFound, NotWritten, NotUndone.
    """
    with tx.durable():
        row = _lock(announcement)
        demand_speaker(by, queries.announcement(announcement))
        if row.state == AnnouncementState.TAKEN_BACK:
            return queries.announcement(announcement)
        _demand_state(row, AnnouncementState.SENT, AnnouncementState.ASKED)
        now = clock.now()
        first = first_airing(announcement)
        if first is not None:
            studio.demand_undoable(first.at, now)
        models.Airing.objects.filter(announcement=row, opened_at__isnull=True).delete()
        if models.Airing.objects.filter(announcement=row).exists():  # opened while this waited for it
            raise NotUndone(aired_at=first.at if first else now)
        _end(row, AnnouncementState.TAKEN_BACK, permits.somebody(by), now)
        return queries.announcement(announcement)


def end_announcement(by: Actor, announcement: AnnouncementId) -> Announcement:
    """Say no more of it from now on: who was told was told, nobody else is, also not by what the channel had not carried yet, and
    it does not come again. Twice is once.

    Raises NotAllowed, NotFound, NotWritten.
    """
    with tx.durable():
        row = _lock(announcement)
        demand_speaker(by, queries.announcement(announcement))
        if row.state == AnnouncementState.ENDED:
            return queries.announcement(announcement)
        _demand_state(row, AnnouncementState.SENT)
        now = clock.now()
        models.Airing.objects.filter(announcement=row, opened_at__isnull=True).delete()
        expire_waiting(row.id, now)
        _end(row, AnnouncementState.ENDED, permits.somebody(by), now)
        return queries.announcement(announcement)


def _air(new: NewAnnouncement, announcement: AnnouncementId, now: datetime) -> None:
    """Write down when it is on the air; from then on it may be taken back for ten seconds."""
    first = studio.aired_at(now, new.airs)
    lasts = studio.expires(new, first) - first
    if lasts <= timedelta(0):  # it would be over before anybody could take it back
        raise BadValue(field="expires", reason="range")
    models.Airing.objects.bulk_create(
        models.Airing(id=ids.new(), announcement_id=announcement, at=at, expires_at=at + lasts)
        for at in repeating.times(new.repeats, first, VILLAGE_ZONE)
    )
    models.Announcement.objects.filter(id=announcement).update(state=AnnouncementState.SENT, sent_at=now)


def demand_words(found: Announcement, words: str) -> None:
    """That an announcement may say these words instead. Raises BadValue, NoChannel, AdLooksLikeInfo, ContentTooLong."""
    studio.demand_words(words)
    _demand_fit(replace(_new(found, clock.now()), words=words))


def _demand_fit(new: NewAnnouncement) -> None:
    """That the channel would carry the message as it will be: what offers something for sale is none of them, but that a warning
    may name any place.

    Raises NoChannel, BadValue, AdLooksLikeInfo, ContentTooLong.
    """
    channel = queries.channel_of_broadcast()
    names = models.Village.objects.filter(id__in=new.villages).values_list("name", flat=True)
    purpose = Purpose.SAFETY if new.kind is Kind.URGENT else Purpose.INFO
    channels.demand_fit(channel.id, purpose, Content((Text(studio.letter(new.kind, new.words, names, channel.name)),)))


def _demand_public() -> None:
    """That the channel may ring at night. Raises NoChannel, NotPublic."""
    body = people.organisation(queries.channel_of_broadcast().organisation)
    if not permits.is_public_body(body.kind, body.verified):
        raise NotPublic()


def _new(found: Announcement, now: datetime) -> NewAnnouncement:
    """The draft as something to be said, its villages read back as they are. A time that passed meanwhile is now."""
    villages = frozenset(one.id for one in found.villages)
    return NewAnnouncement(
        author=found.author,
        villages=villages,
        confirmed=villages,
        kind=found.kind,
        words=found.words,
        seconds=found.seconds,
        airs=found.airs if found.airs and found.airs > now else None,
        repeats=found.repeats,
        expires=found.expires,
    )


def _replace(draft: AnnouncementId, person: PersonId, voice: UUID | None) -> UUID | None:
    """Throw away the draft that is written anew; answers the voice of the new one."""
    row = models.Announcement.objects.select_for_update().filter(id=draft).first()
    if row is None:
        raise NotFound(what="announcement")
    if row.author_id != person:
        raise NotAllowed(needs="author")
    _demand_state(row, AnnouncementState.DRAFT)
    before = row.recording_id
    row.delete()
    if voice is None:
        return before
    models.Recording.objects.filter(id__in=[before]).delete()
    return voice


def _translated(draft: AnnouncementId | None, words: str) -> list[dict[str, Any]]:
    """The translations of a draft that is written anew, as long as they say what it says."""
    if draft is None:
        return []
    there = models.Translation.objects.filter(announcement_id=draft, announcement__words=words)
    return [dict(one) for one in there.values("language", "words", "written_by", "written_at")]


def _keep(voice: Recording, now: datetime) -> UUID:
    sound = recording.sound_of(voice.content, voice.seconds)
    made = models.Recording.objects.create(
        id=ids.new(), content=sound.content, content_type=sound.content_type, seconds=sound.seconds, at=now
    )
    return made.id


def _lock(announcement: AnnouncementId) -> models.Announcement:
    row = models.Announcement.objects.select_for_update().filter(id=announcement).first()
    if row is None:
        raise NotFound(what="announcement")
    return row


def _end(row: models.Announcement, state: AnnouncementState, person: PersonId, now: datetime) -> None:
    models.Announcement.objects.filter(id=row.id).update(state=state, ended_at=now, ended_by=person)


def _demand_state(row: models.Announcement, *states: AnnouncementState) -> None:
    if row.state not in states:
        raise NotWritten(state=row.state)
