"""The house card of people."""

from django.apps import AppConfig

from dure.kit.house import HouseCard


class PeopleConfig(AppConfig):
    name = "dure.foundations.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(name="people", icon="people")
