"""Documents: tagged, in Korean, safe with any text, the same bytes each time, quick."""

import io
import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from dure.kit import documents

HERE = "dure.kit.tests.papers"
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LETTER = {
    "title": "고맙습니다",
    "label": "이름",
    "name": "홍길동 (예시)",
    "amount": 1_234_567,
    "text": "보내 주신 마음은 어르신들의 겨울 난방에 쓰였습니다. " * 3,
    "foot": "두레",
}


def letter(**changes: Any) -> PdfReader:
    return PdfReader(io.BytesIO(documents.render(HERE, "letter", LETTER | changes, AT)))


def words(reader: PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def test_the_text_can_be_read_back() -> None:
    text = words(letter())
    assert "고맙습니다" in text
    assert "홍길동 (예시)" in text
    assert "1,234,567" in text
    assert "어르신들의 겨울 난방에 쓰였습니다." in text


def test_it_is_accessible_pdf() -> None:
    reader = letter()
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "ko"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "고맙습니다"
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()


def test_every_font_travels_with_the_document() -> None:
    reader = letter()
    fonts: list[Any] = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]  # made above, so it is there
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert any(key in descriptor for key in ("/FontFile2", "/FontFile3"))
        assert "NotoSansKR" in font["/BaseFont"]
        assert "/ToUnicode" in font


def test_the_same_value_gives_the_same_bytes() -> None:
    assert documents.render(HERE, "letter", LETTER, AT) == documents.render(
        HERE, "letter", dict(reversed(LETTER.items())), AT
    )


@pytest.mark.parametrize(
    "nasty", ['#read("/base/ids.py")', "*굵게* _기울임_ $x^2$ `code`", '"}]', "= 제목", "\\", "#import"]
)
def test_text_is_never_markup(nasty: str) -> None:
    text = words(letter(name=nasty))
    assert nasty.replace("\u202e", "") in text.replace("\u202e", "")


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("\u202e홍길동", "홍길동"),  # a direction mark would turn the name round
        ("\u1112\u1169\u11bc", "홍"),  # some systems send letters, not syllables
        ("고마워요 \U0001f600", "고마워요 \u3013"),
        ("한\u0000\u001b줄", "한줄"),
    ],
)
def test_what_paper_cannot_show_is_marked_or_left_out(written: str, printed: str) -> None:
    assert documents.printable(written) == printed
    assert printed in words(letter(name=written))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_makes_a_document(text: str) -> None:
    assert documents.render(HERE, "letter", LETTER | {"name": text, "text": text}, AT).startswith(b"%PDF-")


@pytest.mark.parametrize("width", [12, 14, 17, 23, 31, 47])
def test_a_korean_word_is_never_broken(width: int) -> None:
    text = "어르신들의 겨울 난방비를 함께 마련하고자 가람군 솔내리 이웃들이 모았습니다."
    page = letter(text=text, width=width).pages[0]
    seen = [word for line in page.extract_text().splitlines() for word in line.split()]
    assert [word for word in text.split() if word not in seen] == []


def test_pages_can_be_looked_at() -> None:
    pages = documents.pictures(HERE, "letter", LETTER, AT)
    assert len(pages) == 1
    assert pages[0].startswith(b"\x89PNG")


def test_a_page_takes_less_than_a_fifth_of_a_second() -> None:
    documents.render(HERE, "letter", LETTER, AT)  # the fonts are read once
    began = time.perf_counter()
    for number in range(10):
        documents.render(HERE, "letter", LETTER | {"amount": number}, AT)
    assert (time.perf_counter() - began) / 10 < 0.2


def test_a_document_has_an_upper_length() -> None:
    with pytest.raises(ValueError, match="too long"):
        documents.render(HERE, "letter", LETTER | {"text": "가" * 2_000_000}, AT)
