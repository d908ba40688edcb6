"""The house card of ledger."""

from django.apps import AppConfig

from dure.foundations.ledger.types import ReservationExpired
from dure.kit.house import HouseCard


class LedgerConfig(AppConfig):
    name = "dure.foundations.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(name="ledger", icon="ledger", news=(ReservationExpired,))
