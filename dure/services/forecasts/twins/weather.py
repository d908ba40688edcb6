"""A twin of the weather authority's machine for impact forecasts (ifs_fct_pstt) and weather warnings (wrn_now_data), with a
made-up season.

Kept here: text in EUC-KR, comments after #, the columns TM_FC, TM_EF, STN, REG_ID, IFPAR, IFAREA, ILVL, EF_SN; without a range of
days of issue only today's are answered; a list without rows has its header; a wrong key is a JSON error with status 403; ETag and
304. Every day at 11:30 the next two days are forecast, when there is something to say.

How it goes wrong on request is chosen by the word `fault` in POST /twin/say `{"fault": "page"}`: `page` an HTML page with 200,
`empty` nothing with 200, `busy` 429 with Retry-After, `huge` more than anybody should read, `row` warnings of which
one row cannot be read; and by the faults of every twin. A
level is set with `{"zone", "hazard", "day", "field", "level"}` (HW or CW, 2026-07-20), which is issued at once, with all other
zones of that field and day as they stood. A warning is set by `{"zone", "warning", "degree"}` (호우; 1 예비, 2 주의보, 3 경보, 4
중대경보, 0 lifted), a disaster message by `{"message", "regions", "grade", "kind"}`.
"""

import hashlib
import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from dure.kit.twins import Answer, Asked, Setting, Twin, json_answer

from . import messages as sent
from . import warnings

SEOUL = ZoneInfo("Asia/Seoul")
PATH = "/api/typ01/url/ifs_fct_pstt.php"
SAY = "/twin/say"
COLUMNS = "TM_FC,TM_EF,STN,REG_ID,IFPAR,IFAREA,ILVL,EF_SN"
STATION = "108"
FIELDS = 6  # the authority's numbers, of which it has published what 1 means
ISSUED_AT = time(11, 30)
AHEAD = (1, 2)  # days
DAYS_MAX = 31
WARM = range(4, 11)  # months
WARNED_FROM = 3
HUGE_BYTES = 5_000_000
RETRY_AFTER_SECONDS = 120
SEED = 20_190_603
ZONES = ("SAMPLE01", "SAMPLE02")


class Said(msgspec.Struct, frozen=True):
    """A level that somebody had issued by hand."""

    at: datetime
    zone: str
    hazard: str
    day: str
    field: int
    level: int


class Book(msgspec.Struct):
    zones: list[str] = []
    said: list[Said] = []
    warned: list[warnings.Warned] = []
    messages: list[sent.Message] = []
    fault: str = ""
    asked: int = 0


class WeatherTwin(Twin[Book]):
    name = "weather"

    def __init__(self, setting: Setting, zones: tuple[str, ...] = ZONES) -> None:
        super().__init__(setting, Book(zones=list(zones)))

    def route(self, asked: Asked) -> str:
        return {PATH: "impact", warnings.PATH: "warnings", sent.PATH: "messages"}.get(asked.path, "")

    def error(self) -> Answer:
        return json_answer(500, {"result": {"status": 500, "message": "temporary"}})

    def answer(self, asked: Asked) -> Answer:
        if (asked.method, asked.path) == ("POST", SAY):
            return self._say(asked)
        if asked.method != "GET" or not self.route(asked):
            return json_answer(404, {"result": {"status": 404, "message": "not found"}})
        self.book.asked += 1
        if asked.path == sent.PATH:
            return self._wrong() or self._messages(asked)
        if asked.query.get("authKey") != self.setting.secret:
            return json_answer(403, {"result": {"status": 403, "message": "인증키가 유효하지 않습니다."}})
        return self._wrong() or (self._impact(asked) if asked.path == PATH else self._warnings(asked))

    def _say(self, asked: Asked) -> Answer:
        said = asked.json() or {}
        try:
            if "fault" in said:
                self.book.fault = str(said["fault"])
            elif "warning" in said:
                self.book.warned.append(msgspec.convert({"at": self._now(), **said}, warnings.Warned))
            elif "message" in said:
                self.book.messages.append(msgspec.convert({"at": self._now(), **said}, sent.Message))
            else:
                self.book.said.append(msgspec.convert({"at": self._now(), **said}, Said))
        except msgspec.ValidationError as error:
            return json_answer(400, {"message": str(error)})
        return self.kept(json_answer(200, {"fault": self.book.fault, "said": len(self.book.said)}))

    def _wrong(self) -> Answer | None:
        match self.book.fault:
            case "page":
                page = "<!DOCTYPE html><html><body>점검 중입니다</body></html>"
                return Answer(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})
            case "empty":
                return Answer(200, b"", {"Content-Type": "text/plain"})
            case "busy":
                return Answer(429, b"", {"Retry-After": str(RETRY_AFTER_SECONDS)})
            case "huge":
                return Answer(200, b"#" * HUGE_BYTES, {"Content-Type": "text/plain"})
            case _:
                return None

    def _impact(self, asked: Asked) -> Answer:
        today = self._now().astimezone(SEOUL).date()
        first, last = (_day(asked.query.get(name, ""), today) for name in ("tmfc1", "tmfc2"))
        lines = ["#START7777" if asked.query.get("disp") == "1" else f"# {COLUMNS}"]
        for offset in range(min((last - first).days, DAYS_MAX) + 1):
            lines += self._issue(first + timedelta(days=offset), asked.query.get("ifpar", "").upper())
        return _marked(asked, ("\n".join(lines) + "\n").encode("cp949"))

    def _warnings(self, asked: Asked) -> Answer:
        """What is in force: a made-up level of 3 or 4 for today is a heat or cold warning as well."""
        now = self._now().astimezone(SEOUL)
        hazard, word = ("HW", "폭염") if now.month in WARM else ("CW", "한파")
        since = datetime.combine(now.date(), time(), tzinfo=SEOUL)
        made_up = [
            warnings.Warned(since, zone, word, level - 1)
            for zone in self.book.zones
            if (level := _level(zone, hazard, 1, now.date())) >= WARNED_FROM
        ]
        body = warnings.body(made_up, self.book.warned)
        if self.book.fault == "row":
            body = body.replace(b"#7777END", warnings.BROKEN + b"#7777END")
        return _marked(asked, body)

    def _messages(self, asked: Asked) -> Answer:
        if asked.query.get("serviceKey") != self.setting.secret:
            return json_answer(200, sent.WRONG_KEY)
        return json_answer(200, sent.listed(self.book.messages, dict(asked.query)))

    def _issue(self, day: date, hazard: str) -> list[str]:
        """The rows that were issued on a day."""
        at = datetime.combine(day, ISSUED_AT, tzinfo=SEOUL)
        found: list[str] = []
        if at <= self._now():
            found += [
                _row(at, day + timedelta(days=ahead), zone, hazard, (field, level, 1))
                for ahead in AHEAD
                for zone in self.book.zones
                for field in range(1, FIELDS + 1)
                if (level := _level(zone, hazard, field, day + timedelta(days=ahead)))
            ]
        for number, one in enumerate(self.book.said, 2):
            when = one.at.astimezone(SEOUL)
            if when.date() == day and one.hazard == hazard:
                found += self._by_hand(when, one, number)
        return found

    def _by_hand(self, when: datetime, one: Said, number: int) -> list[str]:
        """An issue of one field and day, with every zone as it stands then. The zone it is about is named also at level 0."""
        on, found = date.fromisoformat(one.day), []
        for zone in self.book.zones:
            same = [
                said.level
                for said in self.book.said[: number - 1]
                if (said.zone, said.hazard, said.day, said.field) == (zone, one.hazard, one.day, one.field)
            ]
            level = same[-1] if same else _level(zone, one.hazard, one.field, on)
            if level or zone == one.zone:
                found.append(_row(when, on, zone, one.hazard, (one.field, level, number)))
        return found

    def _now(self) -> datetime:
        return self.clock.now()


def _marked(asked: Asked, body: bytes) -> Answer:
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if asked.headers.get("if-none-match") == mark:
        return Answer(304, b"", {"ETag": mark})
    return Answer(200, body, {"Content-Type": "text/plain;charset=euc-kr", "ETag": mark})


def _row(at: datetime, day: date, zone: str, hazard: str, rest: tuple[int, int, int]) -> str:
    """`rest`: field, level, number of the issue."""
    field, level, number = rest
    return f"{at:%Y%m%d%H%M},{day:%Y%m%d}0000,{STATION},{zone},{hazard},{field},{level},{number}"


def _level(zone: str, hazard: str, field: int, day: date) -> int:
    """The level of a made-up season, the same every time: heat in the warm half of the year, cold in the other one."""
    if (hazard == "HW") is not (day.month in WARM):
        return 0
    chance = random.Random(f"{SEED}/{hazard}/{day.isoformat()}/{zone}/{field}")  # noqa: S311 - a season to practise with
    return chance.choice((0, 0, 1, 1, 2, 2, 3, 4))


def _day(said: str, default: date) -> date:
    try:
        return datetime.strptime(said[:8], "%Y%m%d").replace(tzinfo=SEOUL).date()
    except ValueError:
        return default
