"""Who may do what: every action by every role, denied unless the table says otherwise."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from django.db import transaction

from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY, Actor, OrgKind
from dure.services.forecasts import actions, queries
from dure.services.forecasts.types import (
    AlertId,
    Answer,
    FeedName,
    Field,
    ImpactLevel,
    IssueId,
    NewIssue,
    NewPlace,
    NewSource,
    OwnIssue,
    OwnWatch,
    PinId,
    SenderRole,
    Severity,
    SourceId,
    WatchCard,
)

from . import making
from . import test_issuing as issuing
from .issuers import Issuer, alert
from .making import BY, MORNING, NORTH, TABLE, Said, key

DENIED = (NotAllowed, NotFound, OwnIssue, OwnWatch)
WORDING = actions.Wording(lambda notice, zones: "말", "말", "보기", "/forecasts/", lambda changes, zones: "말")
CALLS = actions.CallWording("#{name}", "보기", "/forecasts/family/")
ISSUER, OTHER = Issuer(), Issuer()
SOURCE = NewSource("예시 기관", "https://alerts.example.org/list.atom")
ALERTS = actions.AlertWording(lambda kept, what: "말", "말", "보기", lambda alert: "/forecasts/")
ANSWER = Answer(None, 200, making.text(Said(2)), "text/plain")


@dataclass(frozen=True)
class Stage:
    """A child and a mother who agreed, an open link, a reader who was told; and somebody for each role."""

    watch: WatchCard
    open_link: WatchCard
    pin: PinId
    source: SourceId
    alert: AlertId
    new: NewIssue
    draft: IssueId
    asked: IssueId
    actors: dict[str, Actor]


@pytest.fixture
def stage(db: None) -> Stage:
    making.ground()
    making.channel()
    with making.at(MORNING):
        child, mother = folk.person("아이"), making.reader("어머니")
        watch = making.watched(child, mother)
        link = actions.ask_watch(child, making.new_watch(called="아버지"), key=key())
        making.hear(Said(3))
        making.tell()
    actors = {
        "nobody": NOBODY,
        "child": child,
        "mother": mother,
        "stranger": folk.person("남"),
        "steward": folk.steward(),
        "auditor": folk.auditor(),
        "system": BY,
    }
    with making.at(MORNING):
        pin = OTHER.pinned(actors["steward"])
        source = actions.put_source(BY, NewSource("예시", "http://127.0.0.1:9/"), key=key())
        actions.end_source(BY, source, key=key())  # nobody is asked here
        taken = actions.take_alert(BY, OTHER.signed(alert(9)))
        agency, officer = folk.verified_organisation(folk.person("담당"), kind=OrgKind.AGENCY)
        actors["officer"] = officer
        new = issuing.new(issuing.Desk(agency, officer, officer))
        draft = actions.write_issue(officer, new, key=key())
        extreme = actions.write_issue(officer, replace(new, severity=Severity.EXTREME), key=key())
        actions.send_issue(officer, extreme.id, key=key())
    return Stage(watch, link, pin, source, taken.id, new, draft.id, extreme.id, actors)


PERSONS = frozenset({"child", "mother", "stranger", "steward", "auditor", "officer"})
SYSTEM = frozenset({"system"})
STEWARDS = frozenset({"system", "steward"})
ISSUERS = frozenset({"officer", "steward"})
LOOKERS = frozenset({"steward", "auditor", "system"})
HERE = NewPlace(NORTH, Field.FARMING, ImpactLevel.CAUTION)


def mothers(stage: Stage) -> Actor:
    return stage.actors["mother"]


type Row = tuple[frozenset[str], Callable[[Actor, Stage], object]]
MATRIX: dict[str, Row] = {
    "claim_feed": (SYSTEM, lambda by, s: actions.claim_feed(by, FeedName.IMPACT_COLD)),
    "hear": (
        SYSTEM,
        lambda by, s: actions.hear(by, FeedName.IMPACT_HEAT, ANSWER, making.CODES, SenderRole.AUTHORITY),
    ),
    "sweep": (SYSTEM, lambda by, s: actions.sweep(by)),
    "ask_moved": (SYSTEM, lambda by, s: actions.ask_moved(by)),
    "ask_warned": (SYSTEM, lambda by, s: actions.ask_warned(by)),
    "note_broken": (SYSTEM, lambda by, s: actions.note_broken(by, FeedName.IMPACT_HEAT, "KeyError")),
    "retell": (SYSTEM, lambda by, s: actions.retell(by)),
    "tell_next": (SYSTEM, lambda by, s: actions.tell_next(by, WORDING)),
    "ask_calls": (SYSTEM, lambda by, s: actions.ask_calls(by, CALLS)),
    "bring_friends": (SYSTEM, lambda by, s: actions.bring_friends(by)),
    "sweep_watches": (SYSTEM, lambda by, s: actions.sweep_watches(by)),
    "resolve_places": (SYSTEM, lambda by, s: actions.resolve_places(by)),
    "forget_person": (SYSTEM, lambda by, s: actions.forget_person(by, making.person_of(mothers(s)))),
    "put_zones": (frozenset({"system", "steward"}), lambda by, s: actions.put_zones(by, TABLE)),
    "take_alert": (STEWARDS, lambda by, s: actions.take_alert(by, ISSUER.signed(alert()))),
    "pin": (frozenset({"steward"}), lambda by, s: actions.pin(by, ISSUER.new_pin(), key=key())),
    "unpin": (frozenset({"steward"}), lambda by, s: actions.unpin(by, s.pin, MORNING, key=key())),
    "put_source": (STEWARDS, lambda by, s: actions.put_source(by, SOURCE, key=key())),
    "end_source": (STEWARDS, lambda by, s: actions.end_source(by, s.source, key=key())),
    "write_issue": (ISSUERS, lambda by, s: actions.write_issue(by, s.new, key=key())),
    "send_issue": (frozenset({"officer"}), lambda by, s: actions.send_issue(by, s.draft, key=key())),
    "agree_issue": (frozenset({"steward"}), lambda by, s: actions.agree_issue(by, s.asked, key=key())),
    "take_issue_back": (ISSUERS, lambda by, s: actions.take_issue_back(by, s.asked)),
    "throw_issue_away": (frozenset({"officer"}), lambda by, s: actions.throw_issue_away(by, s.draft)),
    "tell_regions": (
        frozenset({"steward"}),
        lambda by, s: actions.tell_regions(by, s.alert, (making.SOUTH,), key=key()),
    ),
    "issue_due": (SYSTEM, lambda by, s: actions.issue_due(by)),
    "tell_alerts": (SYSTEM, lambda by, s: actions.tell_alerts(by, ALERTS)),
    "fetch_next": (SYSTEM, lambda by, s: actions.fetch_next(by)),
    "sweep_alerts": (SYSTEM, lambda by, s: actions.sweep_alerts(by)),
    "choose_place": (PERSONS, lambda by, s: actions.choose_place(by, HERE, key=key())),
    "drop_place": (
        frozenset({"mother"}),
        lambda by, s: actions.drop_place(by, queries.places(mothers(s))[0].id, key=key()),
    ),
    "set_reader": (PERSONS, lambda by, s: actions.set_reader(by, 18, "Europe/Berlin", key=key())),
    "mark_read": (
        frozenset({"mother"}),
        lambda by, s: actions.mark_read(by, making.told(mothers(s))[0].id, key=key()),
    ),
    "ask_watch": (PERSONS, lambda by, s: actions.ask_watch(by, making.new_watch(), key=key())),
    "agree_watch": (PERSONS - {"child"}, lambda by, s: actions.agree_watch(by, s.open_link.code, key=key())),
    "end_watch": (frozenset({"child", "mother"}), lambda by, s: actions.end_watch(by, s.watch.id, key=key())),
    "mark_called": (frozenset({"child"}), lambda by, s: actions.mark_called(by, s.watch.id, key=key())),
}
LOOKS: dict[str, Row] = {
    "feed_standings": (frozenset({"steward", "auditor", "system"}), lambda by, s: queries.feed_standings(by)),
    "alerts_received": (LOOKERS, lambda by, s: queries.alerts_received(by)),
    "alert_received": (LOOKERS, lambda by, s: queries.alert_received(by, s.alert)),
    "issues": (PERSONS, lambda by, s: queries.issues(by)),
    "issue": (ISSUERS, lambda by, s: queries.issue(by, s.asked)),
    "alert_reach": (LOOKERS, lambda by, s: queries.alert_reach(by, s.alert)),
    "pins": (LOOKERS, lambda by, s: queries.pins(by)),
    "sources": (LOOKERS, lambda by, s: queries.sources(by)),
    "places": (PERSONS, lambda by, s: queries.places(by)),
    "notices": (PERSONS, lambda by, s: queries.notices(by)),
    "watch": (frozenset({"child", "mother"}), lambda by, s: queries.watch(by, s.watch.id)),
    "watches": (PERSONS, lambda by, s: queries.watches(by)),
    "watch_by_code": (PERSONS, lambda by, s: queries.watch_by_code(by, s.open_link.code)),
}


@pytest.mark.parametrize("what", [*MATRIX, *LOOKS])
def test_every_role(what: str, stage: Stage) -> None:
    allowed, do = (MATRIX | LOOKS)[what]
    for role, actor in stage.actors.items():
        with making.at(MORNING), transaction.atomic():
            if role in allowed:
                do(actor, stage)
            else:
                with pytest.raises(DENIED):
                    do(actor, stage)
            transaction.set_rollback(True)


def test_every_action_is_in_the_matrix() -> None:
    assert {name for name in actions.__all__ if name.islower()} == set(MATRIX)
