"""Numbers as Korean says them: Sino-Korean (이십일), native (스물하나, before a counter 스물한), digit by digit (공일공)."""

_DIGITS = "영일이삼사오육칠팔구"
_UNITS = ("", "십", "백", "천")
_MYRIADS = ("", "만", "억", "조", "경")
_NATIVE_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
SINO_DIGITS_MAX = 4 * len(_MYRIADS)
NATIVE_MAX = 99
_TELEPHONE_NOUGHT = "공"


def sino(digits: str) -> str:
    """A whole number, Sino-Korean, a space after each myriad: "1234567" is 백이십삼만 사천오백육십칠.

    Longer than twenty digits it is read digit by digit, for nobody counts so far.
    """
    plain = digits.lstrip("0")
    if not plain:
        return _DIGITS[0]
    if len(plain) > SINO_DIGITS_MAX:
        return one_by_one(plain)
    parts = []
    for place in range((len(plain) - 1) // 4, -1, -1):
        end = len(plain) - 4 * place
        group = plain[max(0, end - 4) : end]
        if int(group):
            said = _group(group)
            parts.append(_MYRIADS[1] if (said, place) == ("일", 1) else said + _MYRIADS[place])
    return " ".join(parts)


def _group(digits: str) -> str:
    """One to four digits; 일 is not said before 십, 백 and 천."""
    said = ""
    for place, digit in enumerate(reversed(digits)):
        if digit != "0":
            said = ("" if digit == "1" and place else _DIGITS[int(digit)]) + _UNITS[place] + said
    return said


def native(number: int) -> str:
    """1 to 99 before a counter: 한, 스무, 스물한, 아흔아홉."""
    tens, ones = divmod(number, 10)
    if number == 20:
        return "스무"
    return _NATIVE_TENS[tens] + _NATIVE_ONES[ones]


def native_alone(number: int) -> str:
    """1 to 99 without a counter behind it: 하나, 둘, 스물하나."""
    tens, ones = divmod(number, 10)
    alone = {1: "하나", 2: "둘", 3: "셋", 4: "넷"}.get(ones, _NATIVE_ONES[ones])
    return _NATIVE_TENS[tens] + alone


def one_by_one(digits: str, nought: str = _TELEPHONE_NOUGHT) -> str:
    """Digits as in a telephone number: 공일공."""
    return "".join(nought if digit == "0" else _DIGITS[int(digit)] for digit in digits)


def decimal(whole: str, fraction: str) -> str:
    """36.5 is 삼십육 점 오; behind the point digit by digit with 영."""
    return f"{sino(whole)} 점 {one_by_one(fraction, _DIGITS[0])}"
