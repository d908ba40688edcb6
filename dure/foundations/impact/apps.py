"""The house card of impact."""

from django.apps import AppConfig

from dure.kit.house import HouseCard


class ImpactConfig(AppConfig):
    name = "dure.foundations.impact"
    label = "impact"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(name="impact", icon="impact")
