"""The printed book: whole, unbroken words, large type, tags; made fast."""

import itertools
import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pypdf
import pytest
from django.utils import translation
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from dure.services.market.documents import book as papers
from dure.services.market.queries.lessons import curriculum
from dure.services.market.rules import lessons as rules

MADE_AT = datetime(2026, 3, 1, tzinfo=UTC)
ORIGIN = "https://town.example"
SECONDS_MAX = 10  # asked of the machine that builds books; here it takes about one and a half
POINTS_MIN = 22
LEADING = (1.6, 1.8)
BEFORE_WEEKS, AFTER_WEEKS = 3, 3  # cover, for whom, contents; words on two pages, farewell


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return papers.book_pdf(MADE_AT, ORIGIN)


@pytest.fixture(scope="module")
def book(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(pdf))


@pytest.fixture(scope="module")
def pages(book: pypdf.PdfReader) -> list[list[str]]:
    """The lines of every page, read once."""
    return [page.extract_text().split("\n") for page in book.pages]


def step_places() -> Iterator[tuple[Any, int]]:
    """Each step with the place of its page: the weeks follow each other, a page that opens the week before its steps."""
    at = BEFORE_WEEKS
    for week in curriculum().weeks:
        at += 1
        for step in week.steps:
            yield step, at
            at += 1


def test_one_step_a_page_and_nothing_else(pages: list[list[str]]) -> None:
    source = curriculum()
    assert len(pages) == BEFORE_WEEKS + len(source.weeks) + len(source.steps) + AFTER_WEEKS
    assert len(pages) >= 60
    for step, place in step_places():
        assert step.title in pages[place], step.key
        others = [other.title for other in source.steps if other.title != step.title and other.title in pages[place]]
        assert not others, (step.key, others)


def test_no_word_of_the_source_is_broken(pages: list[list[str]]) -> None:
    """Every word of every step stands whole on one line of its page."""
    for step, place in step_places():
        for text in (*rules.texts_of(step), *(line.text for line in step.screen)):
            for word in text.split():
                assert any(word in line for line in pages[place]), (step.key, word)
    whole = [line for page in pages for line in page]
    source = curriculum()
    for text in (*source.welcome, *source.farewell, *(word.means for word in source.words)):
        for word in text.split():
            assert any(word in line for line in whole), word


def drawn(page: pypdf.PageObject) -> list[tuple[str, float, float, float]]:
    """What is set on a page: text, size in points, left edge, height of its line."""
    found: list[tuple[str, float, float, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if text.strip():
            scale = abs(cm[3] * tm[3]) or abs(cm[0])
            found.append((text, round(size * scale, 1), cm[4] + tm[4] * cm[0], cm[5] + tm[5] * cm[3]))

    page.extract_text(visitor_text=visit)
    return found


def test_the_text_is_large_and_its_lines_are_far_apart(book: pypdf.PdfReader) -> None:
    steps = 0
    for step, place in step_places():
        words = {word for text in (step.do, step.see, step.say, step.wrong) for word in text.split()}
        body = [item for item in drawn(book.pages[place]) if any(word in item[0] for word in words if len(word) > 2)]
        large = [item for item in body if item[1] >= POINTS_MIN]
        assert large, step.key
        size = large[0][1]
        heights = sorted({round(item[3], 1) for item in large if item[1] == size}, reverse=True)
        gaps = [above - below for above, below in itertools.pairwise(heights)]
        within = [gap / size for gap in gaps if gap < 2 * size]
        assert all(LEADING[0] - 0.01 <= gap <= LEADING[1] + 0.01 for gap in within), (step.key, within)
        steps += bool(within)
    assert steps > 30, "the lines were looked at"


def test_it_is_tagged_titled_and_in_korean(book: pypdf.PdfReader, pdf: bytes) -> None:
    root: Any = book.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value
    assert str(root["/Lang"]).startswith("ko")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert book.metadata
    assert book.metadata.title == "우리 가게 단골 만들기 · 여덟 주에 배우는 큰 글씨 책"
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfuaid:part[>=\"]+1", metadata)
    assert all("/StructParents" in page for page in book.pages)
    assert all(page.get("/Tabs") == "/S" for page in book.pages if "/Annots" in page)


def _root(book: pypdf.PdfReader) -> Any:
    return book.trailer["/Root"]


def tree(book: pypdf.PdfReader) -> Iterator[Mapping[str, Any]]:
    """Every element of the structure tree, in reading order."""
    stack: list[Any] = [_root(book)["/StructTreeRoot"]["/K"]]
    while stack:
        found = stack.pop()
        found = found.get_object() if isinstance(found, IndirectObject) else found
        if isinstance(found, ArrayObject):
            stack += reversed(found)
        elif isinstance(found, DictionaryObject) and "/S" in found:
            yield found
            stack.append(found.get("/K", ArrayObject()))


def test_every_picture_has_words_and_headings_nest(book: pypdf.PdfReader) -> None:
    elements = list(tree(book))
    figures = [one for one in elements if one["/S"] == "/Figure"]
    assert len(figures) >= 2 * len(curriculum().steps)
    assert all(str(one.get("/Alt", "")).strip() for one in figures)
    with translation.override("ko"):
        said = {str(one["/Alt"]) for one in figures}
        assert {papers.described(step) for step in curriculum().steps} <= said
    levels = [int(str(one["/S"])[2:]) for one in elements if re.fullmatch(r"/H\d", str(one["/S"]))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert levels.count(2) == len(curriculum().steps)


def test_links_and_fonts_are_as_the_standard_asks(book: pypdf.PdfReader) -> None:
    for page in book.pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            described = font.get_object()
            assert "/ToUnicode" in described
            (inner,) = described["/DescendantFonts"]
            descriptor = inner.get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor), "the font is inside the file"
        notes: Any = page.get("/Annots", ())
        for note in notes:
            link = note.get_object()
            assert link["/Subtype"] == "/Link"
            assert str(link.get("/Contents", "")).strip() or "/StructParent" in link


def test_each_code_leads_to_its_own_page() -> None:
    paper = papers.book_paper(curriculum(), ORIGIN)
    codes = [step.qr for week in paper.weeks for step in week.steps]
    assert len(set(codes)) == len(codes) == len(curriculum().steps)
    assert codes[0] == papers._code(f"{ORIGIN}/market/lessons/{curriculum().steps[0].key}/")
    assert all(code.startswith("<svg") for code in codes)


def test_the_same_source_gives_the_same_bytes_and_fast(pdf: bytes) -> None:
    began = time.monotonic()
    again = papers.book_pdf(MADE_AT, ORIGIN)
    assert time.monotonic() - began < SECONDS_MAX
    assert again == pdf
    assert papers.pages_of(pdf) == len(pypdf.PdfReader(BytesIO(pdf)).pages)
