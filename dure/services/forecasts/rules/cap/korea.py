"""The Korean profile (TTAK.OT-06.0055/R1): what an alert that says it follows it has to keep to."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from dure.services.forecasts.types import Alert, Category, Finding, FindingCode, MsgType, Scope, Segment, Status

PROFILE = "대한민국정부1.0"  # in `code`
EVENT_CODE = "TTAS.KO-07.0046/R5 재난 종류 코드"  # the valueName of an eventCode
GEOCODE = "행정구역코드"
PRACTICE_CODES = frozenset({"DMO", "NPT", "RMT", "RWT"})  # demonstration and tests: never for people
# Events of the profile's list that are issued at the desk. There is no code for heat and cold below a warning of cold: what has
# no code of its own is an administrative message.
EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "HRA": "호우주의보",
        "HRW": "호우경보",
        "HAS": "대설주의보",
        "HSW": "대설경보",
        "CWA": "한파주의보",
        "CWW": "한파경보",
        "SSA": "폭풍해일주의보",
        "SSW": "폭풍해일경보",
        "EQW": "지진",
        "TSA": "지진해일주의보",
        "TSW": "지진해일경보",
        "FLA": "홍수주의보",
        "FLW": "홍수경보",
        "AVA": "산사태주의보",
        "AVW": "산사태경보",
        "MFW": "산불",
        "YSW": "황사",
        "HWA": "강풍",
        "HUA": "태풍",
        "CAE": "어린이 유괴",
        "CEM": "시민 응급 상황",
        "ADR": "안내",
        "DMO": "연습",
    }
)
EVENTS_IN_ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "HRA": "Heavy rain advisory",
        "HRW": "Heavy rain warning",
        "HAS": "Heavy snow advisory",
        "HSW": "Heavy snow warning",
        "CWA": "Cold wave advisory",
        "CWW": "Cold wave warning",
        "SSA": "Storm surge advisory",
        "SSW": "Storm surge warning",
        "EQW": "Earthquake",
        "TSA": "Tsunami advisory",
        "TSW": "Tsunami warning",
        "FLA": "Flood advisory",
        "FLW": "Flood warning",
        "AVA": "Landslide advisory",
        "AVW": "Landslide warning",
        "MFW": "Forest fire",
        "YSW": "Yellow dust",
        "HWA": "Strong wind",
        "HUA": "Typhoon",
        "CAE": "Child abduction",
        "CEM": "Civil emergency",
        "ADR": "Announcement",
        "DMO": "Exercise",
    }
)
CATEGORIES: Mapping[str, Category] = MappingProxyType(  # by the first two letters of the event
    {
        **dict.fromkeys(("HR", "HA", "HS", "CW", "SS", "FL", "HW", "HU", "YS"), Category.MET),
        **dict.fromkeys(("EQ", "TS", "AV"), Category.GEO),
        "MF": Category.FIRE,
        "CA": Category.SECURITY,
    }
)
ACKS = ("000", "200", "400", "600", "800")  # received, valid, authenticated, resource fetched, served
ACK_ERRORS = frozenset(f"{code[0]}10" for code in ACKS)

_IDENTIFIER = re.compile(r"[^\W\d_]+\d+")  # an agency and digits: 기상청0123456789
_NUMBER = re.compile(r"[^\W\d_]{2,}\d{10}")
_EVENT = re.compile(r"[A-Z0-9]{3}", re.ASCII)
_REGION = re.compile(r"\d{10}", re.ASCII)
_NOTE = re.compile(r"(\d{3})\s*,\s*\S.*", re.ASCII | re.DOTALL)


def is_number(identifier: str) -> bool:
    """Whether an identifier is one of the profile: the name of its agency and ten digits. Nobody else numbers so."""
    return bool(_NUMBER.fullmatch(identifier))


def follows_profile(alert: Alert) -> bool:
    """Whether the alert says so itself."""
    return any("".join(code.split()) == PROFILE for code in alert.codes)


def is_practice(alert: Alert) -> bool:
    """Whether an event code says that this is a demonstration or a test, whatever the status says."""
    return any(
        event.value in PRACTICE_CODES and event.value_name == EVENT_CODE
        for segment in alert.segments
        for event in segment.event_codes
    )


def check(alert: Alert) -> Iterator[Finding]:
    """What is wrong by the profile."""
    if alert.identifier and not _IDENTIFIER.fullmatch(alert.identifier):
        yield Finding(FindingCode.KOREAN_IDENTIFIER, "alert/identifier")
    if alert.msg_type in (MsgType.ACK, MsgType.ERROR):
        yield from _check_ack(alert)
    if is_practice(alert) and alert.status is Status.ACTUAL:
        yield Finding(FindingCode.KOREAN_PRACTICE_CODE, "alert/status")
    for number, segment in enumerate(alert.segments, 1):
        yield from _check_segment(segment, f"alert/info[{number}]")


def _check_ack(alert: Alert) -> Iterator[Finding]:
    if alert.status is not Status.SYSTEM or alert.scope is not Scope.PRIVATE:
        yield Finding(FindingCode.KOREAN_ACK, "alert/status" if alert.status is not Status.SYSTEM else "alert/scope")
    found = _NOTE.fullmatch(alert.note or "")
    if not found or found[1] not in ACK_ERRORS.union(ACKS):
        yield Finding(FindingCode.KOREAN_ACK, "alert/note")


def _check_segment(segment: Segment, where: str) -> Iterator[Finding]:
    if not any(event.value_name == EVENT_CODE for event in segment.event_codes):
        yield Finding(FindingCode.KOREAN_EVENT_CODE, f"{where}/eventCode")
    for number, event in enumerate(segment.event_codes, 1):
        if event.value_name == EVENT_CODE and not _EVENT.fullmatch(event.value):
            yield Finding(FindingCode.KOREAN_EVENT_CODE, f"{where}/eventCode[{number}]")
    for place, area in enumerate(segment.areas, 1):
        for number, geocode in enumerate(area.geocodes, 1):
            if geocode.value_name == GEOCODE and not _REGION.fullmatch(geocode.value):
                yield Finding(FindingCode.KOREAN_GEOCODE, f"{where}/area[{place}]/geocode[{number}]")
