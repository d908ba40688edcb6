"""Pages: every word on them can be translated, nothing is inline, nothing comes from another host."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template import TemplateSyntaxError, engines
from django.template.base import Lexer, TokenType
from django.urls import get_resolver

from tests.architecture import town
from tests.architecture.town import Finding

READ_OUT = ("alt", "aria-label", "aria-description", "placeholder", "title", "label", "summary")
UNREAD = ("script", "style", "code", "kbd", "svg")
VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
SAME_EVERYWHERE = ("QR", "CSV", "JSON", "PDF", "API")
WORD = re.compile(r"[A-Za-z]{2,}|[가-힣]")
HOST = re.compile(r"""(?:src|href|srcset|action|data)\s*=\s*["']?(?:https?:)?//""", re.IGNORECASE)
LINKS_OUT = re.compile(r"""<a\b[^>]*>""", re.IGNORECASE)
ADDRESS = re.compile(r"""{%-?\s*url\s+["']([\w:.-]+)["']""")
SCHEMA = "https://schema.org"


def templates() -> Iterator[tuple[str, str]]:
    """(name, text) of every HTML template."""
    for path in town.tracked():
        if path.suffix == ".html" and "templates" in path.parts and path.is_relative_to(town.DURE):
            yield path.relative_to(town.ROOT).as_posix(), path.read_text(encoding="utf-8")


class Words(HTMLParser):
    """Collects what a person would read or hear. Left out: an element with translate="no" (a name, a code) or with a language
    of its own (the word 한국어 in an English list)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        silent = tag in UNREAD or ("translate", "no") in attrs or bool(dict(attrs).get("lang"))
        if not self._silent and not silent:
            self.found += [value for name, value in attrs if name in READ_OUT and value and WORD.search(value)]
        if tag not in VOID and (silent or self._silent):
            self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag in self._silent:
            while self._silent.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._silent and WORD.search(data):
            self.found.append(data.strip())


def literal(source: str) -> str:
    """A template without what is not written in it: tags, variables, comments, and the texts that are translated."""
    kept: list[str] = []
    skipping = ""
    for token in Lexer(source).tokenize():
        word = token.contents.split(" ")[0].split("\n")[0] if token.token_type == TokenType.BLOCK else ""
        if skipping:
            skipping = "" if word == skipping else skipping
        elif word in ("blocktrans", "blocktranslate", "comment", "verbatim"):
            skipping = f"end{word}"
        elif word == "block" and re.search(r"_(class|attrs)$", token.contents):
            skipping = "endblock"  # not for reading
        elif token.token_type == TokenType.TEXT:
            kept.append(token.contents)
    return "".join(kept)


def test_every_word_on_a_page_can_be_translated() -> None:
    def findings() -> Iterator[Finding]:
        for name, source in templates():
            words = Words()
            words.feed(literal(source))
            for text in words.found:
                if text not in SAME_EVERYWHERE:
                    yield Finding(name, f"{text[:60]!r} is not translated")

    town.settle("untranslated", findings())


def test_nothing_on_a_page_is_inline() -> None:
    """The policy of the server refuses it in the browser; here it is refused before."""

    def findings() -> Iterator[Finding]:
        for name, source in templates():
            text = literal(source)
            for script in re.findall(r"<script\b([^>]*)>([^<]*)", text, re.IGNORECASE):
                if "ld+json" not in script[0] and ("src" not in script[0] or script[1].strip()):
                    yield Finding(name, "has an inline script")
            if re.search(r"<style\b", text, re.IGNORECASE):
                yield Finding(name, "has an inline style sheet")
            if found := re.search(r"<[^>]*\s(style|on[a-z]+|hx-on[\w:-]*)\s*=", text):
                yield Finding(name, f"has an attribute {found[1]}")
            if "javascript:" in text:
                yield Finding(name, "has a javascript: address")

    town.settle("inline", findings())


def test_no_page_loads_anything_from_another_host() -> None:
    def findings() -> Iterator[Finding]:
        for name, source in templates():
            if found := HOST.search(LINKS_OUT.sub("", literal(source))):
                yield Finding(name, f"loads {found[0]}...")
        for path in town.tracked():
            if path.suffix == ".css" and re.search(
                r"url\(\s*[\"']?(https?:)?//|@import", path.read_text(encoding="utf-8")
            ):
                yield Finding(path.relative_to(town.ROOT).as_posix(), "loads from another host")

    town.settle("other-host", findings())


OF_ANOTHER_PARTY = re.compile(r"/templates/checkin/(visits|authority)/")


def test_every_template_compiles_and_links_to_addresses_that_exist() -> None:
    """A tag, filter or address that nobody defined would show only when somebody opens the page."""

    def findings() -> Iterator[Finding]:
        for name, source in templates():
            try:
                engines["django"].from_string(source)
            except TemplateSyntaxError as broken:
                yield Finding(name, str(broken))
            if OF_ANOTHER_PARTY.search(name):
                continue  # its addresses exist in that party's process; its own tests draw these pages
            for address in ADDRESS.findall(source):
                if not _exists(address):
                    yield Finding(name, f"links to {address}, which is no address")

    town.settle("template-compiles", findings())


def _exists(address: str) -> bool:
    *spaces, name = address.split(":")
    resolver = get_resolver()
    for space in spaces:
        if space not in resolver.namespace_dict:
            return False
        resolver = resolver.namespace_dict[space][1]
    return name in resolver.reverse_dict


def test_pages_do_not_read_the_clock() -> None:
    found = (Finding(name, "{% now %}") for name, source in templates() if re.search(r"{%\s*now\b", source))
    town.settle("template-clock", found)


def test_templates_stand_in_a_folder_with_the_name_of_their_house() -> None:
    """Two houses with a list.html would otherwise read each other's."""

    def findings() -> Iterator[Finding]:
        for house in town.houses():
            for path in (house / "templates").glob("*"):
                if not _is_own(path, house):
                    yield Finding(path.relative_to(town.ROOT).as_posix(), f"belongs into templates/{house.name}/")

    town.settle("template-folder", findings())


def _is_own(path: Path, house: Path) -> bool:
    """A house's own folder, or one in which a package looks for templates to replace."""
    packages = ("account", "mfa", "socialaccount", "usersessions", "allauth", "admin", "unfold")
    return path.is_dir() and path.name in (house.name, *packages)


def test_the_checks_see_what_they_should() -> None:
    words = Words()
    words.feed(literal('<p title="Hello there">Hi {{ name }} {% translate "fine" %}<b translate="no">KRW</b></p>'))
    words.feed(literal('<i lang="{{ code }}">aye</i> <i lang="ko">네</i> <img alt="x y zz">'))
    assert words.found == ["Hello there", "Hi", "aye", "x y zz"]
    assert literal("{% blocktranslate %}a {{ b }} c{% endblocktranslate %}d") == "d"
