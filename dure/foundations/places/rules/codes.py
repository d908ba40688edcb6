"""Codes: how long they are, what their zeros mean."""

from dure.foundations.places.types import BadCode, Level, System

LENGTHS = {System.MOIS: (2, 5, 8, 10), System.LEGAL: (2, 5, 8, 10), System.KOSTAT: (2, 5, 8)}
PADDED = 10  # MOIS and LEGAL write every level with ten digits
OFFICE = "출장소"


def canonical(code: str, system: System) -> str:
    """`code` as the system's lists write it: 11, 11110 and 1111000000 may all be said. Raises BadCode."""
    said = code.strip()
    if not (said.isascii() and said.isdigit() and len(said) in LENGTHS[system]):
        raise BadCode(region=code, system=system)
    return said if system is System.KOSTAT else said.ljust(PADDED, "0")


def level_of(code: str, path: str) -> Level:
    """The level of a ten-digit code. Zeros tell province, district and town; words tell the rest.

    A district code with three words in its name (경기도 수원시 장안구) is a district inside a city.
    """
    words = path.split()
    if code.endswith("00000000"):
        return Level.SIDO
    if code.endswith("00000"):
        if words[-1].endswith(OFFICE):
            return Level.OFFICE
        return Level.GU if len(words) > 2 else Level.SIGUNGU
    return Level.DONG if code.endswith("00") else Level.RI


def wider(code: str) -> tuple[str, ...]:
    """Ten-digit codes that hold `code` by their digits, narrowest first: town, district, province."""
    cut = (code[:8].ljust(PADDED, "0"), code[:5].ljust(PADDED, "0"), code[:2].ljust(PADDED, "0"))
    return tuple(dict.fromkeys(one for one in cut if one != code))
