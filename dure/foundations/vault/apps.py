"""The house card of vault."""

from django.apps import AppConfig

from dure.foundations.vault.types import KeysDestroyed
from dure.kit.house import HouseCard


class VaultConfig(AppConfig):
    name = "dure.foundations.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"
    # No retention of its own: a key names its end itself, and what a public log said stays, or it would prove nothing. Nothing
    # in either is about a person.
    card = HouseCard(name="vault", icon="lock", news=(KeysDestroyed,))
