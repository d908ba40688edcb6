"""Words for states that only the back office shows as such."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dure.services.market.types import (
    AssociationState,
    CampaignState,
    DepositState,
    GrantKind,
    OfferKind,
    RedemptionState,
    ShopState,
)

ASSOCIATIONS: Mapping[AssociationState, str | Promise] = {
    AssociationState.ASKED: _("asked"),
    AssociationState.CONFIRMED: _("speaks for it"),
    AssociationState.REFUSED: _("refused"),
    AssociationState.ENDED: _("speaks no longer"),
}
SHOP_STATES: Mapping[ShopState, str | Promise] = {
    ShopState.OPEN: pgettext_lazy("shop", "open"),
    ShopState.CLOSED: _("closed"),
}
CAMPAIGNS: Mapping[CampaignState, str | Promise] = {
    CampaignState.OPEN: _("being given out"),
    CampaignState.STOPPED: _("stopped"),
    CampaignState.ENDED: _("over"),
}
REDEMPTIONS: Mapping[RedemptionState, str | Promise] = {
    RedemptionState.TAKEN: _("can be undone"),
    RedemptionState.UNDONE: _("undone"),
    RedemptionState.SETTLED: _("final"),
}
OFFERS: Mapping[OfferKind, str | Promise] = {
    OfferKind.WON: _("Some won off"),
    OfferKind.PERCENT: _("Some percent off"),
    OfferKind.THING: _("Something for free"),
}
DEPOSITS: Mapping[DepositState, str | Promise] = {
    DepositState.ENTERED: _("entered"),
    DepositState.BOOKED: _("booked"),
    DepositState.DROPPED: _("dropped"),
}
GRANTS: Mapping[GrantKind, str | Promise] = {
    GrantKind.CREDIT: _("Messages"),
    GrantKind.BUDGET: _("Coupons of the association"),
}
