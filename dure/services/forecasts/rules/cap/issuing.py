"""An alert -> canonical XML of CAP 1.2, or a refusal with every reason. What leaves here is read back as the same value."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import etree

from dure.services.forecasts.types import (
    Alert,
    AlertNotIssuable,
    Finding,
    FindingCode,
    Identity,
    Level,
    Version,
)

from . import checks, reading, shapes
from .shapes import Shape
from .table import ALERT, Element, Table

NAMESPACE = Version.CAP_1_2.value
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")  # a carriage return is read as a line feed


def issue(alert: Alert, *, owed: frozenset[Identity] = frozenset()) -> bytes:
    """The one way this alert is written: elements in the order of the standard, UTF-8, nothing between elements.

    `owed` are the unexpired messages that an update or cancellation replaces (`chains.owed`): it has to name every one.
    Raises AlertNotIssuable with all findings that are errors.
    """
    found = [*_check_form(alert, ALERT, "alert"), *checks.check(alert)[0]]
    if not owed <= set(alert.references):
        found.append(Finding(FindingCode.REFERENCES_INCOMPLETE, "alert/references"))
    wrong = tuple(dict.fromkeys(finding for finding in found if finding.level is Level.ERROR))
    if wrong:
        raise AlertNotIssuable(findings=wrong)
    content = etree.tostring(write_tree(alert), encoding="UTF-8", xml_declaration=True)
    if len(content) > reading.BYTES_MAX:
        raise AlertNotIssuable(findings=(Finding(FindingCode.TEXT_UNWRITABLE, "alert"),))
    return content


def write_tree(alert: Alert) -> etree._Element:
    """The elements of an alert, without any check."""
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # the stubs forget the default namespace
    _write(root, alert, ALERT)
    return root


def _write(parent: etree._Element, value: Any, table: Table) -> None:
    for row in table.elements:
        for one in _values(value, row):
            child = etree.SubElement(parent, f"{{{NAMESPACE}}}{row.name}")
            if isinstance(row.holds, Shape):
                child.text = row.holds.write(one)
            else:
                _write(child, one, row.holds)


def _values(value: Any, row: Element) -> tuple[Any, ...]:
    """What stands in the elements of one row, one entry an element."""
    given = getattr(value, row.field)
    if row.is_many:
        return tuple(given)
    return () if given is None or given == () else (given,)


def _check_form(value: Any, table: Table, where: str) -> Iterator[Finding]:
    """What an XSD would say of it, and what could not be read back."""
    for row in table.elements:
        given = _values(value, row)
        if len(given) < row.least:
            yield Finding(FindingCode.ELEMENT_MISSING, f"{where}/{row.name}")
        for number, one in enumerate(given, 1):
            path = f"{where}/{row.name}[{number}]" if row.is_many else f"{where}/{row.name}"
            if isinstance(row.holds, Table):
                yield from _check_form(one, row.holds, path)
            else:
                yield from (Finding(code, path) for code in _check_text(one, row.holds))


def _check_text(value: Any, shape: Shape) -> Iterator[FindingCode]:
    for at in _instants(value):
        if not shapes.is_writable_date(at):
            yield FindingCode.DATE_INVALID
            return
    text = shape.write(value)
    if not text:
        yield FindingCode.ELEMENT_MISSING
    elif _UNWRITABLE.search(text) or text != text.strip():
        yield FindingCode.TEXT_UNWRITABLE
    else:
        read, codes = shape.read(text)
        yield from codes
        if not codes and read != value:
            yield FindingCode.TEXT_UNWRITABLE


def _instants(value: Any) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            if dataclasses.is_dataclass(one) and isinstance(one, Identity):
                yield one.sent
