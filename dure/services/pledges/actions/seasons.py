"""A season is opened. That it is settled stands in settling.py."""

from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.foundations.people import queries as people
from dure.kit import outbox, tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import permits
from dure.services.pledges.types import NewSeason, ReceiverUnfit, Season, SeasonId, SeasonOpened

from .common import holding


def open_season(by: Actor, new: NewSeason, *, key: str) -> Season:
    """A steward opens a season of a hundred days, and says who may receive what is not returned.

    Raises NotAllowed, BadValue, ReceiverUnfit.
    """
    with tx.action(by, "pledges.open_season", key, new, UUID) as done:
        if done:
            return queries.season(SeasonId(done.answer()))
        permits.may_steward(by)
        permits.check_season(new, clock.today())
        cards = people.organisations(new.receivers)
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
        for position, organisation in enumerate(new.receivers, start=1):
            receiver = ids.new()
            account = holding(by, queries.receiver_code(receiver))
            models.Receiver.objects.create(
                id=receiver, season=row, organisation_id=organisation, account=account, position=position
            )
        outbox.emit(SeasonOpened(season=row.id, starts_on=row.starts_on, at=now))
        done.keep(row.id)
        return queries.season(SeasonId(row.id))
