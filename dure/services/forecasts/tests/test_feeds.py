"""What an answer of the authority proves: only a whole one proves that nothing is in force. Made-up rows of sample zones."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.services.forecasts.rules import feeds
from dure.services.forecasts.rules.feeds import answers
from dure.services.forecasts.types import (
    FeedState,
    Grade,
    Hazard,
    ImpactLevel,
    ReportKind,
    RowFault,
    UnknownReason,
    WarningCommand,
    WarningDegree,
    WarningKind,
    Zone,
    ZoneTable,
)

SEOUL = ZoneInfo("Asia/Seoul")
AT = datetime(2026, 7, 20, 11, 40, tzinfo=SEOUL)
PLAIN = "text/plain; charset=euc-kr"
IMPACT_HEADER = "# TM_FC, TM_EF, STN, REG_ID, IFPAR, IFAREA, ILVL, EF_SN\n"
IMPACT_ROWS = (
    "202607201130,202607210000,108,LSAMPLE01,HW,1,3,1,=\n",
    "202607201130,202607210000,108,LSAMPLE02,HW,1,0,1,=\n",
    "202607201130,20260722,108,LSAMPLE01,CW,4,4,2\n",
)
IMPACT = "#START7777\n# 예시 영향예보\n" + IMPACT_HEADER + "".join(IMPACT_ROWS) + "#7777END\n"
WARNING_HEADER = "# REG_UP,REG_UP_KO,REG_ID,REG_KO,TM_FC,TM_EF,WRN,LVL,CMD,ED_TM\n"
WARNING_ROWS = (
    "LSAMPLE,예시도,LSAMPLE01,예시군,202607201000,202607201100,폭염,주의,발표,\n",
    "LSAMPLE,예시도,LSAMPLE02,견본군,202607201000,202607201100,H,3,1,202607202100\n",
    "LSAMPLE,예시도,LSAMPLE03,보기군,202607201000,202607201100,호우,경보,해제,\n",
    "LSAMPLE,예시도,LSAMPLE04,시험군,202607201000,202607201100,R,2,3,\n",
)
WARNINGS = "#START7777\n" + WARNING_HEADER + "".join(WARNING_ROWS) + "#7777END\n"


def impact(text: str | bytes, content_type: str = PLAIN):
    return feeds.read_impact(text if isinstance(text, bytes) else text.encode("euc-kr"), content_type, AT)


def warnings(text: str | bytes, content_type: str = PLAIN):
    return feeds.read_warnings(text if isinstance(text, bytes) else text.encode("euc-kr"), content_type, AT)


def test_an_impact_forecast_in_euc_kr_is_read() -> None:
    report = impact(IMPACT)
    assert (report.kind, report.why, len(report.rows)) == (ReportKind.READING, None, 3)
    first, second, third = report.rows
    assert (first.zone, first.hazard, first.field_code, first.level) == (
        "LSAMPLE01",
        Hazard.HEAT,
        1,
        ImpactLevel.WARNING,
    )
    assert (first.issued, first.day) == (datetime(2026, 7, 20, 11, 30, tzinfo=SEOUL), date(2026, 7, 21))
    assert second.level is ImpactLevel.NONE
    assert (third.hazard, third.level, third.day) == (Hazard.COLD, ImpactLevel.DANGER, date(2026, 7, 22))
    assert impact(IMPACT.encode()).rows == report.rows  # in UTF-8
    assert impact(IMPACT.replace("\n", "\r\n")).rows == report.rows


def test_warnings_in_words_and_in_codes_are_the_same_words() -> None:
    report = warnings(WARNINGS)
    assert report.kind is ReportKind.READING
    assert [(row.kind, row.degree, row.command) for row in report.rows] == [
        (WarningKind.HEAT, WarningDegree.ADVISORY, WarningCommand.ISSUED),
        (WarningKind.HEAT, WarningDegree.WARNING, WarningCommand.ISSUED),
        (WarningKind.RAIN, WarningDegree.WARNING, WarningCommand.LIFTED),
        (WarningKind.RAIN, WarningDegree.ADVISORY, WarningCommand.LIFTED),
    ]
    assert [row.ends for row in report.rows] == ["", "202607202100", "", ""]


@pytest.mark.parametrize(
    "text", ["#START7777\n#7777END\n", "#START7777\n", WARNING_HEADER, f"#START7777\n{WARNING_HEADER}"]
)
def test_a_header_row_or_the_start_mark_proves_that_nothing_is_in_force(text: str) -> None:
    assert warnings(text).proves_nothing_in_force


PAGE = "<!DOCTYPE html><html><body>점검 중입니다</body></html>"
NOTHING = [
    (b"", UnknownReason.EMPTY_BODY),
    (b"\r\n \n", UnknownReason.EMPTY_BODY),
    (b"\xef\xbb\xbf", UnknownReason.EMPTY_BODY),
    (PAGE.encode(), UnknownReason.WEB_PAGE),
    (f"\n  {PAGE.lower()}".encode("euc-kr"), UnknownReason.WEB_PAGE),
    (b'{"result":{"status":403,"message":"no such key"}}', UnknownReason.ERROR_ANSWER),
    (b"<OpenAPI_ServiceResponse/>", UnknownReason.ERROR_ANSWER),
    ("#START7777".encode("utf-16"), UnknownReason.ENCODING),
    (b"#START7777\n\xff\xff\xff", UnknownReason.ENCODING),
    ("#START7777\n# \ufffd\ufffd\n".encode(), UnknownReason.ENCODING),
    (b"#START7777\n" + b" " * answers.BYTES_MAX, UnknownReason.TOO_LARGE),
    ("점검 중입니다\n".encode("euc-kr"), UnknownReason.NO_HEADER),
    ("# 점검 중입니다\n".encode("euc-kr"), UnknownReason.NO_HEADER),
    (WARNING_ROWS[0].encode("euc-kr"), UnknownReason.NO_HEADER),
    (b"# REG_ID,REG_UP_KO,REG_UP,TM_FC\n", UnknownReason.OTHER_FORMAT),
]


@pytest.mark.parametrize(("content", "why"), NOTHING)
def test_what_proves_nothing_is_no_data_and_says_why(content: bytes, why: UnknownReason) -> None:
    report = warnings(content)
    assert (report.kind, report.why, report.rows) == (ReportKind.UNKNOWN, why, ())
    assert not report.proves_nothing_in_force
    assert impact(content).kind is ReportKind.UNKNOWN


def test_a_page_is_known_by_its_type_as_well() -> None:
    assert warnings("#START7777\n#7777END\n", "text/html; charset=UTF-8").why is UnknownReason.WEB_PAGE


@pytest.mark.parametrize(("read", "text"), [(impact, IMPACT), (warnings, WARNINGS)])
def test_a_text_cut_anywhere_among_its_rows_is_no_data(read, text: str) -> None:
    rows = text.index("2026" if read is impact else "LSAMPLE")
    for end in range(rows + 1, text.index("#7777END") + 7):
        report = read(text[:end])
        assert report.kind is ReportKind.UNKNOWN, text[:end]
        assert not report.proves_nothing_in_force
    without_marks = text.replace("#START7777\n", "").replace("#7777END\n", "")
    assert read(without_marks).kind is ReportKind.READING
    assert read(without_marks[:-1]).kind is ReportKind.UNKNOWN


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (",HW,1,3,", ",HW,1,5,"),
        (",HW,1,3,", ",HW,1,-1,"),
        (",HW,1,3,", ",XX,1,3,"),
        (",HW,1,3,", ",HW,,3,"),
        ("LSAMPLE01,HW", ",HW"),
        ("202607210000", "202613210000"),
        ("202607210000", "내일"),
        (",108,", ",108,109,"),
    ],
)
def test_one_row_that_cannot_be_read_hides_no_danger(old: str, new: str) -> None:
    assert old in IMPACT
    report = impact(IMPACT.replace(old, new, 1))
    assert (report.kind, report.why) == (ReportKind.UNKNOWN, UnknownReason.UNREADABLE_ROW)
    assert len(report.rows) == 2  # those may be told; that others are missing proves nothing


@pytest.mark.parametrize(
    ("new", "why", "kind", "degree", "words"),
    [
        ("산사태,주의", RowFault.KIND, "산사태", WarningDegree.ADVISORY, ""),
        ("폭염,심각", RowFault.DEGREE, WarningKind.HEAT, WarningDegree.UNKNOWN, "심각"),
        ("폭염,4", RowFault.DEGREE, WarningKind.HEAT, WarningDegree.UNKNOWN, "4"),
    ],
)
def test_words_that_nobody_knows_are_passed_on_and_named(
    new: str, why: RowFault, kind: str, degree: WarningDegree, words: str
) -> None:
    report = warnings(WARNINGS.replace("폭염,주의", new, 1))
    assert (report.kind, len(report.rows)) == (ReportKind.READING, 4)
    assert (report.rows[0].kind, report.rows[0].degree, report.rows[0].words) == (kind, degree, words)
    [one] = report.unclear
    assert (one.why, one.zone, one.is_placed) == (why, "LSAMPLE01", True)
    assert not report.doubts


def test_a_crowd_of_unknown_words_is_bounded() -> None:
    many = "".join(WARNING_ROWS[0].replace("폭염", f"{chr(0xAC00 + number)}바람") for number in range(80))
    report = warnings(WARNINGS.replace(WARNING_ROWS[0], many).encode())
    assert len(report.rows) == 50 + 3
    assert (len(report.unclear), report.doubts) == (80, {"LSAMPLE01"})


@pytest.mark.parametrize(
    ("old", "new", "why", "zone"),
    [
        ("202607201000,202607201100,폭염", "내일,202607201100,폭염", RowFault.MOMENT, "LSAMPLE01"),
        ("202607201000,202607201100,폭염", "209907201000,202607201100,폭염", RowFault.AHEAD, "LSAMPLE01"),
        ("폭염,주의", "<b>,주의", RowFault.KIND, "LSAMPLE01"),
        ("폭염,주의", "폭염,", RowFault.DEGREE, "LSAMPLE01"),
        ("주의,발표", "주의,", RowFault.COMMAND, "LSAMPLE01"),
        ("예시군", "군" * 61, RowFault.BOUNDS, "LSAMPLE01"),
        ("LSAMPLE01", "", RowFault.ZONE, ""),
        ("예시군,", "예시군,1,2,", RowFault.COLUMNS, ""),
        ("예시군", "예\x07시군", RowFault.LETTERS, ""),
    ],
)
def test_one_row_that_cannot_be_read_costs_no_other_row(old: str, new: str, why: RowFault, zone: str) -> None:
    assert old in WARNINGS
    report = warnings(WARNINGS.replace(old, new, 1))
    assert len(report.rows) == 3
    [one] = report.unclear
    assert (one.why, one.zone, one.is_placed) == (why, zone, False)
    assert report.doubts == {zone}
    assert (report.why is None) is bool(zone)  # where it is about nobody knows what, nothing is proved


def test_one_byte_that_is_no_letter_costs_its_row_only() -> None:
    for encoding in ("euc-kr", "utf-8"):
        content = WARNINGS.encode(encoding).replace("견본군".encode(encoding), b"\xff\xff", 1)
        report = warnings(content)
        assert [row.zone for row in report.rows] == ["LSAMPLE01", "LSAMPLE03", "LSAMPLE04"]
        assert [one.why for one in report.unclear] == [RowFault.LETTERS]
        assert report.why is UnknownReason.UNREADABLE_ROW


def test_what_is_shown_of_a_row_is_short_and_can_be_seen() -> None:
    [one] = warnings(WARNINGS.replace("예시군", "\u202e\u200b" + "가" * 200, 1).encode()).unclear
    assert len(one.words) == 120
    assert not {"\u202e", "\u200b"} & set(one.words)


def test_columns_that_are_new_stand_behind_those_we_know() -> None:
    text = WARNINGS.replace("CMD,ED_TM", "CMD,ED_TM,NEW").replace("발표,\n", "발표,,x\n").replace("2100\n", "2100,x\n")
    report = warnings(text.replace("해제,\n", "해제,,x\n").replace("2,3,\n", "2,3,,\n"))
    assert (report.why, len(report.rows), report.unclear) == (None, 4, ())


def test_a_preliminary_warning_is_read_in_words_and_in_codes() -> None:
    for said in ("예비", "예비특보", "1"):
        assert warnings(WARNINGS.replace("폭염,주의", f"폭염,{said}")).rows[0].degree is WarningDegree.PRELIMINARY


def portal(**changes: object) -> bytes:
    item = {
        "tmFc": 202607201000,
        "tmEf": "202607201100",
        "tmSeq": 3,
        "t6": "o 폭염경보 : 예시군",
        "t7": "o 없음",
        "other": "",
    }
    response = {"header": {"resultCode": "00", "resultMsg": "NORMAL_SERVICE"}, "body": {"items": {"item": [item]}}}
    return msgspec.json.encode({"response": response | changes})


def bulletins(content: bytes):
    return feeds.read_bulletins(content, "application/json", AT)


def test_the_portals_twin_is_read() -> None:
    report = bulletins(portal())
    assert report.kind is ReportKind.READING
    (row,) = report.rows
    assert (row.number, row.in_force, row.preliminary) == (3, "o 폭염경보 : 예시군", "o 없음")
    assert row.issued == datetime(2026, 7, 20, 10, tzinfo=SEOUL)


def ministry(body: object, code: str = "00") -> bytes:
    return msgspec.json.encode({"header": {"resultCode": code, "resultMsg": ""}, "body": body})


MESSAGE = {
    "SN": 1,
    "CRT_DT": "2026/07/20 11:02:03",
    "MSG_CN": "[예시군] 폭염 경보. 물을 자주 드세요.",
    "RCPTN_RGN_NM": "예시도 예시군 ,예시도  견본군 ",
    "EMRG_STEP_NM": "안전안내",
    "DST_SE_NM": "폭염",
}


def messages(content: bytes):
    return feeds.read_disaster_messages(content, "application/json", AT)


def test_disaster_messages_of_both_forms_are_read() -> None:
    (row,) = messages(ministry([MESSAGE])).rows
    assert (row.number, row.grade, row.regions) == (1, Grade.ADVICE, ("예시도 예시군", "예시도 견본군"))
    assert row.created == datetime(2026, 7, 20, 11, 2, 3, tzinfo=SEOUL)
    older = {
        "create_date": "2020-07-20 11:02:03",
        "location_name": "예시도 전체",
        "md101_sn": "7",
        "msg": "예시",
        "location_id": "1",
    }
    (row,) = messages(msgspec.json.encode({"DisasterMsg4": [{"head": []}, {"row": [older]}]})).rows
    assert (row.number, row.grade, row.regions) == (7, None, ("예시도 전체",))


def test_an_empty_list_under_a_good_header_is_a_proof_and_nothing_else_is() -> None:
    assert messages(ministry([])).proves_nothing_in_force
    for content, why in (
        (ministry(None), UnknownReason.NO_HEADER),
        (ministry([], "30"), UnknownReason.ERROR_ANSWER),
        (b"[]", UnknownReason.OTHER_FORMAT),
        (b"{}", UnknownReason.OTHER_FORMAT),
        (b'{"DisasterMsg4":[{"head":[]}]}', UnknownReason.NO_HEADER),
        (b'{"DisasterMsg4":7}', UnknownReason.NO_HEADER),
        (PAGE.encode(), UnknownReason.WEB_PAGE),
        (b"", UnknownReason.EMPTY_BODY),
        (ministry([MESSAGE])[:-3], UnknownReason.TRUNCATED),
        (b"[" * 100_000, UnknownReason.OTHER_FORMAT),
        (b"no such key", UnknownReason.OTHER_FORMAT),
        (ministry([{**MESSAGE, "CRT_DT": "2026/02/30 11:02:03"}]), UnknownReason.UNREADABLE_ROW),
        (ministry(["x"]), UnknownReason.UNREADABLE_ROW),
    ):
        report = messages(content)
        assert (report.kind, report.why) == (ReportKind.UNKNOWN, why), content[:60]


def test_a_message_of_an_unknown_grade_is_a_message() -> None:
    report = messages(ministry([{**MESSAGE, "EMRG_STEP_NM": "아주위급"}]))
    assert (report.kind, len(report.rows), report.rows[0].grade) == (ReportKind.READING, 1, None)
    [one] = report.unclear
    assert (one.why, one.is_placed) == (RowFault.DEGREE, True)
    assert one.words.startswith("아주위급 [예시군]")


def test_the_portal_without_an_item_is_no_proof() -> None:
    for content, why in (
        (portal(body={"items": {"item": ()}}), UnknownReason.NO_HEADER),
        (portal(body={"items": ""}), UnknownReason.NO_HEADER),
        (portal(header={"resultCode": "03"}), UnknownReason.ERROR_ANSWER),
        (b'{"response":7}', UnknownReason.OTHER_FORMAT),
        (portal(body={"items": {"item": [{"t6": "x"}]}}), UnknownReason.UNREADABLE_ROW),
        (portal(body={"items": {"item": 7}}), UnknownReason.NO_HEADER),
        (b"<OpenAPI_ServiceResponse/>", UnknownReason.ERROR_ANSWER),
    ):
        report = bulletins(content)
        assert (report.kind, report.why) == (ReportKind.UNKNOWN, why), content[:80]


@given(st.binary(max_size=200) | st.text(max_size=80).map(str.encode), st.sampled_from(("", PLAIN, "application/json")))
def test_noise_never_proves_that_nothing_is_in_force(content: bytes, content_type: str) -> None:
    for read in (feeds.read_impact, feeds.read_warnings, feeds.read_bulletins, feeds.read_disaster_messages):
        report = read(content, content_type, AT)
        assert report.kind is ReportKind.UNKNOWN
        assert report.why


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ("header", "body", "resultCode", "response", "items", "item", "DisasterMsg4", "row", "t6")
                ),
                inner,
            )
        ),
        max_leaves=12,
    )
)
def test_json_of_any_shape_is_read_without_a_crash(value: object) -> None:
    content = msgspec.json.encode(value)
    for report in (messages(content), bulletins(content)):
        assert (report.why is None) == (report.kind is ReportKind.READING)


def test_a_feed_that_is_silent_for_26_hours_has_no_data() -> None:
    def state(last: datetime | None) -> FeedState:
        return feeds.health(last, AT).state

    assert state(None) is FeedState.SILENT
    assert state(AT - timedelta(hours=26) + timedelta(seconds=1)) is FeedState.FRESH
    assert state(AT - timedelta(hours=26)) is FeedState.SILENT
    assert state(AT + timedelta(minutes=5)) is FeedState.FRESH
    assert state(AT + timedelta(minutes=6)) is FeedState.SILENT  # a clock was wrong


def test_a_place_is_looked_up_in_the_table_of_its_day() -> None:
    whole = Zone("S1", "예시군", ("99110",))
    north = Zone("S2", "예시군 북부", ("9911031",))
    before = ZoneTable("견본 1", date(2026, 1, 1), (whole,), is_sample=True)
    after = ZoneTable("견본 2", date(2026, 6, 1), (whole, north), is_sample=True)
    tables = (after, before)
    assert feeds.table_at(tables, date(2025, 12, 31)) is None
    assert feeds.table_at(tables, date(2026, 5, 31)) is before
    assert feeds.table_at(tables, date(2026, 6, 1)) is after
    assert [feeds.zone_of(table, "9911031022") for table in (before, after)] == [whole, north]
    assert feeds.zone_of(after, "9911025021") is whole
    assert feeds.zone_of(after, "1111000000") is None
    assert (
        feeds.zone_of(ZoneTable("견본", date(2026, 1, 1), (Zone("S3", "", ("",)),), is_sample=True), "1111000000")
        is None
    )
