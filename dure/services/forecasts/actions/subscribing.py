"""Places, fields, levels and the hour that people choose."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId, system
from dure.base.refusals import BadValue, NotFound
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as known_channels
from dure.foundations.channels.types import JOINING_MAX, ChannelId, JoinedBy, Joining
from dure.foundations.people import queries as known_people
from dure.foundations.places import queries as known_places
from dure.foundations.places.types import BadCode, NoSuchRegion
from dure.kit import tx
from dure.services.forecasts import models, queries
from dure.services.forecasts.rules import permits
from dure.services.forecasts.types import NewPlace, PlaceId, PlacesFull, Reader

TELLER: Final = system("forecasts.tell")
HOUR: Final = 8  # who says no hour hears in the morning
TIME_ZONE: Final = "Asia/Seoul"


def choose_place(by: Actor, new: NewPlace, *, key: str) -> PlaceId:
    """Hear of a place: from which level on, of what. The same region and field again: the new level counts.

    Raises NotAllowed, BadValue, NoZones, NoZoneHere, PlacesFull.
    """
    with tx.action(by, "forecasts.choose_place", key, new, UUID) as done:
        if done:
            return PlaceId(done.answer())
        person = permits.somebody(by)
        zone = queries.zone_of(region_code(new.region), clock.today())
        return PlaceId(done.keep(put_place(person, new, zone.id)))


def drop_place(by: Actor, place: PlaceId, *, key: str) -> None:
    """Hear nothing more of it, not even that it is over. Twice is once. Raises NotAllowed, NotFound."""
    with tx.action(by, "forecasts.drop_place", key, place, bool) as done:
        if done:
            return
        row = models.Place.objects.filter(id=place).first()
        if row is None or row.reader_id != permits.somebody(by):
            raise NotFound(what="place")
        lock_reader(permits.somebody(by))
        models.Place.objects.filter(id=place).delete()
        if not models.Place.objects.filter(reader_id=row.reader_id, zone=row.zone).exists():
            models.WarnedTold.objects.filter(reader_id=row.reader_id, zone=row.zone).delete()
        done.keep(True)


def set_reader(by: Actor, hour: int, time_zone: str, *, key: str) -> Reader:
    """Say at which hour ordinary forecasts are welcome, on the clocks of which zone. Raises NotAllowed, BadValue."""
    with tx.action(by, "forecasts.set_reader", key, (hour, time_zone), bool) as done:
        person = permits.somebody(by)
        if not done:
            permits.check_hour(hour, "hour")
            permits.check_time_zone(time_zone)
            lock_reader(person)
            said = {"hour": hour, "time_zone": time_zone, "ask_at": clock.now()}
            models.Reader.objects.filter(person_id=person).update(**said)
            done.keep(True)
        found = queries.reader(by)
        if found is None:
            raise NotFound(what="reader")
        return found


def put_place(person: PersonId, new: NewPlace, zone: str) -> UUID:
    """Write down a place of a person, and let them hear from the channel. Raises BadValue, PlacesFull."""
    permits.check_level(new.level)
    lock_reader(person)
    row = models.Place.objects.filter(reader_id=person, region=new.region, field=new.field).first()
    if row is None:
        if models.Place.objects.filter(reader_id=person).count() >= permits.PLACES_MAX:
            raise PlacesFull(limit=permits.PLACES_MAX)
        row = models.Place(id=ids.new(), reader_id=person, region=new.region, field=new.field)
    row.zone, row.level = zone, new.level.value
    row.save()
    models.Reader.objects.filter(person_id=person).update(ask_at=clock.now())
    bring_along(person)
    return row.id


def lock_reader(person: PersonId, defaults: Mapping[str, object] | None = None) -> models.Reader:
    """The row of a reader, made when it is missing, locked: nobody decides meanwhile what is due to them."""
    tx.demand()
    said = {"hour": HOUR, "time_zone": TIME_ZONE, **(defaults or {})}
    models.Reader.objects.bulk_create([models.Reader(person_id=person, **said)], ignore_conflicts=True)
    return models.Reader.objects.select_for_update().get(person_id=person)


def region_code(said: str) -> str:
    """A region that is listed today. Raises BadValue."""
    try:
        return known_places.region(said).code
    except (BadCode, NoSuchRegion):
        raise BadValue(field="region", reason="unknown") from None


def bring_along(person: PersonId) -> None:
    """Let somebody hear from the channel. Who left it before is not brought back."""
    tx.demand()
    channel = queries.channel_of_forecasts()
    if channel is not None and known_channels.friend(channel.id, person) is None:
        channels.join_many(TELLER, channel.id, JoinedBy.SERVICE, [Joining(person)])


def bring_friends(by: Actor, most: int = JOINING_MAX) -> int:
    """Let those hear from the channel who chose a place, or look after somebody, before it was opened; who left it is not brought
    back. Answers how many. Raises NotAllowed.
    """
    permits.may_run(by)
    channel = queries.channel_of_forecasts()
    if channel is None:
        return 0
    readers = models.Place.objects.order_by("reader_id").values_list("reader_id", flat=True)
    watchers = models.Watch.objects.filter(ended_at__isnull=True).order_by("watcher_id")
    joined = 0
    for column, rows in (("reader_id", readers), ("watcher_id", watchers.values_list("watcher_id", flat=True))):
        after = UUID(int=0)
        while people := list(rows.filter(**{f"{column}__gt": after}).distinct()[:most]):
            after = people[-1]
            with tx.durable():
                joined += _join(channel.id, people)
    return joined


def _join(channel: ChannelId, people: Sequence[UUID]) -> int:
    fresh = known_channels.strangers(channel, people)
    cards = known_people.persons(fresh)
    joining = [Joining(one) for one in sorted(fresh) if one in cards and not cards[one].closed]
    return channels.join_many(TELLER, channel, JoinedBy.SERVICE, joining)
