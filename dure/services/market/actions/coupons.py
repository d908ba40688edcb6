"""Giving coupons out: taken by a person, given by a shop, or coming by themselves. Never beyond stock or cap."""

from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId, PersonId
from dure.foundations.channels import queries as friends
from dure.foundations.channels.types import ChannelId, CouponGone, NotAFriend
from dure.foundations.people import queries as people
from dure.kit import limits, outbox, tx
from dure.services.market import models, queries
from dure.services.market.rules import campaigns, codes, permits
from dure.services.market.types import (
    AssociationState,
    CampaignId,
    CampaignState,
    Coupon,
    CouponGiven,
    CouponId,
    Given,
    HasEnough,
    HolderUnproved,
    NotGivenOut,
    OwnCounter,
    Payer,
    ShopId,
    SoldOut,
)

from .common import lock_campaign, market_of, shop_row

TAKEN_PER_HOUR_MAX = 60
HOUR_SECONDS = 3_600


def take_coupon(
    by: Actor, campaign: CampaignId, *, key: str, brought_by: UUID | None = None, channel: ChannelId | None = None
) -> Coupon:
    """Take a coupon for oneself; what others pay asks for a verified address. `brought_by`: the broadcast that carried it, in
    `channel`, which must carry it still; whoever has it by the same tap is shown it, also after its time.

    Raises CouponGone, NotAllowed, NotFound, NotGivenOut, NotGivenThisWay, SoldOut, HasEnough, NotAFriend, OwnCounter, TooOften.
    """
    with tx.action(by, "market.take_coupon", key, (campaign, brought_by), UUID) as done:
        person = permits.somebody(by)
        if not done:
            if channel is not None and campaign not in {one.id for one in queries.carried_in(channel)}:
                raise CouponGone(why="over")
            limits.count(f"market.take:{person}", TAKEN_PER_HOUR_MAX, HOUR_SECONDS)
            row = lock_campaign(campaign)
            campaigns.may_take(Given(row.given))
            if _others_pay(row):
                permits.verified(by)
            if row.friends_only:
                _demand_friend(row, person)
            done.keep(_issue(row, person, brought_by))
        return queries.my_coupon(person, CouponId(done.value or done.answer()))


def give_coupon(by: Actor, campaign: CampaignId, person: PersonId, *, key: str) -> CouponId:
    """A shop or association gives a coupon to a friend of its channel, whichever way the campaign goes otherwise. To nobody
    else: its words would stand on the home page of somebody who never asked for them. What others pay, to people with a proved
    address, or a shop could make up its regulars.

    Raises NotAllowed, NotFound, NotAFriend, HolderUnproved, NotGivenOut, SoldOut, HasEnough, OwnCounter.
    """
    with tx.action(by, "market.give_coupon", key, (campaign, person), UUID) as done:
        if done:
            return CouponId(done.answer())
        row = lock_campaign(campaign)
        if row.shop_id is not None:
            permits.may_work(by, OrganisationId(shop_row(ShopId(row.shop_id)).organisation_id))
        else:
            permits.may_work(by, queries.speaker_of(market_of(row)))
        _demand_friend(row, person)
        if _others_pay(row) and not people.actor(person).verified:
            raise HolderUnproved()
        return CouponId(done.keep(_issue(row, person)))


def give_by_itself(by: Actor, campaign: CampaignId, person: PersonId) -> CouponId | None:
    """What comes by itself: welcome, birthday, absence. Once a person as long as they hold or used one of this campaign;
    a campaign that is over or given out gives nothing, and nobody is told off for it. Safe to repeat.
    """
    permits.may_run(by)
    with tx.durable():
        row = lock_campaign(campaign)
        if models.Coupon.objects.filter(campaign=row, person_id=person).exists():
            return None
        if _others_pay(row) and not people.actor(person).verified:
            return None
        try:
            return CouponId(_issue(row, person))
        except (NotGivenOut, SoldOut, HasEnough, OwnCounter):
            return None


def _demand_friend(row: models.Campaign, person: PersonId) -> None:
    """Raises NotAFriend unless the person is a friend of the channel of whoever made the campaign."""
    speaks = models.Association.objects.filter(market=row.market, state=AssociationState.CONFIRMED)
    maker: models.Shop | models.Association | None = row.shop if row.shop_id else speaks.first()
    known = friends.friend(maker.channel_id, person) if maker and maker.channel_id else None
    if known is None or known.left_at is not None:
        raise NotAFriend()


def _others_pay(row: models.Campaign) -> bool:
    return Payer(row.payer) is not Payer.SHOP


def _issue(row: models.Campaign, person: PersonId, brought_by: UUID | None = None) -> UUID:
    """The next coupon of a campaign whose row is locked."""
    now = clock.now()
    if _others_pay(row) and row.shop is not None and person in people.member_ids(row.shop.organisation_id):
        raise OwnCounter()
    campaigns.may_give_out(CampaignState(row.state), row.valid_until, now)
    held = models.Coupon.objects.filter(campaign=row, person_id=person).count()
    serial, nth = campaigns.next_coupon(row.stock, row.issued, row.per_person, held)
    coupon = models.Coupon.objects.create(
        id=ids.new(),
        campaign=row,
        person_id=person,
        code=ids.speakable(codes.CODE_LENGTH),
        serial=serial,
        nth=nth,
        issued_at=now,
        brought_by=brought_by,
    )
    row.issued = serial
    row.save(update_fields=["issued"])
    outbox.emit(CouponGiven(coupon=CouponId(coupon.id), campaign=CampaignId(row.id), person=person, at=now))
    return coupon.id
