"""The adapter of NHN Cloud beside its twin: every fault, every code, exactly once, reports."""

import json
from dataclasses import replace

import pytest

from dure.foundations.channels.providers import nhn
from dure.foundations.channels.rules import dealer_codes
from dure.foundations.channels.twins.nhn import FATES
from dure.foundations.channels.types import AttemptState, Reason, ReportForged, Route
from dure.foundations.channels.types.content import text
from dure.kit.twins import Fault, FaultRule

from .dealing import SECRET, SENDER, UNKNOWN_TEMPLATE, Postbox, a_carriage, again, carried, nhn_twin, one, twin_template

SIGNED = {"x-toast-webhook-signature": SECRET}


@pytest.fixture
def nhn_pair():
    with nhn_twin() as (twin, dealer, _):
        yield twin, dealer


def a_talk(to="01012345678", **other):
    return a_carriage(Route.ALIMTALK, to=to, **other)


def test_a_talk_is_filled_by_the_dealer_and_no_text_follows_it(nhn_pair):
    twin, dealer = nhn_pair
    told = one(dealer, a_talk())
    assert (told.state, told.code) == (AttemptState.ACCEPTED, "0")
    assert [message.content for message in twin.book.messages] == ["김예시님, 오후 3시에 예약되었습니다."]


@pytest.mark.parametrize(
    ("carriage", "reason"),
    [
        (a_talk(variables={"이름": "김예시"}), Reason.BAD_TEMPLATE),
        (a_talk(template=UNKNOWN_TEMPLATE), Reason.BAD_TEMPLATE),
        (a_talk(variables={str(number): "" for number in range(41)}), Reason.BAD_TEMPLATE),
        (a_talk(content=text("가" * 1_001)), Reason.BAD_CONTENT),
        (a_talk(to="112"), Reason.NO_SUCH_ADDRESS),
        (a_carriage(Route.SMS), Reason.NOT_ALLOWED),
        (a_talk(key="k" * 101), Reason.BAD_CONTENT),
    ],
)
def test_what_cannot_be_sent_is_said_to_be_so(nhn_pair, carriage, reason):
    twin, dealer = nhn_pair
    told = one(dealer, carriage)
    assert (told.state, told.reason, told.retry_after) == (AttemptState.FAILED, reason, None)
    assert twin.book.delivered(carriage.key) == 0


def test_one_bad_receiver_does_not_spoil_the_others(nhn_pair):
    twin, dealer = nhn_pair
    good, bad = a_talk(), a_talk("01011112222", variables={})
    assert [each.state for each in carried(dealer, bad, good)] == [AttemptState.FAILED, AttemptState.ACCEPTED]
    assert (twin.book.delivered(good.key), twin.book.delivered(bad.key)) == (1, 0)


def test_a_template_that_was_stopped_there_is_unsure_because_its_code_stands_in_no_document_here(nhn_pair):
    twin, dealer = nhn_pair
    twin.book.templates["reserved"].status = "TSC04"
    told = one(dealer, a_talk())
    assert (told.state, told.code) == (AttemptState.UNSURE, "-3003")


@pytest.mark.parametrize("fault", [Fault.LATE, Fault.LOST, Fault.SILENT, Fault.ERROR])
def test_asked_again_after_a_fault_it_arrives_once(nhn_pair, fault):
    twin, dealer = nhn_pair
    batch = [a_talk(f"0101234{place:04}") for place in range(3)]
    twin.faults.add(FaultRule(fault, "send"))
    told = carried(dealer, *batch)
    if fault is Fault.LATE:
        assert {each.state for each in told} == {AttemptState.ACCEPTED}
    else:
        assert {(each.state, each.reason) for each in told} == {(AttemptState.UNSURE, Reason.UNKNOWN)}
        told = carried(dealer, *map(again, batch))
        assert {each.state for each in told} <= {AttemptState.ACCEPTED, AttemptState.DELIVERED}
    assert [twin.book.delivered(each.key) for each in batch] == [1, 1, 1]


def test_cut_otherwise_when_asked_again_it_still_arrives_once(nhn_pair):
    twin, dealer = nhn_pair
    batch = [a_talk(f"0101234{place:04}") for place in range(4)]
    twin.faults.add(FaultRule(Fault.LOST, "send"))
    carried(dealer, *batch)
    fresh = a_talk("01099998888")
    carried(dealer, again(batch[0]), fresh)
    carried(dealer, *map(again, batch[1:]))
    assert [twin.book.delivered(each.key) for each in (*batch, fresh)] == [1] * 5


def test_the_same_batch_is_refused_for_ten_minutes_even_by_who_forgot_that_it_was_asked(nhn_pair):
    """A worker that dies between the answer and its note asks the same again, without `again`."""
    twin, dealer = nhn_pair
    batch = [a_talk(f"0101234{place:04}") for place in range(2)]
    carried(dealer, *batch)
    told = carried(dealer, *batch)
    assert {each.state for each in told} <= {AttemptState.ACCEPTED, AttemptState.DELIVERED}
    assert [twin.book.delivered(each.key) for each in batch] == [1, 1]


def test_while_the_list_cannot_be_read_nothing_is_sent_again(nhn_pair):
    twin, dealer = nhn_pair
    carriage = a_talk()
    twin.faults.add(FaultRule(Fault.LOST, "send"))
    one(dealer, carriage)
    twin.clock.advance(11 * 60)  # the header protects no more
    for fault in (Fault.ERROR, Fault.LOST, Fault.SILENT):
        twin.faults.add(FaultRule(fault, "find"))
        told = one(dealer, again(carriage))
        assert told.state is AttemptState.UNSURE
        assert told.retry_after
    assert one(dealer, again(carriage)).state is AttemptState.DELIVERED
    assert twin.book.delivered(carriage.key) == 1


@pytest.mark.parametrize("fate", sorted(FATES))
def test_every_fate_of_a_message_is_learnt_by_its_report_and_by_asking(fate):
    post = Postbox()
    with nhn_twin(post) as (twin, dealer, _):
        carriage = a_talk(f"0100000{fate}")
        assert one(dealer, carriage).state is AttemptState.ACCEPTED
        twin.clock.advance(3)
        twin.webhooks.deliver_due()
        (report,) = dealer.read_reports(post.letters[0].body, {**post.letters[0].headers, **SIGNED})
        wanted = dealer_codes.nhn_result(fate)
        assert (report.key, report.state, report.reason, report.code) == (
            carriage.key,
            wanted.state,
            wanted.reason,
            fate,
        )
        asked = one(dealer, again(carriage))
        assert (asked.state, asked.code) == (wanted.state, fate)
        assert fate == "3999" or wanted is not dealer_codes.UNKNOWN or wanted.reason is Reason.UNKNOWN


def test_too_long_when_filled_fails_at_the_messenger():
    post = Postbox()
    with nhn_twin(post) as (twin, dealer, _):
        twin_template(twin, "#{글}" + "가" * 900)
        carriage = a_talk(variables={"글": "나" * 200}, content=text("가"))
        assert one(dealer, carriage).state is AttemptState.ACCEPTED
        twin.clock.advance(3)
        assert one(dealer, again(carriage)).reason is Reason.BAD_CONTENT


def test_reports_are_believed_by_their_signature_and_app_key_only():
    post = Postbox()
    with nhn_twin(post) as (twin, dealer, _):
        one(dealer, a_talk())
        twin.clock.advance(3)
        twin.webhooks.deliver_due()
        body = post.letters[0].body
        assert len(dealer.read_reports(body, SIGNED)) == 1
        other = json.dumps(json.loads(body) | {"appKey": "OTHER"}).encode()
        for said, headers in (
            (body, {}),
            (body, {"x-toast-webhook-signature": "é"}),
            (other, SIGNED),
            (b"[" * 5_000, SIGNED),
        ):
            with pytest.raises(ReportForged):
                dealer.read_reports(said, headers)
        review = json.dumps(json.loads(body) | {"event": "TEMPLATE_STATUS_UPDATE"}).encode()
        assert dealer.read_reports(review, SIGNED) == ()
        foreign = json.dumps(json.loads(body) | {"hooks": [{"hookId": "x"}, {}, 1]}).encode()
        assert dealer.read_reports(foreign, SIGNED) == ()


def test_without_a_signature_every_report_is_refused():
    account = nhn.Account(appkey="APP", secret=SECRET, sender=SENDER)
    with pytest.raises(ReportForged):
        nhn.Nhn(account, lambda *_: {}).read_reports(b"{}", {"x-toast-webhook-signature": ""})


def test_a_wrong_key_is_a_matter_for_somebody_here():
    with nhn_twin() as (_, dealer, server):
        account = nhn.Account(appkey="APP", secret="wrong", sender=SENDER, url=server.origin)
        told = one(nhn.Nhn(account, dealer._codes), a_talk())
        assert (told.state, told.reason, told.paused, told.code) == (
            AttemptState.FAILED,
            Reason.NOT_ALLOWED,
            True,
            "-1001",
        )
        short = replace(a_talk(), key="k")
        assert one(
            nhn.Nhn(nhn.Account(appkey="A", secret=SECRET, sender="x", url=server.origin), dealer._codes), short
        ).paused
