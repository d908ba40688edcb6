"""The adapter of SOLAPI beside its twin: every fault, every code, exactly once, reports."""

import hashlib
import json
import time

import pytest

from dure.foundations.channels.providers import solapi
from dure.foundations.channels.providers.carrying import LOOK_SECONDS_MAX, Watch
from dure.foundations.channels.rules import dealer_codes
from dure.foundations.channels.twins.solapi import AT_ONCE, FATES
from dure.foundations.channels.types import AttemptState, Purpose, Reason, ReportForged, Route
from dure.foundations.channels.types.content import text
from dure.kit.twins import Fault, FaultRule

from .dealing import SECRET, UNKNOWN_TEMPLATE, Postbox, a_carriage, again, carried, one, solapi_twin

PROOF = {"x-solapi-secret": hashlib.sha1(SECRET.encode(), usedforsecurity=False).hexdigest()}


@pytest.fixture
def solapi_pair():
    with solapi_twin() as (twin, dealer, _):
        yield twin, dealer


@pytest.mark.parametrize(
    ("route", "said", "kind"),
    [
        (Route.SMS, "짧은 글", "SMS"),
        (Route.SMS, "긴 글 " * 30, "LMS"),
        (Route.VOICE, "들리는 글", "VOICE"),
    ],
)
def test_a_message_goes_as_what_its_length_and_route_say(solapi_pair, route, said, kind):
    twin, dealer = solapi_pair
    told = one(dealer, a_carriage(route, content=text(said)))
    assert (told.state, told.code) == (AttemptState.ACCEPTED, "2000")
    assert [message.kind for message in twin.book.messages.values()] == [kind]


def test_a_talk_is_filled_by_the_dealer_and_its_own_fallback_is_off(solapi_pair):
    twin, dealer = solapi_pair
    assert one(dealer, a_carriage(Route.ALIMTALK)).state is AttemptState.ACCEPTED
    assert [message.text for message in twin.book.messages.values()] == ["김예시님, 오후 3시에 예약되었습니다."]


@pytest.mark.parametrize(
    ("carriage", "reason"),
    [
        (a_carriage(content=text("가" * 1_001)), Reason.BAD_CONTENT),
        (a_carriage(content=text("Nguyễn 님")), Reason.BAD_CONTENT),
        (a_carriage(Route.ALIMTALK, variables={"이름": "김예시"}), Reason.BAD_TEMPLATE),
        (a_carriage(Route.ALIMTALK, template=UNKNOWN_TEMPLATE), Reason.BAD_TEMPLATE),
        (a_carriage(Route.ALIMTALK, template=None), Reason.BAD_TEMPLATE),
        (a_carriage(to="112"), Reason.NO_SUCH_ADDRESS),
        (a_carriage(Route.MAIL, to="a@example.org"), Reason.NOT_ALLOWED),
        (a_carriage(key="k" * 101), Reason.BAD_CONTENT),
    ],
)
def test_what_cannot_be_sent_is_said_to_be_so(solapi_pair, carriage, reason):
    twin, dealer = solapi_pair
    told = one(dealer, carriage)
    assert (told.state, told.reason, told.retry_after) == (AttemptState.FAILED, reason, None)
    assert twin.book.delivered(carriage.key) == 0


def test_a_number_stands_once_in_a_call_and_the_other_attempt_comes_after(solapi_pair):
    twin, dealer = solapi_pair
    first, second = a_carriage(), a_carriage()
    told = carried(dealer, first, second)
    assert [each.state for each in told] == [AttemptState.ACCEPTED, AttemptState.FAILED]
    assert (told[1].reason, told[1].retry_after) == (Reason.TWICE, 1)
    assert one(dealer, second).state is AttemptState.ACCEPTED
    assert [twin.book.delivered(each.key) for each in (first, second)] == [1, 1]


@pytest.mark.parametrize("fault", [Fault.LATE, Fault.LOST, Fault.SILENT, Fault.ERROR])
def test_asked_again_after_a_fault_it_arrives_once(solapi_pair, fault):
    twin, dealer = solapi_pair
    batch = [a_carriage(to=f"0101234{place:04}") for place in range(3)]
    twin.faults.add(FaultRule(fault, "send"))
    told = carried(dealer, *batch)
    if fault is Fault.LATE:
        assert {each.state for each in told} == {AttemptState.ACCEPTED}
    else:
        assert {(each.state, each.reason) for each in told} == {(AttemptState.UNSURE, Reason.UNKNOWN)}
        assert all(each.retry_after and each.paused for each in told)
        told = carried(dealer, *map(again, batch))
        assert {each.state for each in told} <= {AttemptState.ACCEPTED, AttemptState.DELIVERED}
    assert [twin.book.delivered(each.key) for each in batch] == [1, 1, 1]


def test_while_the_list_cannot_be_read_nothing_is_sent_again(solapi_pair):
    twin, dealer = solapi_pair
    carriage = a_carriage()
    twin.faults.add(FaultRule(Fault.LOST, "send"))
    assert one(dealer, carriage).state is AttemptState.UNSURE
    for fault in (Fault.ERROR, Fault.LOST, Fault.SILENT):
        twin.faults.add(FaultRule(fault, "find"))
        told = one(dealer, again(carriage))
        assert told.state is AttemptState.UNSURE
        assert told.retry_after
    assert twin.book.delivered(carriage.key) == 1
    assert one(dealer, again(carriage)).state in (AttemptState.ACCEPTED, AttemptState.DELIVERED)
    assert len(twin.book.messages) == 1


def test_an_older_message_is_found_behind_many_to_the_same_number(solapi_pair):
    twin, dealer = solapi_pair
    first = a_carriage()
    one(dealer, first)
    for _ in range(120):
        assert one(dealer, a_carriage()).state is AttemptState.ACCEPTED
    assert one(dealer, again(first)).state in (AttemptState.ACCEPTED, AttemptState.DELIVERED)
    assert twin.book.delivered(first.key) == 1


@pytest.mark.parametrize("fate", sorted(FATES))
def test_every_fate_of_a_message_is_learnt_by_its_report_and_by_asking(fate):
    post = Postbox()
    with solapi_twin(post) as (twin, dealer, _):
        carriage = a_carriage(to=f"0100000{fate}")
        told = one(dealer, carriage)
        wanted = dealer_codes.solapi(fate)
        if fate in AT_ONCE:
            assert (told.state, told.reason, told.code) == (wanted.state, wanted.reason, fate)
            return
        assert told.state is AttemptState.ACCEPTED
        twin.clock.advance(3)
        twin.webhooks.deliver_due()
        (report,) = dealer.read_reports(post.letters[0].body, {**post.letters[0].headers, **PROOF})
        assert (report.key, report.state, report.reason, report.code) == (
            carriage.key,
            wanted.state,
            wanted.reason,
            fate,
        )
        asked = one(dealer, again(carriage))
        assert (asked.state, asked.code) == (wanted.state, fate)


def test_reports_are_believed_by_their_secret_only_and_those_of_others_are_left_alone():
    post = Postbox()
    with solapi_twin(post) as (twin, dealer, _):
        one(dealer, a_carriage())
        twin.clock.advance(3)
        twin.webhooks.deliver_due()
        body, headers = post.letters[0].body, {name.lower(): value for name, value in post.letters[0].headers.items()}
        assert len(dealer.read_reports(body, headers)) == 1
        for forged in ({}, {"x-solapi-secret": SECRET}, {"x-solapi-secret": "é"}):
            with pytest.raises(ReportForged):
                dealer.read_reports(body, forged)
        for nonsense in (b"", b"{}", b"[1]", b"[" * 5_000):
            with pytest.raises(ReportForged):
                dealer.read_reports(nonsense, headers)
        others = json.dumps([{"eventDataId": "e", "data": {"statusCode": "4000", "customFields": {}}}, {"data": 1}, {}])
        assert dealer.read_reports(others.encode(), headers) == ()


def test_however_many_reports_one_call_brings_all_are_taken(solapi_pair):
    _, dealer = solapi_pair
    said = [
        {"eventDataId": f"e{n}", "data": {"statusCode": "4000", "customFields": {"key": f"k{n}"}}} for n in range(1_500)
    ]
    told = dealer.read_reports(json.dumps(said).encode(), PROOF)
    assert len({each.key for each in told}) == len(said)


def test_a_number_that_was_given_up_meanwhile_is_no_word_on_what_was_sent(solapi_pair):
    _, dealer = solapi_pair
    told = one(dealer, again(a_carriage(to="")))
    assert (told.state, told.retry_after) == (AttemptState.UNSURE, None)


def test_without_a_hook_secret_every_report_is_refused():
    with solapi_twin() as (_, _, server):
        account = solapi.Account(key="K", secret=SECRET, sender="029302266", url=server.origin)
        empty = hashlib.sha1(b"", usedforsecurity=False).hexdigest()
        with pytest.raises(ReportForged):
            solapi.Solapi(account, lambda *_: {}).read_reports(b"[]", {"x-solapi-secret": empty})


def test_a_wrong_key_is_a_matter_for_somebody_here():
    with solapi_twin() as (_, _, server):
        account = solapi.Account(key="K", secret="wrong", sender="029302266", url=server.origin)
        told = one(solapi.Solapi(account, lambda *_: {}), a_carriage())
        assert (told.state, told.reason, told.paused) == (AttemptState.FAILED, Reason.NOT_ALLOWED, True)
        assert told.retry_after


def test_a_dealer_that_is_not_there_has_taken_nothing():
    account = solapi.Account(key="K", secret="s", sender="029302266", url="http://127.0.0.1:9")
    told = one(solapi.Solapi(account, lambda *_: {}), a_carriage(purpose=Purpose.AD))
    assert (told.state, told.reason, told.paused) == (AttemptState.FAILED, Reason.BUSY, True)
    assert told.retry_after


def test_an_unregistered_sender_is_refused_whole(solapi_pair):
    with solapi_twin() as (_, _, server):
        account = solapi.Account(key="K", secret=SECRET, sender="0299999999", url=server.origin)
        told = one(solapi.Solapi(account, lambda *_: {}), a_carriage())
        assert (told.code, told.reason) == ("1062", Reason.NOT_ALLOWED)


def test_when_the_time_for_looking_is_over_the_rest_waits_and_is_not_sent(solapi_pair):
    twin, dealer = solapi_pair
    late = Watch(began=time.monotonic() - LOOK_SECONDS_MAX - 1)
    found = dealer._known([again(a_carriage()), again(a_carriage())], late)
    assert {(one.state, one.retry_after) for one in found.values()} == {(AttemptState.UNSURE, 1)}
    assert not twin.book.messages
