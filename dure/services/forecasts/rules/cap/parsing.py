"""Bytes -> an alert and all that is wrong with it. Tolerant: what can be understood is; loud: each liberty is a finding."""

from typing import Any

from lxml import etree

from dure.services.forecasts.types import (
    Alert,
    AlertUnreadable,
    Finding,
    FindingCode,
    Named,
    Parsed,
    UnreadableReason,
    Version,
)

from . import checks, reading
from .shapes import Shape
from .table import ALERT, MAY_BE_MISSING, NAMED, ONLY_IN_1_0, Element, Table

SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
FINDINGS_MAX = 500  # more say nothing new


def parse(content: bytes) -> Parsed:
    """Read an alert of CAP 1.0, 1.1 or 1.2. Findings are in the order of the document, then those of the standard's rules.

    Raises AlertUnreadable when the bytes are no alert at all; nothing else.
    """
    return parse_tree(reading.read_tree(content), has_space_before=reading.has_space_before(content))


def parse_tree(root: etree._Element, *, has_space_before: bool = False) -> Parsed:
    """Read an alert from a tree that `reading.read_tree` made."""
    name = etree.QName(root)
    if name.localname != "alert":
        raise AlertUnreadable(reason=UnreadableReason.NO_ALERT, line=reading.line_of(root))
    known = {version.value: version for version in Version}
    reader = _Reader(name.namespace, known.get(name.namespace or "", Version.CAP_1_2))
    if has_space_before:
        reader.note(FindingCode.SPACE_BEFORE_DECLARATION, "alert")
    if name.namespace not in known:
        reader.note(FindingCode.NAMESPACE_UNKNOWN, "alert")
    alert: Alert = reader.read(root, ALERT, "alert")
    checked, steps = checks.check(alert)
    findings = tuple(dict.fromkeys((*reader.findings, *checked)))
    return Parsed(alert, reader.version, findings[:FINDINGS_MAX], reader.steps + steps)


class _Reader:
    """Reads one document; keeps what it found on the way."""

    def __init__(self, namespace: str | None, version: Version) -> None:
        self.namespace = namespace
        self.version = version
        self.findings: list[Finding] = []
        self.steps = 0

    def note(self, code: FindingCode, where: str) -> None:
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(Finding(code, where))

    def read(self, element: etree._Element, table: Table, where: str) -> Any:
        """A value of the table's kind from the children of `element`."""
        rows = {row.name: (place, row) for place, row in enumerate(table.elements)}
        found: dict[str, list[Any]] = {}
        seen: dict[str, int] = {}
        latest, is_told = 0, False
        if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
            self.note(FindingCode.TEXT_BETWEEN_ELEMENTS, where)
        for child in element:
            self.steps += 1
            name = self._own_name(child, where)
            if name is None:
                continue
            if name not in rows:
                if not (name in ONLY_IN_1_0 and self.version is Version.CAP_1_0):
                    self.note(FindingCode.ELEMENT_UNKNOWN, f"{where}/{name[:40]}")
                continue
            place, row = rows[name]
            seen[name] = seen.get(name, 0) + 1
            path = f"{where}/{name}[{seen[name]}]" if row.is_many else f"{where}/{name}"
            if place < latest and not is_told:
                self.note(FindingCode.ELEMENT_OUT_OF_ORDER, path)
                is_told = True
            latest = max(latest, place)
            if row.most == 1 and seen[name] > 1:
                self.note(FindingCode.ELEMENT_REPEATED, path)  # the first one counts
                continue
            value = self._value(child, row, path)
            if value is not None:
                found.setdefault(name, []).append(value)
        return self._made(table, where, found, seen)

    def _own_name(self, child: etree._Element, where: str) -> str | None:
        if child.tag == SIGNATURE:
            return None
        name = etree.QName(child)
        if name.namespace != self.namespace:
            self.note(FindingCode.ELEMENT_UNKNOWN, f"{where}/{name.localname[:40]}")
            return None
        return name.localname

    def _made(self, table: Table, where: str, found: dict[str, list[Any]], seen: dict[str, int]) -> Any:
        values: dict[str, Any] = {}
        for row in table.elements:
            given = found.get(row.name, [])
            if row.is_many:
                values[row.field] = tuple(given)
            elif given:
                values[row.field] = given[0]
            if seen.get(row.name, 0) < row.least and row.name not in MAY_BE_MISSING[self.version]:
                self.note(FindingCode.ELEMENT_MISSING, f"{where}/{row.name}")
        if table is NAMED:
            return Named(values.get("value_name", ""), values.get("value", "")) if values else None
        return table.kind(**values)

    def _value(self, child: etree._Element, row: Element, path: str) -> Any:
        if not isinstance(row.holds, Shape):
            if row.holds is NAMED and self.version is Version.CAP_1_0 and not len(child):
                return self._named_1_0(child, path)
            return self.read(child, row.holds, path)
        if len(child):
            self.note(FindingCode.ELEMENT_NESTED, path)
            return None
        text = (child.text or "").strip()
        self.steps += 1 + len(text) // 64
        if not text:
            missing = FindingCode.ELEMENT_MISSING if row.least else FindingCode.ELEMENT_EMPTY
            self.note(missing, path)
            return None
        value, codes = row.holds.read(text)
        for code in codes:
            self.note(code, path)
        return value

    def _named_1_0(self, child: etree._Element, path: str) -> Named | None:
        """CAP 1.0 writes "name=value" into one element."""
        name, equals, value = (child.text or "").strip().partition("=")
        if not equals or not name.strip() or not value.strip():
            self.note(FindingCode.ELEMENT_MISSING, f"{path}/value")
            return None
        return Named(name.strip(), value.strip())
