"""The house card of forecasts."""

from django.apps import AppConfig

from dure.kit.house import HouseCard


class ForecastsConfig(AppConfig):
    name = "dure.services.forecasts"
    label = "forecasts"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(name="forecasts", icon="sun")
