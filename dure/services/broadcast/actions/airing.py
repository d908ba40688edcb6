"""What is on the air reaches listeners, step by step: the ladder decides, the channel of villages carries.

A batch is one transaction: what was tried, what comes next, and what the channel is given stand or fall together. So whoever is
killed in the middle leaves either all of a batch or nothing of it: nobody is told twice, nobody is forgotten. That a way is tried
once for one listener, a constraint of the table keeps as well.

Locks: listeners' rows that nobody else has (SKIP LOCKED); an airing while its listeners are written down.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import connection, transaction

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as known_channels
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
from dure.foundations.channels.types.ladders import Ways
from dure.kit import sqlfiles, tx
from dure.services.broadcast import models, queries
from dure.services.broadcast.rules import ladder, permits, studio, turns
from dure.services.broadcast.types import (
    Airing,
    AnnouncementState,
    Attempt,
    Ended,
    Kind,
    Listener,
    Standing,
    Step,
    Way,
)

__all__ = ["Wording", "air_due", "learn_failures", "open_airings"]

HOUSE: Final = "dure.services.broadcast"
BATCH_MAX: Final = 2_000  # listeners a transaction
AIRINGS_MAX: Final = 50  # a transaction
FAILURES_MAX: Final = 5_000  # tries looked at
LOOK_BACK: Final = timedelta(days=2)  # a way of which nothing was heard for so long is not asked about any more
PUT_OFF: Final = timedelta(minutes=1)  # where the channel says no: it is paused
ROWS_AT_ONCE: Final = 500
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
LANES: Final = {Kind.URGENT: Lane.URGENT, Kind.NOTICE: Lane.NORMAL, Kind.DRILL: Lane.BULK}
ALL_WAYS: Final = frozenset(Way)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a message says beside the words of the announcement: on its button, and where that leads."""

    button: str
    address: Callable[[UUID], str]


def open_airings(by: Actor) -> int:
    """Write down the listeners of what is on the air now; answers how many airings. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        now = clock.now()
        rows = models.Airing.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            at__lte=now, opened_at__isnull=True, announcement__state=AnnouncementState.SENT
        )
        due = list(rows.select_related("announcement").order_by("at", "id")[:AIRINGS_MAX])
        for row in due:
            _open(row, now)
        return len(due)


def _open(row: models.Airing, now: datetime) -> None:
    said = row.announcement
    # What comes again replaces what came before: nobody is called about yesterday's.
    before = models.Reach.objects.filter(airing__announcement=said, standing=Standing.WAITING)
    before.update(standing=Standing.EXPIRED, next_at=None, way="", ended_at=now)
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


def learn_failures(by: Actor) -> int:
    """Let those go on at once whom the channel could not reach by the way that was tried: no such number, blocked, nobody to
    carry it. Answers how many. Raises NotAllowed.
    """
    permits.may_run(by)
    with tx.durable():
        now = clock.now()
        tried = models.Try.objects.filter(
            ended=Ended.OPEN, sending__isnull=False, at__gt=now - LOOK_BACK, reach__next_at__gt=now
        )
        sendings = list(tried.order_by("sending").values_list("sending", flat=True).distinct()[:FAILURES_MAX])
        lost = set(known_channels.in_vain(by, [one for one in sendings if one is not None]))
        rows = tried.filter(sending__in=[sending for sending, _ in lost]).select_related("reach")
        failed = [one for one in rows if (one.sending, one.reach.person_id) in lost]
        models.Try.objects.filter(id__in=[one.id for one in failed]).update(ended=Ended.FAILED)
        reaches = [one.reach_id for one in failed]
        again = models.Reach.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            id__in=reaches, next_at__isnull=False
        )
        _plan(list(again.select_related("airing", "listener")), now)
        return len(failed)


def air_due(by: Actor, wording: Wording, most: int = BATCH_MAX) -> int:
    """Take the next step for listeners for whom it is due, urgent announcements first, villages in equal shares; answers how
    many. Raises NotAllowed, NoChannel.
    """
    permits.may_run(by)
    with tx.durable():
        rows = _claim(clock.now(), most)
        if rows:
            _Batch(by, wording, rows).step()
        return len(rows)


class _Batch:
    """Listeners whose step is due, while it is taken."""

    def __init__(self, by: Actor, wording: Wording, rows: Sequence[models.Reach]) -> None:
        self.by, self.wording, self.rows = by, wording, rows
        self.now = clock.now()
        self.channel = queries.channel_of_broadcast()
        self.ways = known_channels.ways_to([row.person_id for row in rows])
        self.tries: list[models.Try] = []

    def step(self) -> None:
        groups: defaultdict[tuple[UUID, Way], list[models.Reach]] = defaultdict(list)
        for row in self.rows:
            if self.now < row.airing.expires_at and row.listener.left_at is None:
                groups[row.airing_id, Way(row.way)].append(row)
        put_off = set[UUID]()
        for (_, way), group in sorted(groups.items()):
            if not self._take(way, group):
                put_off |= {row.id for row in group}
        models.Try.objects.bulk_create(self.tries)
        models.Reach.objects.filter(id__in=put_off).update(next_at=self.now + PUT_OFF)
        _plan([row for row in self.rows if row.id not in put_off], self.now, self.ways)

    def _take(self, way: Way, group: Sequence[models.Reach]) -> bool:
        """Try a way for listeners of one airing; False: not now."""
        sending: UUID | None = None
        if way is not Way.VISIT:
            try:
                with transaction.atomic():
                    sending = channels.queue_sending(self.by, self._letter(way, group))
            except CHANNEL_SAYS_NO as refusal:
                log.error("announcement_not_carried", airing=str(group[0].airing_id), way=way, code=refusal.code)
                return False
        for row in group:
            ended = Ended.OPEN if self._leads(way, PersonId(row.person_id)) else Ended.FAILED
            self.tries.append(models.Try(reach=row, way=way, at=self.now, ended=ended, sending=sending))
        return True

    def _leads(self, way: Way, person: PersonId) -> bool:
        """Whether there is reason to wait: without a browser that rings, whoever has a telephone gets a text at once. Who has
        neither finds it in the inbox, and has that time before somebody knocks.
        """
        known = self.ways.get(person, Ways())
        return way is not Way.PUSH or bool(known.browsers) or _ways_of(known) == {Way.PUSH}

    def _letter(self, way: Way, group: Sequence[models.Reach]) -> NewSending:
        airing = group[0].airing
        said = airing.announcement
        kind = Kind(said.kind)
        words = studio.letter(kind, said.words, [one.village.name for one in said.to.all()], self.channel.name)
        button = Button(self.wording.button, ButtonKind.LINK, self.wording.address(said.id))
        return NewSending(
            channel=self.channel.id,
            purpose=Purpose.SAFETY if kind is Kind.URGENT else Purpose.INFO,
            content=Content((Text(words),), (button,)),
            key=f"broadcast:{ids.derived(airing.id, f'{way}:{group[0].id}').hex}",
            persons=tuple(PersonId(row.person_id) for row in group),
            lane=LANES[kind],
            expires_at=airing.expires_at,
            about=said.id,
            only=ROUTES[way],
            in_inbox=way is not Way.PUSH,
        )


def _claim(now: datetime, most: int) -> Sequence[models.Reach]:
    """The listeners whose turn it is, their rows locked."""
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "count_due").text, {"now": now, "most": most})
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
        claimed = [row[0] for row in cursor.fetchall()]
    rows = models.Reach.objects.filter(id__in=claimed).select_related("airing__announcement", "listener")
    return list(rows.prefetch_related("airing__announcement__to__village").order_by("id"))


def _plan(rows: Sequence[models.Reach], now: datetime, ways: Mapping[PersonId, Ways] | None = None) -> None:
    """Write down what comes next for each of these listeners, whose rows are locked."""
    if ways is None:
        ways = known_channels.ways_to([row.person_id for row in rows])
    tried: defaultdict[UUID, list[Attempt]] = defaultdict(list)
    for one in models.Try.objects.filter(reach__in=[row.id for row in rows]).order_by("id"):
        tried[one.reach_id].append(Attempt(Way(one.way), one.at, Ended(one.ended)))
    for row in rows:
        airing = Airing(Kind(row.kind), row.airing.at, row.airing.expires_at)
        listener = Listener(_ways_of(ways.get(PersonId(row.person_id), Ways())), row.listener.zone)
        step = ladder.next_step(airing, listener, tried[row.id], heard=False, left=row.listener.left_at is not None)
        if now >= row.airing.expires_at and step.standing is Standing.WAITING:
            step = Step(Standing.EXPIRED)
        row.standing, row.way, row.next_at = step.standing, step.way or "", step.at
        row.ended_at = None if step.standing is Standing.WAITING else now
    models.Reach.objects.bulk_update(rows, ["standing", "way", "next_at", "ended_at"], batch_size=ROWS_AT_ONCE)


def _ways_of(known: Ways) -> frozenset[Way]:
    """By which ways of the ladder somebody can be reached. Who has texts read aloud gets none: they are called."""
    if not known.by(Route.SMS):
        return frozenset({Way.PUSH})
    return frozenset({Way.PUSH, *(() if known.aloud else (Way.TEXT,)), Way.CALL, Way.AGAIN})
