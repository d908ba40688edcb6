"""Alerts spoilt on purpose, from a seed: in their bytes, structure, words, letters, size, times, references, version, areas and
signature. Each way takes the bytes of a good alert, and answers bytes that may be anything.
"""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dure.services.forecasts.types import Version

from . import alert_wrapped
from .alert_wrapped import Issuer

MEGABYTE = 1_048_576
WAYS_MAX = 3  # of one family in one alert
_LEAF = re.compile(rb"<([A-Za-z]+)>([^<>]*)</\1>")
_BLOCK = re.compile(rb"<(info|area|resource|geocode|parameter|eventCode)>.*?</\1>", re.DOTALL)
_DATE = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
_POLYGON = re.compile(rb"<polygon>[^<]*</polygon>")
_AREA_END = b"</area>"
_JUNK = (
    b"<",
    b">",
    b"&",
    b'"',
    b"]]>",
    b"<!--",
    b"<![CDATA[",
    b"<!DOCTYPE x>",
    b"<?xml version='1.0'?>",
    b"&#0;",
    b"&lt;",
    b"&nope;",
)
_NOISE = (
    b"\x00",
    b"\xff",
    b"\xe3",
    b"\x0b",
    b"\xef\xbf\xbf",
    b"-00:00",
    b"Z",
    b",",
    b"9" * 40,
    b"</info>",
    b"<info>",
    b"<alert>",
)
_WORDS = (
    *(
        b"",
        b" ",
        b"x",
        b"-1",
        "값".encode(),
        b"a,b,c",
        b"0,0",
        b"1e9",
        b"NaN",
        b"actual",
        b"ACTUAL",
        b"Very Likely",
        b"None",
    ),
    *(
        b"&lt;b&gt;bold&lt;/b&gt;",
        b"&amp;nbsp;",
        b"\xe2\x80\xae\xd7\x90",
        b"\xf0\x9f\x94\xa5" * 50,
        b"w" * 5_000,
        b"Severe Severe",
    ),
)
_TIMES = (
    *(
        b"2026-13-01T00:00:00+09:00",
        b"2026-07-20T11:30:00",
        b"2026-07-20T11:30:00Z",
        b"2026-07-20T11:30:00.123+09:00",
        b"tomorrow",
    ),
    *(
        b"2026-07-20T11:30:00+00:00",
        b"2026-07-20T24:00:00+09:00",
        b"2026-07-20 11:30:00+09:00",
        b"0000-01-01T00:00:00+09:00",
    ),
    *(
        b"9999-12-31T23:59:59-14:00",
        b"0001-01-01T00:00:00+14:00",
        b"2026-07-20T11:30:00+99:99",
        b"1999-07-20T11:30:00+09:00",
    ),
    *(
        b"2026-07-20T11:30:60+09:00",
        b"2026-02-30T11:30:00+09:00",
        b"2036-07-20T11:30:00+09:00",
        "２０２６-07-20T11:30:00+09:00".encode(),
    ),
)
_SHAPES = (
    *(
        b"35,128 36,129 35,129 36,128 35,128",
        b"35,128 35,129 36,129",
        b"35,128 35,129 36,129 35,128.5",
        b"35 128 36 129",
        b"95,128 96,129 95,129 95,128",
    ),
    *(
        b"NaN,NaN NaN,NaN",
        b"35,128 35,128 35,128 35,128",
        b"128,35 129,35 129,36 128,35",
        b"35,128;36,129",
        b"1e1,2e2 3e1,4e2 5e1,6e2 1e1,2e2",
    ),
    *(b"35.%s,128 35,129 36,129 35,128" % (b"9" * 60), b"35,128 " * 30_000, b"+35,+128 +35,+129 +36,+129 +35,+128"),
)
_PLACES = (
    *(
        b"<circle>35,128 -3</circle>",
        b"<circle>95,128 3</circle>",
        b"<circle>35,128</circle>",
        b"<circle>35,128 inf</circle>",
    ),
    *(
        b"<altitude>high</altitude>",
        b"<altitude>500</altitude><ceiling>100</ceiling>",
        b"<ceiling>100</ceiling>",
        b"<circle>35,128 1</circle>" * 500,
    ),
    *(
        b"<geocode><valueName>FIPS6</valueName></geocode>",
        b"<geocode>4311000000</geocode>",
        "<geocode><valueName>행정구역코드</valueName><value>43</value></geocode>".encode(),
    ),
)
_VERSIONS = (
    Version.CAP_1_0.value,
    Version.CAP_1_1.value,
    "urn:oasis:names:tc:emergency:cap:1.3",
    "http://www.w3.org/1999/xhtml",
    "",
)
_SAID_ENCODINGS = (
    b"utf-16",
    b"euc-kr",
    b"iso-8859-1",
    b"us-ascii",
    b"utf-7",
    b"utf-32",
    b"ebcdic-cp-us",
    b"x-nothing",
    b"UTF-8",
    b"cp949",
)
_CODECS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp949", "utf-7", "utf-8-sig", "cp037")

type Way = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True, slots=True)
class Mutant:
    family: str
    content: bytes


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _drop(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + content[at + chance.randrange(1, 40) :]


def _double(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + content[at : at + chance.randrange(1, 300)] + content[at:]


def _flip(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content)) if content else 0
    return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]


def _litter(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice((*_JUNK, *_NOISE)) + content[at:]


def _move_element(content: bytes, chance: random.Random) -> bytes:
    """Take an element out, put it elsewhere, or twice."""
    found = _one(chance.choice((_LEAF, _LEAF, _BLOCK)), content, chance)
    if found is None:
        return content
    left = content[: found.start()] + content[found.end() :]
    targets = [0, *(one.start() for one in re.finditer(rb"<[A-Za-z/]", left))]
    at = chance.choice(targets)
    return left[:at] + found[0] * chance.randrange(3) + left[at:]


def _nest(content: bytes, chance: random.Random) -> bytes:
    """Put elements where text belongs, or text where elements belong; or an element that nobody knows."""
    found = _one(_LEAF, content, chance)
    if found is None:
        return content
    name = found[1]
    inside = chance.choice(
        (b"<x/>", b"<%s>x</%s>" % (name, name), b"<alert/>", b"<!-- a --><?b c?>", b"<![CDATA[<x>]]>")
    )
    beside = chance.choice((b"", b"text", b"<unknownElement>1</unknownElement>", b'<x:y xmlns:x="urn:x"/>'))
    return content[: found.start(2)] + inside + content[found.end(2) : found.end()] + beside + content[found.end() :]


def _rename(content: bytes, chance: random.Random) -> bytes:
    found = _one(_LEAF, content, chance)
    if found is None:
        return content
    name = chance.choice((found[1].upper(), found[1] + b"s", b"ns:" + found[1], b"alert"))
    return content[: found.start()] + b"<%s>%s</%s>" % (name, found[2], name) + content[found.end() :]


def _reword(content: bytes, chance: random.Random) -> bytes:
    return _with(_LEAF, content, chance, lambda found: b"<%s>%s</%s>" % (found[1], chance.choice(_WORDS), found[1]))


def _retime(content: bytes, chance: random.Random) -> bytes:
    return _with(_DATE, content, chance, lambda found: chance.choice(_TIMES))


def _refer(content: bytes, chance: random.Random) -> bytes:
    """Other references, in place of those there or where they belong."""
    identifier = re.search(rb"<identifier>([^<]*)<", content)
    own = b"sample@example.org,%s,2026-07-20T11:30:00+09:00" % (identifier[1] if identifier else b"x")
    said = chance.choice(
        (
            own,
            b"",
            b"a,b",
            b"a,b,c",
            b"a,b,2036-07-20T11:30:00+09:00",
            b"other@example.org,x,2026-07-20T11:00:00+09:00",
            b",,",
            own + b",x",
        )
    )
    if chance.random() < 0.15:
        said = b" ".join(b"a,%d,2026-07-20T11:00:00+09:00" % number for number in range(1_200))
    content = re.sub(rb"<references>[^<]*</references>", b"", content)
    content = content.replace(b"<info>", b"<references>%s</references><info>" % said, 1)
    kind = chance.choice((b"Alert", b"Update", b"Cancel", b"Ack", b"Error"))
    return re.sub(rb"<msgType>[^<]*<", b"<msgType>%s<" % kind, content)


def _reversion(content: bytes, chance: random.Random) -> bytes:
    other = chance.choice(_VERSIONS).encode()
    if chance.random() < 0.3:
        prefixed = re.sub(rb"<(/?)(?=[a-z])(?!ds:)", rb"<\1c:", content)
        return prefixed.replace(b"xmlns=", b"xmlns:c=", 1)
    return content.replace(Version.CAP_1_2.value.encode(), other)


def _reshape(content: bytes, chance: random.Random) -> bytes:
    """Another polygon, or something else in the area."""
    if chance.random() < 0.6 and _POLYGON.search(content):
        return _with(_POLYGON, content, chance, lambda found: b"<polygon>%s</polygon>" % chance.choice(_SHAPES))
    return content.replace(_AREA_END, chance.choice(_PLACES) + _AREA_END, 1)


def _respell(content: bytes, chance: random.Random) -> bytes:
    """Other letters than the declaration says, or another declaration than the letters are."""
    if chance.random() < 0.5:
        return re.sub(
            rb"encoding=['\"][^'\"]*['\"]", b'encoding="%s"' % chance.choice(_SAID_ENCODINGS), content, count=1
        )
    text = content.decode("utf-8", "replace")
    if chance.random() < 0.5:
        text = re.sub(r"<\?xml.*?\?>", "", text, count=1)
    return text.encode(chance.choice(_CODECS), "replace")


def _swell(content: bytes, chance: random.Random) -> bytes:
    """Too much of something: text, elements, depth, attributes, lists."""
    more = chance.choice(_MORE)(chance)
    return content.replace(b"</info>", more + b"</info>", 1)


_MORE: tuple[Callable[[random.Random], bytes], ...] = (
    lambda chance: b"<description>%s</description>" % (b"a" * chance.choice((MEGABYTE // 2, MEGABYTE, 2 * MEGABYTE))),
    lambda chance: (
        b"<parameter><valueName>a</valueName><value>b</value></parameter>" * chance.choice((400, 5_000, 12_000))
    ),
    lambda chance: b"<x>" * chance.choice((20, 5_000)) + b"</x>" * 20,
    lambda chance: b"<x %s/>" % b" ".join(b'a%d="b"' % number for number in range(chance.choice((50, 90_000)))),
    lambda chance: b"<category>Nope</category>" * 900,
    lambda chance: b"\n" * 200_000,
    lambda chance: b"<area><areaDesc>a</areaDesc><circle>35,128 1</circle></area>" * chance.choice((60, 3_000)),
)
FAMILIES: Mapping[str, tuple[Way, ...]] = {
    "bytes": (_cut, _drop, _double, _flip, _litter),
    "structure": (_move_element, _nest, _rename),
    "words": (_reword,),
    "times": (_retime,),
    "references": (_refer,),
    "version": (_reversion,),
    "areas": (_reshape,),
    "letters": (_respell,),
    "size": (_swell,),
}
SIGNATURE = "signature"


def mutants(good: list[bytes], issuer: Issuer, count: int, chance: random.Random) -> list[Mutant]:
    """So many of them, every family in turn. The same seed spoils in the same way."""
    families = [*FAMILIES, SIGNATURE]
    made = []
    for number in range(count):
        family, content = families[number % len(families)], chance.choice(good)
        if family == SIGNATURE:
            content = alert_wrapped.spoilt(content, issuer, chance)
        else:
            for _time in range(chance.randrange(1, WAYS_MAX + 1)):
                content = chance.choice(FAMILIES[family])(content, chance)
        made.append(Mutant(family, content))
    return made


def _one(what: re.Pattern[bytes], content: bytes, chance: random.Random) -> re.Match[bytes] | None:
    found = list(what.finditer(content))
    return chance.choice(found) if found else None


def _with(
    what: re.Pattern[bytes], content: bytes, chance: random.Random, put: Callable[[re.Match[bytes]], bytes]
) -> bytes:
    found = _one(what, content, chance)
    return content if found is None else content[: found.start()] + put(found) + content[found.end() :]
