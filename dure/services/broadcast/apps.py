"""The house card of village broadcast."""

from django.apps import AppConfig

from dure.kit.house import HouseCard


class BroadcastConfig(AppConfig):
    name = "dure.services.broadcast"
    label = "broadcast"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(name="broadcast", icon="bell")
