"""Alerts come in: kept byte for byte, believed when pinned, folded whatever came first; pins and what taking one away undoes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
import structlog

from dure.base.refusals import BadValue, NotFound
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import logs
from dure.services.forecasts import actions, models, queries
from dure.services.forecasts.rules import cap
from dure.services.forecasts.rules.cap import korea
from dure.services.forecasts.types import (
    AlertStanding,
    AlertUnfit,
    AlertUnreadable,
    FindingCode,
    FingerprintDiffers,
    MsgType,
    Named,
    NotACertificate,
    PinTaken,
    Scope,
    SenderRole,
    Status,
    UntrustedReason,
)

from . import making
from .alerts import SENT
from .issuers import NOW, YEAR, Issuer, alert, take
from .making import key

ISSUER, THIEF = Issuer(), Issuer()


@pytest.fixture
def steward(db: None) -> Iterator[Actor]:
    with making.at(NOW):
        yield folk.steward()


def standings() -> dict[str, AlertStanding]:
    return {one.alert.identifier or "": one.standing for one in queries.alerts_received(making.BY)}


def in_force() -> list[str]:
    return [str(one.alert.identifier) for one in queries.alerts_in_force()]


def test_a_pinned_alert_is_kept_as_it_came_and_believed(steward: Actor) -> None:
    ISSUER.pinned(steward)
    content = ISSUER.signed(alert())
    taken = take(content)
    assert (taken.is_new, taken.untrusted) == (True, None)
    kept = queries.alert(taken.id)
    assert kept.content == content
    assert kept.alert == alert()
    assert (kept.role, kept.standing, kept.reaches_people) == (SenderRole.AUTHORITY, AlertStanding.IN_FORCE, True)
    assert in_force() == ["예시0000000001"]


def test_the_same_again_changes_nothing(steward: Actor) -> None:
    ISSUER.pinned(steward)
    content = ISSUER.signed(alert())
    first = take(content)
    before = list(models.Alert.objects.values())
    assert take(content) == replace(first, is_new=False)
    assert list(models.Alert.objects.values()) == before


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (cap.issue(alert()), UntrustedReason.UNSIGNED),
        (THIEF.signed(alert()), UntrustedReason.BROKEN),
        (ISSUER.signed(alert()).replace("36도".encode(), "16도".encode()), UntrustedReason.BROKEN),
    ],
)
def test_what_no_pinned_issuer_signed_is_shown_as_such_and_reaches_nobody(
    steward: Actor, content: bytes, why: UntrustedReason
) -> None:
    ISSUER.pinned(steward)
    taken = take(content)
    assert taken.untrusted is why
    assert queries.alert_received(steward, taken.id).untrusted is why
    assert in_force() == []
    with pytest.raises(NotFound):
        queries.alert(taken.id)


def test_nobody_pinned_is_nobody_believed(steward: Actor) -> None:
    assert take(ISSUER.signed(alert())).untrusted is UntrustedReason.UNKNOWN_ISSUER


def test_a_forged_one_that_came_first_gives_way_to_the_true_one(steward: Actor) -> None:
    ISSUER.pinned(steward)
    forged = take(THIEF.signed(alert(note="가짜")))
    true = take(ISSUER.signed(alert()))
    assert (true.id, true.is_new, true.untrusted) == (forged.id, True, None)
    assert queries.alert(true.id).alert == alert()
    assert take(THIEF.signed(alert(note="가짜"))).is_new is False
    assert queries.alert(true.id).alert == alert()


def test_a_second_true_one_under_one_name_is_noted_and_the_first_counts(steward: Actor) -> None:
    ISSUER.pinned(steward)
    first = take(ISSUER.signed(alert()))
    again = take(ISSUER.signed(alert(note="바뀐 말")))
    assert (again.id, again.is_new) == (first.id, False)
    kept = queries.alert(first.id)
    assert kept.alert == alert()
    assert FindingCode.IDENTITY_REUSED in [one.code for one in kept.findings]


def test_what_ended_what_does_not_depend_on_who_came_first(steward: Actor) -> None:
    ISSUER.pinned(steward)
    first = alert(1)
    update = alert(2, minutes=1, kind=MsgType.UPDATE, of=(first,))
    cancel = alert(3, minutes=1, kind=MsgType.CANCEL, of=(first, update))
    signed = [ISSUER.signed(one) for one in (first, update, cancel)]
    seen = set()
    for order in permutations(signed):
        models.Alert.objects.all().delete()
        for content in (*order, *order):
            take(content)
        seen.add(tuple(sorted(standings().items())))
    assert seen == {
        (
            ("예시0000000001", AlertStanding.ENDED),
            ("예시0000000002", AlertStanding.ENDED),
            ("예시0000000003", AlertStanding.NEVER),
        )
    }


def test_nobody_ends_what_another_one_said_nor_an_unsigned_word_anything(steward: Actor) -> None:
    other = Issuer("other@example.org")
    ISSUER.pinned(steward)
    other.pinned(steward)
    first = alert(1)
    take(ISSUER.signed(first))
    take(other.signed(replace(alert(2, kind=MsgType.CANCEL, of=(first,)), sender=other.sender)))
    take(cap.issue(alert(3, kind=MsgType.CANCEL, of=(first,))))
    take(ISSUER.signed(replace(alert(4, kind=MsgType.CANCEL, of=(first,), note="훈련"), status=Status.EXERCISE)))
    assert in_force() == ["예시0000000001"]


def test_an_exercise_is_kept_and_is_for_nobody(steward: Actor) -> None:
    ISSUER.pinned(steward)
    taken = take(ISSUER.signed(alert(status=Status.EXERCISE, note="훈련")))
    assert taken.untrusted is None
    assert queries.alert_received(steward, taken.id).reaches_people is False
    assert in_force() == []


def test_what_is_over_is_over(steward: Actor) -> None:
    ISSUER.pinned(steward)
    take(ISSUER.signed(alert()))
    with making.at(SENT + timedelta(hours=12)):
        assert in_force() == []
        assert standings() == {"예시0000000001": AlertStanding.EXPIRED}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"sent": NOW + timedelta(hours=1)}, "sent_soon"),
        ({"sent": NOW + timedelta(days=2)}, "sent_ahead"),
        ({"sent": NOW - timedelta(days=40)}, "too_late"),
        ({"identifier": "가" * 201}, "too_long"),
    ],
)
def test_what_nobody_can_tell_from_another_or_is_of_other_days_is_not_kept(
    steward: Actor, changed: dict[str, object], reason: str
) -> None:
    said = alert()
    segment = replace(said.segments[0], expires=None)
    with pytest.raises(AlertUnfit) as no:
        take(cap.issue(replace(said, segments=(segment,), **changed)))  # type: ignore[arg-type]  # what a test changes
    assert no.value.reason == reason
    assert not models.Alert.objects.exists()


def test_what_is_no_alert_is_refused(steward: Actor) -> None:
    with pytest.raises(AlertUnreadable):
        take(b"<html></html>")


def test_a_pin_needs_the_fingerprint_as_it_was_read_aloud(steward: Actor) -> None:
    with pytest.raises(FingerprintDiffers):
        actions.pin(steward, ISSUER.new_pin(fingerprint=THIEF.fingerprint), key=key())
    for bad in ("", "12", "zz" * 32):
        with pytest.raises(BadValue):
            actions.pin(steward, ISSUER.new_pin(fingerprint=bad), key=key())
    for broken in ("", "no certificate", ISSUER.certificate.decode() * 2, "-----BEGIN CERTIFICATE-----\nAAAA\n"):
        with pytest.raises(NotACertificate):
            actions.pin(steward, ISSUER.new_pin(certificate=broken), key=key())
    with pytest.raises(NotACertificate):
        Issuer(last=SENT).pinned(steward)
    with pytest.raises(BadValue):
        actions.pin(steward, ISSUER.new_pin(sender="a b"), key=key())
    assert queries.pins(steward) == ()


def test_a_pin_is_taken_once(steward: Actor) -> None:
    ISSUER.pinned(steward)
    with pytest.raises(PinTaken):
        ISSUER.pinned(steward)


def test_a_retry_answers_the_same_pin(steward: Actor) -> None:
    said = key()
    assert actions.pin(steward, ISSUER.new_pin(), key=said) == actions.pin(steward, ISSUER.new_pin(), key=said)
    assert len(queries.pins(steward)) == 1


def test_what_came_before_the_pin_is_believed_with_it(steward: Actor) -> None:
    update = alert(2, minutes=1, kind=MsgType.UPDATE, of=(alert(1),))
    for one in (alert(1), update):
        take(ISSUER.signed(one))
    assert in_force() == []
    ISSUER.pinned(steward)
    assert in_force() == ["예시0000000002"]


def test_a_lost_key_signs_nothing_any_more_whatever_date_it_writes(steward: Actor) -> None:
    pin = ISSUER.pinned(steward)
    take(ISSUER.signed(alert(1, minutes=-30)))
    take(ISSUER.signed(alert(2)))
    actions.unpin(steward, pin, SENT - timedelta(minutes=10), key=key())
    assert in_force() == ["예시0000000001"]
    with making.at(NOW + timedelta(minutes=1)):
        assert take(ISSUER.signed(alert(3, minutes=-60))).untrusted is UntrustedReason.WITHDRAWN
        assert in_force() == ["예시0000000001"]


def test_a_cancellation_that_is_not_believed_any_more_ends_nothing(steward: Actor) -> None:
    pin = ISSUER.pinned(steward)
    take(ISSUER.signed(alert(1, minutes=-30)))
    take(ISSUER.signed(alert(2, kind=MsgType.CANCEL, of=(alert(1, minutes=-30),))))
    assert in_force() == []
    actions.unpin(steward, pin, SENT, key=key())
    assert in_force() == ["예시0000000001"]


def test_taking_a_pin_away_is_not_for_the_future_and_twice_is_once(steward: Actor) -> None:
    pin = ISSUER.pinned(steward)
    with pytest.raises(BadValue):
        actions.unpin(steward, pin, NOW + timedelta(minutes=1), key=key())
    actions.unpin(steward, pin, NOW, key=key())
    actions.unpin(steward, pin, NOW - YEAR, key=key())
    assert queries.pins(steward)[0].withdrawn_from == NOW
    ISSUER.pinned(steward)  # it may be pinned again


def test_what_came_in_is_forgotten_a_month_after_it_was_over(steward: Actor) -> None:
    ISSUER.pinned(steward)
    take(ISSUER.signed(alert()))
    for days, left in ((30, 1), (31, 0)):
        with making.at(SENT + timedelta(days=days)):
            actions.sweep_alerts(making.BY)
        assert models.Alert.objects.count() == left


def test_a_pinned_key_that_signs_in_another_name_is_refused_loudly(steward: Actor) -> None:
    other = Issuer("other@example.org")
    ISSUER.pinned(steward)
    with structlog.testing.capture_logs() as said:
        assert take(other.signed(alert())).untrusted is UntrustedReason.BROKEN  # nobody knows that key
        other.pinned(steward)
        assert take(other.signed(alert(2))).untrusted is UntrustedReason.OTHER_SENDER
        stranger = replace(alert(3), sender="nobody@example.org")
        assert take(other.signed(stranger)).untrusted is UntrustedReason.OTHER_SENDER
    assert [(one["event"], one["sender"], one["signed_by"]) for one in said if "forged" in one["event"]] == [
        ("alert_sender_forged", "sample at example.org", "other at example.org"),
        ("alert_sender_forged", "nobody at example.org", "other at example.org"),
    ]
    assert logs.HIDDEN not in str(logs.hide_personal(None, "warning", dict(said[0])))
    assert in_force() == []


def test_a_number_with_an_agency_in_it_belongs_to_who_used_it_first(steward: Actor) -> None:
    other = Issuer("other@example.org")
    first = ISSUER.pinned(steward)
    other.pinned(steward)
    take(ISSUER.signed(alert()))
    forged = other.signed(replace(alert(), sender=other.sender))
    assert take(forged).untrusted is UntrustedReason.NUMBER_TAKEN
    assert take(other.signed(replace(alert(), sender=other.sender, identifier="2026-1"))).untrusted is None
    assert take(ISSUER.signed(replace(alert(), identifier="2026-1"))).untrusted is None  # so anybody may number
    actions.unpin(steward, first, SENT - YEAR, key=key())  # the first one was the thief
    later = other.signed(replace(alert(minutes=1), sender=other.sender))
    with making.at(NOW + timedelta(minutes=1)):
        assert take(later).untrusted is None


def test_a_certificate_counts_as_of_when_it_was_sent(steward: Actor) -> None:
    early, ended = Issuer(first=SENT + timedelta(seconds=1)), Issuer(last=SENT - timedelta(seconds=1))
    early.pinned(steward)
    with making.at(SENT - timedelta(days=1)):
        ended.pinned(steward)
    for one in (early, ended):
        assert take(one.signed(alert())).untrusted is UntrustedReason.NOT_VALID_AT_SENT
    assert take(early.signed(alert(2, minutes=1))).untrusted is None


def test_an_old_key_that_somebody_found_dates_back_in_vain(steward: Actor) -> None:
    """It held when the alert says that it was sent; it had ended for weeks when the alert came, which still holds."""
    old = Issuer(last=SENT + timedelta(days=1))
    old.pinned(steward)
    said = alert()
    lasting = replace(said, segments=(replace(said.segments[0], expires=SENT + timedelta(days=60)),))
    with making.at(SENT + timedelta(days=7)):
        assert take(old.signed(replace(lasting, identifier="예시0000000002"))).untrusted is None
    with making.at(SENT + timedelta(days=9)):
        ISSUER.pinned(steward)  # another key of the same sender that holds does not vouch for it
        assert take(old.signed(lasting)).untrusted is UntrustedReason.KEY_LONG_ENDED
        assert take(old.signed(alert(3))).untrusted is None  # over for long: it tells nobody anything
        assert take(ISSUER.signed(replace(lasting, identifier="예시0000000004"))).untrusted is None


def test_a_clock_that_is_a_little_ahead_holds_at_once(steward: Actor) -> None:
    """Else the one before it had ended, and the new one had not begun."""
    ISSUER.pinned(steward)
    first, ahead = alert(), alert(2, minutes=10, kind=MsgType.UPDATE, of=(alert(),))
    take(ISSUER.signed(first))
    taken = take(ISSUER.signed(ahead))
    assert "예시0000000002" in in_force()
    row = models.Alert.objects.get(id=taken.id)
    assert (row.tell_at, row.begins_at) == (NOW, NOW)
    assert queries.alert(taken.id).standing is AlertStanding.IN_FORCE


@pytest.mark.parametrize("scope", [Scope.RESTRICTED, Scope.PRIVATE])
def test_what_people_never_hear_of_ends_nothing_that_they_were_told(steward: Actor, scope: Scope) -> None:
    ISSUER.pinned(steward)
    narrow: dict[str, Any] = {
        "scope": scope,
        "restriction": "기관용" if scope is Scope.RESTRICTED else None,
        "addresses": ("a@example.org",),
    }
    take(ISSUER.signed(alert()))
    for number, kind in ((2, MsgType.UPDATE), (3, MsgType.CANCEL)):
        take(ISSUER.signed(alert(number, kind=kind, of=(alert(),), note="기관끼리", **narrow)))
    practice = alert(4, kind=MsgType.CANCEL, of=(alert(),), note="연습")
    event = replace(practice.segments[0], event_codes=(Named(korea.EVENT_CODE, "DMO"),))
    take(ISSUER.signed(replace(practice, segments=(event,))))
    assert in_force() == ["예시0000000001"]
    take(ISSUER.signed(alert(5, kind=MsgType.CANCEL, of=(alert(),), note="잘못")))
    assert in_force() == []


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("scope", [*Scope])
@pytest.mark.parametrize("kind", [MsgType.ALERT, MsgType.UPDATE, MsgType.CANCEL])
def test_only_what_is_real_and_public_reaches_people(
    steward: Actor, status: Status, scope: Scope, kind: MsgType
) -> None:
    ISSUER.pinned(steward)
    made = alert(2, minutes=1, kind=kind, of=() if kind is MsgType.ALERT else (alert(1),), note="말")
    made = replace(
        made,
        status=status,
        scope=scope,
        restriction="기관용" if scope is Scope.RESTRICTED else None,
        addresses=("a@example.org",) if scope is Scope.PRIVATE else (),
    )
    taken = take(ISSUER.signed(made))
    row = models.Alert.objects.get(id=taken.id)
    is_for_people = status is Status.ACTUAL and scope is Scope.PUBLIC
    assert (row.reaches_people, row.tell_at is not None) == (is_for_people, is_for_people)
    if not is_for_people:
        with pytest.raises(NotFound):
            queries.alert(taken.id)
