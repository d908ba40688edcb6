"""Tolerant and loud: what can be understood is read, each liberty that a sender took is a finding with its place."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from dure.services.forecasts.rules import cap
from dure.services.forecasts.rules.cap import geometry, korea
from dure.services.forecasts.tests.alerts import ALERT, SEGMENT, SENT
from dure.services.forecasts.types import (
    Certainty,
    Finding,
    FindingCode,
    Identity,
    Level,
    MsgType,
    Named,
    Point,
    Polygon,
    Scope,
    Severity,
    Status,
    Version,
)

GOOD = cap.issue(ALERT).decode()


def changed(old: str, new: str) -> bytes:
    assert old in GOOD, old
    return GOOD.replace(old, new, 1).encode()


def found(content: bytes) -> list[tuple[FindingCode, str]]:
    return [(finding.code, finding.where) for finding in cap.parse(content).findings]


SENT_TEXT = "<sent>2026-07-20T11:30:00+09:00</sent>"
POINTS = "35.1,128.1 35.1,128.9 35.9,128.9 35.9,128.1 35.1,128.1"
HEADLINE = "예시 지역 폭염 경고"
CODES = FindingCode
CASES = [
    (SENT_TEXT, "<sent>2026-07-20T11:30:00</sent>", CODES.DATE_WITHOUT_OFFSET, "alert/sent"),
    (SENT_TEXT, "<sent>2026-07-20T02:30:00Z</sent>", CODES.DATE_ZULU, "alert/sent"),
    (SENT_TEXT, "<sent>2026-07-20T02:30:00+00:00</sent>", CODES.DATE_PLUS_ZERO, "alert/sent"),
    (SENT_TEXT, "<sent>2026-07-20T11:30:00.5+09:00</sent>", CODES.DATE_FRACTION, "alert/sent"),
    (SENT_TEXT, "<sent>2026-02-30T11:30:00+09:00</sent>", CODES.DATE_INVALID, "alert/sent"),
    (SENT_TEXT, "<sent>2026-07-20T11:30:00+23:00</sent>", CODES.DATE_INVALID, "alert/sent"),
    (SENT_TEXT, "<sent>어제</sent>", CODES.DATE_INVALID, "alert/sent"),
    (SENT_TEXT, "<sent>9999-12-31T23:59:59-14:00</sent>", CODES.DATE_INVALID, "alert/sent"),
    (SENT_TEXT, "<sent>0001-01-01T00:00:00+14:00</sent>", CODES.DATE_INVALID, "alert/sent"),
    (SENT_TEXT, "", CODES.ELEMENT_MISSING, "alert/sent"),
    (SENT_TEXT, SENT_TEXT * 2, CODES.ELEMENT_REPEATED, "alert/sent"),
    (SENT_TEXT, "<sent><x/></sent>", CODES.ELEMENT_NESTED, "alert/sent"),
    (SENT_TEXT, f"{SENT_TEXT}<colour>red</colour>", CODES.ELEMENT_UNKNOWN, "alert/colour"),
    (SENT_TEXT, f"{SENT_TEXT}<x:sent xmlns:x='urn:x'/>", CODES.ELEMENT_UNKNOWN, "alert/sent"),
    (SENT_TEXT, f"{SENT_TEXT}<incidents/>", CODES.ELEMENT_EMPTY, "alert/incidents"),
    (SENT_TEXT, f"{SENT_TEXT}loose words", CODES.TEXT_BETWEEN_ELEMENTS, "alert"),
    ("<status>Actual", "<status>ACTUAL", CODES.CODE_SPELLING, "alert/status"),
    ("<status>Actual", "<status>실제", CODES.CODE_UNKNOWN, "alert/status"),
    ("<scope>Public", "<scope>Restricted", CODES.RESTRICTION_SCOPE_MISMATCH, "alert/restriction"),
    ("<scope>Public", "<scope>Private", CODES.ADDRESSES_SCOPE_MISMATCH, "alert/addresses"),
    ("<msgType>Alert", "<msgType>Cancel", CODES.REFERENCES_MISSING, "alert/references"),
    (
        "<status>Actual</status><msgType>Alert</msgType>",
        "<msgType>Alert</msgType><status>Actual</status>",
        CODES.ELEMENT_OUT_OF_ORDER,
        "alert/status",
    ),
    ("<status>Actual", "<status>Exercise", CODES.NOTE_MISSING, "alert/note"),
    ("sample@example.org", "sample example.org", CODES.SENDER_CHARACTERS, "alert/sender"),
    ("예시0000000001", "예시 0000000001", CODES.IDENTIFIER_CHARACTERS, "alert/identifier"),
    ("<category>Met", "<category>Weather", CODES.CODE_UNKNOWN, "alert/info[1]/category[1]"),
    ("<certainty>Likely", "<certainty>Very Likely", CODES.CODE_OLD, "alert/info[1]/certainty"),
    ("<language>ko-KR", "<language>한국어", CODES.INVALID_LANGUAGE, "alert/info[1]/language"),
    (HEADLINE, "가" * 141, CODES.HEADLINE_TOO_LONG, "alert/info[1]/headline"),
    (HEADLINE, "&lt;b>폭염&lt;/b>", CODES.TEXT_CONTAINS_HTML_TAGS, "alert/info[1]/headline"),
    (HEADLINE, "더위&amp;nbsp;조심", CODES.TEXT_CONTAINS_HTML_ENTITIES, "alert/info[1]/headline"),
    ("https://example.org/heat", "/heat", CODES.URI_INVALID, "alert/info[1]/web"),
    ("<expires>2026-07-20T23:30:00+09:00</expires>", "", CODES.EXPIRES_MISSING, "alert/info[1]/expires"),
    ("<expires>2026-07-20", "<expires>2026-07-19", CODES.EXPIRES_BEFORE_EFFECTIVE, "alert/info[1]/expires"),
    (POINTS, "35.1,128.1 35.1,128.9 35.1,128.1", CODES.POLYGON_TOO_SHORT, "alert/info[1]/area[1]/polygon[1]"),
    (POINTS, POINTS[:-10], CODES.POLYGON_OPEN, "alert/info[1]/area[1]/polygon[1]"),
    (POINTS, POINTS.replace("35.1,128.1", "95.1,128.1"), CODES.POINT_OUT_OF_RANGE, "alert/info[1]/area[1]/polygon[1]"),
    (POINTS, "35.1 128.1", CODES.POINTS_INVALID, "alert/info[1]/area[1]/polygon[1]"),
    (
        POINTS,
        "0,0 2,2 2,0 0,2 0,0",
        CODES.POLYGON_SELF_INTERSECTION,
        "alert/info[1]/area[1]/polygon[1]",
    ),
    ("<polygon>", "<circle>35,128</circle><polygon>", CODES.POINTS_INVALID, "alert/info[1]/area[1]/circle[1]"),
    ("</area>", "<ceiling>9</ceiling></area>", CODES.INVALID_ALTITUDE_CEILING_RANGE, "alert/info[1]/area[1]/ceiling"),
    ("</area>", "<altitude>high</altitude></area>", CODES.NUMBER_INVALID, "alert/info[1]/area[1]/altitude"),
    ("cap:1.2", "cap:9.9", CODES.NAMESPACE_UNKNOWN, "alert"),
]


@pytest.mark.parametrize(("old", "new", "code", "where"), CASES)
def test_each_liberty_is_found_where_it_is(old: str, new: str, code: FindingCode, where: str) -> None:
    assert (code, where) in found(changed(old, new))


def test_one_liberty_is_one_finding() -> None:
    alone = {CODES.DATE_WITHOUT_OFFSET, CODES.DATE_ZULU, CODES.ELEMENT_OUT_OF_ORDER, CODES.CODE_SPELLING}
    for old, new, code, where in CASES:
        if code in alone:
            assert found(changed(old, new)) == [(code, where)]


def test_what_can_be_understood_is_read() -> None:
    parsed = cap.parse(changed(SENT_TEXT, "<sent>2026-07-20T02:30:00Z</sent>"))
    assert parsed.alert == ALERT  # the same instant
    assert parsed.is_sound
    for old, new in (("<certainty>Likely", "<certainty>very likely"), ("<status>Actual", "<status> actual ")):
        assert cap.parse(changed(old, new)).alert == ALERT
    shuffled = cap.parse(
        changed("<status>Actual</status><msgType>Alert</msgType>", "<msgType>Alert</msgType><status>Actual</status>")
    )
    assert (shuffled.alert, shuffled.is_sound) == (ALERT, False)


def test_a_comment_in_a_text_cuts_nothing_off() -> None:
    parsed = cap.parse(changed(HEADLINE, "예시 지역 <!-- 폭염 --><?x?>폭염 경고"))
    assert parsed.alert.segments[0].headline == HEADLINE
    assert cap.parse(changed(HEADLINE, f"<![CDATA[{HEADLINE}]]>")).alert == ALERT


def test_a_date_without_offset_is_no_instant() -> None:
    assert cap.parse(changed(SENT_TEXT, "<sent>2026-07-20T11:30:00</sent>")).alert.sent is None


@pytest.mark.parametrize("version", Version)
def test_all_three_versions_are_read(version: Version) -> None:
    parsed = cap.parse(changed(Version.CAP_1_2, version))
    assert (parsed.version, parsed.alert) == (version, ALERT)


def test_an_alert_of_1_0_says_its_values_in_one_text() -> None:
    old = f"""<alert xmlns="{Version.CAP_1_0}"><identifier>a1</identifier><sender>a</sender><password>x</password>
    <sent>2004-06-01T10:00:00-07:00</sent><status>Actual</status><msgType>Alert</msgType>
    <info><event>Storm</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Very Likely</certainty>
    <eventCode>SAME=SVR</eventCode><expires>2004-06-01T11:00:00-07:00</expires>
    <area><areaDesc>County</areaDesc><geocode>FIPS6=006109</geocode><geocode>nothing</geocode></area></info></alert>"""
    parsed = cap.parse(old.encode())
    (segment,) = parsed.alert.segments
    assert parsed.alert.sent == datetime(2004, 6, 1, 10, tzinfo=timezone(timedelta(hours=-7)))
    assert segment.certainty is Certainty.LIKELY
    assert (segment.event_codes, segment.areas[0].geocodes) == ((Named("SAME", "SVR"),), (Named("FIPS6", "006109"),))
    assert [(one.code, one.level) for one in parsed.findings] == [
        (FindingCode.CODE_OLD, Level.WARNING),
        (FindingCode.ELEMENT_MISSING, Level.ERROR),  # of the geocode that names nothing
    ]


def test_what_1_2_asks_for_and_earlier_ones_did_not() -> None:
    without = changed("<scope>Public</scope>", "").decode()
    assert (CODES.ELEMENT_MISSING, "alert/scope") in found(without.encode())
    assert found(without.replace(Version.CAP_1_2, Version.CAP_1_0).encode()) == []


def test_references_that_can_be_read_are_and_the_others_are_told() -> None:
    references = "<references>a,1,2026-07-20T10:00:00+09:00 broken b,2,2026-07-20T12:00:00+09:00 c,3,then</references>"
    content = changed("<scope>Public</scope>", f"<scope>Public</scope>{references}").replace(b">Alert<", b">Update<")
    parsed = cap.parse(content)
    assert parsed.alert.references == (
        Identity("a", "1", datetime(2026, 7, 20, 1, tzinfo=UTC)),
        Identity("b", "2", datetime(2026, 7, 20, 3, tzinfo=UTC)),
    )
    codes = {finding.code for finding in parsed.findings}
    assert codes == {CODES.REFERENCE_INVALID, CODES.DATE_INVALID, CODES.POSTDATED_REFERENCE}


def test_two_languages_do_not_say_the_same_words() -> None:
    again = GOOD[GOOD.index("<info>") : GOOD.index("</alert>")].replace("ko-KR", "en-US")
    said = found(changed("</alert>", f"{again}</alert>"))
    assert (CODES.SAME_TEXT_DIFFERENT_LANGUAGE, "alert/info[2]/headline") in said
    same = again.replace("en-US", "ko").replace("<event>폭염", "<event>한파").replace("<category>Met</category>", "")
    codes = {code for code, _where in found(changed("</alert>", f"{same.replace('>ko<', '>ko-KR<')}</alert>"))}
    assert codes == {CODES.EVENTS_DIFFER, CODES.CATEGORIES_DIFFER}


def test_a_polygon_that_would_cost_too_much_is_left_unchecked_and_that_is_said() -> None:
    teeth = [f"{'0.1' if n % 2 else '0.2'},{100 + n / 10_000:.4f}" for n in range(19_000)]
    ring = " ".join([*teeth, "9,102", "9,99", teeth[0]])
    parsed = cap.parse(changed(POINTS, ring))
    assert parsed.is_sound
    wide = [f"{n % 2 * 40},{n % 3 * 60 + n / 100_000:.5f}" for n in range(5_000)]
    parsed = cap.parse(changed(POINTS, " ".join([*wide, wide[0]])))
    assert parsed.steps <= geometry.STEPS_MAX + len(GOOD) + 10 * len(wide)


def ring(*spots: tuple[int, int]) -> Polygon:
    return Polygon(tuple(Point(Decimal(lat), Decimal(lon)) for lat, lon in (*spots, spots[0])))


def test_rings_that_touch_themselves_are_told_from_those_that_do_not() -> None:
    plain = [
        ring((0, 0), (0, 4), (4, 4), (4, 0)),
        ring((0, 0), (2, 1), (4, 0), (2, 4)),
        ring((0, 0), (0, 2), (0, 4), (4, 4)),
    ]
    wrong = [
        ring((0, 0), (4, 4), (4, 0), (0, 4)),
        ring((0, 0), (0, 4), (0, 2), (4, 2)),  # there and back on one line
        ring((0, 0), (2, 2), (0, 4), (4, 4), (2, 2), (4, 0)),  # one corner twice
        ring((0, 0), (0, 4)),
    ]
    assert [geometry.crosses_itself(one, 99)[0] for one in plain] == [False] * 3
    assert [geometry.crosses_itself(one, 99)[0] for one in wrong] == [True] * 4
    assert geometry.crosses_itself(plain[0], 3) == (None, 3)


KOREAN = (
    changed("<scope>Public</scope>", "<scope>Public</scope><code>대한민국정부1.0</code>")
    .decode()
    .replace(
        "<effective>",
        f"<eventCode><valueName>{korea.EVENT_CODE}</valueName><value>HRA</value></eventCode><effective>",
    )
)


def test_an_alert_of_the_korean_profile_is_read_without_finding() -> None:
    parsed = cap.parse(KOREAN.encode())
    assert parsed.findings == ()
    assert korea.follows_profile(parsed.alert)
    assert not korea.follows_profile(ALERT)


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("예시0000000001", "KR.0001", Finding(CODES.KOREAN_IDENTIFIER, "alert/identifier")),
        (">HRA<", ">호우<", Finding(CODES.KOREAN_EVENT_CODE, "alert/info[1]/eventCode[1]")),
        (korea.EVENT_CODE, "code", Finding(CODES.KOREAN_EVENT_CODE, "alert/info[1]/eventCode")),
        ("4311000000", "43110", Finding(CODES.KOREAN_GEOCODE, "alert/info[1]/area[1]/geocode[1]")),
        (">HRA<", ">DMO<", Finding(CODES.KOREAN_PRACTICE_CODE, "alert/status")),
    ],
)
def test_the_korean_profile_is_checked(old: str, new: str, finding: Finding) -> None:
    assert old in KOREAN
    assert finding in cap.parse(KOREAN.replace(old, new, 1).encode()).findings


@pytest.mark.parametrize(
    ("note", "status", "scope", "is_right"),
    [
        ("000,수신 완료", Status.SYSTEM, Scope.PRIVATE, True),
        ("210,형식 오류", Status.SYSTEM, Scope.PRIVATE, True),
        ("수신", Status.SYSTEM, Scope.PRIVATE, False),
        ("300,모름", Status.SYSTEM, Scope.PRIVATE, False),
        ("000,수신", Status.ACTUAL, Scope.PRIVATE, False),
        ("000,수신", Status.SYSTEM, Scope.PUBLIC, False),
    ],
)
def test_an_acknowledgement_of_the_korean_profile(note: str, status: Status, scope: Scope, is_right: bool) -> None:
    content = f"""<alert xmlns="{Version.CAP_1_2}"><identifier>예시2</identifier><sender>b</sender>{SENT_TEXT}
    <status>{status}</status><msgType>{MsgType.ACK}</msgType><scope>{scope}</scope><addresses>a</addresses>
    <code>대한민국정부1.0</code><note>{note}</note><references>a,예시1,2026-07-20T11:29:00+09:00</references></alert>"""
    codes = {finding.code for finding in cap.parse(content.encode()).findings}
    assert codes == (set() if is_right else {CODES.KOREAN_ACK})


def test_values_are_the_standards() -> None:
    assert SEGMENT.severity is Severity.SEVERE
    assert cap.parse(GOOD.encode()).alert.sent == SENT
