"""A steward who took a meeting down takes that back: its words are there again, its group still knows that it was cancelled."""

import pytest

from dure.base.refusals import NotAllowed
from dure.services.pledges import actions, queries
from dure.services.pledges.types import ComplaintKind, MeetingState, NotTheirTurn

from .making import Ground, key
from .test_meetings import YES, answer, called, joined, new, now


def test_a_meeting_that_was_taken_down_is_shown_again_and_stays_cancelled(ground: Ground) -> None:
    one = joined(ground)[0]
    meeting = called(ground, notes="물 한 병")
    answer(ground, one, meeting, YES)
    steward = ground.stewards[0]
    with now(ground):
        actions.complain(one, ComplaintKind.MEETING, meeting.id, "돈을 걷어요", key=key())
        [complaint] = queries.complaints(steward)
        actions.decide_complaint(steward, complaint.id, True, "돈을 걷을 수 없어요", key=key())
        [hush] = queries.hushes(steward)
        assert (hush.kind, hush.subject, hush.why) == (ComplaintKind.MEETING, meeting.id, "돈을 걷을 수 없어요")
        for who, refused in ((one, NotAllowed), (ground.leader, NotAllowed)):
            with pytest.raises(refused):
                actions.lift_hush(who, hush.id, key=key())
        for _ in range(2):
            actions.lift_hush(steward, hush.id, key=key())
        found, _ = queries.meeting_of_group(one, meeting.id)
        assert (found.is_hidden, found.notes, found.state) == (False, "물 한 병", MeetingState.CANCELLED)
        assert queries.hushes(steward) == ()


def test_nobody_takes_back_what_is_about_their_own_meeting(ground: Ground) -> None:
    """A steward who called the meeting has a part in it."""
    one, steward = joined(ground)[0], ground.stewards[0]
    with now(ground):
        meeting = actions.call_meeting(steward, ground.project.id, new(ground), key=key())
        actions.complain(one, ComplaintKind.MEETING, meeting.id, "돈을 걷어요", key=key())
        [complaint] = queries.complaints(steward)
        actions.decide_complaint(ground.stewards[1], complaint.id, True, "돈을 걷을 수 없어요", key=key())
        [hush] = queries.hushes(steward)
        with pytest.raises(NotTheirTurn):
            actions.lift_hush(steward, hush.id, key=key())
