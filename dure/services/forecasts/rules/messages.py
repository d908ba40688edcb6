"""Which disaster messages concern a place: by the names of regions that they carry. Pure."""

from typing import Final

EVERYWHERE: Final = "전국"
ALL: Final = "전체"  # 서울특별시 전체: the whole of it


def plain_name(region: str) -> str:
    """The name of a region as it stands in a message, without the word for the whole of it."""
    return " ".join(region.split()).removesuffix(f" {ALL}")


def around(path: str) -> tuple[str, ...]:
    """A region by its full name, and all regions around it: 예시도 예시군 나루리, 예시도 예시군, 예시도."""
    words = path.split()
    return tuple(" ".join(words[:count]) for count in range(len(words), 0, -1))


def is_for(path: str, region: str) -> bool:
    """Whether a message to `region` concerns a place in the region with this full name: it is the same, around it or in it,
    or everywhere."""
    return region == EVERYWHERE or region in around(path) or region.startswith(f"{path} ")
