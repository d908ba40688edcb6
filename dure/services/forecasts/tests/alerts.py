"""Made-up alerts for tests: a sample agency, sample places. `alerts()` draws any that may be issued."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from dure.services.forecasts.types import (
    Alert,
    Area,
    Category,
    Certainty,
    Circle,
    Identity,
    MsgType,
    Named,
    Point,
    Polygon,
    Resource,
    ResponseType,
    Scope,
    Segment,
    Severity,
    Status,
    Urgency,
)

SEOUL = timezone(timedelta(hours=9))
SENT = datetime(2026, 7, 20, 11, 30, tzinfo=SEOUL)
SQUARE = Polygon(
    tuple(
        Point(Decimal(lat), Decimal(lon))
        for lat, lon in (("35.1", "128.1"), ("35.1", "128.9"), ("35.9", "128.9"), ("35.9", "128.1"), ("35.1", "128.1"))
    )
)
SEGMENT = Segment(
    language="ko-KR",
    categories=(Category.MET, Category.HEALTH),
    event="폭염",
    response_types=(ResponseType.PREPARE,),
    urgency=Urgency.EXPECTED,
    severity=Severity.SEVERE,
    certainty=Certainty.LIKELY,
    effective=SENT,
    expires=SENT + timedelta(hours=12),
    sender_name="예시 기상 기관",
    headline="예시 지역 폭염 경고",
    description="낮 기온이 36도까지 오르겠습니다 (연습 자료).",
    instruction="물을 자주 마시고 한낮에는 쉬세요.",
    web="https://example.org/heat",
    parameters=(Named("KMAImpact", "hw/health/3"),),
    areas=(Area(area_desc="예시군", polygons=(SQUARE,), geocodes=(Named("행정구역코드", "4311000000"),)),),
)
ALERT = Alert(
    identifier="예시0000000001",
    sender="sample@example.org",
    sent=SENT,
    status=Status.ACTUAL,
    msg_type=MsgType.ALERT,
    scope=Scope.PUBLIC,
    segments=(SEGMENT,),
)

_LETTERS = st.characters(min_codepoint=33, exclude_categories=("Cs", "Cn", "Cc", "Zs", "Zl", "Zp"))
names = st.text(_LETTERS.filter(lambda letter: letter not in ',<&"' and not letter.isspace()), min_size=1, max_size=12)
texts = (
    st.text(
        st.characters(exclude_categories=("Cs", "Cn", "Cc")) | st.sampled_from("\n\t<&>'\""), min_size=1, max_size=30
    )
    .map(str.strip)
    .filter(bool)
)
offsets = st.sampled_from((UTC, SEOUL, timezone(timedelta(hours=-3, minutes=-30)), timezone(timedelta(hours=14))))
instants = st.builds(
    lambda seconds, zone: (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone),
    st.integers(0, 300_000_000),
    offsets,
)
numbers = st.decimals(min_value=0, max_value=9_999, places=3)
points = st.builds(
    Point, st.decimals(min_value=-90, max_value=90, places=4), st.decimals(min_value=-180, max_value=180, places=4)
)
nameds = st.builds(Named, texts, texts)


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    """A rectangle somewhere."""
    south = draw(st.decimals(min_value=-80, max_value=70, places=3))
    west = draw(st.decimals(min_value=-170, max_value=160, places=3))
    height, width = (draw(st.decimals(min_value="0.001", max_value=10, places=3)) for _ in range(2))
    corners = [Point(south, west), Point(south, west + width), Point(south + height, west + width)]
    corners.append(Point(south + height, west))
    return Polygon((*corners, corners[0]))


areas = st.builds(
    Area,
    area_desc=texts,
    polygons=st.lists(polygons(), max_size=2).map(tuple),
    circles=st.lists(st.builds(Circle, points, numbers), max_size=2).map(tuple),
    geocodes=st.lists(nameds, max_size=2).map(tuple),
    altitude=st.none() | numbers,
)
resources = st.builds(
    Resource,
    resource_desc=texts,
    mime_type=st.just("image/png"),
    size=st.none() | st.integers(0, 10**9),
    uri=st.none() | st.just("https://example.org/picture.png"),
)


@st.composite
def segments(draw: st.DrawFn, after: datetime) -> Segment:
    """Anything the standard allows, in force for a while after `after`."""
    optional = st.none() | texts
    return Segment(
        language=draw(st.sampled_from((None, "ko-KR", "en", "vi-VN"))),
        categories=tuple(draw(st.lists(st.sampled_from(Category), min_size=1, max_size=3))),
        event=draw(texts),
        response_types=tuple(draw(st.lists(st.sampled_from(ResponseType), max_size=3))),
        urgency=draw(st.sampled_from(Urgency)),
        severity=draw(st.sampled_from(Severity)),
        certainty=draw(st.sampled_from(Certainty)),
        audience=draw(optional),
        event_codes=tuple(draw(st.lists(nameds, max_size=2))),
        onset=draw(st.none() | instants),
        expires=draw(st.none() | st.integers(1, 10**6).map(lambda seconds: after + timedelta(seconds=seconds))),
        headline=draw(optional),
        description=draw(optional),
        contact=draw(optional),
        parameters=tuple(draw(st.lists(nameds, max_size=2))),
        resources=tuple(draw(st.lists(resources, max_size=2))),
        areas=tuple(draw(st.lists(areas, max_size=2))),
    )


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    """Any alert that may be issued."""
    sent = draw(instants)
    msg_type = draw(st.sampled_from(MsgType))
    scope = draw(st.sampled_from(Scope))
    references = st.lists(
        st.builds(Identity, names, names, st.integers(1, 10**6).map(lambda back: sent - timedelta(seconds=back))),
        min_size=0 if msg_type is MsgType.ALERT else 1,
        max_size=3,
        unique=True,
    )
    return Alert(
        identifier=draw(names),
        sender=draw(names),
        sent=sent,
        status=draw(st.sampled_from(Status)),
        msg_type=msg_type,
        source=draw(st.none() | texts),
        scope=scope,
        restriction=draw(texts) if scope is Scope.RESTRICTED else None,
        addresses=tuple(draw(st.lists(names, min_size=1 if scope is Scope.PRIVATE else 0, max_size=3))),
        codes=tuple(draw(st.lists(names, max_size=2))),
        note=draw(st.none() | texts),
        references=tuple(draw(references)),
        incidents=tuple(draw(st.lists(st.just("두 낱말") | names, max_size=2))),
        segments=tuple(draw(st.lists(segments(sent), min_size=1, max_size=2))),
    )
