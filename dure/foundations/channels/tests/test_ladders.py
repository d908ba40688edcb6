"""The climb: whatever dealers answer and report, in whatever order, nobody is climbed to twice and every climb ends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dure.base import ids
from dure.foundations.channels.rules import ladders, law
from dure.foundations.channels.types import AttemptState, DispatchState, Lane, Purpose, Route
from dure.foundations.channels.types.dealing import Outcome, Reason
from dure.foundations.channels.types.ladders import Bucket, Climb

NOW = datetime(2026, 5, 15, 3, tzinfo=UTC)
STEPS_MAX = 60
ENDED = (AttemptState.DELIVERED, AttemptState.FAILED)
purposes = st.sampled_from(Purpose)
reasons = st.sampled_from((Reason.NONE, Reason.NOT_REACHED, Reason.OPTED_OUT, Reason.BUSY, Reason.NO_SUCH_ADDRESS))
answers = st.builds(
    Outcome,
    key=st.just("k"),
    state=st.sampled_from((AttemptState.ACCEPTED, AttemptState.DELIVERED, AttemptState.FAILED, AttemptState.UNSURE)),
    reason=reasons,
    retry_after=st.one_of(st.none(), st.integers(0, 100)),
)
reports = st.builds(Outcome, key=st.just("k"), state=st.sampled_from(ENDED), reason=reasons)


def starting(purpose: Purpose, rung: int = 1) -> Climb:
    """The inbox has it; the first step that rings is on its way."""
    return Climb(purpose, rung, 0, DispatchState.SENDING, DispatchState.DELIVERED, NOW)


def failed(reason: Reason = Reason.NOT_REACHED, retry_after: int | None = None) -> Outcome:
    return Outcome(key="k", state=AttemptState.FAILED, reason=reason, retry_after=retry_after)


@given(purposes, st.lists(answers, min_size=STEPS_MAX, max_size=STEPS_MAX))
def test_every_climb_ends_and_never_goes_down(purpose: Purpose, said: list[Outcome]) -> None:
    climb, at = starting(purpose), NOW
    seen = [climb.rung]
    for outcome in said:
        if outcome.reason is Reason.NIGHT:
            continue
        climb = ladders.after(replace(climb, state=DispatchState.SENDING), outcome, at, 0.5)
        seen.append(climb.rung)
        if climb.next_at is None:
            break
        assert climb.next_at >= at
        at = climb.next_at
    assert climb.next_at is None, "it ends"
    assert seen == sorted(seen)
    assert climb.rung < len(law.TERMS[purpose].ladder)
    assert climb.state not in (DispatchState.WAITING, DispatchState.SENDING)


@given(purposes, st.lists(st.tuples(st.integers(1, 4), reports), max_size=12), st.integers(1, 4))
def test_a_report_sends_nothing_twice_whenever_it_comes(
    purpose: Purpose, told: list[tuple[int, Outcome]], rung: int
) -> None:
    """A success never begins a step, and a failure begins at most the one behind it."""
    rung = min(rung, len(law.TERMS[purpose].ladder) - 1)
    climb = starting(purpose, rung)
    for of_rung, outcome in told:
        before = climb
        climb = ladders.told(climb, min(of_rung, rung), outcome, NOW)
        assert before.rung <= climb.rung <= before.rung + 1
        if outcome.state is AttemptState.DELIVERED and law.TERMS[purpose].enough is not DispatchState.OPENED:
            assert climb.rung == before.rung, "a success climbs nowhere"
        if before.next_at is None and outcome.state is AttemptState.DELIVERED:
            assert climb.next_at is None, "what has its end is not begun anew"


def test_a_late_success_after_the_fallback_has_left_is_noted_and_sends_nothing() -> None:
    fallback = replace(starting(Purpose.INFO, 2), best=DispatchState.SENT)
    late = ladders.told(fallback, 1, Outcome(key="k", state=AttemptState.DELIVERED), NOW)
    assert late == fallback, "the fallback on its way decides"
    ended = fallback.ended(DispatchState.SENT).with_best(DispatchState.DELIVERED)
    assert ladders.told(ended, 1, Outcome(key="k", state=AttemptState.DELIVERED), NOW) == ended.ended(
        DispatchState.DELIVERED
    )


def test_a_late_success_calls_off_the_fallback_that_has_not_left() -> None:
    waiting = starting(Purpose.SAFETY, 1).up(NOW + timedelta(minutes=5), DispatchState.SENT)
    told = ladders.told(waiting, 1, Outcome(key="k", state=AttemptState.DELIVERED), NOW)
    assert told.next_at is None
    assert told.state is DispatchState.DELIVERED


def test_a_failure_that_is_told_later_sends_the_next_step_off_at_once() -> None:
    sent = ladders.after(starting(Purpose.INFO, 2), Outcome(key="k", state=AttemptState.ACCEPTED), NOW, 0)
    assert (sent.state, sent.next_at) == (DispatchState.DELIVERED, None)
    told = ladders.told(sent, 2, failed(), NOW)
    assert (told.rung, told.next_at) == (3, NOW)


def test_who_turned_an_ad_away_gets_no_fallback() -> None:
    for reason in (Reason.OPTED_OUT, Reason.BLOCKED):
        for climb in (
            ladders.after(starting(Purpose.AD), failed(reason), NOW, 0),
            ladders.told(starting(Purpose.AD), 1, failed(reason), NOW),
        ):
            assert climb.next_at is None
    assert ladders.after(starting(Purpose.INFO), failed(Reason.OPTED_OUT), NOW, 0).next_at == NOW


def test_what_nobody_knows_is_not_sent_by_another_route_unless_a_life_may_hang_on_it() -> None:
    lost = Outcome(key="k", state=AttemptState.UNSURE)
    assert ladders.after(starting(Purpose.INFO), lost, NOW, 0).next_at is None
    on = ladders.after(replace(starting(Purpose.SAFETY), best=None), lost, NOW, 0)
    assert (on.rung, on.best) == (2, DispatchState.UNSURE)
    assert on.state not in ladders.FLYING, "of the next step nobody has been asked yet"


def test_the_night_of_a_dealer_is_waited_for_in_the_same_step() -> None:
    held = ladders.after(starting(Purpose.INFO, 2), failed(Reason.NIGHT), NOW + timedelta(hours=10), 0)
    assert (held.rung, held.next_at) == (2, law.morning(NOW + timedelta(hours=10)))


def test_a_warning_passes_by_a_dealer_that_keeps_the_night() -> None:
    at_night = NOW + timedelta(hours=10)
    passed = ladders.after(starting(Purpose.SAFETY, 2), failed(Reason.NIGHT), at_night, 0)
    assert (passed.rung, passed.next_at) == (3, at_night)


def test_heard_and_not_delivered_ends_a_call_to_care() -> None:
    delivered = Outcome(key="k", state=AttemptState.DELIVERED)
    called = ladders.after(starting(Purpose.CARE, 4), delivered, NOW, 0)
    assert (called.rung, called.next_at) == (5, NOW + timedelta(minutes=30)), "they are called once more"


def test_an_attempt_has_one_key_and_each_step_its_own() -> None:
    sending, person = ids.new(), ids.new()
    key = ladders.attempt_key(sending, person, Route.VOICE, 3)
    assert key == ladders.attempt_key(sending, person, Route.VOICE, 3)
    others = {
        ladders.attempt_key(sending, person, Route.VOICE, 4),
        ladders.attempt_key(person, sending, Route.VOICE, 3),
    }
    assert key not in others
    assert len(key) == 32


@given(st.integers(0, 40), st.floats(0, 1))
def test_backoff_has_full_jitter_and_an_end(tries: int, chance: float) -> None:
    assert timedelta(0) <= ladders.backoff(tries, chance) <= timedelta(seconds=ladders.BACKOFF_SECONDS_MAX)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 2_000), st.sampled_from(Lane)), max_size=30))
def test_a_dealer_is_never_asked_more_than_its_rate(asked: list[tuple[int, int, Lane]]) -> None:
    rate, bucket, at, given_out = 100, Bucket(100.0, NOW), NOW, 0
    for millis, wanted, lane in asked:
        at += timedelta(milliseconds=millis)
        got = ladders.grant(bucket, wanted, rate, lane, at)
        assert 0 <= got.count <= wanted
        bucket, given_out = got.bucket, given_out + got.count
    assert given_out <= rate + rate * (at - NOW).total_seconds() + 1e-6


def test_notices_leave_a_share_of_the_bucket_to_what_is_urgent() -> None:
    bulk = ladders.grant(Bucket(100.0, NOW), 1_000, 100, Lane.BULK, NOW)
    assert bulk.count == 80
    assert ladders.grant(bulk.bucket, 1_000, 100, Lane.URGENT, NOW).count == 20


def test_a_dealer_that_fails_is_left_alone_then_tried_with_a_few() -> None:
    bucket = Bucket(100.0, NOW)
    for _ in range(ladders.BREAKER_FAILURES):
        bucket = ladders.broke(bucket, NOW, 1)
    assert bucket.open_until == NOW + timedelta(seconds=ladders.BREAKER_SECONDS)
    assert ladders.grant(bucket, 50, 100, Lane.URGENT, NOW).count == 0
    later = NOW + timedelta(seconds=ladders.BREAKER_SECONDS)
    probed = ladders.grant(bucket, 50, 100, Lane.URGENT, later)
    assert probed.count == ladders.PROBE
    assert ladders.broke(bucket, later, 1).open_until == later + timedelta(seconds=2 * ladders.BREAKER_SECONDS)
    assert ladders.grant(ladders.healed(probed.bucket), 50, 100, Lane.URGENT, later).count == 50
