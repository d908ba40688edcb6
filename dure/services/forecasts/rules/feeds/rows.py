"""One row of the authority's texts: of an impact forecast, of the list of warnings. What it does not say is not made up."""

import re
from datetime import date, datetime, timedelta
from typing import Final

from dure.services.forecasts.types import (
    Hazard,
    ImpactLevel,
    ImpactRow,
    RowFault,
    WarningCommand,
    WarningDegree,
    WarningKind,
    WarningRow,
)

from .answers import SEOUL, moment, number, plain

ZONE_LENGTH_MAX, TEXT_LENGTH_MAX, NUMBER_MAX = 20, 60, 2**31 - 1
CLOCKS_DIFFER, DAYS_AHEAD, FIRST_DAY = timedelta(minutes=5), timedelta(days=7), date(2000, 1, 1)
IMPACT_COLUMNS = ("TM_FC", "TM_EF", "STN", "REG_ID", "IFPAR", "IFAREA", "ILVL", "EF_SN")
WARNING_COLUMNS = ("REG_UP", "REG_UP_KO", "REG_ID", "REG_KO", "TM_FC", "TM_EF", "WRN", "LVL", "CMD", "ED_TM")
_HAZARDS = {"HW": Hazard.HEAT, "CW": Hazard.COLD}
_KINDS: Final[dict[str, WarningKind]] = {kind.value: kind for kind in WarningKind} | {
    "강풍": WarningKind.WIND,
    "호우": WarningKind.RAIN,
    "한파": WarningKind.COLD,
    "건조": WarningKind.DRY,
    "폭풍해일": WarningKind.SURGE,
    "지진해일": WarningKind.TSUNAMI,
    "풍랑": WarningKind.SEA,
    "태풍": WarningKind.TYPHOON,
    "대설": WarningKind.SNOW,
    "황사": WarningKind.DUST,
    "폭염": WarningKind.HEAT,
    "안개": WarningKind.FOG,
    "열대야": WarningKind.TROPICAL_NIGHT,
}
_DEGREES: Final = {
    **dict.fromkeys(("1", "예비", "예비특보"), WarningDegree.PRELIMINARY),
    **dict.fromkeys(("2", "주의", "주의보"), WarningDegree.ADVISORY),
    **dict.fromkeys(("3", "경보"), WarningDegree.WARNING),
    **dict.fromkeys(("중대", "중대경보"), WarningDegree.GRAVE),
}
_COMMANDS = {"발표": WarningCommand.ISSUED, "변경": WarningCommand.CHANGED}
_LIFTED_CODES = ("3", "4", "7")  # 해제, 대치해제, 변경해제
_LIFTED = "해제"  # how every word ends that lifts; under all others a warning holds
_KIND_WORD = re.compile(r"[가-힣A-Za-z][가-힣A-Za-z ]{0,19}")  # a word as a new kind of warning would be called
_DEGREE_WORD = re.compile(r"[가-힣A-Za-z0-9 ]{1,20}")


class Unclear(Exception):
    """Inside this room only: a row that cannot be read, why, and the zone it is about, where that can be."""

    def __init__(self, why: RowFault, zone: str = "") -> None:
        super().__init__(why)
        self.why, self.zone = why, zone


def impact_row(values: dict[str, str], arrived: datetime) -> ImpactRow:
    """A row of an impact forecast. Raises Unclear."""
    zone = _zone(values)
    if values["IFPAR"].upper() not in _HAZARDS:
        raise Unclear(RowFault.KIND, zone)
    issued, effective = _moment(values["TM_FC"], zone), _moment(values["TM_EF"], zone)
    try:
        level = ImpactLevel(number(values["ILVL"]))
    except ValueError:
        raise Unclear(RowFault.DEGREE, zone) from None
    try:
        field, serial = number(values["IFAREA"]), number(values["EF_SN"]) if values["EF_SN"] else 0
    except ValueError:
        raise Unclear(RowFault.VALUE, zone) from None
    if serial > NUMBER_MAX or field > NUMBER_MAX or len(values["STN"]) > ZONE_LENGTH_MAX:
        raise Unclear(RowFault.BOUNDS, zone)
    last = arrived.astimezone(SEOUL).date() + DAYS_AHEAD
    if issued > arrived + CLOCKS_DIFFER or not FIRST_DAY <= effective.date() <= last:
        raise Unclear(RowFault.AHEAD, zone)
    hazard = _HAZARDS[values["IFPAR"].upper()]
    return ImpactRow(issued, effective.date(), values["STN"], zone, hazard, field, level, serial)


def warning_row(values: dict[str, str], arrived: datetime) -> WarningRow:
    """A row of the list of warnings; a kind or degree that we do not know in the authority's own words. Raises Unclear."""
    zone, name, ends = _zone(values), values["REG_KO"], values["ED_TM"]
    if len(name) > TEXT_LENGTH_MAX or len(ends) > TEXT_LENGTH_MAX:
        raise Unclear(RowFault.BOUNDS, zone)
    issued, effective = _moment(values["TM_FC"], zone), _moment(values["TM_EF"], zone)
    if issued > arrived + CLOCKS_DIFFER or effective > arrived + DAYS_AHEAD:
        raise Unclear(RowFault.AHEAD, zone)
    kind, degree = values["WRN"], values["LVL"]
    if kind not in _KINDS and not _KIND_WORD.fullmatch(kind):
        raise Unclear(RowFault.KIND, zone)
    if degree not in _DEGREES and not _DEGREE_WORD.fullmatch(degree):
        raise Unclear(RowFault.DEGREE, zone)
    if not 0 < len(values["CMD"]) <= TEXT_LENGTH_MAX:
        raise Unclear(RowFault.COMMAND, zone)
    return WarningRow(
        zone=zone,
        zone_name=plain(name),
        issued=issued,
        effective=effective,
        kind=_KINDS.get(kind, kind),
        degree=_DEGREES.get(degree, WarningDegree.UNKNOWN),
        command=_command(values["CMD"]),
        ends=plain(ends),
        words="" if degree in _DEGREES else degree,
    )


def unclear_part(row: WarningRow) -> RowFault | None:
    """What of a row of warnings we do not understand; None: all of it is known."""
    if row.kind not in set(WarningKind):
        return RowFault.KIND
    return RowFault.DEGREE if row.degree is WarningDegree.UNKNOWN else None


def _zone(values: dict[str, str]) -> str:
    zone = values["REG_ID"]
    if not 0 < len(zone) <= ZONE_LENGTH_MAX or not zone.isprintable():
        raise Unclear(RowFault.ZONE)
    return zone


def _moment(said: str, zone: str) -> datetime:
    try:
        return moment(said)
    except ValueError:
        raise Unclear(RowFault.MOMENT, zone) from None


def _command(said: str) -> WarningCommand:
    """What a row does. Of commands that nobody has explained only one that ends with the word for lifting lifts."""
    if said in _LIFTED_CODES or said.endswith(_LIFTED):
        return WarningCommand.LIFTED
    return _COMMANDS.get(said, WarningCommand.ISSUED)
