"""What is on the air reaches listeners, step by step: the ladder decides, the channel of villages carries.

A batch is one transaction: what was tried, what comes next, and what the channel is given stand or fall together. So whoever is
killed in the middle leaves either all of a batch or nothing of it: nobody is told twice, nobody is forgotten. That a way is tried
once for one listener, a constraint of the table keeps as well.

Locks: listeners' rows that nobody else has (SKIP LOCKED); an airing while its listeners are written down.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Case, When

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.channels import actions as channels
from dure.foundations.channels.types import (
    AdFormWrong,
    AdLooksLikeInfo,
    Button,
    ButtonKind,
    ChannelClosed,
    ChannelPaused,
    Content,
    ContentTooLong,
    Lane,
    NewSending,
    Purpose,
    Route,
    Text,
)
from dure.foundations.channels.types.ladders import Leads
from dure.kit import sqlfiles, tx
from dure.services.broadcast import models, queries
from dure.services.broadcast.rules import ladder, permits, studio, turns
from dure.services.broadcast.types import (
    Airing,
    AnnouncementState,
    Ended,
    Kind,
    Listener,
    Standing,
    Step,
    VillageId,
    Way,
)

from .learning import learn_of
from .planning import HOUSE, NO_LEADS, Due, Steps, Tried, airing_of, leads_of, put_tries, tries_of, write
from .recalling import expire_waiting

__all__ = ["Wording", "air_due", "open_airings"]

BATCH_MAX: Final = 1_000  # listeners a transaction
AIRINGS_MAX: Final = 20  # a transaction
PUT_OFF: Final = timedelta(minutes=1)  # where the channel says no: it is paused
CHANNEL_SAYS_NO: Final = (
    AdFormWrong,
    AdLooksLikeInfo,
    BadValue,
    ChannelClosed,
    ChannelPaused,
    ContentTooLong,
    NotAllowed,
)
ROUTES: Final[Mapping[Way, frozenset[Route]]] = {
    Way.PUSH: frozenset({Route.PUSH}),
    Way.TEXT: frozenset({Route.ALIMTALK, Route.SMS}),
    Way.CALL: frozenset({Route.VOICE}),
    Way.AGAIN: frozenset({Route.VOICE}),
}
CALLS: Final = frozenset({Way.CALL, Way.AGAIN})
LANES: Final = {Kind.URGENT: Lane.URGENT, Kind.NOTICE: Lane.NORMAL, Kind.DRILL: Lane.BULK}
ALL_WAYS: Final = frozenset(Way)
_chance = random.SystemRandom()
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a message says beside the words of the announcement: on its button, and where that leads."""

    button: str
    address: Callable[[UUID], str]
    key: str  # what a call says last: which key to press


def open_airings(by: Actor) -> int:
    """Write down the listeners of what is on the air now; answers how many airings. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        tx.by_key()
        now = clock.now()
        rows = models.Airing.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            at__lte=now, opened_at__isnull=True, announcement__state=AnnouncementState.SENT
        )
        urgent_first = Case(When(announcement__kind=Kind.URGENT, then=0), default=1)
        due = list(rows.select_related("announcement").order_by(urgent_first, "at", "id")[:AIRINGS_MAX])
        spoken = _spoken_to(due)
        for row in due:
            if spoken[row.announcement_id]:
                _open(row, now)
            else:
                _end_unspoken(row, now)
        return len(due)


def _spoken_to(due: Sequence[models.Airing]) -> dict[UUID, bool]:
    """Of each announcement, whether its author still holds an office in each of its villages."""
    tenures = queries.tenures_of({PersonId(row.announcement.author_id) for row in due})
    to: defaultdict[UUID, set[VillageId]] = defaultdict(set)
    for one in models.AnnouncementVillage.objects.filter(announcement__in={row.announcement_id for row in due}):
        to[one.announcement_id].add(VillageId(one.village_id))
    today = clock.today()
    return {
        row.announcement_id: to[row.announcement_id]
        <= studio.villages_of(PersonId(row.announcement.author_id), tenures, today)
        for row in due
    }


def _end_unspoken(row: models.Airing, now: datetime) -> None:
    """Its author's office is over: they say nothing more to this village, also not what they said in advance."""
    said = models.Announcement.objects.select_for_update(skip_locked=True).filter(id=row.announcement_id).first()
    if said is None:  # somebody takes it back or ends it at this moment
        return
    models.Airing.objects.filter(announcement=said, opened_at__isnull=True).delete()
    expire_waiting(said.id, now)
    models.Announcement.objects.filter(id=said.id).update(state=AnnouncementState.ENDED, ended_at=now)


def _open(row: models.Airing, now: datetime) -> None:
    said = row.announcement
    if said.repeats:  # what comes again replaces what came before: nobody is called about yesterday's
        expire_waiting(said.id, now)
    airing = Airing(Kind(said.kind), max(row.at, now), row.expires_at)
    times = [
        ladder.next_step(airing, Listener(ALL_WAYS, zone), (), heard=False, left=False).at or row.expires_at
        for zone in permits.ZONES
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load(HOUSE, "open_airing").text,
            {
                "airing": row.id,
                "announcement": said.id,
                "author": said.author_id,
                "kind": said.kind,
                "expires": row.expires_at,
                "now": now,
                "zones": list(permits.ZONES),
                "times": times,
            },
        )
    models.Airing.objects.filter(id=row.id).update(opened_at=now)


def air_due(by: Actor, wording: Wording, most: int = BATCH_MAX) -> int:
    """Take the next step for listeners for whom it is due, urgent announcements first, villages in equal shares; answers how
    many. Raises NotAllowed, NoChannel.
    """
    permits.may_run(by)
    with tx.durable():
        tx.by_key()
        rows = _claim(clock.now(), most)
        if rows:
            _Batch(by, wording, rows).step()
        return len(rows)


class _Group(NamedTuple):
    """Listeners of one airing who are told by one way at once; `silent`: no browser rings, and this is their first message."""

    airing: UUID
    way: Way
    silent: bool


class _Batch:
    """Listeners whose step is due, while it is taken."""

    def __init__(self, by: Actor, wording: Wording, rows: Sequence[Due]) -> None:
        self.by, self.wording, self.rows = by, wording, rows
        self.airings, self.unwritten = _on_air(rows)
        self.now = clock.now()
        self.channel = queries.channel_of_broadcast()
        self.leads = leads_of(rows)
        self.tried = tries_of(rows)
        self.steps = Steps(self.now)
        self.new: list[Tried] = []

    def step(self) -> None:
        self._look()
        groups: defaultdict[_Group, list[Due]] = defaultdict(list)
        for row in self.rows:
            if (group := self._group_of(row)) is not None:
                groups[group].append(row)
        put_off = set[UUID]()
        sendings = self._carried(dict(sorted(groups.items())))
        for group, rows in sorted(groups.items()):
            if group.way is Way.VISIT or group in sendings:
                self._take(group, rows, sendings.get(group))
            else:
                put_off |= {row.id for row in rows}
        put_tries(self.new, self.now)
        for one in self.new:
            self.tried[one.reach].append(one)
        write(self.rows, [self._put_off(row) if row.id in put_off else self._next(row) for row in self.rows], self.now)

    def _group_of(self, row: Due) -> _Group | None:
        """With whom somebody is told now, and by which way; None: nothing is due. Where no browser would ring and a text comes at
        once all the same, both are one message.
        """
        step = self._next(row)
        if step.way is None or step.at is None or step.at > self.now:
            return None
        if step.way is Way.PUSH and not self._rings(step.way, row):
            silent = Tried(row.id, Way.PUSH, self.now, Ended.FAILED)
            after = self.steps.next_of(row, [silent], self._leads_to(row))
            if after.way is Way.TEXT and after.at is not None and after.at <= self.now:
                return _Group(row.airing_id, Way.TEXT, silent=True)
        return _Group(row.airing_id, step.way, silent=False)

    def _look(self) -> None:
        """Ask what became of the way before, where nobody knows yet whether it was really tried."""
        last = [each[-1] for each in self.tried.values()]
        asked = [one for one in last if one.tried_at is None and one.ended is Ended.OPEN]
        if asked:
            learn_of(self.by, asked, {row.id: row for row in self.rows}, self.now)

    def _next(self, row: Due) -> Step:
        return self.steps.next_of(row, self.tried.get(row.id, ()), self._leads_to(row))

    def _put_off(self, row: Due) -> Step:
        later = self.now + PUT_OFF
        over = later >= row.airing.expires
        return Step(Standing.EXPIRED) if over else Step(Standing.WAITING, row.way, later)

    def _leads_to(self, row: Due) -> Leads:
        return self.leads.get(row.person, NO_LEADS)

    def _carried(self, groups: Mapping[_Group, Sequence[Due]]) -> Mapping[_Group, UUID]:
        """What the channel is given: all at once, or, where it says no to any of them, one by one. Missing: not now."""
        letters = {group: self._letter(group, rows) for group, rows in groups.items() if group.way is not Way.VISIT}
        try:
            with transaction.atomic():
                return dict(zip(letters, channels.queue_sendings(self.by, list(letters.values())), strict=True))
        except CHANNEL_SAYS_NO:
            found = {group: self._carried_alone(group, letter) for group, letter in letters.items()}
            return {group: sending for group, sending in found.items() if sending is not None}

    def _carried_alone(self, group: _Group, letter: NewSending) -> UUID | None:
        try:
            with transaction.atomic():
                return channels.queue_sending(self.by, letter)
        except CHANNEL_SAYS_NO as refusal:
            log.error("announcement_not_carried", airing=str(group.airing), way=group.way, code=refusal.code)
            return None

    def _take(self, group: _Group, rows: Sequence[Due], sending: UUID | None) -> None:
        """Note that this way is tried for these listeners of one airing; a visit needs no sending."""
        way, kind = group.way, rows[0].airing.kind
        tried_at, look_at = self.now if way is Way.VISIT else None, self.now + ladder.FIRST_LOOK[kind]
        for row in rows:
            if group.silent:
                self.new.append(Tried(row.id, Way.PUSH, self.now, Ended.FAILED))
            rings = self._rings(way, row)
            ended = Ended.OPEN if rings else Ended.FAILED
            self.new.append(
                Tried(row.id, way, self.now, ended, sending, tried_at, look_at if rings and sending else None)
            )

    def _rings(self, way: Way, row: Due) -> bool:
        """Whether there is reason to wait: without a browser that rings, whoever has a telephone gets a text at once. Who has
        neither finds it in the inbox, and has that time before somebody knocks.
        """
        leads = self._leads_to(row)
        return way is not Way.PUSH or leads.browser or not leads.telephone

    def _letter(self, group: _Group, rows: Sequence[Due]) -> NewSending:
        way, airing = group.way, self.airings[group.airing]
        said = airing.announcement
        kind = Kind(said.kind)
        words = studio.letter(kind, said.words, [one.village.name for one in said.to.all()], self.channel.name)
        asks = way in CALLS and said.id not in self.unwritten  # a call that says only who spoke asks for no key
        if asks:
            words = f"{words}\n{self.wording.key}"
        button = Button(self.wording.button, ButtonKind.LINK, self.wording.address(said.id))
        return NewSending(
            channel=self.channel.id,
            purpose=Purpose.SAFETY if kind is Kind.URGENT else Purpose.INFO,
            content=Content((Text(words),), (button,)),
            key=f"broadcast:{ids.derived(airing.id, f'{way}:{rows[0].id}').hex}",
            persons=tuple(row.person for row in rows),
            lane=LANES[kind],
            expires_at=airing.expires_at,
            about=said.id,
            only=ROUTES[way],
            in_inbox=way is not Way.PUSH and not group.silent,
            keyed=asks,
        )


def _claim(now: datetime, most: int) -> Sequence[Due]:
    """The listeners whose turn it is, their rows locked."""
    with connection.cursor() as cursor:
        lot = _chance.getrandbits(31)  # two workers begin with different villages
        looked: dict[str, Any] = {"now": now, "most": most, "portion": turns.PORTION, "lot": lot}
        cursor.execute(sqlfiles.load(HOUSE, "count_due").text, looked)
        waiting: defaultdict[Kind, dict[UUID, int]] = defaultdict(dict)
        for kind, village, due in cursor.fetchall():
            waiting[Kind(kind)][village] = due
        served = turns.turns(waiting, most)
        shares = [(kind, village, n) for kind, each in served.items() for village, n in each.items() if n]
        if not shares:
            return ()
        kinds, villages, counts = zip(*shares, strict=True)
        asked: dict[str, Any] = {"kinds": list(kinds), "villages": list(villages), "counts": list(counts), "now": now}
        cursor.execute(sqlfiles.load(HOUSE, "claim_due").text, asked)
        claimed = sorted(cursor.fetchall())
    spans = {
        airing: airing_of(kind, at, expires)
        for airing, kind, at, expires in models.Airing.objects.filter(id__any={row[1] for row in claimed}).values_list(
            "id", "announcement__kind", "at", "expires_at"
        )
    }
    return [
        Due(reach, airing, PersonId(person), Way(way) if way else None, zone, left, spans[airing])
        for reach, airing, person, way, zone, left in claimed
    ]


def _on_air(rows: Sequence[Due]) -> tuple[Mapping[UUID, models.Airing], frozenset[UUID]]:
    """What is on the air for them, with announcements and villages; and which of these have no words of their own. These first:
    whose words are typed at this moment asks for no key too many.
    """
    airings = models.Airing.objects.filter(id__any={row.airing_id for row in rows})
    unwritten = queries.words_wanted(airings.values_list("announcement", flat=True))
    read = airings.select_related("announcement").prefetch_related("announcement__to__village")
    return {one.id: one for one in read}, unwritten
