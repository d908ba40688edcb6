"""Alerts come in: kept byte for byte, believed when pinned, folded whatever came first; pins and what taking one away undoes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from dure.base.refusals import BadValue, NotFound
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.services.forecasts import actions, models, queries
from dure.services.forecasts.rules import cap
from dure.services.forecasts.types import (
    AlertStanding,
    AlertUnfit,
    AlertUnreadable,
    FindingCode,
    FingerprintDiffers,
    MsgType,
    NotACertificate,
    PinTaken,
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
        ({"sent": NOW + timedelta(hours=1)}, "too_late"),
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
        assert take(ISSUER.signed(alert(3, minutes=-60))).untrusted is UntrustedReason.UNKNOWN_ISSUER
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
