"""At the counter: give a coupon in, with a line or without; take that back; make it final and pay the shop.

Locks: the coupon first, then its redemption. A coupon has one redemption at most that stands (a unique index says so, too).
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import BadValue, KeyReused, NotFound, TooOften
from dure.foundations.ledger.types import AccountId, NewTransfer
from dure.foundations.people import queries as people
from dure.kit import limits, outbox, tx
from dure.services.market import models, queries
from dure.services.market.queries.counter import conflict_of, redemption_of
from dure.services.market.queries.coupons import LIVE, accepts, offer_of
from dure.services.market.queries.credits import owed_account
from dure.services.market.rules import codes, offers, permits, redeeming
from dure.services.market.rules.redeeming import AtHand, Closed
from dure.services.market.types import (
    AtCounter,
    CampaignId,
    Conflict,
    ConflictKind,
    CouponId,
    CouponRedeemed,
    NotACoupon,
    NotHere,
    OfflineRedemption,
    OwnCounter,
    Redemption,
    RedemptionId,
    RedemptionRefused,
    RedemptionState,
    RedemptionUndone,
    Settled,
    ShopId,
    ShopState,
    Signed,
    TooLittleBought,
)

from .common import COUPON, holding, post, shop_row, transfer

UPLOAD_MAX = 200
SETTLE_MAX = 500
SPOKEN_PER_HOUR_MAX = 200  # of one counter: nobody finds another's letters by trying
HOUR_SECONDS = 3_600
CONFLICTS_A_DAY_MAX = 1_000  # of one shop: each is kept for more than a year
DAY_SECONDS = 86_400
PAID = "market.paid"


def redeem(by: Actor, shop: ShopId, given: AtCounter) -> Redemption:
    """Take a coupon at the counter of a shop. The same `given.id` again is the same redemption.

    Raises NotAllowed, NotFound, ShopClosed, NotACoupon, NotHere, OwnCounter, NotYet, CouponExpired, CouponUsed,
    TooLittleBought, BadValue, TooOften.
    """
    permits.may_work(by, OrganisationId(shop_row(shop).organisation_id))
    if not codes.is_token(given.read):  # counted before the transaction: what is refused below counts, too
        limits.count(f"market.spoken:{shop}", SPOKEN_PER_HOUR_MAX, HOUR_SECONDS)
    with tx.action(by, "market.redeem", str(given.id), (shop, given), UUID) as done:
        if not done:
            coupon = _lock_coupons([_coupon_of(given.read)]).get(_coupon_of(given.read))
            counter = shop_row(shop)  # as it stands by now: the coupon may have been waited for
            permits.may_trade(ShopState(counter.state))
            if coupon is None:
                raise NotFound(what="coupon")
            standing = _standing(given.id)
            if standing is not None and (standing.coupon_id, standing.shop_id) != (coupon.id, shop):
                raise KeyReused(key=str(given.id))
            if models.Conflict.objects.filter(id=given.id).exists():  # judged already; it is used anew under a new id
                raise KeyReused(key=str(given.id))
            if standing is None:
                now = clock.now()
                _check(coupon, counter, now)
                won = offers.won_off(offer_of(coupon.campaign), given.paid_won)
                _take(by, coupon, counter, given, (now, now, won))
            done.keep(UUID(str(given.id)))
        return queries.redemption(given.id)


def settle_offline(by: Actor, shop: ShopId, noted: Sequence[OfflineRedemption]) -> Settled:
    """Take in what a counter's phone noted while it had no line. Each id is judged once, however often it is sent; what does not
    count is written down as a conflict, and nobody is paid for it. What was honoured in good faith counts, also where its holder
    has closed their account since: the shop could not know, and gave its goods away. An id under which something else stands is
    answered as a conflict, too, so that one odd note holds up no other. At most UPLOAD_MAX at a time. What would be a conflict
    beyond those of a day is not answered, and sent again later; what counts is taken all the same.

    Raises NotAllowed, NotFound, BadValue; TooOften where nothing was judged.
    """
    if len(noted) > UPLOAD_MAX:
        raise BadValue(field="redemptions", reason="too_many")
    if any(one.at.tzinfo is None for one in noted):
        raise BadValue(field="at", reason="malformed")
    with tx.durable():
        permits.may_work(by, OrganisationId(shop_row(shop).organisation_id))
        said = {one.id: _read(one.token) for one in noted}
        coupons = _lock_coupons([one.coupon for one in said.values() if one is not None])
        counter = shop_row(shop)  # as it stands by now: a coupon may have been waited for
        closed = _closed(counter)
        taken: list[Redemption] = []
        conflicts: list[Conflict] = []
        unjudged: TooOften | None = None
        for one in sorted(noted, key=lambda each: (each.at, each.id)):
            try:
                became = _judge(by, (counter, closed), one, said[one.id], coupons)
            except TooOften as often:
                unjudged = often
                continue
            (taken if isinstance(became, Redemption) else conflicts).append(became)  # type: ignore[arg-type]  # each list gets its kind
        if unjudged is not None and not (taken or conflicts):
            raise unjudged
        return Settled(tuple(taken), tuple(conflicts))


def undo(by: Actor, redemption: RedemptionId, *, key: str) -> Redemption:
    """Take a redemption back, while that is possible: the coupon is good again.

    Raises NotAllowed, NotFound, UndoOver, AlreadyUndone.
    """
    with tx.action(by, "market.undo", key, redemption, UUID) as done:
        if not done:
            row = models.Redemption.objects.select_for_update().filter(id=redemption).first()
            if row is None:
                raise NotFound(what="redemption")
            permits.may_work(by, OrganisationId(shop_row(ShopId(row.shop_id)).organisation_id))
            now = clock.now()
            redeeming.may_undo(RedemptionState(row.state), row.undo_until, now)
            row.state, row.ended_at = RedemptionState.UNDONE, now
            row.save(update_fields=["state", "ended_at"])
            outbox.emit(
                RedemptionUndone(
                    redemption=redemption,
                    coupon=CouponId(row.coupon_id),
                    shop=ShopId(row.shop_id),
                    person=_holder(row.coupon),
                    won_off=row.won_off,
                    at=now,
                )
            )
            done.keep(UUID(str(row.id)))
        return queries.redemption(redemption)


def settle_due(by: Actor, most: int = SETTLE_MAX) -> int:
    """Make final what can no longer be undone, and pay the shop where somebody else gives the discount. Answers how many.

    The transfer's id follows from the redemption's, so that it can be posted once only.
    """
    permits.may_run(by)
    with tx.durable():
        now = clock.now()
        due = models.Redemption.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            state=RedemptionState.TAKEN, undo_until__lte=now
        )
        rows = list(due.select_related("coupon__campaign").order_by("undo_until", "id")[:most])
        for row in rows:
            row.state, row.ended_at = RedemptionState.SETTLED, now
        models.Redemption.objects.bulk_update(rows, ["state", "ended_at"])
        post(by, [one for row in rows if (one := _payment(by, row)) is not None])
        return len(rows)


def _payment(by: Actor, row: models.Redemption) -> NewTransfer | None:
    budget = row.coupon.campaign.budget_account
    if budget is None or row.won_off == 0:
        return None
    owed = holding(by, owed_account(ShopId(row.shop_id)))
    # Never the redemption's own id: a counter chose that, and it may be the id of something else in the book.
    return transfer(ids.derived(row.id, PAID), AccountId(budget), owed, row.won_off, COUPON)


def _coupon_of(read: str) -> CouponId:
    """Which coupon a QR code or a spoken code means. Raises NotACoupon, NotFound."""
    return queries.read_token(read).coupon if codes.is_token(read) else queries.coupon_of_code(read)


def _read(token: str) -> Signed | None:
    try:
        return queries.read_token(token)
    except NotACoupon:
        return None


def _lock_coupons(coupons: Sequence[CouponId]) -> dict[UUID, models.Coupon]:
    """The coupons that exist, locked in the order of their ids."""
    rows = models.Coupon.objects.select_for_update(of=("self",)).select_related("campaign")
    return {row.id: row for row in rows.filter(id__in=set(coupons)).order_by("id")}


def _standing(redemption: RedemptionId) -> models.Redemption | None:
    return models.Redemption.objects.select_related("coupon__campaign").filter(id=redemption).first()


def _live(coupon: models.Coupon) -> models.Redemption | None:
    return models.Redemption.objects.filter(coupon=coupon, state__in=LIVE).first()


def _holder(coupon: models.Coupon) -> PersonId | None:
    """Whose coupon it is; None where they closed their account."""
    return None if coupon.person_id is None else PersonId(coupon.person_id)


def _closed(counter: models.Shop) -> Closed:
    """When the shop was closed lately, and is now."""
    past = tuple(models.Closure.objects.filter(shop=counter).values_list("closed_at", "opened_at"))
    return past if counter.closed_at is None else (*past, (counter.closed_at, None))


def _is_own(coupon: models.Coupon, counter: models.Shop) -> bool:
    """Whether others pay for a coupon of somebody who works at this very counter, or ever did and closed their account: also
    before the news of that has come.
    """
    if coupon.campaign.budget_account is None:
        return False
    holder, here = _holder(coupon), OrganisationId(counter.organisation_id)
    if holder is None:
        return str(here) in coupon.worked_for
    return holder in people.member_ids(here) or (people.person(holder).closed and here in people.worked_for(holder))


def _check(coupon: models.Coupon, counter: models.Shop, now: datetime) -> None:
    """Raises NotHere, OwnCounter, CouponUsed, NotYet, CouponExpired; NotFound for one whose holder closed their account."""
    campaign = coupon.campaign
    if not accepts(ShopId(counter.id), campaign):
        issuer = campaign.shop or campaign.market
        raise NotHere(issuer=issuer.name if issuer else "")
    if _is_own(coupon, counter):
        raise OwnCounter()
    live, holder = _live(coupon), _holder(coupon)
    if live is None and (holder is None or people.person(holder).closed):
        raise NotFound(what="coupon")
    redeeming.may_redeem(campaign.valid_from, campaign.valid_until, live.at if live else None, now)


def _judge(
    by: Actor,
    there: tuple[models.Shop, Closed],
    one: OfflineRedemption,
    said: Signed | None,
    coupons: dict[UUID, models.Coupon],
) -> Redemption | Conflict:
    """What becomes of one redemption uploaded `there`. An id that was judged before keeps its verdict."""
    counter, closed = there
    known = _standing(one.id)
    if known is not None:
        if known.shop_id != counter.id or (said is not None and known.coupon_id != said.coupon):
            return _taken_id(counter, one)
        return redemption_of(known)
    before = models.Conflict.objects.filter(id=one.id).first()
    if before is not None:
        return conflict_of(before) if before.shop_id == counter.id else _taken_id(counter, one)
    coupon = coupons.get(said.coupon) if said is not None else None
    if said is None or coupon is None:
        return _lose(by, counter, one, (ConflictKind.FORGED, None, None))
    live, now = _live(coupon), clock.now()
    here = accepts(ShopId(counter.id), coupon.campaign)
    own = _is_own(coupon, counter)
    kind = redeeming.judge_offline(said, one.at, now, AtHand(here, live is not None, own, closed))
    if kind is not None:
        winner = live if kind is ConflictKind.USED_BEFORE else None
        return _lose(by, counter, one, (kind, coupon, winner))
    try:
        won = offers.won_off(offer_of(coupon.campaign), one.paid_won)
    except (TooLittleBought, BadValue):
        return _lose(by, counter, one, (ConflictKind.SUM_UNFIT, coupon, None))
    return _take(by, coupon, counter, AtCounter(one.id, one.token, one.paid_won), (one.at, now, won))


def _taken_id(counter: models.Shop, one: OfflineRedemption) -> Conflict:
    """An id under which something else stands: said to its sender, and written down nowhere, for its place is taken."""
    return Conflict(one.id, ShopId(counter.id), ConflictKind.KNOWN_ID, one.at, clock.now(), None, None)


def _take(
    by: Actor,
    coupon: models.Coupon,
    counter: models.Shop,
    given: AtCounter,
    when: tuple[datetime, datetime, int],
) -> Redemption:
    at, now, won = when
    row = models.Redemption.objects.create(
        id=given.id,
        coupon=coupon,
        shop=counter,
        at=at,
        taken_at=now,
        undo_until=redeeming.undo_until(now, coupon.campaign.undo_minutes),
        paid_won=given.paid_won,
        won_off=won,
        offline=at != now,
        by=permits.somebody(by),
    )
    outbox.emit(
        CouponRedeemed(
            redemption=given.id,
            coupon=CouponId(coupon.id),
            campaign=CampaignId(coupon.campaign_id),
            shop=ShopId(counter.id),
            person=_holder(coupon),
            won_off=won,
            offline=row.offline,
            at=at,
        )
    )
    return redemption_of(row)


def _lose(
    by: Actor,
    counter: models.Shop,
    one: OfflineRedemption,
    why: tuple[ConflictKind, models.Coupon | None, models.Redemption | None],
) -> Conflict:
    kind, coupon, winner = why
    limits.count(f"market.conflicts:{counter.id}", CONFLICTS_A_DAY_MAX, DAY_SECONDS)
    now = clock.now()
    row = models.Conflict.objects.create(
        id=one.id,
        shop=counter,
        kind=kind,
        coupon=coupon.id if coupon else None,
        winner=winner,
        token_hash=hashlib.sha256(one.token.encode()).digest(),
        paid_won=min(max(0, one.paid_won), offers.PAID_MAX),
        at=min(one.at, now),
        noted_at=now,
        by=permits.somebody(by),
    )
    outbox.emit(RedemptionRefused(redemption=one.id, shop=ShopId(counter.id), kind=kind, at=now))
    return conflict_of(row)
