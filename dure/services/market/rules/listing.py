"""Reading the official list of traditional markets: each cell as it stands, or a named reason why not. Nothing is guessed."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from dure.base.geo import Point
from dure.services.market.types import ListedMarket, Rhythm

COLUMNS: Final = (
    "시장명",
    "시장유형",
    "소재지도로명주소",
    "소재지지번주소",
    "시장개설주기",
    "위도",
    "경도",
    "점포수",
    "취급품목",
    "공중화장실보유여부",
    "주차장보유여부",
    "개설연도",
    "데이터기준일자",
)
RHYTHMS: Final = {"상설장": Rhythm.DAILY, "5일장": Rhythm.FIVE_DAYS, "상설장+5일장": Rhythm.BOTH}
YES_NO: Final = {"Y": True, "N": False, "": None}
EVERY_DAY: Final = "매일"
NAME_LENGTH_MAX: Final = 60
ADDRESS_LENGTH_MAX: Final = 120
STALLS_MAX: Final = 100_000
KOREA: Final = (32.0, 40.0, 123.0, 133.0)  # south, north, west, east
_DAY: Final = re.compile(r"(\d{1,2})일")


class BadCell(ValueError):
    """A cell that does not fit: `reason` is a short code, `found` what stood there."""

    def __init__(self, reason: str, found: str = "") -> None:
        super().__init__(reason)
        self.reason, self.found = reason, found


def listed(row: Mapping[str, str]) -> ListedMarket:
    """One row of the list. Raises BadCell. An empty place, year or count is none; half a place is a mistake."""
    name, road, lot = row["시장명"], row["소재지도로명주소"], row["소재지지번주소"]
    if not 1 <= len(name) <= NAME_LENGTH_MAX:
        raise BadCell("name", name)
    if not (road or lot) or max(len(road), len(lot)) > ADDRESS_LENGTH_MAX:
        raise BadCell("address", road or lot)
    if row["시장유형"] not in RHYTHMS:
        raise BadCell("kind", row["시장유형"])
    rhythm = RHYTHMS[row["시장유형"]]
    return ListedMarket(
        name=name,
        rhythm=rhythm,
        road_address=road,
        lot_address=lot,
        days=_days(row["시장개설주기"], rhythm),
        at=_place(row["위도"], row["경도"]),
        stalls=_number(row["점포수"], "stalls", STALLS_MAX) if row["점포수"] else 0,
        sells=tuple(part.strip() for part in row["취급품목"].split("+") if part.strip()),
        toilet=_yes_no(row["공중화장실보유여부"], "toilet"),
        parking=_yes_no(row["주차장보유여부"], "parking"),
        since=_year(row["개설연도"]),
        listed_on=_day(row["데이터기준일자"]),
    )


def key_of(market: ListedMarket) -> str:
    """What a market is known by when the list is read again: its name and both addresses."""
    said = "\x1f".join((market.name, market.road_address, market.lot_address))
    return hashlib.sha256(said.encode()).hexdigest()


def is_held_on(rhythm: Rhythm, days: tuple[int, ...], day: date) -> bool:
    """Whether the stalls from outside come on `day`: a five-day market on the 2nd and 7th is held on the 12th and 17th, too,
    and one on the 5th and 10th on the 30th; on the 31st none is held.
    """
    return rhythm is not Rhythm.DAILY and day.day <= 30 and day.day % 10 in days


def _days(cell: str, rhythm: Rhythm) -> tuple[int, ...]:
    if rhythm is Rhythm.DAILY:
        if cell != EVERY_DAY:
            raise BadCell("days", cell)
        return ()
    parts = cell.split("+")
    found = [int(match[1]) for part in parts if (match := _DAY.fullmatch(part.strip()))]
    if len(found) != len(parts) or any(not 1 <= day <= 31 for day in found):
        raise BadCell("days", cell)
    return tuple(sorted({day % 10 for day in found}))


def _place(lat: str, lon: str) -> Point | None:
    if not lat and not lon:
        return None
    try:
        north, east = float(lat), float(lon)
    except ValueError:
        raise BadCell("position", f"{lat} {lon}") from None
    if not (KOREA[0] <= north <= KOREA[1] and KOREA[2] <= east <= KOREA[3]):
        raise BadCell("position", f"{lat} {lon}")
    return Point(north, east)


def _number(cell: str, reason: str, most: int) -> int:
    plain = cell.replace(",", "")
    if not (plain.isascii() and plain.isdigit()) or int(plain) > most:
        raise BadCell(reason, cell)
    return int(plain)


def _year(cell: str) -> int | None:
    if not cell:
        return None
    year = _number(cell, "year", 9999)
    if not 1000 <= year <= 2100:
        raise BadCell("year", cell)
    return year


def _yes_no(cell: str, reason: str) -> bool | None:
    if cell not in YES_NO:
        raise BadCell(reason, cell)
    return YES_NO[cell]


def _day(cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise BadCell("day", cell) from None
