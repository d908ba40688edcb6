"""Bytes from strangers: what is no alert is refused by name; nothing is fetched, expanded or believed about its encoding."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.services.forecasts.rules import cap
from dure.services.forecasts.rules.cap import reading
from dure.services.forecasts.tests.alerts import ALERT
from dure.services.forecasts.types import AlertUnreadable, FindingCode, UnreadableReason

GOOD = cap.issue(ALERT)
BODY = GOOD.partition(b"?>")[2].strip()
HEAD = b"<?xml version='1.0' encoding='%s'?>"
NAMESPACE = b"urn:oasis:names:tc:emergency:cap:1.2"


def reason(content: bytes) -> UnreadableReason:
    with pytest.raises(AlertUnreadable) as refused:
        cap.parse(content)
    said: UnreadableReason = refused.value.reason
    return said


def laughs() -> bytes:
    """Ten entities, each ten of the one before."""
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f"<!DOCTYPE alert [{entities}]><alert xmlns='{NAMESPACE.decode()}'><note>&a9;</note></alert>".encode()


DOCTYPES = {
    "billion laughs": laughs(),
    "a file": b"<!DOCTYPE alert [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><alert><note>&x;</note></alert>",
    "an address": b"<!DOCTYPE alert SYSTEM 'http://127.0.0.1:9/x.dtd'><alert/>",
    "a parameter entity": b"<!DOCTYPE alert [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/x'> %x;]><alert/>",
    "defaults": b"<!DOCTYPE alert [<!ATTLIST alert xmlns CDATA 'urn:oasis:names:tc:emergency:cap:1.2'>]><alert/>",
    "behind a comment": b"<?xml version='1.0'?><!-- <alert> --><?x y?>\n<!DOCTYPE alert><alert/>",
    "an empty one": b"<!DOCTYPE alert>" + BODY,
    "of a web page": b"<!DOCTYPE html><html><body>error</body></html>",
}


@pytest.mark.parametrize("name", DOCTYPES)
def test_a_doctype_is_refused_whatever_is_in_it(name: str) -> None:
    assert reason(DOCTYPES[name]) is UnreadableReason.DOCTYPE


def test_an_entity_nobody_declared_and_an_inclusion_are_not_followed() -> None:
    assert reason(BODY.replace("폭염".encode(), b"&x;", 1)) is UnreadableReason.NOT_WELL_FORMED
    included = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    parsed = cap.parse(BODY.replace(b"<identifier>", included + b"<identifier>", 1))
    assert parsed.alert == ALERT
    assert [finding.code for finding in parsed.findings] == [FindingCode.ELEMENT_UNKNOWN]


ENCODINGS = {
    "UTF-7": HEAD % b"UTF-7" + b"+ADw-alert+AD4-",
    "UTF-7 around a whole one": HEAD % b"utf-7" + BODY.decode().encode("utf-7"),
    "EBCDIC": HEAD % b"cp037" + BODY,
    "UTF-32": codecs.BOM_UTF32_LE + BODY.decode().encode("utf-32-le"),
    "UTF-16 without its mark": BODY.decode().encode("utf-16-le"),
    "UTF-16 that is UTF-8": HEAD % b"utf-16" + BODY,
    "a mark that says otherwise": codecs.BOM_UTF8 + HEAD % b"euc-kr" + BODY,
    "EUC-KR that says UTF-8": HEAD % b"utf-8" + BODY.decode().encode("euc-kr"),
    "half a letter": BODY[: BODY.index("폭염".encode()) + 1],
    "overlong": BODY.replace("폭염".encode(), b"\xc0\xbcscript\xc0\xbe", 1),
    "half a pair": BODY.replace("폭염".encode(), b"\xed\xa0\x80", 1),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_tricks_with_encodings_are_refused(name: str) -> None:
    assert reason(ENCODINGS[name]) in (UnreadableReason.ENCODING, UnreadableReason.CONTROL_CHARACTER)


@pytest.mark.parametrize(
    "content",
    [
        BODY,
        HEAD % b"UTF-8" + b"\r\n" + BODY,
        codecs.BOM_UTF8 + HEAD % b"utf-8" + BODY,
        codecs.BOM_UTF16_LE + (HEAD % b"UTF-16" + BODY).decode().encode("utf-16-le"),
        codecs.BOM_UTF16_BE + BODY.decode().encode("utf-16-be"),
        (HEAD % b"EUC-KR" + BODY).decode().encode("euc-kr"),
        b"<?xml version='1.0'?>" + BODY,
    ],
)
def test_the_encodings_that_agencies_use_are_read(content: bytes) -> None:
    parsed = cap.parse(content)
    assert (parsed.alert, parsed.findings) == (ALERT, ())


def test_nothing_and_noise_are_refused_by_name() -> None:
    assert reason(b"") is UnreadableReason.EMPTY
    assert reason(b" \r\n\t ") is UnreadableReason.EMPTY
    assert reason(codecs.BOM_UTF8) in (UnreadableReason.EMPTY, UnreadableReason.NOT_WELL_FORMED)
    assert reason(b"no alert today") is UnreadableReason.NOT_WELL_FORMED
    assert reason(BODY[:-20]) is UnreadableReason.NOT_WELL_FORMED
    assert reason(BODY + BODY) is UnreadableReason.NOT_WELL_FORMED
    assert reason(b"<html><body>login</body></html>") is UnreadableReason.NO_ALERT
    assert reason(b"<rss version='2.0'/>") is UnreadableReason.NO_ALERT
    assert reason(BODY.replace("폭염".encode(), b"a\x00b", 1)) is UnreadableReason.CONTROL_CHARACTER
    assert reason(BODY.replace("폭염".encode(), b"a\x1bb", 1)) is UnreadableReason.CONTROL_CHARACTER
    assert reason(BODY.replace("폭염".encode(), b"a&#0;b", 1)) is UnreadableReason.NOT_WELL_FORMED


def test_size_depth_and_count_have_limits() -> None:
    assert reason(BODY + b" " * reading.BYTES_MAX) is UnreadableReason.TOO_LARGE
    deep = reading.DEPTH_MAX
    inside = b"<alert>" + b"<a>" * (deep - 1) + b"</a>" * (deep - 1) + b"</alert>"
    assert cap.parse(inside).findings
    assert reason(b"<alert>" + b"<a>" * deep + b"</a>" * deep + b"</alert>") is UnreadableReason.TOO_DEEP
    assert reason(b"<a>" * 300 + b"</a>" * 300) in (UnreadableReason.TOO_DEEP, UnreadableReason.NOT_WELL_FORMED)
    assert cap.parse(b"<alert>" + b"<a/>" * (reading.ELEMENTS_MAX - 1) + b"</alert>").findings
    assert reason(b"<alert>" + b"<a/>" * reading.ELEMENTS_MAX + b"</alert>") is UnreadableReason.TOO_MANY
    some = b" ".join(b'a%d="b"' % number for number in range(reading.ATTRIBUTES_MAX))
    assert cap.parse(b"<alert><a %s/></alert>" % some).findings
    assert reason(b'<alert><a %s/><b c="d"/></alert>' % some) is UnreadableReason.TOO_MANY


def test_a_refusal_says_the_line() -> None:
    with pytest.raises(AlertUnreadable) as refused:
        cap.parse(b"<?xml version='1.0'?>\n<alert>\n<note>\n</alert>")
    assert refused.value.line == 4


def test_nothing_is_read_from_this_machine(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    for content in (
        f"<!DOCTYPE alert [<!ENTITY x SYSTEM '{secret.as_uri()}'>]><alert><note>&x;</note></alert>",
        f"<alert><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='{secret.as_uri()}' parse='text'/></alert>",
    ):
        try:
            said = repr(cap.parse(content.encode()))
        except AlertUnreadable as refused:
            said = repr(refused)
        assert "canary" not in said


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_noise_is_an_alert_or_a_named_refusal(content: bytes) -> None:
    for bytes_ in (content, b"<alert>" + content + b"</alert>", GOOD[:200] + content + GOOD[200:]):
        try:
            steps = cap.parse(bytes_).steps
        except AlertUnreadable as refused:  # anything else fails
            steps = refused.line
        assert steps <= len(bytes_) + 1
