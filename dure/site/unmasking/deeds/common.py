"""What all three parties are asked: their own keys of a day, as an insider has them."""

from django.conf import settings

from dure.foundations.vault.queries.keys import private_of
from dure.services.checkin.queries import days as queries
from dure.services.checkin.rules import days
from dure.services.checkin.types import Epoch, Party


def own_keys(epoch: int) -> dict[str, str]:
    """This party's keys of a day in hexadecimal digits, by purpose: of pairs the private half."""
    party = Party(settings.DURE.role)
    found: dict[str, str] = {}
    for key in days.KEYS[party]:
        secret = queries.secret(party, key.purpose, Epoch(epoch))
        found[key.purpose] = (private_of(secret) if key.use == "letters" else secret).hex()
    return found
