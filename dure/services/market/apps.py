"""The house card of market."""

from django.apps import AppConfig

from dure.kit.house import HouseCard

from . import types


class MarketConfig(AppConfig):
    name = "dure.services.market"
    label = "market"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(
        name="market",
        icon="org",
        news=(
            types.ShopOpened,
            types.AssociationConfirmed,
            types.CouponGiven,
            types.CouponRedeemed,
            types.RedemptionUndone,
            types.RedemptionRefused,
            types.CreditGranted,
        ),
    )
