"""Documents on paper: a Typst template and a value become a tagged PDF (PDF/UA-1) in Korean or English.

A house keeps its templates at `templates/<house>/<name>.typ` and starts them with `#import "/kit/templates/kit/document.typ"`.
What a template gets is JSON, read with `json`: text from people arrives as strings and can never become markup. The same value
and the same `made_at` give the same bytes, so that a document can be made again instead of being stored.
"""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import msgspec
import pylopdf_fonts_ko
import typst
from fontTools.ttLib import TTFont

BODY_BYTES_MAX = 4_000_000  # some 20,000 lines; whoever needs more makes several documents
PIXELS_PER_INCH = 110
STANDARD: Final = "ua-1"
GETA = "\u3013"  # the printers' mark for a missing letter


def render(package: str, name: str, body: object, made_at: datetime) -> bytes:
    """The PDF of template `name` of house `package` ("dure.foundations.ledger") for `body`, any value msgspec can encode."""
    return typst.compile(
        _template(package, name),
        root=_root(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=[STANDARD],
        sys_inputs={"body": _encoded(body)},
        timestamp=made_at.replace(microsecond=0),
    )


def pictures(package: str, name: str, body: object, made_at: datetime) -> tuple[bytes, ...]:
    """The same pages as PNG, to look at before printing."""
    pages: bytes | Sequence[bytes] = typst.compile(
        _template(package, name),
        root=_root(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="png",
        ppi=PIXELS_PER_INCH,
        sys_inputs={"body": _encoded(body)},
        timestamp=made_at.replace(microsecond=0),
    )
    return (pages,) if isinstance(pages, bytes) else tuple(pages)


def printable(text: str) -> str:
    """`text` as paper can show it: composed syllables, no invisible characters, GETA for what the fonts do not have.

    Invisible ones matter: a direction mark would let a name on a receipt read in another order than it is stored.
    """
    shown = []
    for char in unicodedata.normalize("NFC", text):
        if char in "\n\t" or ord(char) in _letters():
            shown.append(char)
        elif unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Mn", "Me"):
            shown.append(GETA)
    return "".join(shown)


def _encoded(body: object) -> str:
    encoded = msgspec.json.encode(_printable(msgspec.to_builtins(body)), order="deterministic")
    if len(encoded) > BODY_BYTES_MAX:
        raise ValueError(f"a document of {len(encoded)} bytes is too long: make several")
    return encoded.decode()


def _printable(value: Any) -> Any:
    match value:
        case str():
            return printable(value)
        case dict():
            return {key: _printable(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_printable(inner) for inner in value]
        case _:
            return value


@cache
def _letters() -> frozenset[int]:
    """Every character the fonts can draw."""
    with TTFont(pylopdf_fonts_ko.sans_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _template(package: str, name: str) -> Path:
    """The file of a template. Typst reads files below the package `dure` only."""
    house = package.rpartition(".")[2]
    return Path(str(resources.files(package))) / "templates" / house / f"{name}.typ"


@cache
def _root() -> Path:
    return Path(str(resources.files("dure")))


@cache
def _fonts() -> typst.Fonts:
    """Noto Sans KR and Noto Serif KR from their wheel, and no other font, so that every machine sets the same page."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(pylopdf_fonts_ko.sans_path().parent)],
    )
