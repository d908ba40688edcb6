"""Amounts: a number with its sign, its 만 and 억, its counter or its unit, and what it spans."""

import re
from dataclasses import dataclass

from dure.base.korean import counters, numbers
from dure.base.korean.letters import is_syllable
from dure.base.korean.scan import Kind, Scan

_WHOLE = r"\d{1,3}(?:,\d{3}){1,12}(?!\d)|\d{1,60}"
_NUMBER = re.compile(rf"(?P<sign>[-+])?(?P<whole>{_WHOLE})(?:\.(?P<part>\d{{1,30}}))?")
_MYRIAD = r"조|천억|백억|십억|억|천만|백만|십만|만|천|백"
_GREAT = re.compile(rf"(\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d{{1,8}})(?:\.(\d{{1,4}}))?({_MYRIAD})(?!\s?동)")
_GREAT_NEXT = re.compile(rf"\s?(?=\d{{1,8}}(?:\.\d{{1,4}})?(?:{_MYRIAD}))")
_REST = re.compile(r"\s?(\d{1,4})(?=\s?(?:원|달러))")
_GREAT_PIECES_MAX = 6
_CURRENCY = re.compile(rf"([{''.join(counters.CURRENCIES)}])\s?(?=\d)")
_SPAN = re.compile(rf"\s?~\s?(?P<sign>[-+])?(?:{_WHOLE})(?:\.\d{{1,30}})?")
_SOME = re.compile(
    r"여(?=\s?(?:명|개|가구|세대|곳|분|마리|년|일|시간|원|평|회|건|대|종|그루|장|권|만|천|킬로|미터|톤|동))"
)
_ENDS = re.compile(
    r"$|[^가-힣]|(?:이|가|은|는|을|를|에|의|와|과|도|로|만|씩|까지|부터|이상|이하|미만|초과|정도|가량|남짓|짜리|간|동안|마다|당|후|뒤|전)"
)
_TEMPERATURES = ("°C", "도", "°")


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number as it was found, and where it ends."""

    sign: str
    digits: str  # without commas
    part: str
    end: int


def money(scan: Scan) -> bool:
    """₩3,000 and $20: the currency is said behind."""
    found = _CURRENCY.match(scan.text, scan.at)
    if not found:
        return False
    start, at = scan.at, found.end()
    number = _amount(scan.text, at)
    great = _great(scan.text, at) or (number and (_said(number), number.end))
    if not great:
        return False
    said, end = great
    scan.at = start
    return scan.say("number", f"{said} {counters.CURRENCIES[found[1]]}", end)


def _amount(text: str, at: int) -> _Amount | None:
    found = _NUMBER.match(text, at)
    if not found:
        return None
    return _Amount(found["sign"] or "", found["whole"].replace(",", ""), found["part"] or "", found.end())


def _said(amount: _Amount) -> str:
    """The number alone: 삼십육 점 오, 공공칠, 이십만."""
    if amount.part:
        return numbers.decimal(amount.digits, amount.part)
    if amount.digits.startswith("0") and len(amount.digits) > 1:
        return numbers.one_by_one(amount.digits)
    return numbers.sino(amount.digits)


def _great(text: str, at: int) -> tuple[str, int] | None:
    """3만5천, 2억 3천만, 1.5억: pieces with their myriads, and where they end."""
    said: list[str] = []
    end = at
    for _ in range(_GREAT_PIECES_MAX):
        found = _GREAT.match(text, end)
        if not found or (
            found[3] == "조" and not said and not re.match(r"\s?(?:원|달러|\d|여)", text[found.end() : found.end() + 4])
        ):
            break
        whole = found[1].replace(",", "")
        alone = whole == "1" and not found[2] and found[3] not in ("조", "억")
        said.append(("" if alone else numbers.decimal(whole, found[2]) if found[2] else numbers.sino(whole)) + found[3])
        end = found.end()
        if not (more := _GREAT_NEXT.match(text, end)):
            break
        end = more.end()
    if not said:
        return None
    if rest := _REST.match(text, end):
        said.append(numbers.sino(rest[1]))
        end = rest.end()
    return " ".join(said), end


def amount(scan: Scan) -> bool:
    """A number with whatever belongs to it."""
    if scan.text[scan.at] in "-+" and not _may_sign(scan):
        return False
    if great := _great(scan.text, scan.at):
        return _great_amount(scan, *great)
    found = _amount(scan.text, scan.at)
    if not found:
        return False
    if span := _SPAN.match(scan.text, found.end):
        return _begins_span(scan, found, span.end(), signed=bool(span["sign"]))
    if some := _SOME.match(scan.text, found.end):
        return scan.say("number", numbers.sino(found.digits) + "여 ", some.end())
    return _with_unit(scan, found) or _with_counter(scan, found) or scan.say(*_bare(scan, found))


def _may_sign(scan: Scan) -> bool:
    before = scan.before[-1:]
    digit_follows = scan.text[scan.at + 1 : scan.at + 2].isdecimal()
    if scan.text[scan.at] == "+" or not digit_follows:
        return False
    return not (before.isalnum() or before == ")")


def _great_amount(scan: Scan, said: str, end: int) -> bool:
    if some := _SOME.match(scan.text, end):
        said, end = said + "여 ", some.end()
    if unit := counters.UNIT.match(scan.text, end):
        return scan.say("unit", _unit_said(said, unit[0]), unit.end())
    if counter := counters.counter_at(scan.text, end):
        return scan.say("number", f"{said} {counter}", end + len(counter))
    return scan.say("number", said, end)


def _bare(scan: Scan, found: _Amount) -> tuple[str, str, int]:
    if found.sign:
        return "unit", "마이너스 " + _said(found), found.end
    said = _said(found)
    follows = scan.text[found.end : found.end + 1]
    return "number", said + (" " if is_syllable(follows) and not _ENDS.match(scan.after(found.end)) else ""), found.end


def _with_unit(scan: Scan, found: _Amount) -> bool:
    at = found.end + (scan.text[found.end : found.end + 1] == " ")
    unit = counters.UNIT.match(scan.text, at)
    if not unit:
        return False
    return scan.say("unit", _unit_said(_signed(scan, found, unit[0]), unit[0]), unit.end())


def _unit_said(number: str, unit: str) -> str:
    if unit in counters.PER:
        first, last = counters.PER[unit]
        return f"{first} {number} {last}"
    return f"{number} {counters.UNITS[unit]}"


def _signed(scan: Scan, found: _Amount, unit: str) -> str:
    """The number with its sign: below nought a temperature is 영하, anything else 마이너스."""
    said = _said(found)
    if unit in _TEMPERATURES:
        if found.sign:
            return said if scan.before.rstrip().endswith("영하") else "영하 " + said
        if scan.below and scan.text[scan.ended : scan.at].strip() == "":
            return "영상 " + said
        return said
    return "마이너스 " + said if found.sign else said


def _with_counter(scan: Scan, found: _Amount) -> bool:
    counter, end = _counter(scan, found.end)
    if not counter:
        return False
    kind = Kind.TIME if counter in counters.CALENDAR and not found.part else Kind.NUMBER
    if counter == "분" and scan.kind is not Kind.TIME:
        kind = Kind.NUMBER
    rule = "time" if counter in ("시",) else "date" if counter in ("월", "년") else "number"
    if found.part or found.sign:
        return scan.say("unit" if found.sign else rule, f"{_signed(scan, found, counter)} {counter}", end)
    digits = found.digits
    if digits.startswith("0") and len(digits) > 1 and counter not in counters.CALENDAR:
        return scan.say("number", f"{numbers.one_by_one(digits)} {counter}", end)
    after = scan.text[end - len(counter) : end + 12]
    said = counters.counted(digits, counter, scan.before, after, scan.hours)
    if counter == "도" and scan.below:
        said = "영상 " + said
    return scan.say(rule, said, end, kind)


def _counter(scan: Scan, at: int) -> tuple[str, int]:
    """The counter behind a number, also behind one space where nothing longer begins with it; and where it ends."""
    if counter := counters.counter_at(scan.text, at):
        return counter, at + len(counter)
    if scan.text[at : at + 1] == " " and (counter := counters.counter_at(scan.text, at + 1)):
        end = at + 1 + len(counter)
        if _ENDS.match(scan.text, end):
            return counter, end
    return "", at


def _begins_span(scan: Scan, found: _Amount, end: int, *, signed: bool) -> bool:
    """3 of 3~5일: said as what comes behind asks for it."""
    counter, _ = _counter(scan, end)
    unit = counters.UNIT.match(scan.text, end)
    scan.below = False
    if counter == "시" or (counter == "일" and scan.before.rstrip().endswith("월")):
        said = counters.counted(found.digits, counter, scan.before, counter, scan.hours)
        return scan.say("range", said, found.end, Kind.TIME)
    if (
        counters.takes_native(counter)
        and found.digits.isdecimal()
        and not found.part
        and 1 <= int(found.digits[:4]) < 20
    ):
        number = int(found.digits) if len(found.digits) < 4 else 0
        if 1 <= number < 20:
            return scan.say("range", numbers.native_alone(number), found.end)
    said = _said(found)
    if found.sign:
        temperature = counter == "도" or (unit is not None and unit[0] in _TEMPERATURES)
        scan.say("range", ("영하 " if temperature else "마이너스 ") + said, found.end)
        scan.below = temperature and not signed
        return True
    return scan.say("range", said, found.end)
