"""The house card of giving."""

from django.apps import AppConfig

from dure.kit.house import HouseCard


class GivingConfig(AppConfig):
    name = "dure.services.giving"
    label = "giving"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(name="giving", icon="giving")
