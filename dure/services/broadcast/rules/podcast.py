"""A village as a podcast: RSS 2.0 with what Apple's and the Podcasting 2.0 names ask of apps and of us. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from uuid import UUID, uuid5
from xml.etree import ElementTree as xml

RSS: Final = "2.0"
ATOM: Final = "http://www.w3.org/2005/Atom"
ITUNES: Final = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST: Final = "https://podcastindex.org/namespace/1.0"
FEEDS: Final = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # of podcast:guid, by its specification
CATEGORY: Final = "Government"
TITLE_LENGTH_MAX: Final = 60
MEDIA_TYPE: Final = "application/rss+xml; charset=utf-8"
_UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold
for _prefix, _name in (("atom", ATOM), ("itunes", ITUNES), ("podcast", PODCAST)):
    xml.register_namespace(_prefix, _name)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A sound file at its address."""

    address: str
    size: int  # bytes
    kind: str  # as HTTP names it
    codecs: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An episode with its addresses."""

    guid: str
    title: str
    words: str
    page: str
    at: datetime
    seconds: float
    sound: Enclosure | None  # None: there is none, and apps show the words
    light: Enclosure | None  # the same with fewer bytes
    transcripts: tuple[tuple[str, str], ...]  # (address, kind)


@dataclass(frozen=True, slots=True)
class Show:
    """What stands above the episodes."""

    title: str
    description: str
    author: str
    place: str
    address: str  # of the feed itself
    page: str
    picture: str
    language: str = "ko"


def title_of(words: str, sign: str = "") -> str:
    """The first line, as long as lists show; `sign`: what kind it is, said first."""
    line = " ".join(words.strip().split("\n", maxsplit=1)[0].split())
    short = line if len(line) <= TITLE_LENGTH_MAX else f"{line[: TITLE_LENGTH_MAX - 1]}…"
    return f"[{sign}] {short}" if sign else short


def document(show: Show, items: Sequence[Item]) -> bytes:
    """The feed. The same content is the same bytes."""
    root = xml.Element("rss", {"version": RSS})
    channel = xml.SubElement(root, "channel")
    _text(channel, "title", show.title)
    _text(channel, "link", show.page)
    _text(channel, "description", show.description)
    _text(channel, "language", show.language)
    attributes = {"href": show.address, "rel": "self", "type": "application/rss+xml"}
    xml.SubElement(channel, f"{{{ATOM}}}link", attributes)
    if items:
        _text(channel, "pubDate", format_datetime(max(one.at for one in items)))
    picture = xml.SubElement(channel, "image")
    for name, said in (("url", show.picture), ("title", show.title), ("link", show.page)):
        _text(picture, name, said)
    xml.SubElement(channel, f"{{{ITUNES}}}image", {"href": show.picture})
    xml.SubElement(channel, f"{{{ITUNES}}}category", {"text": CATEGORY})
    for name, said in (("author", show.author), ("explicit", "false"), ("type", "episodic"), ("block", "Yes")):
        _text(channel, f"{{{ITUNES}}}{name}", said)
    bare = show.address.partition("://")[2].rstrip("/")
    for name, said in (("guid", str(uuid5(FEEDS, bare))), ("medium", "podcast"), ("locked", "yes"), ("block", "yes")):
        _text(channel, f"{{{PODCAST}}}{name}", said)
    _text(channel, f"{{{PODCAST}}}location", show.place)
    for one in items:
        _item(xml.SubElement(channel, "item"), one, show.language)
    return bytes(xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _item(into: xml.Element, one: Item, language: str) -> None:
    _text(into, "title", one.title)
    _text(into, "link", one.page)
    _text(into, "description", one.words)
    _text(into, "guid", one.guid).set("isPermaLink", "false")
    _text(into, "pubDate", format_datetime(one.at))
    for name, said in (("title", one.title), ("episodeType", "full"), ("explicit", "false")):
        _text(into, f"{{{ITUNES}}}{name}", said)
    if one.sound is not None:
        file = one.sound
        xml.SubElement(into, "enclosure", {"url": file.address, "length": str(file.size), "type": file.kind})
        _text(into, f"{{{ITUNES}}}duration", str(round(one.seconds)))
        _alternate(into, file, one.seconds, is_usual=True)
        if one.light is not None:
            _alternate(into, one.light, one.seconds, is_usual=False)
    for address, kind in one.transcripts:
        xml.SubElement(into, f"{{{PODCAST}}}transcript", {"url": address, "type": kind, "language": language})


def _alternate(into: xml.Element, file: Enclosure, seconds: float, *, is_usual: bool) -> None:
    said = {"type": file.kind, "length": str(file.size)}
    if seconds > 0:
        said["bitrate"] = str(round(file.size * 8 / seconds))
    if file.codecs:
        said["codecs"] = file.codecs
    if is_usual:
        said["default"] = "true"
    source = xml.SubElement(into, f"{{{PODCAST}}}alternateEnclosure", said)
    xml.SubElement(source, f"{{{PODCAST}}}source", {"uri": file.address})


def _text(into: xml.Element, name: str, said: str) -> xml.Element:
    made = xml.SubElement(into, name)
    made.text = _UNFIT.sub("", said)
    return made
