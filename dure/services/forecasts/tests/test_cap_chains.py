"""Chains: what is in force does not depend on what arrived first; an oracle written from the definition says the same."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.services.forecasts.rules import cap
from dure.services.forecasts.rules.cap import chains
from dure.services.forecasts.tests.alerts import ALERT, SEGMENT, SENT
from dure.services.forecasts.types import (
    Alert,
    AlertNotIssuable,
    Finding,
    FindingCode,
    Identity,
    MsgType,
    ResponseType,
    Status,
)

HOUR = timedelta(hours=1)


def alert(
    name: str,
    hour: int,
    *references: Alert,
    msg_type: MsgType = MsgType.ALERT,
    sender: str = "a",
    status: Status = Status.ACTUAL,
) -> Alert:
    """Sent so many hours after SENT, in force for ten."""
    sent = SENT + hour * HOUR
    segment = replace(SEGMENT, effective=None, expires=sent + 10 * HOUR)
    return replace(
        ALERT,
        identifier=name,
        sender=sender,
        sent=sent,
        status=status,
        msg_type=msg_type,
        references=tuple(identity(one) for one in references),
        segments=(segment,),
    )


def identity(one: Alert) -> Identity:
    assert one.identity
    return one.identity


FIRST = alert("1", 0)
UPDATE = alert("2", 2, FIRST, msg_type=MsgType.UPDATE)
CANCEL = alert("3", 4, FIRST, UPDATE, msg_type=MsgType.CANCEL)


def names(heard: list[Alert], hour: float) -> str:
    return "".join(one.identifier or "?" for one in chains.fold(heard).in_force(SENT + hour * HOUR))


def test_an_update_replaces_and_a_cancellation_ends_in_any_order() -> None:
    for heard in permutations([FIRST, UPDATE, CANCEL, FIRST]):
        assert [names(list(heard), hour) for hour in (-1, 0, 1.9, 2, 3.9, 4, 9)] == ["", "1", "1", "2", "2", "", ""]
        assert chains.fold(heard) == chains.fold([FIRST, UPDATE, CANCEL])


def test_what_expires_ends_by_itself_and_what_does_not_say_ends_after_a_day() -> None:
    assert [names([FIRST], hour) for hour in (9.9, 10)] == ["1", ""]
    lasting = replace(FIRST, segments=(replace(SEGMENT, effective=None, expires=None),))
    assert [names([lasting], hour) for hour in (23.9, 24)] == ["1", ""]
    assert chains.ends(replace(FIRST, segments=())) == SENT + 24 * HOUR


def test_it_does_not_hold_before_it_is_effective() -> None:
    later = replace(FIRST, segments=(replace(SEGMENT, effective=SENT + HOUR, expires=SENT + 2 * HOUR),))
    assert [names([later], hour) for hour in (0, 0.9, 1, 2)] == ["", "", "1", ""]


@pytest.mark.parametrize(
    ("hostile", "code"),
    [
        (alert("3", 4, FIRST, msg_type=MsgType.CANCEL, sender="b"), FindingCode.REFERENCE_OF_ANOTHER_SENDER),
        (alert("3", 4, FIRST, msg_type=MsgType.CANCEL, status=Status.TEST), FindingCode.REFERENCE_OF_ANOTHER_STATUS),
        (alert("3", -1, FIRST, msg_type=MsgType.CANCEL), FindingCode.POSTDATED_REFERENCE),
    ],
)
def test_who_may_not_end_an_alert_does_not(hostile: Alert, code: FindingCode) -> None:
    chain = chains.fold([hostile, FIRST])
    assert FIRST in chain.in_force(SENT + 5 * HOUR)
    assert code in {finding.code for finding in chain.findings}


def test_an_acknowledgement_ends_nothing() -> None:
    assert names([FIRST, alert("3", 1, FIRST, msg_type=MsgType.ACK)], 2) == "1"


def test_circles_end_nothing_and_are_found() -> None:
    one, two = alert("1", 0, msg_type=MsgType.UPDATE), alert("2", 0, msg_type=MsgType.UPDATE)
    around = [replace(one, references=(identity(two),)), replace(two, references=(identity(one),))]
    assert names(around, 1) == "12"
    assert {finding.code for finding in chains.fold(around).findings} == {FindingCode.CIRCULAR_REFERENCE}
    later = alert("2", 1, one, msg_type=MsgType.UPDATE)
    around = [replace(one, references=(identity(later),)), later]
    assert names(around, 2) == "2"  # the reference to the future is void, the other one is not
    codes = {finding.code for finding in chains.fold(around).findings}
    assert codes == {FindingCode.CIRCULAR_REFERENCE, FindingCode.POSTDATED_REFERENCE}


def test_in_the_same_second_an_update_still_replaces() -> None:
    assert names([FIRST, alert("2", 0, FIRST, msg_type=MsgType.CANCEL)], 0) == ""


def test_an_edited_alert_is_found_and_the_choice_is_no_chance() -> None:
    edited = replace(FIRST, segments=())
    chain = chains.fold([FIRST, edited])
    assert chain == chains.fold([edited, FIRST, edited])
    assert chain.findings == (Finding(FindingCode.IDENTITY_REUSED, "a,1,2026-07-20T11:30:00+09:00"),)


def test_what_has_no_identity_is_no_part_of_it() -> None:
    chain = chains.fold([FIRST, replace(FIRST, sent=None)])
    assert chain.alerts == (FIRST,)
    assert [finding.code for finding in chain.findings] == [FindingCode.ELEMENT_MISSING]


def test_an_update_owes_a_reference_to_every_unexpired_message_of_its_chain() -> None:
    heard = [FIRST, UPDATE, alert("9", 1), alert("8", 1, FIRST, msg_type=MsgType.UPDATE, sender="b")]
    at = SENT + 5 * HOUR
    assert chains.owed(heard, [identity(UPDATE)], at) == {identity(FIRST), identity(UPDATE)}
    assert chains.owed(heard, [identity(FIRST)], at) == {identity(FIRST), identity(UPDATE)}
    assert chains.owed(heard, [identity(UPDATE)], SENT + 11 * HOUR) == {identity(UPDATE)}  # the first has expired
    short = alert("3", 5, UPDATE, msg_type=MsgType.CANCEL)
    with pytest.raises(AlertNotIssuable):
        cap.issue(short, owed=chains.owed(heard, short.references, at))
    whole = alert("3", 5, UPDATE, FIRST, msg_type=MsgType.CANCEL)
    assert cap.issue(whole, owed=chains.owed(heard, whole.references, at))


def test_all_clear_is_a_cancellation_or_an_update_that_says_so() -> None:
    assert chains.is_all_clear(CANCEL)
    assert not chains.is_all_clear(UPDATE)
    assert not chains.is_all_clear(replace(UPDATE, segments=()))
    clear = replace(SEGMENT, response_types=(ResponseType.ALL_CLEAR,))
    assert chains.is_all_clear(replace(UPDATE, segments=(clear,)))
    assert not chains.is_all_clear(replace(UPDATE, segments=(clear, SEGMENT)))


def test_who_heard_what_was_ended_is_told_again() -> None:
    chain = chains.fold([FIRST, UPDATE, CANCEL])
    assert list(chains.told_again(chain, CANCEL)) == [FIRST, UPDATE]
    assert list(chains.told_again(chain, FIRST)) == []


@st.composite
def heards(draw: st.DrawFn) -> list[Alert]:
    """Up to eight messages of two senders that refer to any others, sensibly or not."""
    count = draw(st.integers(1, 8))
    bare = [
        alert(
            str(number),
            draw(st.integers(0, 4)),
            msg_type=draw(st.sampled_from((MsgType.ALERT, MsgType.UPDATE, MsgType.CANCEL, MsgType.ACK))),
            sender=draw(st.sampled_from("aab")),
            status=draw(st.sampled_from((Status.ACTUAL, Status.ACTUAL, Status.EXERCISE))),
        )
        for number in range(count)
    ]
    return [
        replace(
            one,
            references=tuple(identity(bare[place]) for place in draw(st.sets(st.integers(0, count - 1), max_size=3))),
        )
        for one in bare
    ]


def oracle(heard: list[Alert], at: datetime) -> set[str | None]:
    """From the definition: every alert by itself, against every other, with every path of references within one second."""

    def ends_it(by: Alert, of: Alert) -> bool:
        return (
            by.msg_type in (MsgType.UPDATE, MsgType.CANCEL)
            and by is not of
            and of.identity in by.references
            and (by.sender, by.status) == (of.sender, of.status)
            and identity(of).sent <= identity(by).sent
        )

    def leads(start: Alert, goal: Alert, seen: tuple[Alert, ...] = ()) -> bool:
        return start is goal or any(
            leads(other, goal, (*seen, start)) for other in heard if other not in seen and ends_it(start, other)
        )

    def between(by: Alert, of: Alert) -> bool:
        """On a circle, or on the way from one to another."""

        def is_on(one: Alert) -> bool:
            return any(ends_it(one, other) and leads(other, one) for other in heard)

        return any(is_on(one) and leads(one, by) for one in heard) and any(
            is_on(one) and leads(of, one) for one in heard
        )

    return {
        one.identifier
        for one in heard
        if one.msg_type in (MsgType.ALERT, MsgType.UPDATE)
        and identity(one).sent <= at < identity(one).sent + 10 * HOUR
        and not any(ends_it(by, one) and identity(by).sent <= at and not between(by, one) for by in heard)
    }


@given(heards(), st.randoms(use_true_random=False), st.integers(-1, 15))
def test_arrival_order_and_repetition_do_not_matter_and_the_oracle_agrees(
    heard: list[Alert], chance: random.Random, hour: int
) -> None:
    chain = chains.fold(heard)
    shuffled = heard * 2
    chance.shuffle(shuffled)
    assert chains.fold(shuffled) == chain
    at = SENT + hour * HOUR
    assert {one.identifier for one in chain.in_force(at)} == oracle(heard, at)


@given(heards(), st.integers(-1, 15))
def test_hearing_more_of_other_senders_changes_nothing(heard: list[Alert], hour: int) -> None:
    own = [one for one in heard if one.sender == "a"]
    at = SENT + hour * HOUR
    everything = [one for one in chains.fold(heard).in_force(at) if one.sender == "a"]
    assert everything == list(chains.fold(own).in_force(at))
