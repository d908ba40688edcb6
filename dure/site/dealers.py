"""Settings of the dealers that carry messages: read, checked, and what stands there when nothing is said."""

import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from dure.kit.settings import BadSetting

if TYPE_CHECKING:
    from .config import Config

PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+")
PRICED = ("push", "mail", "alimtalk", "sms", "lms", "voice")
WON_MAX = 1_000
LOCAL = ("127.0.0.1", "localhost", "::1")
PRICES_LIKE = "give route:won, like alimtalk:8,sms:10,lms:30,voice:60"


def prices(said: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """`route:won` pairs. Raises BadSetting."""
    found = []
    for word in said:
        route, _, won = word.partition(":")
        if route not in PRICED or not won.isascii() or not won.isdigit() or int(won) > WON_MAX:
            raise BadSetting(f"DURE_DEALER_PRICES: {PRICES_LIKE}")
        found.append((route, int(won)))
    return tuple(found)


def check(config: "Config") -> None:
    """A dealer is set up whole or not at all, and its key goes to nobody else but a twin on this machine."""
    for name, url, own in (
        ("SOLAPI", config.solapi_url, "https://api.solapi.com"),
        ("NHN", config.nhn_url, "https://api-alimtalk.cloud.toast.com"),
        ("PUSH", config.push_url, ""),
    ):
        where = urlsplit(url)
        twin = where.scheme == "http" and where.hostname in LOCAL and not where.path
        if url and url != own and not twin:
            raise BadSetting(
                f"DURE_{name}_URL: give nothing, or a twin on this machine like http://127.0.0.1:8100 (dure twin)"
            )
    _whole("SOLAPI", KEY=config.solapi_key, SECRET=config.solapi_secret, SENDER=config.solapi_sender)
    _whole("NHN", APPKEY=config.nhn_appkey, SECRET=config.nhn_secret, SENDER=config.nhn_sender)
    _whole("TELEPHONE", SECRET=config.telephone_secret, NUMBER=config.telephone_number, URL=config.telephone_url)
    gateway = urlsplit(config.telephone_url)
    if config.telephone_url and (gateway.path or not _is_safe(gateway)):
        raise BadSetting("DURE_TELEPHONE_URL: give an address like https://calls.example.org, without a path")
    if config.solapi_sender and not re.fullmatch(r"[0-9]{8,12}", config.solapi_sender):
        raise BadSetting("DURE_SOLAPI_SENDER: give the telephone number that is registered at SOLAPI, in digits")
    for host in config.push_hosts:
        if not HOST.fullmatch(host):
            raise BadSetting("DURE_PUSH_HOSTS: give names like fcm.googleapis.com or *.push.apple.com")


def _is_safe(where: SplitResult) -> bool:
    return where.scheme == "https" or (where.scheme == "http" and where.hostname in LOCAL)


def _whole(dealer: str, **said: str) -> None:
    missing = [f"DURE_{dealer}_{name}" for name, value in said.items() if not value]
    if missing and len(missing) < len(said):
        raise BadSetting(f"DURE_{dealer}_...: {', '.join(missing)} is missing; give all of them or none")
