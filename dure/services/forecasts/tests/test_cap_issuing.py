"""What we issue is read back as it was; what breaks the standard is not issued, and every reason is named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from dure.services.forecasts.rules import cap
from dure.services.forecasts.tests.alerts import ALERT, SEGMENT, SENT, SQUARE, alerts
from dure.services.forecasts.types import (
    Alert,
    AlertNotIssuable,
    Area,
    Circle,
    FindingCode,
    Identity,
    Level,
    MsgType,
    Named,
    Point,
    Polygon,
    Resource,
    Scope,
    Status,
    Version,
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(alerts())
def test_what_we_issue_we_read_to_the_same_value(alert: Alert) -> None:
    content = cap.issue(alert)
    parsed = cap.parse(content)
    assert parsed.alert == alert
    assert parsed.version is Version.CAP_1_2
    assert not [finding for finding in parsed.findings if finding.level is Level.ERROR]
    assert cap.issue(parsed.alert) == content


def test_a_good_alert_has_no_finding_at_all() -> None:
    parsed = cap.parse(cap.issue(ALERT))
    assert (parsed.alert, parsed.findings, parsed.is_sound) == (ALERT, (), True)


def test_it_is_written_in_the_order_of_the_standard_and_in_one_form() -> None:
    cancelled = replace(
        ALERT,
        msg_type=MsgType.CANCEL,
        sent=datetime(2026, 7, 20, 4, 0, tzinfo=UTC),
        note="끝",
        references=(Identity("sample@example.org", "예시0000000001", SENT),),
        incidents=("더위", "두 낱말"),
        segments=(),
    )
    root = etree.fromstring(cap.issue(cancelled))
    assert [etree.QName(child).localname for child in root] == [
        *("identifier", "sender", "sent", "status", "msgType", "scope", "note", "references", "incidents")
    ]
    texts = {etree.QName(child).localname: child.text for child in root}
    assert texts["sent"] == "2026-07-20T04:00:00-00:00"
    assert texts["references"] == "sample@example.org,예시0000000001,2026-07-20T11:30:00+09:00"
    assert texts["incidents"] == '더위 "두 낱말"'


def bow() -> Polygon:
    """Four corners whose lines cross."""
    a, b, c, d, _ = SQUARE.points
    return Polygon((a, c, b, d, a))


def with_segment(**changes: Any) -> Alert:
    return replace(ALERT, segments=(replace(SEGMENT, **changes),))


def with_area(**changes: Any) -> Alert:
    return with_segment(areas=(replace(SEGMENT.areas[0], **changes),))


WRONG = {
    "no identifier": (replace(ALERT, identifier=None), FindingCode.ELEMENT_MISSING),
    "an empty identifier": (replace(ALERT, identifier=""), FindingCode.ELEMENT_MISSING),
    "a space in the identifier": (replace(ALERT, identifier="a b"), FindingCode.IDENTIFIER_CHARACTERS),
    "a comma in the sender": (replace(ALERT, sender="a,b"), FindingCode.SENDER_CHARACTERS),
    "an ampersand in the sender": (replace(ALERT, sender="a&b"), FindingCode.SENDER_CHARACTERS),
    "sent without an offset": (replace(ALERT, sent=SENT.replace(tzinfo=None)), FindingCode.DATE_INVALID),
    "sent with a fraction": (replace(ALERT, sent=SENT.replace(microsecond=1)), FindingCode.DATE_INVALID),
    "no status": (replace(ALERT, status=None), FindingCode.ELEMENT_MISSING),
    "a restriction in public": (replace(ALERT, restriction="x"), FindingCode.RESTRICTION_SCOPE_MISMATCH),
    "restricted without": (replace(ALERT, scope=Scope.RESTRICTED), FindingCode.RESTRICTION_SCOPE_MISMATCH),
    "private to nobody": (replace(ALERT, scope=Scope.PRIVATE), FindingCode.ADDRESSES_SCOPE_MISMATCH),
    "an update of nothing": (replace(ALERT, msg_type=MsgType.UPDATE), FindingCode.REFERENCES_MISSING),
    "an alert of nothing": (replace(ALERT, segments=()), FindingCode.SEGMENT_MISSING),
    "a reference to itself": (
        replace(ALERT, msg_type=MsgType.UPDATE, references=(Identity("sample@example.org", "예시0000000001", SENT),)),
        FindingCode.CIRCULAR_REFERENCE,
    ),
    "a reference to the future": (
        replace(ALERT, msg_type=MsgType.UPDATE, references=(Identity("a", "b", SENT + timedelta(seconds=1)),)),
        FindingCode.POSTDATED_REFERENCE,
    ),
    "a quote in an address": (replace(ALERT, addresses=('a"b',)), FindingCode.QUOTES_INVALID),
    "a control character": (with_segment(headline="a\x00b"), FindingCode.TEXT_UNWRITABLE),
    "a carriage return": (with_segment(headline="a\rb"), FindingCode.TEXT_UNWRITABLE),
    "space at the end": (with_segment(headline="a "), FindingCode.TEXT_UNWRITABLE),
    "half a pair of surrogates": (with_segment(headline="a\ud800"), FindingCode.TEXT_UNWRITABLE),
    "no category": (with_segment(categories=()), FindingCode.ELEMENT_MISSING),
    "no severity": (with_segment(severity=None), FindingCode.ELEMENT_MISSING),
    "a bad language": (with_segment(language="ko_KR"), FindingCode.INVALID_LANGUAGE),
    "over before it begins": (with_segment(expires=SENT), FindingCode.EXPIRES_BEFORE_EFFECTIVE),
    "a web address without scheme": (with_segment(web="example.org"), FindingCode.URI_INVALID),
    "a name without a value": (with_segment(parameters=(Named("a", ""),)), FindingCode.ELEMENT_MISSING),
    "no areaDesc": (with_area(area_desc=None), FindingCode.ELEMENT_MISSING),
    "a triangle without its end": (with_area(polygons=(Polygon(SQUARE.points[:3]),)), FindingCode.POLYGON_TOO_SHORT),
    "an open polygon": (with_area(polygons=(Polygon(SQUARE.points[:4]),)), FindingCode.POLYGON_OPEN),
    "one point, four times": (with_area(polygons=(Polygon(SQUARE.points[:1] * 4),)), FindingCode.POLYGON_TOO_SHORT),
    "a bow tie": (with_area(polygons=(bow(),)), FindingCode.POLYGON_SELF_INTERSECTION),
    "no place on earth": (
        with_area(circles=(Circle(Point(Decimal(91), Decimal(0)), Decimal(1)),)),
        FindingCode.POINT_OUT_OF_RANGE,
    ),
    "a ring inside out": (
        with_area(circles=(Circle(Point(Decimal(1), Decimal(0)), Decimal(-1)),)),
        FindingCode.RADIUS_NEGATIVE,
    ),
    "a ceiling without floor": (with_area(ceiling=Decimal(9)), FindingCode.INVALID_ALTITUDE_CEILING_RANGE),
    "a ceiling below": (
        with_area(altitude=Decimal(10), ceiling=Decimal(9)),
        FindingCode.INVALID_ALTITUDE_CEILING_RANGE,
    ),
    "no number": (with_area(altitude=Decimal("NaN")), FindingCode.NUMBER_INVALID),
    "a resource nobody can find": (
        with_segment(resources=(Resource(resource_desc="a", mime_type="a/b", uri="b.png"),)),
        FindingCode.RELATIVE_URI_MISSING_DEREF_URI,
    ),
    "a digest of something else": (
        with_segment(resources=(Resource(resource_desc="a", mime_type="a/b", deref_uri="YQ==", digest="0" * 40),)),
        FindingCode.DIGEST_MISMATCH,
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_breaks_the_standard_is_refused_with_its_reason(name: str) -> None:
    alert, code = WRONG[name]
    with pytest.raises(AlertNotIssuable) as refused:
        cap.issue(alert)
    assert code in {finding.code for finding in refused.value.findings}
    assert all(finding.level is Level.ERROR for finding in refused.value.findings)


def test_all_reasons_are_named_at_once() -> None:
    with pytest.raises(AlertNotIssuable) as refused:
        cap.issue(Alert())
    assert {finding.where for finding in refused.value.findings} == {
        *("alert/identifier", "alert/sender", "alert/sent", "alert/status", "alert/msgType", "alert/scope")
    }


def test_an_update_names_every_message_it_replaces() -> None:
    first, second = Identity("a", "1", SENT), Identity("a", "2", SENT)
    update = replace(ALERT, msg_type=MsgType.UPDATE, sent=SENT + timedelta(hours=1), references=(first,))
    with pytest.raises(AlertNotIssuable) as refused:
        cap.issue(update, owed=frozenset({first, second}))
    assert [finding.code for finding in refused.value.findings] == [FindingCode.REFERENCES_INCOMPLETE]
    assert cap.issue(replace(update, references=(first, second)), owed=frozenset({first, second}))


def test_only_what_is_actual_and_public_reaches_people() -> None:
    assert cap.reaches_people(ALERT)
    for status in set(Status) - {Status.ACTUAL}:
        assert not cap.reaches_people(replace(ALERT, status=status))
    for scope in set(Scope) - {Scope.PUBLIC}:
        assert not cap.reaches_people(replace(ALERT, scope=scope))
    for msg_type in (MsgType.ACK, MsgType.ERROR):
        assert not cap.reaches_people(replace(ALERT, msg_type=msg_type))
    assert not cap.reaches_people(Alert())
    practice = with_segment(event_codes=(Named("TTAS.KO-07.0046/R5 재난 종류 코드", "DMO"),))
    assert not cap.reaches_people(practice)
    assert cap.parse(cap.issue(practice)).is_sound  # it says nothing of the profile


def test_an_area_needs_a_place() -> None:
    parsed = cap.parse(cap.issue(with_segment(areas=(Area(area_desc="어딘가"),))))
    assert [finding.code for finding in parsed.findings] == [FindingCode.AREA_WITHOUT_PLACE]
