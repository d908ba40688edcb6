"""Bytes -> a tree of elements, or a named refusal. Nothing is fetched, nothing expanded, everything has a limit.

Why lxml and these bounds: docs/decisions/191.
"""

import codecs
import re

from lxml import etree

from dure.services.forecasts.types import AlertUnreadable, UnreadableReason

BYTES_MAX = 1_048_576  # a picture inside (derefUri) may be large; a page of text is not
DEPTH_MAX = 12  # an alert has 5, a signature in it 7
ELEMENTS_MAX = 20_000
ATTRIBUTES_MAX = 2_000  # the standard has none, a signature ten; to make a hundred thousand canonical takes minutes

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_ENCODINGS = {  # what a declaration may say -> the codec; nothing that hides "<" as something else
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "euc-kr": "cp949",  # what calls itself so in Korea often is the wider one
    "ks_c_5601-1987": "cp949",
    "cp949": "cp949",
    "utf-16": "utf-16",  # with a mark only
}
_DECLARED = re.compile(rb"""\s{0,64}<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"<\?xml\s[^>]{0,256}\?>")
_PROLOG = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def read_tree(content: bytes, *, keep_all: bool = False) -> etree._Element:
    """The root of a document. With `keep_all` comments and instructions stay, as a signature needs them.

    Raises AlertUnreadable.
    """
    text = decoded(content)
    _refuse_doctype(text)
    parser = etree.XMLParser(
        encoding="utf-8",  # whatever it was before
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=not keep_all,  # text around a comment is one text again
        remove_pis=not keep_all,
        recover=False,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        raise AlertUnreadable(reason=UnreadableReason.NOT_WELL_FORMED, line=line) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise AlertUnreadable(reason=UnreadableReason.DOCTYPE, line=0)
    _refuse_too_much(root)
    return root


def line_of(element: etree._Element) -> int:
    """The line an element stands in, from 1; 0 when nobody knows."""
    line: int | None = getattr(element, "sourceline", None)
    return line or 0


def has_space_before(content: bytes) -> bool:
    """Whether white space stands before the declaration, where none may."""
    return bool(re.match(rb"\s+<\?xml", content))


def decoded(content: bytes) -> str:
    """The text of a document without its declaration and without a mark of its byte order."""
    if len(content) > BYTES_MAX:
        raise AlertUnreadable(reason=UnreadableReason.TOO_LARGE, line=0)
    if not content.strip():
        raise AlertUnreadable(reason=UnreadableReason.EMPTY, line=0)
    try:
        text = _without_mark(content)
    except UnicodeDecodeError:
        raise AlertUnreadable(reason=UnreadableReason.ENCODING, line=0) from None
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise AlertUnreadable(reason=UnreadableReason.CONTROL_CHARACTER, line=line)
    text = text.lstrip()
    return _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text, count=1) if text[:5] == "<?xml" else text


def _without_mark(content: bytes) -> str:
    if content.startswith(_UTF_32):
        raise AlertUnreadable(reason=UnreadableReason.ENCODING, line=0)
    declared = _DECLARED.match(content)
    name = declared[1].decode().lower() if declared else None
    for mark, codec in _BOMS:
        if content.startswith(mark):
            text = content[len(mark) :].decode(codec)
            said = _DECLARED.match(text[:400].encode())
            if said and _ENCODINGS.get(said[1].decode().lower()) not in (codec, codec[:6]):
                raise AlertUnreadable(reason=UnreadableReason.ENCODING, line=1)
            return text
    if name is not None and (name not in _ENCODINGS or name == "utf-16"):
        raise AlertUnreadable(reason=UnreadableReason.ENCODING, line=1)
    return content.decode(_ENCODINGS[name] if name else "utf-8")


def _refuse_doctype(text: str) -> None:
    """A DOCTYPE can stand before the root only; with it come entities, defaults and files to fetch."""
    at = 0
    while found := _PROLOG.match(text, at):
        at = found.end()
    if text.startswith("<!", at):
        raise AlertUnreadable(reason=UnreadableReason.DOCTYPE, line=text.count("\n", 0, at) + 1)


def _refuse_too_much(root: etree._Element) -> None:
    depth = count = attributes = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth, count, attributes = depth + 1, count + 1, attributes + len(element.attrib)
        if depth > DEPTH_MAX:
            raise AlertUnreadable(reason=UnreadableReason.TOO_DEEP, line=line_of(element))
        if count > ELEMENTS_MAX or attributes > ATTRIBUTES_MAX:
            raise AlertUnreadable(reason=UnreadableReason.TOO_MANY, line=line_of(element))
