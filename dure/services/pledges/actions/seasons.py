"""A season is opened. That it is settled stands in settling.py."""

from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId
from dure.foundations.people import queries as people
from dure.kit import outbox, tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import disputes, permits
from dure.services.pledges.types import NewSeason, ReceiverUnfit, Season, SeasonId, SeasonOpened

from .common import holding


def open_season(by: Actor, new: NewSeason, *, key: str) -> Season:
    """A steward opens a season of a hundred days, and says who may receive what is not returned.

    That is organisations, and donation boxes that stay open until receivers can be paid.
    Raises NotAllowed, BadValue, ReceiverUnfit, BoxClosesTooSoon.
    """
    with tx.action(by, "pledges.open_season", key, new, UUID) as done:
        if done:
            return queries.season(SeasonId(done.answer()))
        permits.may_steward(by)
        permits.check_season(new, clock.today())
        cards = people.organisations(new.receivers)
        boxes = _boxes(new)
        if not all(one in cards and cards[one].verified for one in new.receivers):
            raise ReceiverUnfit()
        now = clock.now()
        row = models.Season.objects.create(
            id=ids.new(),
            code=ids.speakable(),
            name=new.name.strip(),
            starts_on=new.starts_on,
            propose_until=new.propose_until,
            join_until=new.join_until,
            deposit=new.deposit,
            grace_minutes=new.grace_minutes,
            fee_percent=new.fee_percent,
            opened_by=permits.somebody(by),
            opened_at=now,
        )
        named = [(one, None, "") for one in new.receivers] + [(one.organisation_id, one.id, one.title) for one in boxes]
        for position, (organisation, box, title) in enumerate(named, start=1):
            receiver = ids.new()
            models.Receiver.objects.create(
                id=receiver,
                season=row,
                organisation_id=organisation,
                account=holding(by, queries.receiver_code(receiver)),
                position=position,
                box=box,
                title=title,
            )
        outbox.emit(SeasonOpened(season=row.id, starts_on=row.starts_on, at=now))
        done.keep(row.id)
        return queries.season(SeasonId(row.id))


def _boxes(new: NewSeason) -> list[models.OpenBox]:
    """The boxes that a season names, in their order, each open long enough and of a verified organisation."""
    known = {row.id: row for row in models.OpenBox.objects.filter(id__in=new.boxes)}
    cards = people.organisations([OrganisationId(row.organisation_id) for row in known.values()])
    for one in new.boxes:
        if one not in known or not cards[OrganisationId(known[one].organisation_id)].verified:
            raise ReceiverUnfit()
        disputes.check_box(known[one].closes_at, new.starts_on)
    return [known[one] for one in new.boxes]
