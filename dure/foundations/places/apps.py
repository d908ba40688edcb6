"""The house card of places."""

from django.apps import AppConfig

from dure.kit.house import HouseCard


class PlacesConfig(AppConfig):
    name = "dure.foundations.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
    # No retention: nothing here is about a person. Regions stay, so that old figures keep their meaning; a point goes when
    # the house that put it takes it off.
    card = HouseCard(name="places", icon="map")
