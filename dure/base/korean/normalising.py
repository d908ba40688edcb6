"""Any text to the Hangul that one would say: numbers, signs and letters become words, punctuation becomes pauses."""

import re
import unicodedata
from dataclasses import dataclass

from dure.base.korean import amounts, counters, latin, numbers, readers, tables
from dure.base.korean.counters import Hours
from dure.base.korean.letters import is_syllable
from dure.base.korean.limits import refuse_long
from dure.base.korean.particles import with_particle
from dure.base.korean.plain import ATTACH, plain
from dure.base.korean.scan import Found, Kind, Scan

_HANGUL = re.compile(r"[가-힣]{1,200}")
_LAUGHTER = re.compile(r"[ㅋㅎㅠㅜㅇㄷㄱㅡㅉ]{2,200}")
_JAMO_NAMES = tables.named("jamo")
_VOWELS = dict(
    zip("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ", "아애야얘어에여예오와왜외요우워웨위유으의이", strict=True)
)
_PAUSES = {**dict.fromkeys("\n!.。|", "."), "?": "?", "？": "?", **dict.fromkeys(",;:()[]{}、，。", ","), ".": "."}
_BETWEEN_NUMBERS = {"+": " 더하기", "×": " 곱하기", "*": " 곱하기", "÷": " 나누기"}
_NAMED = {"&": " 그리고 ", "@": " 골뱅이 ", "#": " 샵 ", "%": " 퍼센트 ", "°": " 도 ", "+": " 플러스 "}
_SILENT = frozenset(' "') | frozenset("~-·/*=<>^_\\★☆○●◎◇◆□■△▲▽▼※▶▷◀◁♣♠♥♡♧☞☜↑↓←✓✔✅✕✖♪♬\t")
_RUNS = re.compile(r"[ ,.?]+")
_ATTACHED = re.compile(rf" ?[,.?]? ?{ATTACH}")
_BEFORE_NUMBERS = ("no", "tel", "fax", "hp")  # No. 3, Tel. 031-...
_NUMBERED = re.compile(r"[.:] ?(?=\d)")
_CLOSING = frozenset(')]}"')
_PARTICLE = re.compile(f"(?:{'|'.join(tables.listed('words', 'behind_brackets'))})(?![가-힣])")
_OPERATOR_AHEAD = re.compile(r"\s?\d")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it will be said: the words, what was read by which rule, what was left out, and how many looks it took."""

    text: str
    found: tuple[Found, ...]
    unsaid: tuple[str, ...]
    steps: int


def normalise(text: str, hours: Hours = Hours.NATIVE) -> str:
    """`text` in Hangul syllables, single spaces and the pauses , . ? only. Longer than the limit: TextTooLong."""
    return read(text, hours).text


def read(text: str, hours: Hours = Hours.NATIVE) -> Reading:
    """As `normalise`, with what happened on the way; `unsaid` are the characters nobody can say: emoji, other scripts."""
    refuse_long(text)
    scan = Scan(plain(text.strip()), hours)
    while scan.at < len(scan.text):
        _step(scan)
    return Reading(_finished("".join(scan.said)), tuple(scan.found), tuple(scan.unsaid), scan.steps)


def _step(scan: Scan) -> None:
    """Read one thing; every way moves on by one character at least."""
    char = scan.text[scan.at]
    for reader in _readers(char):
        scan.steps += 1
        if reader(scan):
            return
    if is_syllable(char):
        end = _HANGUL.search(scan.text, scan.at)
        scan.said.append(scan.text[scan.at : end.end() if end else scan.at + 1])
        scan.at = end.end() if end else scan.at + 1
    else:
        _sign(scan, char)


def _readers(char: str) -> tuple[readers.Reader, ...]:
    if "0" <= char <= "9":
        return _DIGIT_READERS
    if char in readers.WEEKDAYS:
        return (readers.weekday_span,)
    if is_syllable(char):
        return ()
    if char.isascii() and char.isalpha():
        return (_mail, _web, _word)
    return _SIGN_READERS.get(char, (_jamo,) if "ㄱ" <= char <= "ㅣ" else ())


def _mail(scan: Scan) -> bool:
    """village@example.kr: signs named, letters one by one."""
    if found := latin.MAIL.match(scan.text, scan.at):
        said = f"{latin.spelled(found['local'])} 골뱅이 {latin.host(found['host'])}"
        return scan.say("web", said, found.end(), Kind.WORD)
    return False


def _web(scan: Scan) -> bool:
    """An address of the web: the name of the host; the path nobody can remember is left out."""
    found = latin.WEB.match(scan.text, scan.at)
    if not found or not latin.is_address(found["scheme"], found["host"]):
        return False
    host = found["host"].removeprefix("www.")
    return scan.say("web", latin.host(host), found.end(), Kind.WORD)


def _word(scan: Scan) -> bool:
    found = latin.WORD.match(scan.text, scan.at)
    if not found:
        return False
    apart = " " if latin.sets_apart(scan.text, found.end()) else ""
    end = found.end()
    numbered = _NUMBERED.match(scan.text, end) if found[0].lower() in _BEFORE_NUMBERS else None
    return scan.say("latin", latin.word(found[0]) + apart, numbered.end() if numbered else end, Kind.WORD)


def _jamo(scan: Scan) -> bool:
    """Single letters by their names; laughter and tears (ㅋㅋ, ㅠㅠ) are not said."""
    if found := _LAUGHTER.match(scan.text, scan.at):
        return scan.say("sign", "", found.end(), Kind.WORD)
    char = scan.text[scan.at]
    if said := _JAMO_NAMES.get(char) or _VOWELS.get(char):
        return scan.say("sign", said, scan.at + 1, Kind.WORD)
    return False


def _span(scan: Scan) -> bool:
    """~ between two things: 부터 (and later 까지) where days or hours are spanned, else 에서."""
    follows = scan.after(scan.at + 1).lstrip()[:1]
    close = not scan.text[scan.ended : scan.at].strip()
    if not scan.at or not (follows.isalnum() or (follows in "-₩$" and follows)):
        return False
    if close and scan.kind is Kind.TIME:
        scan.said.append(ATTACH + "부터 ")
        scan.until = True
    elif close and scan.kind is Kind.PHONE and follows.isdecimal():
        scan.said.append(ATTACH + "에서 ")
        last = re.compile(r"~\s?(\d{1,4})").match(scan.text, scan.at)
        if last:
            return scan.say("range", numbers.one_by_one(last[1]), last.end())
    elif scan.said and scan.said[-1].strip()[-1:] not in ("", *",.?"):
        scan.said.append(ATTACH + "에서 ")
    else:
        return False
    scan.found.append(Found("range", "~", scan.said[-1].strip(ATTACH + " ")))
    scan.at += 1
    scan.ended = scan.at
    return True


def _sum(scan: Scan) -> bool:
    """Signs between numbers: 3+2 is 삼 더하기 이, = is 은 or 는."""
    char = scan.text[scan.at]
    close = scan.kind is Kind.NUMBER and not scan.text[scan.ended : scan.at].strip()
    if not close or not _OPERATOR_AHEAD.match(scan.text, scan.at + 1):
        return False
    if char == "=":
        last = scan.found[-1].said
        scan.said.append(ATTACH + with_particle(last, "은/는")[len(last) :] + " ")
    else:
        scan.said.append(_BETWEEN_NUMBERS[char] + " ")
    scan.found.append(Found("sign", char, scan.said[-1].strip(ATTACH + " ")))
    scan.at += 1
    return True


def _leans_back(scan: Scan) -> bool:
    """Whether a particle follows a closing bracket or quotation mark: 회관(2층)에서, '카눈'의."""
    found = _PARTICLE.match(scan.text, scan.at + 1)
    return bool(found) and scan.at > 0 and scan.text[scan.at - 1] != " "


def _sign(scan: Scan, char: str) -> None:
    if (
        char == "."
        and scan.text[scan.at - 1 : scan.at].isdecimal()
        and scan.text[scan.at + 1 : scan.at + 2].isdecimal()
        and scan.at
    ):
        scan.said.append(" 점 ")
    elif char in _CLOSING and _leans_back(scan):
        scan.said.append(ATTACH)
    elif char in _PAUSES:
        scan.pause(_PAUSES[char])
    elif char in counters.CURRENCIES:
        scan.said.append(f" {counters.CURRENCIES[char]} ")
    elif char in _NAMED:
        scan.said.append(_NAMED[char])
    elif char in _SILENT:
        _silence(scan, char)
    else:
        scan.said.append(" ")
        scan.unsaid.append(char)
    if char != " ":
        scan.found.append(Found("sign", char, scan.said[-1].strip()))
    scan.at += 1


def _silence(scan: Scan, char: str) -> None:
    """A slash or a dash between spaces is a pause; the rest only parts words."""
    spaced = scan.text[scan.at - 1 : scan.at] == " " and scan.text[scan.at + 1 : scan.at + 2] == " "
    if char == "/" or (char == "-" and spaced and scan.at):
        scan.pause(",")
    else:
        scan.said.append(" ")


_DIGIT_READERS: tuple[readers.Reader, ...] = (*readers.BEFORE_NUMBERS, _mail, _web, amounts.amount)
_SIGN_READERS: dict[str, tuple[readers.Reader, ...]] = {
    "(": (readers.weekday, readers.phone),
    "+": (readers.phone_abroad, _sum),
    "-": (amounts.amount,),
    "~": (_span,),
    **dict.fromkeys("=×*÷", (_sum,)),
    **dict.fromkeys(counters.CURRENCIES, (amounts.money,)),
}


def _finished(said: str) -> str:
    """Single spaces, one pause in one place (the strongest), none at the beginning, no comma at the end."""
    joined = _ATTACHED.sub("", _RUNS.sub(_strongest, said))
    return _RUNS.sub(_strongest, joined).lstrip(",.? ").rstrip(", ")


def _strongest(found: re.Match[str]) -> str:
    marks = found[0]
    return "? " if "?" in marks else ". " if "." in marks else ", " if "," in marks else " "


def is_spoken(text: str) -> bool:
    """Whether a text has only what `normalise` answers: syllables, spaces and pauses."""
    return all(is_syllable(char) or char in " ,.?" for char in text) and unicodedata.is_normalized("NFC", text)
