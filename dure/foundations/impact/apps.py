"""The house card of impact."""

from django.apps import AppConfig

from dure.kit.house import HouseCard


class ImpactConfig(AppConfig):
    name = "dure.foundations.impact"
    label = "impact"
    default_auto_field = "django.db.models.BigAutoField"
    # No retention: a count names nobody. Persons are kept as salted hashes, so that one who comes again is counted once.
    card = HouseCard(name="impact", icon="chart")
