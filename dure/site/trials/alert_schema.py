"""What the Common Alerting Protocol 1.2 asks of a file, written down a second time, apart from what our own reader and writer
share: elements by name in the order in which they may follow each other, their texts by pattern, then the rules of section 3.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from lxml import etree

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
HEADLINE_LETTERS_MAX: Final = 140
_CAP: Final = f"{{{NAMESPACE}}}"
_SIGNATURE: Final = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_NAMED: Final = "valueName value "
_FOLLOW: Final[Mapping[str, str]] = {  # which elements follow each other in which: each with a blank behind it
    "alert": (
        "identifier sender sent status msgType (source )?scope (restriction )?(addresses )?(code )*(note )?(references )?"
        "(incidents )?(info )*(Signature )?"
    ),
    "info": (
        "(language )?(category )+event (responseType )*urgency severity certainty (audience )?(eventCode )*(effective )?"
        "(onset )?(expires )?(senderName )?(headline )?(description )?(instruction )?(web )?(contact )?(parameter )*(resource )*"
        "(area )*"
    ),
    "resource": "resourceDesc mimeType (size )?(uri )?(derefUri )?(digest )?",
    "area": "areaDesc (polygon )*(circle )*(geocode )*(altitude (ceiling )?)?",
    **dict.fromkeys(("eventCode", "parameter", "geocode"), _NAMED),
}
_AT: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?!\+00:00)[+-]\d\d:\d\d"
_POINT: Final = r"-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?"
_NUMBER: Final = r"-?\d+(\.\d+)?"
_SAYS: Final[Mapping[str, str]] = {
    "identifier": r"[^\s,<&]+",
    "sender": r"[^\s,<&]+",
    **dict.fromkeys(("sent", "effective", "onset", "expires"), _AT),
    "status": "Actual|Exercise|System|Test|Draft",
    "msgType": "Alert|Update|Cancel|Ack|Error",
    "scope": "Public|Restricted|Private",
    "references": rf"[^\s,]+,[^\s,]+,{_AT}( [^\s,]+,[^\s,]+,{_AT})*",
    "language": r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*",
    "category": "Geo|Met|Safety|Security|Rescue|Fire|Health|Env|Transport|Infra|CBRNE|Other",
    "responseType": "Shelter|Evacuate|Prepare|Execute|Avoid|Monitor|Assess|AllClear|None",
    "urgency": "Immediate|Expected|Future|Past|Unknown",
    "severity": "Extreme|Severe|Moderate|Minor|Unknown",
    "certainty": "Observed|Likely|Possible|Unlikely|Unknown",
    "size": r"\d+",
    "polygon": f"{_POINT}( {_POINT}){{3,}}",
    "circle": rf"{_POINT} \d+(\.\d+)?",
    "altitude": _NUMBER,
    "ceiling": _NUMBER,
}


def broken(content: bytes) -> tuple[str, ...]:
    """Every rule of the standard that these bytes break, in words; none: the file is valid."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    if root.tag != f"{_CAP}alert":
        return (f"the root is {root.tag}",)
    return (*_form(root), *_rules(root))


def _form(element: etree._Element) -> Iterator[str]:
    name = etree.QName(element).localname
    if element.attrib:
        yield f"{name} has attributes"
    if name not in _FOLLOW:
        text = element.text or ""
        if len(element) or not text.strip() or not re.fullmatch(_SAYS.get(name, r"(?s).+"), text):
            yield f"{name} says {text[:60]!r}"
        return
    if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
        yield f"{name} has text between its elements"
    names = [etree.QName(child).localname for child in element]
    if not re.fullmatch(_FOLLOW[name], "".join(f"{one} " for one in names)):
        yield f"{name} holds {' '.join(names)}"
    for child in element:
        if child.tag == _SIGNATURE:
            continue
        if not str(child.tag).startswith(_CAP):
            yield f"{child.tag} is none of the standard's"
        yield from _form(child)


def _rules(root: etree._Element) -> Iterator[str]:
    """Section 3, of what the schema cannot say."""
    yield from _head(root)
    sent = datetime.fromisoformat(root.findtext(f"{_CAP}sent") or "")
    for segment in root.iter(f"{_CAP}info"):
        ends = segment.findtext(f"{_CAP}expires")
        if ends and datetime.fromisoformat(ends) <= sent:
            yield "it is over before it is sent"
        if len(segment.findtext(f"{_CAP}headline") or "") > HEADLINE_LETTERS_MAX:
            yield "the headline is longer than 140 letters"
    yield from _shapes(root)


def _head(root: etree._Element) -> Iterator[str]:
    scope, kind, sent = (root.findtext(f"{_CAP}{name}") or "" for name in ("scope", "msgType", "sent"))
    references = (root.findtext(f"{_CAP}references") or "").split()
    if (scope == "Restricted") != (root.find(f"{_CAP}restriction") is not None):
        yield "a restriction goes with Restricted"
    if scope == "Private" and root.find(f"{_CAP}addresses") is None:
        yield "Private needs addresses"
    if (kind != "Alert") != bool(references):
        yield f"{kind} has {len(references)} references"
    if len(set(references)) != len(references):
        yield "a reference stands twice"
    for one in references:
        if datetime.fromisoformat(one.rpartition(",")[2]) > datetime.fromisoformat(sent):
            yield f"{one} was sent later"
    if kind in ("Alert", "Update") and root.find(f"{_CAP}info") is None:
        yield "it says nothing"


def _shapes(root: etree._Element) -> Iterator[str]:
    for shape in root.iter(f"{_CAP}polygon", f"{_CAP}circle"):
        pairs = [pair for pair in (shape.text or "").split() if "," in pair]
        if shape.tag == f"{_CAP}polygon" and pairs[:1] != pairs[-1:]:
            yield "a polygon is open"
        for pair in pairs:
            lat, lon = map(float, pair.split(","))
            if abs(lat) > 90 or abs(lon) > 180:
                yield f"{pair} is not on earth"
