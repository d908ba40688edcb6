"""Settings of the feeds of forecasts: read, checked, and what stands there when nothing is said."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dure.kit.settings import BadSetting

if TYPE_CHECKING:
    from .config import Config

FIELDS = ("health", "livestock", "aquaculture", "farming", "industry", "transport")
PUBLISHED = ((1, "health"),)  # the one number whose meaning is published
OWN = "https://apihub.kma.go.kr"
MINISTRY = "https://www.safetydata.go.kr"
LOCAL = ("127.0.0.1", "localhost", "::1")
FIELDS_LIKE = f"give number:field pairs like 1:health,2:livestock, with fields of {', '.join(FIELDS)}"


def fields(said: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """`number:field` pairs, each number and each field once; what is published, where nothing is said. Raises BadSetting."""
    found: list[tuple[int, str]] = []
    for word in said:
        number, _, field = word.partition(":")
        if field not in FIELDS or not (number.isascii() and number.isdigit() and len(number) <= 3):
            raise BadSetting(f"DURE_WEATHER_FIELDS: {FIELDS_LIKE}")
        found.append((int(number), field))
    if len({number for number, _ in found}) != len(found) or len({field for _, field in found}) != len(found):
        raise BadSetting(f"DURE_WEATHER_FIELDS: each number and each field once; {FIELDS_LIKE}")
    return tuple(found) or PUBLISHED


def check(config: "Config") -> None:
    """A key goes to whoever gave it, or to a twin on this machine."""
    _check_address("DURE_WEATHER_URL", config.weather_url, OWN)
    _check_address("DURE_DISASTER_URL", config.disaster_url, MINISTRY)


def _check_address(name: str, said: str, own: str) -> None:
    where = urlsplit(said)
    is_twin = where.scheme == "http" and where.hostname in LOCAL and not where.path
    if said and said != own and not is_twin:
        raise BadSetting(
            f"{name}: give nothing, or a twin on this machine like http://127.0.0.1:8100 (dure twin weather)"
        )
