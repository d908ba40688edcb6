"""The authority's texts: lines of values with commas, comments after #, perhaps between #START7777 and #7777END.

Only the header row or the start mark proves that a list without rows is meant so. A text that has the start mark and rows
but no end was cut, and without the marks one whose last line does not end. (A text cut between its header and its first row
looks like an empty one: whoever fetches it has to refuse a body shorter than announced.) One row that cannot be read
makes the whole prove nothing; the others may still be told.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from dure.services.forecasts.types import (
    Hazard,
    ImpactLevel,
    ImpactRow,
    Report,
    ReportKind,
    UnknownReason,
    WarningCommand,
    WarningDegree,
    WarningKind,
    WarningRow,
)

from .answers import ROWS_MAX, SEOUL, Unproven, moment, number, refuse_page, text_of

ZONE_LENGTH_MAX, TEXT_LENGTH_MAX, NUMBER_MAX = 20, 60, 2**31 - 1
CLOCKS_DIFFER, DAYS_AHEAD, FIRST_DAY = timedelta(minutes=5), timedelta(days=7), date(2000, 1, 1)
START, END = "#START7777", "#7777END"
IMPACT_COLUMNS = ("TM_FC", "TM_EF", "STN", "REG_ID", "IFPAR", "IFAREA", "ILVL", "EF_SN")
WARNING_COLUMNS = ("REG_UP", "REG_UP_KO", "REG_ID", "REG_KO", "TM_FC", "TM_EF", "WRN", "LVL", "CMD", "ED_TM")
_HAZARDS = {"HW": Hazard.HEAT, "CW": Hazard.COLD}
_KINDS = {kind.value: kind for kind in WarningKind} | {
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
_DEGREES = {
    **dict.fromkeys(("2", "주의", "주의보"), WarningDegree.ADVISORY),
    **dict.fromkeys(("3", "경보"), WarningDegree.WARNING),
    **dict.fromkeys(("중대", "중대경보"), WarningDegree.GRAVE),
}
_COMMANDS = {"발표": WarningCommand.ISSUED, "변경": WarningCommand.CHANGED}
_LIFTED_CODE, _LIFTED = (
    "3",
    "해제",
)  # the one documented code, and how every word ends that lifts; under all others it holds


def read_impact(content: bytes, content_type: str, arrived: datetime) -> Report[ImpactRow]:
    """The impact forecast (ifs_fct_pstt)."""
    return _read(content, content_type, arrived, IMPACT_COLUMNS, partial(_impact_row, arrived=arrived))


def read_warnings(content: bytes, content_type: str, arrived: datetime) -> Report[WarningRow]:
    """The warnings in force (wrn_now_data), in words or in codes."""
    return _read(content, content_type, arrived, WARNING_COLUMNS, partial(_warning_row, arrived=arrived))


def _read[Row](
    content: bytes,
    content_type: str,
    arrived: datetime,
    columns: tuple[str, ...],
    made: Callable[[dict[str, str]], Row],
) -> Report[Row]:
    try:
        text = text_of(content)
        refuse_page(text, content_type)
        if text.lstrip()[:1] in ("{", "["):
            raise Unproven(UnknownReason.ERROR_ANSWER)
    except Unproven as no:
        return Report(ReportKind.UNKNOWN, (), arrived, no.why)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith("#")]
    why = _proof(lines, told, columns, is_ended=text.endswith("\n"))
    rows: list[Row] = []
    for line in told[:ROWS_MAX]:
        values = [value.strip() for value in line.rstrip("=").rstrip(",").split(",")]
        values += [""] * (len(columns) - len(values) if len(columns) - len(values) == 1 else 0)  # an empty last one
        try:
            if len(values) != len(columns):
                raise ValueError("another number of columns")
            rows.append(made(dict(zip(columns, values, strict=True))))
        except (ValueError, KeyError):
            why = why or UnknownReason.UNREADABLE_ROW
    if why in (UnknownReason.NO_HEADER, UnknownReason.OTHER_FORMAT):
        rows = []  # nobody can say what they are rows of
    return Report(ReportKind.UNKNOWN if why else ReportKind.READING, tuple(rows), arrived, why)


def _proof(lines: list[str], told: list[str], columns: tuple[str, ...], *, is_ended: bool) -> UnknownReason | None:
    """None when the text proves what it leaves out; else why it does not."""
    has_start = any(line.startswith(START) for line in lines)
    headers = [tuple(line.lstrip("# ").replace(",", " ").split()) for line in lines if line.startswith("#")]
    named = [header for header in headers if header[:3] and set(header) & set(columns)]
    if len(told) > ROWS_MAX:
        return UnknownReason.TOO_LARGE
    if any(header[: len(columns)] != columns for header in named if set(columns[:3]) <= set(header)):
        return UnknownReason.OTHER_FORMAT  # the columns stand in another order, or are others
    if not has_start and columns not in [header[: len(columns)] for header in headers]:
        return UnknownReason.NO_HEADER
    if told and not (any(line.startswith(END) for line in lines) if has_start else is_ended):
        return UnknownReason.TRUNCATED
    return None


def _impact_row(values: dict[str, str], arrived: datetime) -> ImpactRow:
    level = number(values["ILVL"])
    if not 0 < len(values["REG_ID"]) <= ZONE_LENGTH_MAX:
        raise ValueError("no zone")
    row = ImpactRow(
        issued=moment(values["TM_FC"]),
        day=moment(values["TM_EF"]).date(),
        station=values["STN"],
        zone=values["REG_ID"],
        hazard=_HAZARDS[values["IFPAR"].upper()],
        field_code=number(values["IFAREA"]),
        level=ImpactLevel(level),
        number=number(values["EF_SN"]) if values["EF_SN"] else 0,
    )
    if row.number > NUMBER_MAX or row.field_code > NUMBER_MAX or len(row.station) > ZONE_LENGTH_MAX:
        raise ValueError("out of bounds")
    if (
        row.issued > arrived + CLOCKS_DIFFER
        or not FIRST_DAY <= row.day <= arrived.astimezone(SEOUL).date() + DAYS_AHEAD
    ):
        raise ValueError("issued in the future, or about a day that nobody can forecast")
    return row


def _warning_row(values: dict[str, str], arrived: datetime) -> WarningRow:
    zone, name, ends = values["REG_ID"], values["REG_KO"], values["ED_TM"]
    if not 0 < len(zone) <= ZONE_LENGTH_MAX or len(name) > TEXT_LENGTH_MAX or len(ends) > TEXT_LENGTH_MAX:
        raise ValueError("no zone, or out of bounds")
    row = WarningRow(
        zone=zone,
        zone_name=name,
        issued=moment(values["TM_FC"]),
        effective=moment(values["TM_EF"]),
        kind=_KINDS[values["WRN"]],
        degree=_DEGREES[values["LVL"]],
        command=_command(values["CMD"]),
        ends=ends,
    )
    if row.issued > arrived + CLOCKS_DIFFER or row.effective > arrived + DAYS_AHEAD:
        raise ValueError("issued in the future, or about a time that nobody can warn of")
    return row


def _command(said: str) -> WarningCommand:
    """What a row does. Of commands that nobody has explained only one that ends with the word for lifting lifts."""
    if not 0 < len(said) <= TEXT_LENGTH_MAX:
        raise ValueError("no command")
    if said == _LIFTED_CODE or said.endswith(_LIFTED):
        return WarningCommand.LIFTED
    return _COMMANDS.get(said, WarningCommand.ISSUED)
