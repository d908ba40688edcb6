"""The next readers whom an alert may concern, with what they were told before; locked, in order."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from dure.base.actors import PersonId
from dure.foundations.channels import queries as known_channels
from dure.foundations.channels.types import SendingId
from dure.services.forecasts import models
from dure.services.forecasts.queries.lineage import ENDED, lineage_of, placed_in
from dure.services.forecasts.rules import alerting
from dure.services.forecasts.rules.cap import keeping
from dure.services.forecasts.rules.cap.lineage import Lineage
from dure.services.forecasts.types import AlertPart, Hearer, ImpactLevel, MsgType, ReaderId, Spoken


@dataclass(frozen=True, slots=True)
class Asked:
    """One reader, what the alert says to them, and the parts of it that concern them."""

    hearer: Hearer
    spoken: Spoken
    here: tuple[AlertPart, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """An alert, as far as it decides whom to tell."""

    row: models.Alert
    whole: Spoken
    ground: alerting.Ground
    chain: Lineage

    @property
    def replaced(self) -> frozenset[UUID]:
        """Every alert that it took the place of."""
        return self.chain.before(self.row.id)


@dataclass(frozen=True, slots=True)
class _Words:
    """What somebody was told last of a chain: how bad, until when, whether it rang, whether another one goes on with it."""

    level: ImpactLevel
    until: datetime | None
    is_unreached: bool
    is_left: bool


def said_of(row: models.Alert, whole: Spoken, parts: Sequence[AlertPart], now: datetime) -> Said:
    """All that is the same for everybody."""
    added = [keeping.beginning(one) for one in row.added.values_list("region", flat=True)]
    return Said(row, whole, alerting.ground_of(parts, added, now), lineage_of(row, now))


def next_hearers(said: Said, most: int) -> list[Asked]:
    """The next readers who were not told of this alert, and whom it may concern."""
    row, is_end = said.row, said.whole.is_all_clear or said.whole.is_cancelled
    told = models.Notice.objects.filter(alert=row, reader=OuterRef("pk"))
    before = models.Notice.objects.filter(alert__in=said.replaced, reader=OuterRef("pk")).exclude(telling__in=ENDED)
    concerned = Q(Exists(before)) if said.replaced else Q(pk__in=[])
    if not is_end:
        here = models.Place.objects.filter(placed_in(row.regions.split()), reader=OuterRef("pk"))
        concerned = concerned | Q(Exists(here))
    rows = models.Reader.objects.filter(concerned).exclude(Exists(told))
    if row.tell_after is not None:
        rows = rows.filter(person_id__gt=row.tell_after)
    readers = list(rows.select_for_update(of=("self",)).order_by("person_id")[:most])
    whose = [one.person_id for one in readers]
    heard, places = _heard(said, whose), _places(row, whose)
    return [_asked(said, one, heard.get(one.person_id), places.get(one.person_id, ())) for one in readers]


def last_until(said: Said) -> datetime:
    """Until when somebody may believe of what it took the place of that it holds."""
    ends = models.Alert.objects.filter(id__in=said.replaced).values_list("ends_at", flat=True)
    return max(ends, default=said.row.ends_at)


def _asked(said: Said, one: models.Reader, words: _Words | None, places: alerting.Places) -> Asked:
    here = said.ground.here(places, heard=words is not None)
    hearer = Hearer(
        ReaderId(one.person_id),
        one.time_zone,
        one.hour,
        words.level if words else None,
        said.ground.wanted(places),
        until=words.until if words else None,
        is_unreached=words is not None and words.is_unreached,
        is_left=words is not None and words.is_left,
    )
    return Asked(hearer, alerting.spoken_to(said.whole, here), here)


def _places(row: models.Alert, whose: Sequence[UUID]) -> Mapping[UUID, list[tuple[str, ImpactLevel]]]:
    """The places of each of them in its regions, and from which level on they want to hear."""
    found = defaultdict[UUID, list[tuple[str, ImpactLevel]]](list)
    rows = models.Place.objects.filter(placed_in(row.regions.split()), reader_id__in=whose)
    for reader, region, level in rows.values_list("reader", "region", "level"):
        found[reader].append((region, ImpactLevel(level)))
    return found


def _heard(said: Said, whose: Sequence[UUID]) -> Mapping[UUID, _Words]:
    """What each of them was told last of what is replaced, and what has not been taken back since."""
    if not said.replaced or not whose:
        return {}
    chain = said.replaced | said.chain.others(said.row.id)
    rows = models.Notice.objects.filter(reader_id__in=whose, alert__in=chain).select_related("letter", "alert")
    by_reader = defaultdict[UUID, dict[UUID, models.Notice]](dict)
    for one in rows.defer("alert__content", "alert__findings", "alert__placed"):
        by_reader[one.reader_id][one.alert_id or one.id] = one
    silent = _unreached([one for told in by_reader.values() for one in told.values()])
    found: dict[UUID, _Words] = {}
    for reader, told in by_reader.items():
        lasting = [told[one] for one in said.chain.open(told) & said.replaced if not _is_end(told[one])]
        if lasting:
            found[reader] = _words(said, lasting, silent)
    return found


def _words(said: Said, told: Sequence[models.Notice], silent: Mapping[SendingId, Collection[PersonId]]) -> _Words:
    levels = [said.whole.level if one.level is None else ImpactLevel(one.level) for one in told]
    untils = [one.until or (one.alert.ends_at if one.alert else said.row.ends_at) for one in told]
    return _Words(
        max(levels),
        max(untils),
        all(one.letter is not None and one.reader_id in silent.get(SendingId(one.letter.sending), ()) for one in told),
        said.chain.left(said.row.id, [one.alert_id for one in told if one.alert_id]),
    )


def _unreached(told: Collection[models.Notice]) -> Mapping[SendingId, Collection[PersonId]]:
    """Whom messages that were stopped have not reached by anything that rings."""
    stopped = {one.letter.sending for one in told if one.letter and one.letter.stopped_at}
    return known_channels.unreached(sorted(stopped)) if stopped else {}


def _is_end(one: models.Notice) -> bool:
    """Whether it said that it is over for this reader; what was told before that was noted says it by its kind."""
    return one.telling in ENDED or (not one.telling and one.alert is not None and one.alert.msg_type == MsgType.CANCEL)
