"""States of broadcasts and templates, the privacy floor, handles."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base import ids
from dure.base.refusals import BadValue
from dure.foundations.channels.rules import broadcasts, channels, figures, templates_of
from dure.foundations.channels.rules.broadcasts import BroadcastVerb
from dure.foundations.channels.rules.templates_of import TemplateVerb
from dure.foundations.channels.types import BroadcastId, BroadcastState, Purpose, TemplateState, WrongState

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


@given(st.sampled_from(BroadcastState), st.sampled_from(BroadcastVerb))
def test_every_pair_of_state_and_verb_is_decided(state: BroadcastState, verb: BroadcastVerb) -> None:
    if broadcasts.allows(state, verb):
        assert broadcasts.after(state, verb) is broadcasts.STATES[state, verb]
    else:
        with pytest.raises(WrongState):
            broadcasts.after(state, verb)


@given(st.lists(st.sampled_from(BroadcastVerb), max_size=30))
def test_nothing_is_sent_that_was_changed_after_the_yes(verbs: list[BroadcastVerb]) -> None:
    """On every way to `sending` the last change of content lies before the yes, or before the scheduling alone."""
    state, agreed = BroadcastState.DRAFT, False
    for verb in verbs:
        with suppress(WrongState):
            state = broadcasts.after(state, verb)
            agreed = {BroadcastVerb.EDIT: False, BroadcastVerb.APPROVE: True, BroadcastVerb.SCHEDULE: True}.get(
                verb, agreed
            )
            if verb is BroadcastVerb.OUTGROW:
                agreed = False
        if state is BroadcastState.SENDING:
            assert agreed


@given(st.lists(st.sampled_from(BroadcastVerb), max_size=30))
def test_what_is_stopped_or_done_stays_so(verbs: list[BroadcastVerb]) -> None:
    for end in (BroadcastState.STOPPED, BroadcastState.DONE):
        for verb in verbs:
            assert not broadcasts.allows(end, verb)


@given(st.lists(st.sampled_from(TemplateVerb), max_size=20))
def test_an_approved_template_is_never_edited(verbs: list[TemplateVerb]) -> None:
    state = TemplateState.DRAFT
    for verb in verbs:
        before = state
        with suppress(WrongState):
            state = templates_of.after(state, verb)
        if before is TemplateState.APPROVED:
            assert state in (TemplateState.APPROVED, TemplateState.RETIRED)


def test_the_readme_draws_the_states() -> None:
    drawing = README.split("## States")[1].split("## Invariants")[0]
    words = set(re.findall(r"[a-z_]+", drawing))
    assert {state.value for state in BroadcastState} <= words
    assert {state.value for state in TemplateState} <= words
    assert {verb.value for verb in BroadcastVerb} <= words
    assert {verb.value for verb in TemplateVerb} - {"retire"} <= words


@given(st.integers(0, 200), st.integers(0, 200))
def test_no_number_names_few(part: int, rest: int) -> None:
    told = figures.floored(part, part + rest)
    if told is not None:
        assert told == part
        assert part == 0 or part >= figures.FLOOR
        assert rest == 0 or rest >= figures.FLOOR
        assert part + rest >= figures.FLOOR


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
def test_counts_of_what_is_private_come_in_tens_and_hide_who_decides_them(sure: int, yes: int, no: int) -> None:
    told = figures.fitting(sure + yes, sure, sure + yes + no)
    few = yes + no < figures.FLOOR or 0 < yes < figures.FLOOR or 0 < no < figures.FLOOR
    assert (told is None) == few
    assert told is None or (told % figures.STEP == 0 and 0 <= sure + yes - told < figures.STEP)


@given(st.integers(0, 300), st.integers(0, 300))
def test_what_is_reckoned_with_is_never_too_little_and_tells_no_more_than_the_count(part: int, rest: int) -> None:
    whole = part + rest
    most = figures.at_most(part, whole)
    assert part <= most <= whole
    assert most % figures.STEP == 0 or most == whole
    assert most in (0, whole) or most >= figures.FLOOR
    if whole <= figures.FLOOR:
        assert most == whole, "of a few, the sum says nothing about any of them"


@given(st.text(max_size=15))
def test_a_handle_can_be_said(text: str) -> None:
    with suppress(BadValue):
        handle = channels.clean_handle(text)
        assert channels.clean_handle(handle) == handle
        assert re.fullmatch(r"[가-힣][가-힣0-9]{1,11}|[a-z][a-z0-9]{1,11}", handle)


@pytest.mark.parametrize("handle", ["두부집", "garam", "가람시장2", "@두부집", "GARAM"])
def test_good_handles(handle: str) -> None:
    assert channels.clean_handle(handle)


@pytest.mark.parametrize(
    "handle", ["", "가", "두레", "admin", "두부house", "두부 집", "2호점", "가" * 13, "du-re", "gаram"]
)
def test_bad_handles(handle: str) -> None:
    with pytest.raises(BadValue):
        channels.clean_handle(handle)


@pytest.mark.parametrize("contact", ["063-000-0101", "+82 63 000 0101", "shop@sample.invalid"])
def test_good_contacts(contact: str) -> None:
    assert channels.clean_contact(contact) == contact


@pytest.mark.parametrize("contact", ["", "전화 주세요", "12", "shop", "063_000_0101"])
def test_bad_contacts(contact: str) -> None:
    with pytest.raises(BadValue):
        channels.clean_contact(contact)


def test_the_time_of_a_broadcast_lies_ahead_and_not_too_far() -> None:
    broadcasts.check_when(None, NOW)
    broadcasts.check_when(NOW + timedelta(days=60), NOW)
    for wrong in (NOW, NOW - timedelta(seconds=1), NOW + timedelta(days=61)):
        with pytest.raises(BadValue):
            broadcasts.check_when(wrong, NOW)


def test_a_second_person_above_a_hundred() -> None:
    assert not broadcasts.needs_second(100)
    assert broadcasts.needs_second(101)


def test_one_notice_in_ten_is_looked_at_and_no_ad() -> None:
    many = [BroadcastId(ids.derived(UUID(int=0), str(number))) for number in range(2_000)]
    picked = sum(broadcasts.is_sampled(one, Purpose.INFO) for one in many)
    assert 120 < picked < 280
    assert not any(broadcasts.is_sampled(one, Purpose.AD) for one in many)


@pytest.mark.parametrize(("hour", "night"), [(0, True), (7, True), (8, False), (20, False), (21, True), (23, True)])
def test_the_night_of_the_law(hour: int, night: bool) -> None:
    assert broadcasts.is_night(datetime(2026, 11, 22, hour, tzinfo=UTC)) is night


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_what_became_of_coupons_is_told_in_tens_and_names_nobody(queued: int, took: int, used: int) -> None:
    took = min(took, queued)
    used = min(used, took)
    counts = dict.fromkeys(("sent", "delivered", "opened", "clicked", "left"), 0) | {"queued": queued}
    assert figures.figures(counts).coupons_taken is None, "it carries none"
    told = figures.figures(counts | {"took": took, "used": used})
    for part, said in ((took, told.coupons_taken), (used, told.coupons_used)):
        few = queued < figures.FLOOR or 0 < part < figures.FLOOR or 0 < queued - part < figures.FLOOR
        assert said is None if few else said == part // figures.STEP * figures.STEP


@given(st.integers(0, 300), st.integers(0, 300))
def test_what_arrived_of_an_ad_says_who_agreed_to_ads_so_it_comes_in_tens(queued: int, sent: int) -> None:
    sent = min(sent, queued)
    counts = dict.fromkeys(("delivered", "opened", "clicked", "left"), 0) | {"queued": queued, "sent": sent}
    assert figures.figures(counts, is_ad=True).sent == figures.told(sent, queued)
