"""What stands in announcements besides words: dates, times, telephones, codes, numbers. Each reader takes one thing or nothing.

Every pattern is bounded, and each place is looked at by each reader at most once: the work grows with the length alone.
"""

import re
from collections.abc import Callable

from dure.base.korean import counters, numbers, tables
from dure.base.korean.counters import Hours
from dure.base.korean.scan import Kind, Scan

Reader = Callable[[Scan], bool]
WEEKDAYS = {name: name + "요일" for name in "월화수목금토일"}
_END = r"(?!\d)"
_YMD = re.compile(rf"(\d{{4}})\s?[-./]\s?(\d{{1,2}})\s?[-./]\s?(\d{{1,2}})(?:\.(?!\d))?{_END}")
_MD_DOTS = re.compile(rf"(\d{{1,2}})\.\s?(\d{{1,2}})\.{_END}")
_MD_WEEKDAY = re.compile(r"(\d{1,2})[./]\s?(\d{1,2})\.?\s?(?=\([월화수목금토일][요)])")
_MD_SLASH = re.compile(rf"(\d{{1,2}})/(\d{{1,2}}){_END}(?!\s?분)")
_MEMORIAL_DAYS = ("3·1", "4·3", "4·19", "5·16", "5·18", "6·10", "6·25", "8·15", "10·26", "12·12")
_MEMORIAL = re.compile(r"(\d{1,2})([·.])(\d{1,2})" + _END)
_MEMORIAL_AFTER = re.compile(
    r"\s?(절|운동|혁명|항쟁|전쟁|사변|사태|사건|광복|민주|희생|참전|전사|전몰|유공자|당시|기념)"
)
_WEEKDAY = re.compile(r"\(([월화수목금토일])(?:요일)?\)")
_WEEKDAY_SPAN = re.compile(r"([월화수목금토일])\s?~\s?([월화수목금토일])(?![가-힣])")
_CLOCK = re.compile(rf"(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}))?{_END}")
_RATIO = re.compile(rf"(\d{{1,4}})\s?(?::|대)\s?(\d{{1,4}}){_END}(?!\s?[명개월시일대])")
_FRACTION = re.compile(rf"(\d{{1,4}})/(\d{{1,4}}){_END}(?!/)")
_PRESSURE = re.compile(r"혈압[은이]? ?$")
_CLOSED = rf"{_END}(?!-\d)"
_PHONES = (
    re.compile(rf"(0\d{{1,2}}|0[57]0\d?)[-. ](\d{{3,4}})[-. ](\d{{4}}){_CLOSED}"),
    re.compile(rf"\(?(0\d{{1,2}})\)[-. ]?(\d{{3,4}})[-. ](\d{{4}}){_CLOSED}"),
    re.compile(rf"(01[016789])(\d{{3,4}})(\d{{4}}){_CLOSED}"),
    re.compile(rf"(1[5-9]\d{{2}})-(\d{{4}}){_CLOSED}"),
    re.compile(rf"(\d{{3,4}})-(\d{{4}}){_CLOSED}"),
)
_ABROAD = re.compile(rf"\+(\d{{1,3}})((?:[-. )(]{{1,2}}\d{{1,4}}){{2,5}}){_CLOSED}")
_ACCOUNT_BEFORE = re.compile(r"(계좌|농협|은행|금고|신협|수협|우체국|뱅크|예금|입금)")
_ACCOUNT = re.compile(r"\d{2,8}(?:-\d{1,8}){1,4}(?![\d-])|\d{8,20}(?!\d)")
_DASHED = re.compile(r"\d{1,8}(?:-\d{1,8}){1,6}(?!\d)")
_ITEM = re.compile(r"(\d{1,2})\.(?=\s)")
_ALWAYS_PHONE = ("112", "119")
_SHORT = frozenset(tables.listed("words", "short_numbers"))
_SHORT_NUMBER = re.compile(r"\d{3,4}(?![\d.,]*\d)(?!-\d)")
_CALL_BEFORE = re.compile(r"(국번 ?없이|전화|내선|콜센터|상담|문의|신고|연락)(?: ?번호)?\s{0,2}:?\s{0,2}$")
_CALL_AFTER = re.compile(r"번?(?:으로|로|에|,)?\s?(?:전화|신고|문의|상담|연락|콜|누르|눌러)")
_EXTENSION = re.compile(r"내선(?: ?번호)?\s{0,2}:?\s{0,2}$")


def _is_day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def month_day(month: str, day: str) -> str:
    """11 and 23 as 십일월 이십삼 일."""
    return f"{counters.MONTHS[int(month)]} {numbers.sino(day)} 일"


def full_date(scan: Scan) -> bool:
    """2026-11-23, 2026. 11. 23., 2026/11/23."""
    if (found := _YMD.match(scan.text, scan.at)) and _is_day(found[2], found[3]):
        return scan.say("date", f"{numbers.sino(found[1])} 년 {month_day(found[2], found[3])}", found.end(), Kind.TIME)
    return False


def short_date(scan: Scan) -> bool:
    """11. 23., 11/23(월); 11/23 alone where no fraction can be meant."""
    found = _MD_WEEKDAY.match(scan.text, scan.at) or _MD_DOTS.match(scan.text, scan.at)
    if not found:
        found = _MD_SLASH.match(scan.text, scan.at)
        found = found if found and int(found[2]) > 12 and int(found[1]) <= 12 else None
    if found and _is_day(found[1], found[2]):
        return scan.say("date", month_day(found[1], found[2]), found.end(), Kind.TIME)
    return False


def memorial_day(scan: Scan) -> bool:
    """6·25 is 육이오; 3.1 only where a day is meant by what follows."""
    found = _MEMORIAL.match(scan.text, scan.at)
    if not found or f"{found[1]}·{found[3]}" not in _MEMORIAL_DAYS:
        return False
    if found[2] == "." and not _MEMORIAL_AFTER.match(scan.text, found.end()):
        return False
    said = "".join(
        numbers.sino(part) if part in ("10", "12") else numbers.one_by_one(part) for part in (found[1], found[3])
    )
    return scan.say("date", said, found.end())


def weekday(scan: Scan) -> bool:
    """(월) behind a date is 월요일."""
    found = _WEEKDAY.match(scan.text, scan.at)
    if found and scan.kind is Kind.TIME and not scan.text[scan.ended : scan.at].strip():
        return scan.say("date", WEEKDAYS[found[1]], found.end(), Kind.TIME)
    return False


def weekday_span(scan: Scan) -> bool:
    """월~금 is 월요일부터 금요일까지."""
    if found := _WEEKDAY_SPAN.match(scan.text, scan.at):
        scan.until = False
        until = "" if scan.text.startswith("까지", found.end()) else "까지"
        return scan.say("range", f"{WEEKDAYS[found[1]]}부터 {WEEKDAYS[found[2]]}{until}", found.end())
    return False


def clock(scan: Scan) -> bool:
    """14:30 is a time where it can be one."""
    found = _CLOCK.match(scan.text, scan.at)
    if not found or int(found[1]) > 24 or int(found[2]) > 59 or int(found[3] or 0) > 59:
        return False
    said = hour(int(found[1]), scan.hours)
    for digits, unit in ((found[2], "분"), (found[3] or "0", "초")):
        if int(digits):
            said += f" {numbers.sino(digits)} {unit}"
    return scan.say("time", said, found.end(), Kind.TIME)


def hour(number: int, hours: Hours) -> str:
    """14 as 열네 시, or as 십사 시 where so chosen; 0 and 24 always Sino-Korean."""
    native = 1 <= number <= (23 if hours is Hours.NATIVE else 12)
    return (numbers.native(number) if native else numbers.sino(str(number))) + " 시"


def ratio(scan: Scan) -> bool:
    """3:2 and 3대 2 are 삼 대 이."""
    if found := _RATIO.match(scan.text, scan.at):
        return scan.say("ratio", f"{numbers.sino(found[1])} 대 {numbers.sino(found[2])}", found.end())
    return False


def fraction(scan: Scan) -> bool:
    """1/2 is 이분의 일; a blood pressure of 130/80 is 백삼십에 팔십."""
    found = _FRACTION.match(scan.text, scan.at)
    if found and _PRESSURE.search(scan.before):
        return scan.say("fraction", f"{numbers.sino(found[1])}에 {numbers.sino(found[2])}", found.end())
    if found and int(found[2]):
        return scan.say("fraction", f"{numbers.sino(found[2])}분의 {numbers.sino(found[1])}", found.end())
    return False


def phone(scan: Scan) -> bool:
    """010-1234-5678 is 공일공에 일이삼사에 오육칠팔."""
    if scan.text[scan.at - 1 : scan.at] == "-" and scan.at:
        return False
    if _ACCOUNT_BEFORE.search(scan.before):
        return False
    for pattern in _PHONES:
        if found := pattern.match(scan.text, scan.at):
            said, counter = "에 ".join(map(numbers.one_by_one, found.groups())), "번"
            ends = scan.text.startswith(counter, found.end())
            return scan.say("phone", said + f" {counter}" * ends, found.end() + ends, Kind.PHONE)
    return False


def phone_abroad(scan: Scan) -> bool:
    """+82-31-770-1234 is 국가번호 팔이에 삼일에 ..."""
    if found := _ABROAD.match(scan.text, scan.at):
        groups = [found[1], *re.findall(r"\d+", found[2])]
        return scan.say("phone", "국가번호 " + "에 ".join(map(numbers.one_by_one, groups)), found.end(), Kind.PHONE)
    return False


def short_number(scan: Scan) -> bool:
    """119 is 일일구, and so are other short numbers where somebody is to be called; 119명 is a number."""
    found = _SHORT_NUMBER.match(scan.text, scan.at)
    if _EXTENSION.search(scan.before):
        digits = re.compile(r"\d{1,8}").match(scan.text, scan.at)
        return scan.say("phone", numbers.one_by_one(digits[0]), digits.end(), Kind.PHONE) if digits else False
    if not found:
        return False
    after, number = scan.after(found.end()), found[0]
    counter = counters.counter_at(scan.text, found.end())
    called = _CALL_BEFORE.search(scan.before) or _CALL_AFTER.match(after)
    if counter not in ("", "번") or (after.startswith(" ") and counters.counter_at(after, 1) and not called):
        return False
    if number in _ALWAYS_PHONE or (number in _SHORT and called):
        said = numbers.one_by_one(number)
        return scan.say("phone", f"{said} 번" if counter else said, found.end() + len(counter), Kind.PHONE)
    return False


def account(scan: Scan) -> bool:
    """The number of an account, where a bank is named before it."""
    if _ACCOUNT_BEFORE.search(scan.before) and (found := _ACCOUNT.match(scan.text, scan.at)):
        return scan.say("code", "에 ".join(map(numbers.one_by_one, found[0].split("-"))), found.end())
    return False


def _is_span(first: str, last: str) -> bool:
    return max(len(first), len(last)) <= 2 and int(first) < int(last)


def dashed(scan: Scan) -> bool:
    """12-3 in an address is 십이 다시 삼; longer ones are said digit by digit; 1-3층 is a span."""
    found = _DASHED.match(scan.text, scan.at)
    if not found:
        return False
    parts = found[0].split("-")
    counter = counters.counter_at(scan.text, found.end())
    if len(parts) == 2 and _is_span(*parts) and counter not in ("", "번지", "호", "번", "번길"):
        return scan.say("range", numbers.sino(parts[0]) + "에서", scan.at + len(parts[0]) + 1)
    if len(parts) == 2 and max(map(len, parts)) <= 5:
        said, end = f"{numbers.sino(parts[0])} 다시 {numbers.sino(parts[1])}", found.end()
        return scan.say("code", f"{said} {counter}" if counter else said, end + len(counter))
    return scan.say("code", "에 ".join(map(numbers.one_by_one, parts)), found.end())


def item(scan: Scan) -> bool:
    """1. at the beginning of a line numbers something."""
    line_start = scan.before.rstrip(" ")[-1:] in ("", "\n")
    if line_start and (found := _ITEM.match(scan.text, scan.at)):
        scan.say("sign", numbers.sino(found[1]), found.end())
        scan.pause(",")
        return True
    return False


BEFORE_NUMBERS: tuple[Reader, ...] = (
    phone,
    account,
    full_date,
    memorial_day,
    short_date,
    item,
    clock,
    ratio,
    fraction,
    short_number,
    dashed,
)
