"""What several actions of market do: find a row under its lock, move won."""

from collections.abc import Sequence
from uuid import UUID

from dure.base import clock
from dure.base.actors import Actor, OrganisationId
from dure.base.money import Money
from dure.base.refusals import NotFound
from dure.foundations.channels import queries as channels
from dure.foundations.channels.types import ChannelState
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import AccountId, Kind, Limit, NewAccount, NewPosting, NewTransfer, TransferId
from dure.services.market import models
from dure.services.market.types import AssociationState, CampaignId, MarketId, ShopId

COUPON = Kind("coupon")
BUDGET = Kind("coupon_budget")
GRANT = Kind("market_grant")
GRANT_BACK = Kind("market_grant_back")
MESSAGES = Kind("messages")
TOP_UP = Kind("top_up")
SPONSORS = "outside:market_sponsors"
DEALERS = "outside:message_dealers"


def lock_shop(shop: ShopId) -> models.Shop:
    """The shop, locked until the transaction ends. Raises NotFound."""
    return _found(models.Shop.objects.select_for_update().filter(id=shop).first(), "shop")


def lock_campaign(campaign: CampaignId) -> models.Campaign:
    """The campaign, locked until the transaction ends. Raises NotFound."""
    return _found(models.Campaign.objects.select_for_update().filter(id=campaign).first(), "campaign")


def lock_market(market: UUID) -> models.Market:
    """The market, locked until the transaction ends. Raises NotFound."""
    return _found(models.Market.objects.select_for_update().filter(id=market).first(), "market")


def lock_speaker(market: UUID) -> None:
    """Whoever speaks for the market, locked until the transaction ends; nobody where nobody does."""
    list(models.Association.objects.select_for_update().filter(market_id=market, state=AssociationState.CONFIRMED))


def shop_row(shop: ShopId) -> models.Shop:
    """The shop as it stands. Raises NotFound."""
    return _found(models.Shop.objects.filter(id=shop).first(), "shop")


def market_of(row: models.Shop | models.Campaign) -> MarketId:
    """The market of a shop or a campaign. Raises NotFound where it has none."""
    return MarketId(_found(row.market_id, "market"))


def voice_of(organisation: OrganisationId) -> UUID | None:
    """The organisation's first channel that is not closed, if it has one."""
    found = [one for one in channels.channels_of(organisation) if one.state is not ChannelState.CLOSED]
    return min(found, key=lambda one: one.opened_at).id if found else None


def holding(by: Actor, code: str) -> AccountId:
    """An account that holds won and cannot give more than it holds; opened when it is not there."""
    return ledger.open_account(by, NewAccount(code, Limit.DEBITS_MUST_NOT_EXCEED_CREDITS), clock.now()).id


def outside(by: Actor, code: str) -> AccountId:
    """An account of the world outside: won comes from there or goes there."""
    return ledger.open_account(by, NewAccount(code, Limit.NONE), clock.now()).id


def transfer(one: UUID, debit: AccountId, credit: AccountId, won: int, kind: Kind) -> NewTransfer:
    """Won from one account to another, under an id of the caller's."""
    return NewTransfer(id=TransferId(one), debit=debit, credit=credit, amount=Money(won), kind=kind)


def post(by: Actor, transfers: Sequence[NewTransfer]) -> None:
    """Post each transfer as an event of its own."""
    now = clock.now()
    ledger.post_many(by, tuple(NewPosting.of(one, now) for one in transfers))


def _found[Row](row: Row | None, what: str) -> Row:
    if row is None:
        raise NotFound(what=what)
    return row
