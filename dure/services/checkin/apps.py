"""The house card of checkin."""

from django.apps import AppConfig

from dure.kit.house import HouseCard


class CheckinConfig(AppConfig):
    name = "dure.services.checkin"
    label = "checkin"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(name="checkin", icon="checkin")
