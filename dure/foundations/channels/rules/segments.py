"""The language of segments: which friends of a channel, in a few Korean or English words. Text in, a small tree out, and back.

    tag:regular and visited > 30            꼬리표:단골 그리고 방문 > 30
    birthday < 7 or (joined < 3 and by:qr)  생일 < 7 또는 (가입 < 3 그리고 경로:QR)
    not tag:"free delivery"                 제외 꼬리표:"무료 배달"

`and` binds tighter than `or`; `not` tighter than both. Days are counted on the calendar of Seoul: `visited > 30` means that the
last visit was more than 30 days ago, `birthday < 7` that the next birthday is less than 7 days ahead. Where nothing is known of a
friend (no visit, no birthday), a term says no, and `not` turns it into yes. The grammar knows no names of tables or columns, so
that nothing typed can become part of a statement.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NoReturn

from dure.foundations.channels.types import EVERYBODY, JoinedBy, Segment, SegmentUnreadable
from dure.foundations.channels.types.segments import All, Any, Compare, Field, Not, Term

TEXT_LENGTH_MAX: Final = 500
TERMS_MAX: Final = 20
DEPTH_MAX: Final = 8
TAG_LENGTH_MAX: Final = 20
DAYS_MAX: Final = 9_999
DAYS_OF_YEAR: Final = 366
REGION_CODE: Final = re.compile(r"[0-9]{2,10}")

FIELDS: Final[dict[Field, tuple[str, str]]] = {  # Korean, English
    Field.TAG: ("꼬리표", "tag"),
    Field.JOINED: ("가입", "joined"),
    Field.VISITED: ("방문", "visited"),
    Field.BIRTHDAY: ("생일", "birthday"),
    Field.OPENED: ("읽음", "opened"),
    Field.REGION: ("지역", "region"),
    Field.JOINED_BY: ("경로", "by"),
}
WAYS: Final[dict[JoinedBy, tuple[str, str]]] = {
    JoinedBy.QR: ("QR", "qr"),
    JoinedBy.LINK: ("링크", "link"),
    JoinedBy.SEARCH: ("검색", "search"),
    JoinedBy.SERVICE: ("서비스", "service"),
}
AND: Final = ("그리고", "and", "&")
OR: Final = ("또는", "or", "|")
NOT: Final = ("제외", "not", "!")
EVERY: Final = ("모두", "all")
COUNTED: Final = frozenset(
    {Field.JOINED, Field.VISITED, Field.BIRTHDAY, Field.OPENED}
)  # their value is a number of days
PRIVATE: Final = frozenset({Field.OPENED, Field.REGION})  # what a channel may aim at but not read off one by one

_TOKEN = re.compile(r'\s*(?:(?P<quoted>"[^"]*")|(?P<mark>[():=<>&|!])|(?P<word>[^\s():=<>&|!"]+))')
_DAYS = re.compile(r"([0-9]{1,4})(?:일|days?|d)?")
_FIELD_OF = {word: field for field, words in FIELDS.items() for word in words} | {"태그": Field.TAG}
_WAY_OF = {word.lower(): way for way, words in WAYS.items() for word in words}
_KEYWORDS = frozenset({*AND, *OR, *NOT, *EVERY, *_FIELD_OF})
_COMPARE = {":": Compare.IS, "=": Compare.IS, "<": Compare.UNDER, ">": Compare.OVER}


@dataclass(frozen=True, slots=True)
class _Token:
    said: str  # in lower case and one spelling, to compare
    text: str  # as typed; of what was quoted, what stood between the quotes
    at: int
    is_quoted: bool = False


def parse(text: str) -> Segment:
    """The segment that `text` describes; nothing typed is everybody. Raises SegmentUnreadable with the position in `text`."""
    if len(text) > TEXT_LENGTH_MAX:
        raise SegmentUnreadable(at=TEXT_LENGTH_MAX, expected="shorter")
    reader = _Reader(tuple(_tokens(text)), len(text))
    if reader.ahead() is None:
        return EVERYBODY
    found = reader.any(0)
    if reader.ahead() is not None:
        reader.refuse("and_or_end")
    return normal(found)


def shown(segment: Segment, *, korean: bool = True) -> str:
    """The words for `segment`: `parse(shown(s)) == normal(s)`, whichever language they are in."""
    return "" if normal(segment) == EVERYBODY else _shown(normal(segment), 0 if korean else 1)


def normal(segment: Segment) -> Segment:
    """The same friends in the one form that `parse` answers: nothing nested in its own kind, no list of one."""
    match segment:
        case Term():
            return segment
        case Not(of):
            return Not(normal(of))
        case All(of):
            parts = tuple(part for one in of for part in _flat(normal(one), All))
            return parts[0] if len(parts) == 1 else All(parts)
        case Any(of):
            parts = tuple(part for one in of for part in _flat(normal(one), Any))
            if not parts:
                return Not(EVERYBODY)
            return parts[0] if len(parts) == 1 else Any(parts)


def terms(segment: Segment) -> Iterator[Term]:
    """Every term, from left to right."""
    match segment:
        case Term():
            yield segment
        case Not(of):
            yield from terms(of)
        case All(of) | Any(of):
            for one in of:
                yield from terms(one)


def is_private(segment: Segment) -> bool:
    """Whether it asks for what a channel may aim at, but must not read off friend by friend: who opened, who lives where."""
    return any(term.field in PRIVATE for term in terms(segment))


def surely(segment: Segment) -> Segment:
    """Whom it fits whatever they opened and wherever they live: what a channel can find out by asking for the rest alone."""
    return normal(_known(segment, unknown=False))


def perhaps(segment: Segment) -> Segment:
    """Whom it may fit, as far as a channel can find out by itself."""
    return normal(_known(segment, unknown=True))


def _known(segment: Segment, *, unknown: bool) -> Segment:
    """The segment with each private term answered by `unknown`; under `not` by the opposite."""
    match segment:
        case Term():
            return (EVERYBODY if unknown else Any(())) if segment.field in PRIVATE else segment
        case Not(of):
            return Not(_known(of, unknown=not unknown))
        case All(of):
            return All(tuple(_known(one, unknown=unknown) for one in of))
        case Any(of):
            return Any(tuple(_known(one, unknown=unknown) for one in of))


def clean_tag(text: str) -> str:
    """A tag in one spelling. Raises ValueError where it cannot be one."""
    tag = " ".join(unicodedata.normalize("NFC", text).split())
    if not 0 < len(tag) <= TAG_LENGTH_MAX or '"' in tag or any(unicodedata.category(one)[0] == "C" for one in tag):
        raise ValueError(tag)
    return tag


def inside_region(code: str) -> str:
    """What the codes of all places inside a region begin with: 2 digits for a province, 5 a county, 8 a town, 10 a village."""
    for short in (2, 5, 8):
        if len(code) > short and not code[short:].strip("0"):
            return code[:short]
    return code


def birthdays(compare: Compare, days: int, today: date) -> tuple[str, ...]:
    """Which birthdays (month and day, "0229") are `days` ahead of `today`. Who was born on 29 February has it on the 28th in
    other years. Every birthday is 0 to 365 days ahead.
    """
    found: dict[str, int] = {}
    for ahead in range(DAYS_OF_YEAR):
        day = today + timedelta(days=ahead)
        found.setdefault(f"{day:%m%d}", ahead)
        if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3:
            found.setdefault("0229", ahead)
    return tuple(sorted(day for day, ahead in found.items() if _holds(compare, ahead, days)))


def _holds(compare: Compare, value: int, limit: int) -> bool:
    match compare:
        case Compare.IS:
            return value == limit
        case Compare.UNDER:
            return value < limit
        case Compare.OVER:
            return value > limit


def _flat(segment: Segment, kind: type[All] | type[Any]) -> tuple[Segment, ...]:
    if isinstance(segment, kind):
        return segment.of
    return (segment,)


def _shown(segment: Segment, language: int, inside: str = "") -> str:
    match segment:
        case Term():
            return _shown_term(segment, language)
        case Not(of):
            return f"{NOT[language]} {_shown(of, language, 'not')}"
        case All(()):
            return EVERY[language]
        case All(of):
            said = f" {AND[language]} ".join(_shown(one, language, "and") for one in of)
            return f"({said})" if inside == "not" else said
        case Any(of):
            said = f" {OR[language]} ".join(_shown(one, language, "or") for one in of)
            return f"({said})" if inside else said


def _shown_term(term: Term, language: int) -> str:
    name = FIELDS[term.field][language]
    if term.field is Field.JOINED_BY:
        return f"{name}:{WAYS[JoinedBy(str(term.value))][language]}"
    value = str(term.value)
    if isinstance(term.value, str) and (value.lower() in _KEYWORDS or not _is_one_word(value)):
        value = f'"{value}"'
    return f"{name}:{value}" if term.compare is Compare.IS else f"{name} {term.compare} {value}"


def _is_one_word(value: str) -> bool:
    found = _TOKEN.fullmatch(value)
    return found is not None and found["word"] == value


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:  # the only thing that fits nothing is a quote that nobody closed
            raise SegmentUnreadable(at=text.index('"', at), expected="quote")
        kind = str(found.lastgroup)
        start, typed = found.start(kind), found[kind]
        if kind == "quoted":
            yield _Token("", typed[1:-1], start, is_quoted=True)
        else:
            yield _Token(unicodedata.normalize("NFC", typed).lower(), typed, start)
        at = found.end()


class _Reader:
    """Reads tokens from left to right; one function a level of the grammar."""

    def __init__(self, tokens: tuple[_Token, ...], end: int) -> None:
        self._tokens, self._place, self._end, self._terms = tokens, 0, end, 0

    def ahead(self) -> _Token | None:
        """The token that comes next, if any."""
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def refuse(self, expected: str) -> NoReturn:
        token = self.ahead()
        raise SegmentUnreadable(at=token.at if token else self._end, expected=expected)

    def any(self, depth: int) -> Segment:
        """One or several, joined by `or`."""
        found = [self._all(depth)]
        while self._takes(OR):
            found.append(self._all(depth))
        return found[0] if len(found) == 1 else Any(tuple(found))

    def _all(self, depth: int) -> Segment:
        found = [self._one(depth)]
        while self._takes(AND):
            found.append(self._one(depth))
        return found[0] if len(found) == 1 else All(tuple(found))

    def _one(self, depth: int) -> Segment:
        if depth > DEPTH_MAX:
            self.refuse("simpler")
        if self._takes(NOT):
            return Not(self._one(depth + 1))
        if self._takes(EVERY):
            return EVERYBODY
        if self._takes(("(",)):
            found = self.any(depth + 1)
            if not self._takes((")",)):
                self.refuse("closing")
            return found
        return self._term()

    def _term(self) -> Term:
        token = self.ahead()
        field = _FIELD_OF.get(token.said) if token else None
        if field is None:
            self.refuse("field")
        self._terms += 1
        if self._terms > TERMS_MAX:
            self.refuse("simpler")
        self._place += 1
        token = self.ahead()
        compare = _COMPARE.get(token.said) if token else None
        if compare is None or (compare is not Compare.IS and field not in COUNTED):
            self.refuse("comparison" if field in COUNTED else "colon")
        self._place += 1
        return Term(field, compare, self._value(field))

    def _value(self, field: Field) -> str | int:
        token = self.ahead()
        if token is None or (token.said in "():=<>&|!" and not token.is_quoted):
            self.refuse("days" if field in COUNTED else "value")
        value = _value_of(field, token)
        if value is None:
            self.refuse("days" if field in COUNTED else "way" if field is Field.JOINED_BY else "value")
        self._place += 1
        return value

    def _takes(self, words: tuple[str, ...]) -> bool:
        token = self.ahead()
        if token is None or token.is_quoted or token.said not in words:
            return False
        self._place += 1
        return True


def _value_of(field: Field, token: _Token) -> str | int | None:
    """The value as the tree holds it; None where the field has no such value."""
    if field in COUNTED:
        found = _DAYS.fullmatch(token.said)
        return int(found[1]) if found else None
    if field is Field.JOINED_BY:
        way = _WAY_OF.get(token.said)
        return way.value if way else None
    if field is Field.REGION:
        return token.text if REGION_CODE.fullmatch(token.text) else None
    try:
        return clean_tag(token.text)
    except ValueError:
        return None
