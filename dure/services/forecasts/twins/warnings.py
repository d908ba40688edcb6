"""The list of weather warnings in force (wrn_now_data) as the authority says it, for its twin.

Kept here: text in EUC-KR between #START7777 and #7777END, the columns REG_UP, REG_UP_KO, REG_ID, REG_KO, TM_FC, TM_EF, WRN, LVL,
CMD, ED_TM, kinds and degrees as words; what is lifted stands in it no more.
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

SEOUL = ZoneInfo("Asia/Seoul")
PATH = "/api/typ01/url/wrn_now_data.php"
COLUMNS = "REG_UP,REG_UP_KO,REG_ID,REG_KO,TM_FC,TM_EF,WRN,LVL,CMD,ED_TM"
DEGREES = {1: "예비", 2: "주의", 3: "경보", 4: "중대경보"}

BROKEN = "SAMPLE,예시도,SAMPLE01,예시군,언제,언제,호우,경보,발표,,=\n".encode("cp949")


class Warned(msgspec.Struct, frozen=True):
    """A warning in force; `degree` 1 예비, 2 주의보, 3 경보, 4 중대경보; 0: lifted."""

    at: datetime
    zone: str
    warning: str  # 호우
    degree: int


def body(made_up: Iterable[Warned], said: Iterable[Warned]) -> bytes:
    """The list, of what a season makes up and what somebody had issued by hand, which counts more."""
    holding: dict[tuple[str, str], Warned] = {}
    for one in (*made_up, *said):
        holding[one.zone, one.warning] = one
    rows = [_row(one) for one in holding.values() if one.degree in DEGREES]
    return "\n".join(("#START7777", f"# {COLUMNS}", *rows, "#7777END", "")).encode("cp949")


def _row(one: Warned) -> str:
    at = f"{one.at.astimezone(SEOUL):%Y%m%d%H%M}"
    return f"SAMPLE,예시도,{one.zone},예시군,{at},{at},{one.warning},{DEGREES[one.degree]},발표,,="
