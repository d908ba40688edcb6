"""Section 3 of the standard beyond its schema, asked of a value: the same for what we read and for what we issue."""

import re
from collections import defaultdict
from collections.abc import Iterator

from dure.services.forecasts.types import Alert, Finding, FindingCode, MsgType, Scope, Segment, Status

from . import checks_parts, korea

HEADLINE_LETTERS_MAX = 140
_RESTRICTED = re.compile(r"[\s,<&]")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,7}", re.ASCII)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,20}(\s[^<>]{0,500})?/?>")
_ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_ANSWERS = (MsgType.UPDATE, MsgType.CANCEL, MsgType.ACK, MsgType.ERROR)


def check(alert: Alert) -> tuple[tuple[Finding, ...], int]:
    """All findings of one alert by itself, and the steps it took to find them."""
    findings = [*_check_head(alert), *_check_references(alert), *_check_languages(alert)]
    steps = len(alert.references)
    budget = checks_parts.Budget()
    for number, segment in enumerate(alert.segments, 1):
        where = f"alert/info[{number}]"
        findings += _check_segment(alert, segment, where)
        findings += _check_texts(segment, where)
        for place, resource in enumerate(segment.resources, 1):
            findings += checks_parts.check_resource(resource, f"{where}/resource[{place}]")
        for place, area in enumerate(segment.areas, 1):
            findings += checks_parts.check_area(area, f"{where}/area[{place}]", budget)
        steps += 1 + len(segment.resources) + len(segment.areas)
    if korea.follows_profile(alert):
        findings += korea.check(alert)
    return tuple(dict.fromkeys(findings)), steps + budget.spent


def reaches_people(alert: Alert) -> bool:
    """Whether people may be told of it at all: actual, public, no demonstration. Nothing else ever pages anybody."""
    return (
        alert.status is Status.ACTUAL
        and alert.scope is Scope.PUBLIC
        and alert.msg_type in (MsgType.ALERT, MsgType.UPDATE, MsgType.CANCEL)
        and not korea.is_practice(alert)
    )


def _check_head(alert: Alert) -> Iterator[Finding]:
    if alert.identifier and _RESTRICTED.search(alert.identifier):
        yield Finding(FindingCode.IDENTIFIER_CHARACTERS, "alert/identifier")
    if alert.sender and _RESTRICTED.search(alert.sender):
        yield Finding(FindingCode.SENDER_CHARACTERS, "alert/sender")
    if (alert.restriction is not None) != (alert.scope is Scope.RESTRICTED) and alert.scope is not None:
        yield Finding(FindingCode.RESTRICTION_SCOPE_MISMATCH, "alert/restriction")
    if alert.scope is Scope.PRIVATE and not alert.addresses:
        yield Finding(FindingCode.ADDRESSES_SCOPE_MISMATCH, "alert/addresses")
    if alert.note is None and (alert.msg_type is MsgType.ERROR or alert.status is Status.EXERCISE):
        yield Finding(FindingCode.NOTE_MISSING, "alert/note")
    if not alert.segments and alert.msg_type in (MsgType.ALERT, MsgType.UPDATE):
        yield Finding(FindingCode.SEGMENT_MISSING, "alert/info")


def _check_references(alert: Alert) -> Iterator[Finding]:
    where = "alert/references"
    if alert.msg_type in _ANSWERS and not alert.references:
        yield Finding(FindingCode.REFERENCES_MISSING, where)
    if alert.msg_type is MsgType.ALERT and alert.references:
        yield Finding(FindingCode.REFERENCES_UNEXPECTED, where)
    for reference in alert.references:
        if reference == alert.identity:
            yield Finding(FindingCode.CIRCULAR_REFERENCE, where)
        elif alert.sent is not None and reference.sent > alert.sent:
            yield Finding(FindingCode.POSTDATED_REFERENCE, where)


def _check_languages(alert: Alert) -> Iterator[Finding]:
    """Segments of one language tell one event; segments of two languages do not tell it in the same words."""
    events: defaultdict[str, set[str | None]] = defaultdict(set)
    categories: set[frozenset[str]] = set()
    said: dict[tuple[str, str], str] = {}
    for number, segment in enumerate(alert.segments, 1):
        language = (segment.language or "en-US").lower()
        events[language].add(segment.event)
        categories.add(frozenset(segment.categories))
        for field in ("headline", "description", "instruction"):
            text = getattr(segment, field)
            if text and said.setdefault((field, text), language).split("-")[0] != language.split("-")[0]:
                yield Finding(FindingCode.SAME_TEXT_DIFFERENT_LANGUAGE, f"alert/info[{number}]/{field}")
    if any(len(told) > 1 for told in events.values()):
        yield Finding(FindingCode.EVENTS_DIFFER, "alert/info")
    if len(categories) > 1:
        yield Finding(FindingCode.CATEGORIES_DIFFER, "alert/info")


def _check_segment(alert: Alert, segment: Segment, where: str) -> Iterator[Finding]:
    if segment.language is not None and not _LANGUAGE.fullmatch(segment.language):
        yield Finding(FindingCode.INVALID_LANGUAGE, f"{where}/language")
    begins = segment.effective or alert.sent
    if segment.expires is None:
        if alert.msg_type in (MsgType.ALERT, MsgType.UPDATE):
            yield Finding(FindingCode.EXPIRES_MISSING, f"{where}/expires")
    elif begins is not None and segment.expires <= begins:
        yield Finding(FindingCode.EXPIRES_BEFORE_EFFECTIVE, f"{where}/expires")
    if segment.expires and segment.onset and segment.expires < segment.onset:
        yield Finding(FindingCode.EXPIRES_BEFORE_ONSET, f"{where}/expires")
    if segment.web is not None and not checks_parts.is_absolute_uri(segment.web):
        yield Finding(FindingCode.URI_INVALID, f"{where}/web")


def _check_texts(segment: Segment, where: str) -> Iterator[Finding]:
    if len(segment.headline or "") > HEADLINE_LETTERS_MAX:
        yield Finding(FindingCode.HEADLINE_TOO_LONG, f"{where}/headline")
    for field in ("event", "audience", "headline", "description", "instruction", "contact"):
        text = getattr(segment, field) or ""
        if _TAG.search(text):
            yield Finding(FindingCode.TEXT_CONTAINS_HTML_TAGS, f"{where}/{field}")
        if _ENTITY.search(text):
            yield Finding(FindingCode.TEXT_CONTAINS_HTML_ENTITIES, f"{where}/{field}")
