"""Regulars: friends of a shop's channel, what the shop notes about them, and the coupons that come to them by themselves."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as friends
from dure.foundations.channels.types import FriendDate, NotAFriend
from dure.foundations.channels.types.segments import Compare, Field, Segment, Term
from dure.foundations.people import queries as people
from dure.kit import tx
from dure.services.market import models, queries
from dure.services.market.rules import permits
from dure.services.market.rules.campaigns import BIRTHDAY_WITHIN_DAYS
from dure.services.market.types import Campaign, Given, RedemptionId, Shop, ShopId

from .coupons import give_by_itself

BIRTHDAY, VISITED = "birthday", "visited"
PAGES_MAX = 2_000


def note_regular(by: Actor, shop: ShopId, person: PersonId, said: tuple[Sequence[str], str, date | None]) -> None:
    """Write down tags, a note and the birthday of a regular, without the year; none takes a birthday back. They read it in their
    export. Raises NotAllowed, NotFound, NotAFriend, BadValue.
    """
    found = queries.shop(shop)
    permits.may_work(by, found.organisation)
    if found.channel is None:
        raise NotFound(what="channel")
    tags, note, birthday = said
    dates = (FriendDate(BIRTHDAY, birthday),) if birthday else ()
    with tx.durable():
        channels.note_friend(by, found.channel, person, tags=tags, note=note, dates=dates)
        if not birthday:
            channels.forget_days(by, found.channel, person, [BIRTHDAY])


def note_visit(by: Actor, redemption: RedemptionId) -> None:
    """A regular was here: said by whoever took the coupon. Who is no friend of the shop is not noted, nor a day before the last
    one that is known. Safe to repeat.
    """
    permits.may_run(by)
    with tx.durable():
        row = models.Redemption.objects.select_related("shop", "coupon").filter(id=redemption).first()
        if row is None or row.shop.channel_id is None:
            return
        if row.coupon.person_id is None:
            return
        person, day = PersonId(row.coupon.person_id), clock.local(row.at).date()
        known = friends.friend(row.shop.channel_id, person)
        staff = people.actor(PersonId(row.by))
        if (
            known is None
            or known.left_at is not None
            or not staff.works_for(queries.shop(ShopId(row.shop_id)).organisation)
        ):
            return
        before = {one.name: one.on for one in friends.noted(staff, known.channel, person).dates}
        if before.get(VISITED, day) <= day:  # one that a counter took without a line may reach us after a later one
            channels.note_friend(staff, known.channel, person, dates=(FriendDate(VISITED, day),))


def welcome(by: Actor, channel: UUID, person: PersonId, first: bool) -> int:
    """Give a new regular, whichever way they came, what the shop gives to new ones; answers how many.

    Who leaves and comes back gets nothing a second time.
    """
    permits.may_run(by)
    shop = queries.shop_of_channel(channel)
    if shop is None or not first:
        return 0
    return sum(give_by_itself(by, one.id, person) is not None for one in queries.welcome_of(shop.id))


def give_due(by: Actor, given: Given) -> int:
    """Give today's coupons for birthdays or absences, in the name of whoever made each campaign; answers how many.

    A campaign whose maker no longer works for the shop rests.
    """
    permits.may_run(by)
    count, some = 0, queries.coming_by_itself(given)
    while some:
        count += sum(_give(by, one) for one in some)
        some = queries.coming_by_itself(given, some[-1].id)
    return count


def _give(by: Actor, one: Campaign) -> int:
    """Give a campaign's coupons to whom they fit today; answers how many."""
    if one.shop is None:
        return 0
    shop = queries.shop(one.shop)
    maker = people.actor(PersonId(models.Campaign.objects.values_list("made_by", flat=True).get(id=one.id)))
    fitting = _fitting(maker, shop, _segment(one.given, one.absent_days))
    return sum(give_by_itself(by, one.id, person) is not None for person in fitting)


def _segment(given: Given, absent_days: int) -> Segment:
    if given is Given.BIRTHDAY:
        return Term(Field.BIRTHDAY, Compare.UNDER, BIRTHDAY_WITHIN_DAYS)
    return Term(Field.VISITED, Compare.OVER, absent_days)


def _fitting(maker: Actor, shop: Shop, segment: Segment) -> list[PersonId]:
    """The friends whom a segment fits, as the maker of the campaign may see them."""
    if shop.channel is None:
        return []
    found: list[PersonId] = []
    for page in range(1, PAGES_MAX):
        try:
            seen = friends.friends(maker, shop.channel, segment, page)
        except (NotAllowed, NotAFriend):
            return []
        found += [one.person for one in seen.friends]
        if page >= seen.pages:
            break
    return found
