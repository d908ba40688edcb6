"""From a list of weather warnings to a message and a page, on the real database: once, to exactly those concerned."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import structlog
from django.utils import translation

from dure.base import clock
from dure.foundations.channels import queries as known_channels
from dure.foundations.channels.types import Purpose, SendingState
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit.twins import Server, Setting
from dure.services.forecasts import actions, models, queries, tasks
from dure.services.forecasts.providers import Source, ask
from dure.services.forecasts.rules import fetching
from dure.services.forecasts.twins import WeatherTwin
from dure.services.forecasts.types import (
    Answer,
    ChangeKind,
    Fault,
    FeedName,
    FeedState,
    Field,
    ImpactLevel,
    Kept,
    NewPlace,
    Question,
    SenderRole,
    UnknownReason,
    WarningChange,
    WarningDegree,
    WarningKind,
    WarningSubject,
)

from . import making
from .making import BY, MORNING, NORTH, SOUTH, Said, at, key, tell, told
from .test_pages import page, said_aloud

FEED = FeedName.WARNINGS
NIGHT = MORNING.replace(hour=23, minute=0)
HEADER = "# REG_UP,REG_UP_KO,REG_ID,REG_KO,TM_FC,TM_EF,WRN,LVL,CMD,ED_TM\n"


def text(*warnings: str, issued: str = "202607201130") -> bytes:
    """A list; each warning as `zone kind degree`, perhaps with a command."""
    rows = []
    for one in warnings:
        zone, kind, degree, command = (*one.split(), "발표")[:4]
        rows.append(f"SAMPLE,예시도,{zone},예시군,{issued},{issued},{kind},{degree},{command},,=\n")
    return ("#START7777\n" + HEADER + "".join(rows) + "#7777END\n").encode("cp949")


def hear(*warnings: str, issued: str = "202607201130", role: SenderRole = SenderRole.AUTHORITY) -> Kept:
    return hear_answer(Answer(None, 200, text(*warnings, issued=issued), "text/plain"), role)


def hear_twice(*warnings: str, issued: str = "202607201130") -> Kept:
    """The same list again after five minutes: what it leaves out is over."""
    now = clock.now()
    hear(*warnings, issued=issued)
    with at(now + timedelta(minutes=5)):
        return hear(*warnings, issued=issued)


def hear_answer(answer: Answer, role: SenderRole = SenderRole.AUTHORITY) -> Kept:
    actions.claim_feed(BY, FEED)
    return actions.hear(BY, FEED, answer, making.CODES, role)


def said(by: Actor) -> list[tuple[str, str, str | None]]:
    """What somebody was told of warnings, the oldest first."""
    return [
        (one.subject.zone, one.kind.value, one.degree.value if one.degree else None)
        for notice in reversed(told(by))
        for one in notice.warnings
    ]


@pytest.fixture
def ground(db: None) -> None:
    making.ground()
    making.channel()


def test_an_advisory_comes_at_once_by_day_and_once(ground: None) -> None:
    with at(MORNING):
        by, elsewhere = making.reader(), making.reader("먼예시", region=SOUTH)
        assert hear("SAMPLE01 호우 주의").changed == 1
        tell()
        tell()
        assert hear("SAMPLE01 호우 주의").changed == 0
        tell()
        assert (said(by), said(elsewhere)) == ([("SAMPLE01", "first", "advisory")], [])
    [sending] = making.sendings()
    assert sending.purpose is Purpose.INFO
    assert making.waiting_for(by) == 1


def test_places_in_two_zones_and_two_fields_are_one_message(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        for place in (
            NewPlace(SOUTH, Field.HEALTH, ImpactLevel.CAUTION),
            NewPlace(NORTH, Field.FARMING, ImpactLevel.DANGER),
        ):
            actions.choose_place(by, place, key=key())
        hear("SAMPLE01 호우 주의", "SAMPLE02 호우 경보")
        tell()
        assert said(by) == [("SAMPLE02", "first", "warning"), ("SAMPLE01", "first", "advisory")]
        assert len(told(by)) == len(making.sendings()) == 1


def test_who_chose_a_high_level_hears_of_warnings_only(ground: None) -> None:
    with at(MORNING):
        by = making.reader(level=ImpactLevel.WARNING)
        hear("SAMPLE01 호우 주의")
        tell()
        assert said(by) == []
        hear("SAMPLE01 호우 경보 변경", issued="202607201135")
        tell()
        assert said(by) == [("SAMPLE01", "first", "warning")]


def test_heavy_rain_breaks_the_night_heat_does_not(ground: None) -> None:
    with at(NIGHT), structlog.testing.capture_logs() as logs:
        by = making.reader()
        hear("SAMPLE01 호우 경보", "SAMPLE01 폭염 경보", issued="202607202250")
        tell()
        assert said(by) == [("SAMPLE01", "first", "warning")]
        assert told(by)[0].warnings[0].breaks_quiet
        [sending] = making.sendings()
        assert sending.purpose is Purpose.SAFETY
    [line] = [one for one in logs if one["event"] == "warning_broke_quiet_hours"]
    assert (line["kind"], line["degree"], line["readers"]) == ("R", "warning", 1)
    with at(NIGHT + timedelta(hours=8, minutes=59)):
        tell()
        assert len(said(by)) == 1
    with at(NIGHT + timedelta(hours=9)):
        tell()
        assert [one[1] for one in said(by)] == ["first", "first"]


def test_what_a_twin_says_wakes_nobody(ground: None) -> None:
    with at(NIGHT):
        by = making.reader()
        hear("SAMPLE01 호우 경보", issued="202607202250", role=SenderRole.MIRROR)
        tell()
        assert said(by) == []


def test_lifting_goes_to_exactly_those_who_were_told(ground: None) -> None:
    with at(MORNING):
        by, high = making.reader(), making.reader("높예시", level=ImpactLevel.DANGER)
        hear("SAMPLE01 호우 주의")
        tell()
        late = making.reader("늦예시", level=ImpactLevel.DANGER)
    with at(MORNING + timedelta(hours=1)):
        hear()
        tell()
        assert len(said(by)) == 1  # one list leaves it out
        hear_twice()
        tell()
        assert [one[1:] for one in said(by)] == [("first", "advisory"), ("all_clear", None)]
        assert (said(high), said(late)) == ([], [])
        assert not models.WarnedTold.objects.exists()
        hear()
        tell()
        assert len(said(by)) == 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(None, 200, b"", "text/plain"), UnknownReason.EMPTY_BODY),
        (Answer(None, 200, b"<!DOCTYPE html><html></html>", "text/html"), UnknownReason.WEB_PAGE),
        (Answer(Fault.CUT, 200), Fault.CUT),
        (Answer(None, 304, is_same=True), None),
    ],
)
def test_what_is_no_list_lifts_nothing(ground: None, answer: Answer, why: object) -> None:
    with at(MORNING):
        by = making.reader()
        hear("SAMPLE01 호우 주의")
        tell()
        assert hear_answer(answer).why == why
        tell()
        assert [one[1] for one in said(by)] == ["first"]
        assert queries.warnings_at(["SAMPLE01"])["SAMPLE01"][0].degree == "advisory"
        speaks = queries.feed_standings(BY)[2]
        assert (speaks.feed, speaks.failures) == (FEED, 1 if why else 0)


def test_a_message_that_is_no_longer_true_is_stopped_and_the_rest_is_told_anew(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        hear("SAMPLE01 호우 주의", "SAMPLE01 강풍 주의")
        tell()
        [first] = making.sendings()
        hear("SAMPLE01 호우 경보 변경", "SAMPLE01 강풍 주의", issued="202607201135")
        assert making.sendings()[0].state is SendingState.STOPPED
        tell()
        assert first.sending != making.sendings()[-1].sending
        last = told(by)[0].warnings
        assert {(str(one.subject.kind), one.kind.value, one.degree) for one in last} >= {("R", "upgrade", "warning")}
        kinds = {str(one.subject.kind) for notice in told(by)[:-1] for one in notice.warnings}
        assert kinds == {"R", "W"}  # nobody had got the first one, so the wind is told again


def test_who_drops_a_place_hears_nothing_more_of_it_and_afresh_when_it_is_back(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        hear("SAMPLE01 호우 주의")
        tell()
        actions.drop_place(by, queries.places(by)[0].id, key=key())
        hear_twice()
        tell()
        assert [one[1] for one in said(by)] == ["first"]
        hear("SAMPLE01 호우 주의", issued="202607201138")
        actions.choose_place(by, NewPlace(NORTH, Field.HEALTH, ImpactLevel.CAUTION), key=key())
        tell()
        assert [one[1] for one in said(by)] == ["first", "first"]


def test_nobody_is_asked_to_call_because_of_a_warning(ground: None) -> None:
    """Also when a forecast came in the same moment, and that one was read."""
    with at(MORNING):
        child, mother = folk.person("아이"), folk.person("어머니")
        making.watched(child, mother)
        making.hear(Said(3))
        hear("SAMPLE01 호우 경보")
        tell()
        assert len(told(mother)) == 2
        forecast = next(one for one in told(mother) if one.changes)
        models.Notice.objects.filter(id=forecast.id).update(read_at=MORNING)
    with at(MORNING + timedelta(hours=2)):
        calls = actions.CallWording("#{name}", "보기", "/forecasts/family/")
        assert actions.ask_calls(BY, calls) == (0, None)  # the watch is not even looked at
        assert not models.Call.objects.exists()
        models.Notice.objects.filter(id=forecast.id).update(read_at=None)
        tasks.ask_calls(0)
        assert [call.notice_id for call in models.Call.objects.all()] == [forecast.id]


def test_the_page_says_word_shape_source_and_time_and_silence_is_no_all_clear(ground: None) -> None:
    now = datetime.now(UTC)
    with at(now):
        by = making.reader()
        shown = page(by, "/forecasts/")
        assert "특보 자료를 아직 받지 못했" in shown
        assert "marks.svg#two_flags" not in shown
        issued = f"{now.astimezone(making.SEOUL):%Y%m%d%H%M}"
        hear("SAMPLE01 호우 경보", issued=issued)
        shown = page(by, "/forecasts/")
        assert "호우경보" in shown
        assert "marks.svg#two_flags" in shown
        assert "기상청" in shown
        assert any("호우경보" in one for one in said_aloud(shown))
        hear_twice()
        assert "내려진 특보가 없" in page(by, "/forecasts/")
    with at(now + timedelta(hours=3, minutes=5)):
        silent = page(by, "/forecasts/")
        assert "내려진 특보가 없" not in silent
        assert "위험이 없다는 뜻은 아닙" in silent
        assert queries.feed_health_of(FEED).state is FeedState.SILENT


def test_a_warning_feed_that_is_silent_says_nothing_of_forecasts(ground: None) -> None:
    with at(MORNING):
        for feed in (FeedName.IMPACT_HEAT, FeedName.IMPACT_COLD):
            making.hear(Said(2), feed=feed)
        assert queries.feed_health().state is FeedState.FRESH
        assert queries.feed_health_of(FEED).state is FeedState.SILENT


def test_messages_say_where_what_who_and_when(ground: None) -> None:
    with at(MORNING):
        by = making.reader()
        hear("SAMPLE01 호우 주의")
        tell()
        hear("SAMPLE01 호우 경보 변경", issued="202607201135")
        tell()
        hear_twice()
        tell()
        shown = page(by, "/forecasts/")
    for words in ("호우주의보", "호우주의보에서 호우경보로", "호우경보 해제", "가람", "기상청"):
        assert words in shown


@pytest.fixture
def twin() -> Iterator[Server]:
    """By the time of today, for its threads read a clock of their own."""
    with Server(WeatherTwin(Setting(secret="of-tests"), ("SAMPLE01", "SAMPLE02"))) as server:
        yield server


def test_the_twin_lists_warnings_as_the_authority_does(twin: Server, ground: None) -> None:
    def asked(etag: str = "") -> Answer:
        return ask(
            Source(twin.origin, "of-tests"), Question(FEED, MORNING, etag, ""), fetching.query_of(FEED, clock.today())
        )

    def say(**words: object) -> None:
        httpx.post(f"{twin.origin}/twin/say", json=words).raise_for_status()

    say(zone="SAMPLE01", warning="호우", degree=3)
    first = asked()
    assert first.content.decode("cp949").startswith("#START7777\n# REG_UP,REG_UP_KO,REG_ID")
    assert asked(first.etag).is_same
    hear_answer(first)
    assert ("R", "warning") in [(one.subject.kind, one.degree) for one in queries.warnings_at(["SAMPLE01"])["SAMPLE01"]]
    say(zone="SAMPLE01", warning="호우", degree=0)
    hear_answer(asked(first.etag))
    with at(clock.now() + timedelta(minutes=5)):
        hear_answer(asked())
    assert "R" not in [one.subject.kind for one in queries.warnings_at(["SAMPLE01"])["SAMPLE01"]]


def test_a_change_waits_for_whoever_asks_about_it_next(ground: None) -> None:
    """The worker that heard it may have been killed before anybody was asked about."""
    with at(MORNING):
        by = making.reader()
        hear("SAMPLE01 호우 주의")
        models.Reader.objects.update(ask_at=None)
        assert actions.ask_warned(BY) == 1
        assert actions.ask_warned(BY) == 0
        tell()
        assert [one[1] for one in said(by)] == ["first"]


def test_what_was_lifted_is_forgotten_after_a_month_and_what_holds_is_not(ground: None) -> None:
    with at(MORNING):
        hear("SAMPLE01 호우 주의", "SAMPLE02 호우 주의")
        hear_twice("SAMPLE02 호우 주의")
    with at(MORNING + timedelta(days=31)):
        actions.sweep(BY)
        assert [row.zone for row in models.Warned.objects.all()] == ["SAMPLE02"]


def test_a_message_says_one_thing_to_do_and_nothing_to_do_when_it_is_over() -> None:
    rain, strange = WarningSubject("SAMPLE01", WarningKind.RAIN), WarningSubject("SAMPLE01", "산사태")

    def message(
        subject: WarningSubject, kind: ChangeKind, before: WarningDegree | None, degree: WarningDegree | None
    ) -> str:
        change = WarningChange(subject, kind, before, degree, MORNING, MORNING, SenderRole.AUTHORITY, False)
        with translation.override("ko"):
            return tasks.warned_message((change,), {})

    advisory, warning = WarningDegree.ADVISORY, WarningDegree.WARNING
    assert message(rain, ChangeKind.UPGRADE, advisory, warning).split("\n")[1].startswith("이렇게 하세요: 지하차도")
    for said in (
        message(rain, ChangeKind.DOWNGRADE, warning, advisory),
        message(rain, ChangeKind.ALL_CLEAR, advisory, None),
        message(strange, ChangeKind.FIRST, None, warning),
    ):
        assert "\n" not in said


@pytest.mark.parametrize("kind", list(WarningKind))
def test_no_advice_of_ours_reads_like_an_offer(kind: WarningKind) -> None:
    """A message that does goes out without its words."""
    subject = WarningSubject("SAMPLE01", kind)
    change = WarningChange(
        subject, ChangeKind.FIRST, None, WarningDegree.ADVISORY, MORNING, MORNING, SenderRole.AUTHORITY, False
    )
    with translation.override("ko"):
        said = tasks.warned_message((change,), {"SAMPLE01": "가람"})
    assert "이렇게 하세요" in said
    assert not known_channels.reads_like_an_offer(said, "영향예보")
