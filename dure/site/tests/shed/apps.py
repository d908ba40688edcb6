"""The card of the shed."""

from django.apps import AppConfig

from dure.kit.house import HouseCard


class ShedConfig(AppConfig):
    name = "dure.site.tests.shed"
    label = "shed"
    card = HouseCard(name="shed", icon="tool")
