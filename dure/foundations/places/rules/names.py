"""Finding regions by name. 중구 is in six cities and 고성군 in two provinces, so every fitting one is answered."""

from collections.abc import Sequence

from dure.foundations.places.types import Level, Region

WORDS_MAX = 5
SPOKEN = {  # provinces whose everyday name is no beginning of the official one
    "충북": "충청북도",
    "충남": "충청남도",
    "전남": "전라남도",
    "경북": "경상북도",
    "경남": "경상남도",
}
_WIDE_FIRST = tuple(Level)


def alternatives(said: str) -> tuple[tuple[str, ...], ...]:
    """For each word said, the texts of which one must occur in the path: "경남 고성" fits 경상남도 고성군."""
    words = said.split()[:WORDS_MAX]
    return tuple((word, SPOKEN[word]) if word in SPOKEN else (word,) for word in words)


def rank(region: Region, said: str) -> tuple[int, int, str]:
    """Sorts what fits: the very name, then its beginning, then the rest; wide regions before narrow ones."""
    last = said.split()[-1] if said.split() else ""
    fit = 0 if region.name == last else 1 if region.name.startswith(last) else 2
    return fit, _WIDE_FIRST.index(region.level), region.code


def without_namesakes(regions: Sequence[Region]) -> list[Region]:
    """Without a region that has the very path of the one around it: 세종특별자치시 is province and city in one."""
    kept = {region.code: region for region in regions}
    return [region for region in regions if region.parent not in kept or kept[region.parent].path != region.path]
