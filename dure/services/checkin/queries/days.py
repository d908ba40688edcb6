"""Keys of a day at this party: whether they are made, what they are, and what others may see of them."""

from django.conf import settings

from dure.foundations.vault import queries as vault
from dure.foundations.vault.types import KeyName, KeyUse, NoSuchKey
from dure.kit import marks
from dure.services.checkin.rules import days, told
from dure.services.checkin.types import Epoch, IssuerKeys, Party
from dure.services.checkin.types.messages import HalvesOfDay, ToldHalf

HANDED = "checkin.passes.handed"


def own_party() -> Party:
    """Which of the three this process is."""
    return Party(settings.DURE.role)


def is_made(name: KeyName) -> bool:
    """Whether a key was made here, also if it is gone again."""
    try:
        vault.key(name)
    except NoSuchKey:
        return False
    return True


def secret(party: Party, purpose: str, epoch: Epoch) -> bytes:
    """32 bytes for the rules: for one use, ask again for the next. Raises NoSuchKey, KeyEnded and so on."""
    return vault.opened(days.key_name(party, purpose, epoch)).secret


def issuer_keys(epoch: Epoch) -> IssuerKeys:
    """What passes of a day are made with. Raises NoSuchKey, and KeyEnded from the day after on."""
    return IssuerKeys(
        passes=secret(Party.IDENTITY, days.PASSES, epoch),
        rates=secret(Party.IDENTITY, days.RATES, epoch),
        handles=secret(Party.IDENTITY, days.HANDLES, epoch),
    )


def halves(party: Party, epoch: Epoch) -> HalvesOfDay:
    """This party's public halves of a day, each with the proof that its log told of it. Raises NoSuchLog while there is none."""
    found: dict[str, ToldHalf] = {}
    for key in days.KEYS[party]:
        name = days.key_name(party, key.purpose, epoch)
        if key.use is KeyUse.LETTERS and is_made(name):
            found[key.purpose] = ToldHalf(vault.key(name).public.hex(), told.sent(vault.told_key(name)))
    return HalvesOfDay(party.value, epoch, log_line(party), found)


def log_line(party: Party) -> str:
    """The key of this party's log, to hand on. Raises NoSuchLog."""
    return vault.head(party.value).verifier


def handed() -> Epoch:
    """The latest day whose `passes` the visit party has; -1 before the first one."""
    return Epoch(int(marks.read(HANDED) or -1))
