"""Campaigns: make one, stop it, let the association carry it, end it when nothing of it can come any more."""

from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId
from dure.base.refusals import NotFound
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import AccountId, InsufficientFunds, account_id
from dure.kit import tx
from dure.services.market import models, queries
from dure.services.market.queries.credits import budget_account
from dure.services.market.rules import campaigns, offers, permits
from dure.services.market.types import (
    BudgetShort,
    Campaign,
    CampaignId,
    CampaignState,
    Cost,
    NewCampaign,
    Payer,
    Place,
    RedemptionState,
    ShopId,
    ShopState,
)

from .common import BUDGET, holding, lock_campaign, lock_shop, lock_speaker, market_of, post, shop_row, transfer
from .returning import give_budget_back

CODE_LENGTH = 6
END_MAX = 200


def cost_of(by: Actor, new: NewCampaign) -> Cost:
    """What a campaign may cost at most, before it is made. Raises NotAllowed, BadValue, NotFound."""
    _check(by, new)
    payer = _payer_account(new)
    left = None if payer is None else _available(payer)
    return Cost(
        each_won=offers.each_most(new.offer),
        most_won=offers.cost_most(new.offer, new.stock),
        payer=new.payer,
        available_won=left,
    )


def open_campaign(by: Actor, new: NewCampaign, *, key: str) -> Campaign:
    """Make a campaign; from now on its coupons can be had. Where others pay, all that it may cost is set aside at once, so that
    no shop waits for money that is not there. Raises NotAllowed, BadValue, NotFound, ShopClosed, BudgetShort.
    """
    with tx.action(by, "market.open_campaign", key, new, UUID) as done:
        if done:
            return queries.campaign(CampaignId(done.answer()))
        _lock_maker(new)
        _check(by, new)
        row = _row(by, new)
        payer = _payer_account(new)
        if payer is not None:
            _set_aside(by, row, payer, offers.cost_most(new.offer, new.stock))
        row.save(force_insert=True)
        done.keep(row.id)
        return queries.campaign(CampaignId(row.id))


def stop_campaign(by: Actor, campaign: CampaignId, *, key: str) -> Campaign:
    """Give out no more coupons of it; those that people hold stay good. Its own people, or a steward where others pay.

    Raises NotAllowed, NotFound.
    """
    with tx.action(by, "market.stop_campaign", key, campaign, UUID) as done:
        if not done:
            row = lock_campaign(campaign)
            if not (by.is_steward and row.payer != Payer.SHOP):
                permits.may_work(by, _maker(row))
            if row.state == CampaignState.OPEN:
                row.state = CampaignState.STOPPED
                row.save(update_fields=["state"])
            done.keep(row.id)
        return queries.campaign(campaign)


def carry_campaign(by: Actor, campaign: CampaignId, yes: bool, *, key: str) -> Campaign:
    """The association carries a coupon of one of its shops, or no longer. It sees no friend of that shop.

    Raises NotAllowed, NotFound, WrongPlace.
    """
    with tx.action(by, "market.carry_campaign", key, (campaign, yes), UUID) as done:
        if not done:
            row = lock_campaign(campaign)
            if row.shop_id is None or not row.carriable:
                raise NotFound(what="campaign")
            shop = shop_row(ShopId(row.shop_id))
            permits.may_carry(Place(shop.place))
            permits.may_work(by, queries.speaker_of(market_of(shop)))
            row.carried_at = clock.now() if yes else None
            row.save(update_fields=["carried_at"])
            done.keep(row.id)
        return queries.campaign(campaign)


def end_due(by: Actor, most: int = END_MAX) -> int:
    """End campaigns of which no redemption can come or go any more; what is left of their budgets goes back. Answers how many."""
    permits.may_run(by)
    with tx.durable():
        now, ended = clock.now(), 0
        rows = models.Campaign.objects.select_for_update(skip_locked=True).filter(
            state__in=(CampaignState.OPEN, CampaignState.STOPPED), valid_until__lt=now
        )
        markets = set()
        for row in rows.order_by("valid_until")[:most]:
            if now >= campaigns.ends_at(row.valid_until, row.undo_minutes) and not _is_busy(row):
                _give_back(by, row)
                row.state = CampaignState.ENDED
                row.save(update_fields=["state"])
                ended += 1
                if row.payer == Payer.ASSOCIATION:
                    markets.add(market_of(row))
        for market in sorted(markets):  # nobody may speak for it by now
            give_budget_back(by, market)
        return ended


def _lock_maker(new: NewCampaign) -> None:
    """Hold the shop, or who speaks for the market, as they are: what closes or ends at this moment ends this campaign, too."""
    if new.shop is not None:
        lock_shop(new.shop)
    elif new.market is not None:
        lock_speaker(new.market)


def _check(by: Actor, new: NewCampaign) -> None:
    """Its own people make a campaign; one that a fund pays, a steward who has no part in it."""
    campaigns.check_campaign(new, clock.today())
    if new.shop is not None:
        shop = shop_row(new.shop)
        _may_make(by, new, OrganisationId(shop.organisation_id))
        permits.may_trade(ShopState(shop.state))
    elif new.market is not None:
        _may_make(by, new, queries.speaker_of(new.market))


def _may_make(by: Actor, new: NewCampaign, organisation: OrganisationId) -> None:
    if new.payer is not Payer.FUND:
        permits.may_work(by, organisation)
    else:
        permits.may_grant(by, organisation, gains=new.market is not None and queries.has_shop_in(by, new.market))


def _maker(row: models.Campaign) -> OrganisationId:
    if row.shop_id is not None:
        return OrganisationId(shop_row(ShopId(row.shop_id)).organisation_id)
    return queries.speaker_of(market_of(row))


def _payer_account(new: NewCampaign) -> AccountId | None:
    match new.payer:
        case Payer.SHOP:
            return None
        case Payer.ASSOCIATION if new.market is not None:
            return account_id(budget_account(new.market))
        case _:
            fund = models.Fund.objects.filter(id=new.fund, active=True).first() if new.fund else None
            if fund is None:
                raise NotFound(what="fund")
            return AccountId(fund.account)


def _available(account: AccountId) -> int:
    found = book.balances([account])
    return found[account].available if account in found else 0


def _row(by: Actor, new: NewCampaign) -> models.Campaign:
    return models.Campaign(
        id=ids.new(),
        code=ids.speakable(CODE_LENGTH),
        shop_id=new.shop,
        market_id=new.market,
        title=new.title.strip(),
        terms=new.terms.strip(),
        kind=new.offer.kind,
        value=new.offer.value,
        thing=new.offer.thing.strip(),
        least_won=new.offer.least_won,
        most_won=new.offer.most_won,
        stock=new.stock,
        per_person=new.per_person,
        valid_from=campaigns.opens_at(new.valid_from),
        valid_until=campaigns.is_over_at(new.valid_until),
        given=new.given,
        absent_days=new.absent_days,
        payer=new.payer,
        undo_minutes=new.undo_minutes,
        friends_only=new.friends_only,
        carriable=new.carriable,
        made_by=permits.somebody(by),
        made_at=clock.now(),
    )


def _set_aside(by: Actor, row: models.Campaign, payer: AccountId, won: int) -> None:
    budget = holding(by, f"market_campaign:{row.id}")
    if payer not in book.balances([payer]):
        raise BudgetShort(most=won, left=0)
    try:
        post(by, [transfer(row.id, payer, budget, won, BUDGET)])
    except InsufficientFunds as short:
        raise BudgetShort(most=won, left=short.values()["available"]) from short
    row.payer_account, row.budget_account, row.budget_won = payer, budget, won


def _is_busy(row: models.Campaign) -> bool:
    return models.Redemption.objects.filter(coupon__campaign=row, state=RedemptionState.TAKEN).exists()


def _give_back(by: Actor, row: models.Campaign) -> None:
    if row.budget_account is None or row.payer_account is None:
        return
    account = AccountId(row.budget_account)
    rest = book.balance(account).held
    if rest:
        post(by, [transfer(ids.derived(row.id, "rest"), account, AccountId(row.payer_account), rest, BUDGET)])
