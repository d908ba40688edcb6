"""What village broadcast offers to the command line: the twin of a gateway that takes calls for `dure twin`, what `dure doctor`
should say of it.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings

from dure.kit.diagnosis import Diagnosis, ok, warning
from dure.kit.twins import LoopbackTwin, Setting
from dure.kit.twins.asking import TwinAsked
from dure.services.broadcast.twins import TelephoneTwin

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def twins() -> dict[str, Callable[[TwinAsked], LoopbackTwin]]:
    """The loopback twin of the gateway that takes calls."""
    return {"telephone": lambda asked: TelephoneTwin(_setting(asked), asked.hooks)}


def diagnoses() -> tuple[Diagnosis, ...]:
    """Whether somebody answers who calls to speak or to hear."""
    ours = settings.DURE
    if not ours.telephone_secret:
        return (ok("telephone", "nobody takes calls for the village broadcast: it is heard and spoken by the page"),)
    if urlsplit(ours.telephone_url).hostname in LOOPBACK:
        todo = "unset DURE_TELEPHONE_URL, DURE_TELEPHONE_NUMBER and DURE_TELEPHONE_SECRET"
        return (
            warning("telephone", "calls are taken by a machine on this one, perhaps a twin, which rings nowhere", todo),
        )
    return (ok("telephone", f"calls to {ours.telephone_number} are answered for a gateway"),)


def _setting(asked: TwinAsked) -> Setting:
    return Setting(secret=asked.secret, pace=asked.pace, faults=asked.faults, file=asked.file)
