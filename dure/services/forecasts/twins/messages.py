"""The list of disaster messages (DSSP-IF-00247) as the ministry says it; the twin of the weather authority stands in for it.

Kept here: JSON with header and body, the names SN, CRT_DT, MSG_CN, RCPTN_RGN_NM, EMRG_STEP_NM, DST_SE_NM, REG_YMD, MDFCN_YMD;
from the day `crtDt` on; pages; an empty body under a good header; another code for a wrong key.
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

SEOUL = ZoneInfo("Asia/Seoul")
PATH = "/V2/api/DSSP-IF-00247"
GOOD = {"resultCode": "00", "resultMsg": "NORMAL SERVICE", "errorMsg": None}
WRONG_KEY = {
    "header": {"resultCode": "30", "resultMsg": "SERVICE KEY IS NOT REGISTERED ERROR", "errorMsg": None},
    "body": None,
}
ROWS = 10


class Message(msgspec.Struct, frozen=True):
    """A message that somebody had sent by hand."""

    at: datetime
    message: str
    regions: str  # with commas
    grade: str = "안전안내"
    kind: str = "기타"


def listed(sent: Iterable[Message], query: dict[str, str]) -> dict[str, object]:
    """A page of what was sent since a day."""
    since, size, page = query.get("crtDt", ""), _number(query, "numOfRows", ROWS), _number(query, "pageNo", 1)
    rows = [_row(number, one) for number, one in enumerate(sent, 1) if f"{one.at.astimezone(SEOUL):%Y%m%d}" >= since]
    return {
        "header": GOOD,
        "numOfRows": size,
        "pageNo": page,
        "totalCount": len(rows),
        "body": rows[(page - 1) * size : page * size],
    }


def _number(query: dict[str, str], name: str, default: int) -> int:
    said = query.get(name, "")
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 6 else default  # digits


def _row(number: int, one: Message) -> dict[str, object]:
    at = one.at.astimezone(SEOUL)
    return {
        "SN": number,
        "CRT_DT": f"{at:%Y/%m/%d %H:%M:%S}",
        "MSG_CN": one.message,
        "RCPTN_RGN_NM": one.regions,
        "EMRG_STEP_NM": one.grade,
        "DST_SE_NM": one.kind,
        "REG_YMD": f"{at:%Y-%m-%d %H:%M:%S}.000000000",
        "MDFCN_YMD": f"{at:%Y-%m-%d %H:%M:%S}.000000000",
    }
