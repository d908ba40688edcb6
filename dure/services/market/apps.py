"""The house card of market."""

from django.apps import AppConfig

from dure.kit.house import HouseCard


class MarketConfig(AppConfig):
    name = "dure.services.market"
    label = "market"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(name="market", icon="market")
