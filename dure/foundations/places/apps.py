"""The house card of places."""

from django.apps import AppConfig

from dure.kit.house import HouseCard


class PlacesConfig(AppConfig):
    name = "dure.foundations.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(name="places", icon="places")
