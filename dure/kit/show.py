"""Values as people read them, in the language of the reader: money, days, time left, shares."""

from datetime import date, datetime

from django.utils.translation import get_language, gettext, ngettext

from dure.base import clock, korean
from dure.base.money import EXPONENT, Money

_HOUR_SECONDS = 3600
_DAY_SECONDS = 86_400
_SIGNS = {"KRW": "₩", "USD": "$", "EUR": "€", "JPY": "¥"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS_KO = "월화수목금토일"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def in_korean() -> bool:
    """Whether the reader reads Korean."""
    return (get_language() or "ko").startswith("ko")


def count(number: int) -> str:
    """1204 -> "1,204"."""
    return f"{number:,}"


def money_parts(amount: Money | int, currency: str = "KRW") -> tuple[str, str, str]:
    """Sign before, digits, unit after: ("", "8,432,100", "원") in Korean, ("₩", "8,432,100", "") in English."""
    minor, currency = (amount.minor, amount.currency) if isinstance(amount, Money) else (amount, currency)
    minus, size = ("−" if minor < 0 else ""), abs(minor)
    exponent = EXPONENT[currency]
    whole, part = divmod(size, 10**exponent)
    digits = f"{whole:,}" + (f".{part:0{exponent}d}" if exponent else "")
    if currency == "KRW" and in_korean():
        return minus, digits, "원"
    return f"{minus}{_SIGNS.get(currency, currency + ' ')}", digits, ""


def money(amount: Money | int, currency: str = "KRW") -> str:
    """8,432,100원 in Korean, ₩8,432,100 in English. A bare int is whole minor units of `currency`."""
    return "".join(money_parts(amount, currency))


def money_short(amount: Money | int) -> str:
    """A sum in won as people say it: 843만원 / ₩8.4M. Floors, so that it never promises too much."""
    won = amount.minor if isinstance(amount, Money) else amount
    if in_korean():
        return f"{korean.won_short(won)}원"
    minus, size = ("−" if won < 0 else ""), abs(won)
    for unit, letter in ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")):
        if size >= unit:
            tenths = size * 10 // unit
            return f"{minus}₩{tenths // 10:,}" + (f".{tenths % 10}" if tenths % 10 else "") + letter
    return f"{minus}₩{size}"


def day(when: date | datetime, *, weekday: bool = False) -> str:
    """11월 21일 / Nov 21; the year is named when it is not this one."""
    local = clock.local(when).date() if isinstance(when, datetime) else when
    other_year = local.year != clock.today().year
    if in_korean():
        said = f"{local.year}년 " * other_year + f"{local.month}월 {local.day}일"
        return f"{said} {_WEEKDAYS_KO[local.weekday()]}요일" if weekday else said
    said = f"{_MONTHS[local.month - 1]} {local.day}" + f", {local.year}" * other_year
    return f"{_WEEKDAYS_EN[local.weekday()]}, {said}" if weekday else said


def moment(when: datetime) -> str:
    """11월 21일 10:24 / Nov 21, 10:24, on the wall clock of the installation."""
    local = clock.local(when)
    return f"{day(when)}{'' if in_korean() else ','} {local:%H:%M}"


def period(first: date, last: date) -> str:
    """11월 1일 – 11월 30일, both days included."""
    return f"{day(first)} – {day(last)}"


def left(until: date | datetime) -> str:
    """How long there is still: "9일 남음". A date lasts to its end; an instant counts to the hour and minute."""
    if not isinstance(until, datetime):
        days = (until - clock.today()).days
        if days < 0:
            return gettext("ended")
        if days == 0:
            return gettext("until today")
        return ngettext("{n} day left", "{n} days left", days).format(n=count(days))
    seconds = int((until - clock.now()).total_seconds())
    if seconds <= 0:
        return gettext("ended")
    if seconds >= _DAY_SECONDS:
        days = seconds // _DAY_SECONDS
        return ngettext("{n} day left", "{n} days left", days).format(n=count(days))
    if seconds >= _HOUR_SECONDS:
        hours = seconds // _HOUR_SECONDS
        return ngettext("{n} hour left", "{n} hours left", hours).format(n=hours)
    minutes = max(1, seconds // 60)
    return ngettext("{n} minute left", "{n} minutes left", minutes).format(n=minutes)


def wait(seconds: int) -> str:
    """A time to wait: "30초", "5분", "2시간"; rounded up, so that trying again then works."""
    if seconds < 60:
        return ngettext("{n} second", "{n} seconds", seconds).format(n=seconds)
    if seconds < _HOUR_SECONDS:
        minutes = -(-seconds // 60)
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    hours = -(-seconds // _HOUR_SECONDS)
    return ngettext("{n} hour", "{n} hours", hours).format(n=hours)


def share(part: int, whole: int) -> int:
    """Percent, floored: 99.9 % is 99, so that only the full goal says 100. 123 when there is more than the goal."""
    return part * 100 // whole if whole > 0 else 0


def percent(part: int, whole: int) -> str:
    """84%. A little is never 0 %, and more than the whole never 100 %: the first is under 1 %, the second at least 101."""
    if 0 < part * 100 < whole:
        return gettext("under 1%")
    return f"{max(101, part * 100 // whole) if part > whole > 0 else share(part, whole):,}%"


class Said(str):
    """A word put into a sentence; `{name:을/를}` gives it the particle its last sound asks for."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return korean.with_particle(str(self), spec) if "/" in spec else super().__format__(spec)


def value(given: object) -> Said:
    """Whatever a refusal carries, as a word to put into a sentence."""
    match given:
        case Money():
            return Said(money(given))
        case bool():
            return Said(given)
        case int():
            return Said(count(given))
        case datetime():
            return Said(moment(given))
        case date():
            return Said(day(given))
        case _:
            return Said(given)
