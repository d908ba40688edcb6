"""What is counted how: which words take native numbers, which Sino-Korean ones, and what the signs of units are called."""

import re
from enum import Enum

from dure.base.korean import numbers, tables


class Hours(Enum):
    """How the hours after noon are read: 14시 is 열네 시, or 십사 시."""

    NATIVE = "native"
    SINO = "sino"


NATIVE = frozenset(tables.listed("counters", "native"))
NATIVE_UNDER_TWENTY = frozenset(tables.listed("counters", "native_under_twenty"))
SINO = frozenset(tables.listed("counters", "sino"))
_COUNTERS = {word: len(word) for word in NATIVE | NATIVE_UNDER_TWENTY | SINO}
_LETTERS_MAX = max(_COUNTERS.values())
MONTHS = ("", "일월", "이월", "삼월", "사월", "오월", "유월", "칠월", "팔월", "구월", "시월", "십일월", "십이월")
CALENDAR = frozenset(("년", "월", "일", "시", "분", "초"))
_NO_SPACE = frozenset(("분의", "여"))
_DECADES = range(10, 100, 10)
_NUMBERED = re.compile(  # 3번 is a name and no count
    r"번\s?(출구|버스|마을버스|창구|국도|지방도|노선|홀|선수|후보|게이트|방|승강장|정류장|문|"
    r"을 누|을 눌|을 선택|누르|눌러|으로|로|번호|타자|줄)"
)
_TIMES_BEFORE = re.compile(r"(하루|일주일에?|한 달에?|매일|매주|연|총|모두|한 해에?)\s?$")
_NAMED_BEFORE = re.compile(r"(버스|국도|지방도|창구|출구|노선|마을버스|내선|기호|번호|게이트|좌석|문제|사물함)\s?$")
_PERSONS_BEFORE = re.compile(r"(어르신|손님|주민|선생님|회원|여성|남성|이웃|가족)\s?$")
_PERSONS_AFTER = re.compile(r"분(께|이 오|이 참|이 계|을 모|이서|들)")

UNITS = tables.named("units")
PER = {sign: tuple(said.split()) for sign, said in tables.named("per").items()}  # said before and behind the number
_SIGNS = sorted((*UNITS, *PER), key=len, reverse=True)
UNIT = re.compile("(?:" + "|".join(map(re.escape, _SIGNS)) + ")(?![A-Za-z0-9])")
CURRENCIES = {"₩": "원", "$": "달러", "€": "유로", "¥": "엔", "£": "파운드"}


def counter_at(text: str, at: int) -> str:
    """The longest counter that begins at `at`, or nothing."""
    for length in range(_LETTERS_MAX, 0, -1):
        if (word := text[at : at + length]) in _COUNTERS and len(word) == length:
            return word
    return ""


def counted(digits: str, counter: str, before: str, after: str, hours: Hours) -> str:
    """A whole number with its counter, as both are said; `before` and `after` are the text around (`after` with the counter)."""
    number = int(digits) if len(digits) <= numbers.SINO_DIGITS_MAX else numbers.NATIVE_MAX + 1
    if counter == "월" and 1 <= number <= 12:
        return MONTHS[number]
    if counter == "번째" and number == 1:
        return "첫 번째"
    said = numbers.native(number) if _is_native(number, counter, before, after, hours) else numbers.sino(digits)
    return said + ("" if counter in _NO_SPACE else " ") + counter


def _is_native(number: int, counter: str, before: str, after: str, hours: Hours) -> bool:
    if not 1 <= number <= numbers.NATIVE_MAX or before.endswith("제"):
        return False
    if counter == "시":
        return number <= (23 if hours is Hours.NATIVE else 12)
    if counter == "번":
        named = _NUMBERED.match(after) or _NAMED_BEFORE.search(before)
        return bool(_TIMES_BEFORE.search(before)) or not (named or number >= 20)
    if counter == "분":
        return bool(_PERSONS_BEFORE.search(before) or _PERSONS_AFTER.match(after))
    if counter == "대" and number in _DECADES:
        return False
    return counter in NATIVE or (counter in NATIVE_UNDER_TWENTY and number < 20)


def takes_native(counter: str) -> bool:
    """Whether small numbers before this counter are native ones."""
    return counter in NATIVE or counter in NATIVE_UNDER_TWENTY
