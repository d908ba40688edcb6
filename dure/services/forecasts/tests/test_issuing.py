"""Issuing at the desk: who may, the second person, ten seconds, chains, the same bytes for ever, and what others read of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from lxml import etree

from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, OrganisationId, OrgKind, OrgRole
from dure.kit import keys
from dure.services.forecasts import actions, models, queries
from dure.services.forecasts.rules import cap
from dure.services.forecasts.rules.cap import desk, index, korea, own, signing
from dure.services.forecasts.types import (
    Alert,
    AlertId,
    AlertNotIssuable,
    AlertStanding,
    Certainty,
    DeskKind,
    Issue,
    IssueClosed,
    IssueState,
    MsgType,
    NewIssue,
    NothingToReplace,
    OwnIssue,
    Pin,
    Severity,
    Status,
    Urgency,
)

from . import making
from .making import BY, MORNING, key

UNDO = timedelta(seconds=desk.UNDO_SECONDS)
ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True)
class Desk:
    agency: OrganisationId
    officer: Actor
    other: Actor  # another owner


@pytest.fixture
def desk_of(db: None) -> Iterator[Desk]:
    making.ground()
    with making.at(MORNING):
        agency, officer = folk.verified_organisation(folk.person("예시 담당"), kind=OrgKind.AGENCY, name="예시군청")
        yield Desk(agency, officer, folk.member(agency, officer, OrgRole.OWNER))


def new(of: Desk, **changed: object) -> NewIssue:
    said = NewIssue(
        organisation=of.agency,
        kind=DeskKind.ALERT,
        replaces=None,
        status=Status.ACTUAL,
        event="HRW",
        severity=Severity.SEVERE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.LIKELY,
        headline="예시군 호우경보",
        description="비가 많이 옵니다.",
        instruction="냇가에 가지 마세요.",
        regions=(making.NORTH,),
        polygon="",
        onset=None,
        expires=MORNING + timedelta(hours=6),
        contact="",
        note="",
    )
    return replace(said, **changed)  # type: ignore[arg-type]  # a test changes what it wants


def sent(of: Desk, **changed: object) -> Issue:
    """Written and sent."""
    draft = actions.write_issue(of.officer, new(of, **changed), key=key())
    return actions.send_issue(of.officer, draft.id, key=key())


def issued(of: Desk, minutes: int = 1, **changed: object) -> AlertId:
    """It left."""
    at = MORNING + timedelta(minutes=minutes)
    with making.at(at):
        draft = sent(of, **changed)
    with making.at(at + UNDO):
        assert actions.issue_due(BY) == 1
        found = queries.issue(of.officer, draft.id)
    assert found.alert is not None, found.state
    return found.alert


def value(alert: AlertId) -> Alert:
    return queries.alert(alert).alert


def test_an_alert_leaves_signed_and_others_who_pin_us_believe_it(desk_of: Desk) -> None:
    content = queries.cap_file(issued(desk_of))
    (certificate,) = queries.own_certificates()
    parsed = cap.verify(content, [Pin(queries.own_sender(), certificate)])
    assert parsed.findings == ()
    assert cap.reaches_people(parsed.alert)
    assert parsed.alert.identifier == "예시군청0000000001"
    assert parsed.alert.codes == (korea.PROFILE,)
    (area,) = parsed.alert.segments[0].areas
    assert (area.area_desc, area.geocodes[0].value) == ("예시도 예시군 나루리", making.NORTH)


def test_the_same_bytes_are_made_again(desk_of: Desk) -> None:
    content = queries.cap_file(issued(desk_of))
    (certificate,) = queries.own_certificates()
    assert (
        own.certificate(own.key(keys.derived(own.PURPOSE)), queries.own_sender(), MORNING + timedelta(minutes=1) + UNDO)
        == certificate
    )
    again = signing.sign(cap.issue(cap.parse(content).alert), own.key(keys.derived(own.PURPOSE)), certificate)
    assert again == content


def test_nothing_leaves_before_ten_seconds_and_until_then_it_can_be_taken_back(desk_of: Desk) -> None:
    draft = sent(desk_of)
    with making.at(MORNING + UNDO - timedelta(microseconds=1)):
        assert actions.issue_due(BY) == 0
        assert actions.take_issue_back(desk_of.other, draft.id).state is IssueState.TAKEN_BACK
        assert actions.take_issue_back(desk_of.officer, draft.id).state is IssueState.TAKEN_BACK
    with making.at(MORNING + UNDO):
        assert actions.issue_due(BY) == 0
    assert not models.Alert.objects.exists()


def test_too_late_is_too_late(desk_of: Desk) -> None:
    draft = sent(desk_of)
    with making.at(MORNING + UNDO):
        with pytest.raises(IssueClosed):
            actions.take_issue_back(desk_of.officer, draft.id)
        assert (actions.issue_due(BY), actions.issue_due(BY)) == (1, 0)
        with pytest.raises(IssueClosed):
            actions.take_issue_back(desk_of.officer, draft.id)


@pytest.mark.parametrize(
    "changed",
    [
        {"severity": Severity.EXTREME},
        {"urgency": Urgency.IMMEDIATE},
        {"severity": Severity.EXTREME, "urgency": Urgency.FUTURE},
    ],
)
def test_extreme_danger_and_act_now_need_a_second_person(desk_of: Desk, changed: dict[str, object]) -> None:
    asked = sent(desk_of, **changed)
    assert (asked.state, asked.leaves_at) == (IssueState.ASKED, None)
    with making.at(MORNING + timedelta(hours=1)):
        assert actions.issue_due(BY) == 0
        for wrong, no in ((desk_of.officer, OwnIssue), (folk.person(), NotAllowed)):
            with pytest.raises(no):
                actions.agree_issue(wrong, asked.id, key=key())
        agreed = actions.agree_issue(desk_of.other, asked.id, key=key())
        assert (agreed.state, agreed.second) == (IssueState.SENT, desk_of.other.person)
        with pytest.raises(IssueClosed):
            actions.agree_issue(desk_of.other, asked.id, key=key())


def test_who_left_the_agency_meanwhile_warns_nobody(desk_of: Desk) -> None:
    asked = sent(desk_of, severity=Severity.EXTREME)
    models.Issue.objects.update(author_id=folk.person().person)
    with pytest.raises(NotAllowed):
        actions.agree_issue(desk_of.other, asked.id, key=key())


@pytest.mark.parametrize("kind", [DeskKind.CANCEL, DeskKind.ALL_CLEAR])
def test_a_false_alarm_and_the_end_need_nobody_else(desk_of: Desk, kind: DeskKind) -> None:
    alert = issued(desk_of)
    with making.at(MORNING + timedelta(minutes=5)):
        ended = sent(desk_of, kind=kind, replaces=alert, severity=Severity.EXTREME, note="잘못 보냄")
    assert ended.state is IssueState.SENT


def test_an_exercise_needs_no_second_and_reaches_nobody(desk_of: Desk) -> None:
    alert = issued(desk_of, status=Status.EXERCISE, severity=Severity.EXTREME, note="합동 훈련")
    assert queries.alert(alert).reaches_people is False
    assert queries.published() == ()


def test_an_update_names_every_message_of_its_chain(desk_of: Desk) -> None:
    first = issued(desk_of, 1)
    second = issued(desk_of, 5, kind=DeskKind.UPDATE, replaces=first)
    third = issued(desk_of, 9, kind=DeskKind.UPDATE, replaces=second)
    names = {one.identifier for one in value(third).references}
    assert names == {"예시군청0000000001", "예시군청0000000002"}
    with making.at(MORNING + timedelta(minutes=10)):
        assert [one.id for one in queries.alerts_in_force()] == [third]
        assert queries.alert(first).standing is AlertStanding.ENDED
        assert len(queries.published()) == 3  # what was replaced stays for two days


def test_the_all_clear_and_a_cancellation_end_what_they_name(desk_of: Desk) -> None:
    for kind, msg_type in ((DeskKind.ALL_CLEAR, MsgType.UPDATE), (DeskKind.CANCEL, MsgType.CANCEL)):
        first = issued(desk_of, 1)
        last = value(issued(desk_of, 3, kind=kind, replaces=first, note="끝"))
        assert last.msg_type is msg_type
        assert last.segments[0].urgency is Urgency.PAST
        with making.at(MORNING + timedelta(minutes=4)):
            assert queries.alert(first).standing is AlertStanding.ENDED


def test_what_does_not_hold_any_more_is_not_replaced(desk_of: Desk) -> None:
    first = issued(desk_of, 1)
    issued(desk_of, 3, kind=DeskKind.CANCEL, replaces=first, note="잘못 보냄")
    with making.at(MORNING + timedelta(minutes=5)), pytest.raises(NothingToReplace):
        sent(desk_of, kind=DeskKind.UPDATE, replaces=first)


def test_an_exercise_ends_nothing_real(desk_of: Desk) -> None:
    first = issued(desk_of, 1)
    with making.at(MORNING + timedelta(minutes=5)), pytest.raises(NothingToReplace):
        sent(desk_of, kind=DeskKind.UPDATE, replaces=first, status=Status.EXERCISE, note="훈련")


def test_two_who_end_it_at_once_end_it_once(desk_of: Desk) -> None:
    first = issued(desk_of, 1)
    with making.at(MORNING + timedelta(minutes=5)):
        one = sent(desk_of, kind=DeskKind.CANCEL, replaces=first, note="잘못 보냄")
        two = sent(desk_of, kind=DeskKind.CANCEL, replaces=first, note="잘못 보냄")
    with making.at(MORNING + timedelta(minutes=5) + UNDO):
        assert actions.issue_due(BY) == 2
        states = {queries.issue(desk_of.officer, each.id).state for each in (one, two)}
    assert states == {IssueState.ISSUED, IssueState.LAPSED}


def test_what_is_over_before_it_leaves_does_not_leave(desk_of: Desk) -> None:
    draft = sent(desk_of, expires=MORNING + timedelta(seconds=5))
    with making.at(MORNING + UNDO):
        actions.issue_due(BY)
        assert queries.issue(desk_of.officer, draft.id).state is IssueState.LAPSED
    assert not models.Alert.objects.exists()


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("event", {"event": "XXX"}),
        ("headline", {"headline": "가" * 141}),
        ("headline", {"headline": " "}),
        ("regions", {"regions": ()}),
        ("regions", {"regions": ("9999999999",)}),
        ("expires", {"expires": MORNING}),
        ("expires", {"expires": MORNING + timedelta(days=8)}),
        ("onset", {"onset": MORNING + timedelta(hours=7)}),
        ("polygon", {"polygon": "hier und da"}),
        ("status", {"status": Status.SYSTEM}),
        ("replaces", {"kind": DeskKind.UPDATE}),
        ("description", {"description": "가" * 2001}),
    ],
)
def test_what_is_not_filled_in_rightly_is_named(desk_of: Desk, field: str, changed: dict[str, object]) -> None:
    with pytest.raises(BadValue) as no:
        actions.write_issue(desk_of.officer, new(desk_of, **changed), key=key())
    assert no.value.field == field
    assert not models.Issue.objects.exists()


@pytest.mark.parametrize(
    "changed", [{"event": "DMO"}, {"polygon": "35,128 36,129 35,129 36,128"}, {"description": "널\x00"}]
)
def test_what_breaks_the_standard_is_shown_and_not_sent(desk_of: Desk, changed: dict[str, object]) -> None:
    draft = actions.write_issue(desk_of.officer, new(desk_of, **changed), key=key())
    shown = queries.preview(draft.new, MORNING)
    assert shown.xml == b""
    assert shown.findings
    with pytest.raises(AlertNotIssuable):
        actions.send_issue(desk_of.officer, draft.id, key=key())
    assert queries.issue(desk_of.officer, draft.id).state is IssueState.DRAFT


def test_a_preview_is_what_leaves(desk_of: Desk) -> None:
    draft = actions.write_issue(desk_of.officer, new(desk_of, polygon="35.1,128.1 35.1,128.9 35.9,128.9"), key=key())
    shown = queries.preview(draft.new, MORNING + UNDO)
    assert shown.findings == ()
    actions.send_issue(desk_of.officer, draft.id, key=key())
    with making.at(MORNING + UNDO):
        actions.issue_due(BY)
        found = queries.issue(desk_of.officer, draft.id)
    assert found.alert
    assert value(found.alert) == shown.alert


@pytest.mark.parametrize("kind", [OrgKind.NGO, OrgKind.VILLAGE, OrgKind.COMPANY])
def test_only_an_agency_issues(db: None, kind: OrgKind) -> None:
    making.ground()
    with making.at(MORNING):
        body, owner = folk.verified_organisation(folk.person(), kind=kind)
        with pytest.raises(NotAllowed):
            actions.write_issue(owner, new(Desk(body, owner, owner)), key=key())
        assert queries.agencies_of(owner) == ()


def test_an_agency_that_nobody_looked_at_does_not(db: None) -> None:
    making.ground()
    with making.at(MORNING):
        body, owner = folk.organisation(folk.person(), kind=OrgKind.AGENCY)
        with pytest.raises(NotAllowed):
            actions.write_issue(owner, new(Desk(body, owner, owner)), key=key())


def test_staff_does_not_issue_and_a_steward_may(desk_of: Desk) -> None:
    staff = folk.member(desk_of.agency, desk_of.officer)
    with pytest.raises(NotAllowed):
        actions.write_issue(staff, new(desk_of), key=key())
    actions.write_issue(folk.steward(), new(desk_of), key=key())


def test_a_draft_is_its_authors_and_is_written_anew_or_thrown_away(desk_of: Desk) -> None:
    draft = actions.write_issue(desk_of.officer, new(desk_of), key=key())
    with pytest.raises(NotFound):
        queries.issue(desk_of.other, draft.id)
    with pytest.raises(NotAllowed):
        actions.throw_issue_away(desk_of.other, draft.id)
    again = actions.write_issue(desk_of.officer, new(desk_of, headline="다른 제목"), key=key(), instead_of=draft.id)
    assert [one.id for one in queries.issues(desk_of.officer)] == [again.id]
    actions.throw_issue_away(desk_of.officer, again.id)
    actions.throw_issue_away(desk_of.officer, again.id)
    assert queries.issues(desk_of.officer) == ()


def test_a_retry_writes_and_sends_once(desk_of: Desk) -> None:
    said = key()
    one, two = (actions.write_issue(desk_of.officer, new(desk_of), key=said) for _twice in range(2))
    assert one == two
    said = key()
    assert len({actions.send_issue(desk_of.officer, one.id, key=said).leaves_at for _twice in range(2)}) == 1


def test_numbers_are_never_used_twice_and_survive_the_sweep(desk_of: Desk) -> None:
    names = [value(issued(desk_of, minute)).identifier for minute in (1, 2, 3)]
    assert names == [f"예시군청{number:010}" for number in (1, 2, 3)]
    with making.at(MORNING + timedelta(days=100)):
        assert actions.sweep_alerts(BY) == 0


def test_others_read_lists_and_files_and_ask_politely(desk_of: Desk) -> None:
    first = issued(desk_of, 1)
    client = Client()
    with making.at(MORNING + timedelta(minutes=2)):
        file = client.get(f"/forecasts/alerts/{first}.xml")
        assert (file.status_code, file["Content-Type"]) == (200, "application/cap+xml; charset=utf-8")
        assert file.content == queries.cap_file(first)
        feed = client.get("/forecasts/alerts.atom")
        entry = etree.fromstring(feed.content).find(f"{ATOM}entry")
        assert entry is not None
        links = {link.get("type"): link.get("href") for link in entry.findall(f"{ATOM}link")}
        assert str(links["application/cap+xml"]).endswith(f"/forecasts/alerts/{first}.xml")
        (said,) = json.loads(client.get("/forecasts/alerts.json").content)["alerts"]
        assert (said["identifier"], said["areas"][0]["regions"]) == ("예시군청0000000001", [making.NORTH])
        for address in ("/forecasts/alerts.atom", "/forecasts/alerts.json", f"/forecasts/alerts/{first}.xml"):
            answer = client.get(address)
            same = client.get(address, headers={"If-None-Match": answer["ETag"]})
            assert (same.status_code, same.content) == (304, b"")
        mark = client.get("/forecasts/alerts.atom")["ETag"]
    issued(desk_of, 3, kind=DeskKind.CANCEL, replaces=first, note="잘못 보냄")
    with making.at(MORNING + timedelta(minutes=4)):
        assert client.get("/forecasts/alerts.atom", headers={"If-None-Match": mark}).status_code == 200
    with making.at(MORNING + timedelta(days=60)):
        assert client.get("/forecasts/alerts.json").json() == {"alerts": []}
        assert client.get(f"/forecasts/alerts/{first}.xml").content == file.content


def test_our_own_list_is_read_by_our_own_reader(desk_of: Desk) -> None:
    alert = issued(desk_of)
    with making.at(MORNING + timedelta(minutes=2)):
        content = Client().get("/forecasts/alerts.atom").content
    found = index.addresses(content, f"{settings.DURE.origin}/forecasts/alerts.atom")
    assert found is not None
    assert [one.rpartition("/")[2] for one in found] == [f"{alert}.xml"]


def test_without_a_certificate_there_is_none_to_pin(db: None) -> None:
    assert Client().get("/forecasts/alerts/certificate.pem").status_code == 404


def test_a_certificate_lasts_and_a_new_one_comes_in_time() -> None:
    secret = own.key(b"1" * 32)
    pem = own.certificate(secret, "alerts@example.org", MORNING)
    assert own.is_fit(pem, secret, MORNING)
    assert not own.is_fit(pem, own.key(b"2" * 32), MORNING)
    assert not own.is_fit(pem, secret, MORNING + own.LASTS - timedelta(days=10))
    assert own.certificate(secret, "가" * 300, MORNING)
