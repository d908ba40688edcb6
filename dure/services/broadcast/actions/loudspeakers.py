"""Loudspeakers are set up and taken away by who speaks to the village; they say what they played.

Locks: the village, while one is set up. What a device says twice is known once.
"""

from collections.abc import Sequence
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import BadValue, NotFound
from dure.kit import tx
from dure.services.broadcast import models, queries
from dure.services.broadcast.queries.loudspeakers import device
from dure.services.broadcast.rules import loudspeaker as rules
from dure.services.broadcast.rules import permits
from dure.services.broadcast.types import HallPlay, LoudspeakerId, VillageId

__all__ = ["note_hall", "set_up_loudspeaker", "take_loudspeaker_away"]


def set_up_loudspeaker(by: Actor, village: VillageId, name: str, *, key: str) -> LoudspeakerId:
    """Give a device of the village hall an address of its own. Raises NotAllowed, NotFound, BadValue."""
    with tx.action(by, "broadcast.set_up_loudspeaker", key, (village, name), UUID) as done:
        if done:
            return LoudspeakerId(done.answer())
        person = permits.somebody(by)
        permits.may_speak(by, [village], queries.tenures_of([person]), clock.today())
        if models.Village.objects.select_for_update().filter(id=village).first() is None:
            raise NotFound(what="village")
        said, here = rules.check_name(name), models.Loudspeaker.objects.filter(village=village, ended_at__isnull=True)
        if here.count() >= rules.DEVICES_MAX:
            raise BadValue(field="name", reason="too_many")
        if here.filter(name=said).exists():
            raise BadValue(field="name", reason="taken")
        made = models.Loudspeaker.objects.create(
            id=ids.new(), village_id=village, name=said, made_by=person, made_at=clock.now()
        )
        return LoudspeakerId(done.keep(made.id))


def take_loudspeaker_away(by: Actor, loudspeaker: LoudspeakerId) -> None:
    """End the address of a device: it plays nothing more. Twice is once. Raises NotAllowed, NotFound."""
    with tx.durable():
        row = models.Loudspeaker.objects.select_for_update().filter(id=loudspeaker).first()
        if row is None:
            raise NotFound(what="loudspeaker")
        tenures = queries.tenures_of([permits.somebody(by)])
        permits.may_speak(by, [VillageId(row.village_id)], tenures, clock.today())
        if row.ended_at is None:
            models.Loudspeaker.objects.filter(id=loudspeaker).update(ended_at=clock.now())


def note_hall(by: Actor, key: UUID, seal: str, plays: Sequence[HallPlay]) -> int:
    """A device is there, and says what it played since; answers how much of it was new. What cannot be is passed over: a device
    without a line may speak of what is forgotten. Whoever has the address is the device; `by` need be nobody whom we know.

    Raises NotFound, BadValue.
    """
    if len(plays) > rules.PLAYS_MAX:
        raise BadValue(field="plays", reason="too_many")
    with tx.durable():
        row, now = device(key, seal), clock.now()
        models.Loudspeaker.objects.filter(id=row.id).update(seen_at=now)
        airings = {
            one.id: one
            for one in models.Airing.objects.filter(
                id__in=[play.airing for play in plays], announcement__to__village_id=row.village_id
            )
        }
        known = set(
            models.LoudspeakerPlay.objects.filter(loudspeaker=row, airing__in=airings).values_list("airing", flat=True)
        )
        found: dict[UUID, models.LoudspeakerPlay] = {}
        for play in plays:
            airing = airings.get(play.airing)
            if airing is None or airing.id in known:
                continue
            at = rules.believed(play.at, airing.at, airing.expires_at, now)
            if at is not None:
                found.setdefault(airing.id, models.LoudspeakerPlay(loudspeaker=row, airing=airing, at=at, told_at=now))
        models.LoudspeakerPlay.objects.bulk_create(found.values(), ignore_conflicts=True)
        return len(found)
