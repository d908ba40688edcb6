"""What is queued is called back: from who heard it or left, and from everybody when it ended. It never rings afterwards."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from dure.foundations.channels import actions as channels
from dure.foundations.channels.tests import sending_world as outside
from dure.foundations.channels.types import Carriage, Outcome, Route
from dure.foundations.people.tests import making as folk
from dure.kit import tx
from dure.kit.testing import Meet, race
from dure.services.broadcast import actions, models, queries
from dure.services.broadcast.types import Announcement, AnnouncementState, Key, Kind, NotWritten, Office

from . import making
from .making import BY, Ground, key, later, person_of


def phoned(ground: Ground) -> None:
    for number, by in enumerate(ground.listeners):
        making.numbered(by, f"+82100000000{number}")


def queued(ground: Ground) -> Announcement:
    """An announcement whose texts the channel has, and nobody has carried."""
    phoned(ground)
    with later():
        said = making.sent(ground)
    with later(minutes=1):
        actions.open_airings(BY)
        making.stepped()
    return said


def hears(ground: Ground, said: Announcement) -> None:
    actions.press(ground.listeners[0], said.id, Key.HEARD)


def leaves(ground: Ground, said: Announcement) -> None:
    actions.leave_village(ground.listeners[0], ground.village.id)


def presses_nine(ground: Ground, said: Announcement) -> None:
    actions.press(ground.listeners[0], said.id, Key.LEAVE)


@pytest.mark.parametrize("done", [hears, leaves, presses_nine])
def test_what_is_queued_does_not_ring_at_who_is_done_with_it(
    ground: Ground, done: Callable[[Ground, Announcement], None]
) -> None:
    said, pocket = queued(ground), outside.Pocket()
    with later(minutes=2):
        done(ground, said)
        outside.send(pocket)
    assert len(pocket.carried) == 1  # the other one's text
    assert pocket.carried[0].to == "+821000000001"


def test_what_ended_rings_nowhere(ground: Ground) -> None:
    said, pocket = queued(ground), outside.Pocket()
    with later(minutes=2):
        actions.end_announcement(ground.head, said.id)
        outside.send(pocket)
    with later(minutes=90):
        making.aired(pocket)
    assert pocket.carried == []


def test_no_second_try_follows_one_that_was_on_its_way(ground: Ground) -> None:
    """The dealer has it while somebody hears it: its answer is awaited, and what would follow does not ring."""
    said = queued(ground)
    heard = list[Carriage]()

    def busy(one: Carriage) -> Outcome:
        if not heard:
            heard.append(one)
            for by in ground.listeners:
                actions.press(by, said.id, Key.HEARD)
        return outside.fails(retry_after=1)(one)

    pocket = outside.Pocket(answer=busy)
    with later(minutes=2):
        outside.send(pocket, rounds=1)
    assert len(pocket.carried) == 2
    for minutes in (3, 5, 15, 60):
        with later(minutes=minutes):
            making.aired(pocket)
    assert len(pocket.carried) == 2
    assert set(making.standing(said).values()) == {"heard", "to_visit"}


def test_what_comes_again_calls_back_what_was_left_of_the_last_time(ground: Ground) -> None:
    phoned(ground)
    with later():
        said = making.sent(ground, repeats="FREQ=DAILY;COUNT=2", expires=making.NOON + timedelta(days=2))
    with later(minutes=1):
        actions.open_airings(BY)
        making.stepped()
    pocket = outside.Pocket()
    with later(days=1, minutes=1):
        making.aired(pocket)
    assert len(pocket.carried) == 2  # today's texts
    assert models.Airing.objects.filter(announcement_id=said.id, opened_at__isnull=False).count() == 2


def test_a_sender_that_is_cutting_and_a_listener_who_hears(real_ground: Ground) -> None:
    """Either it was cut before, and is on its way, or it is not asked for any more; never is it asked for after that."""
    phoned(real_ground)
    with later():
        said = making.sent(real_ground)
    with later(minutes=1):
        actions.open_airings(BY)
        making.stepped()
    one = real_ground.listeners[0]
    pocket = outside.Pocket(answer=outside.fails(retry_after=1))

    def send(meet: Meet) -> object:
        with later(minutes=2):
            meet()
            return outside.send(pocket, rounds=1)

    def hear(meet: Meet) -> object:
        with later(minutes=2):
            meet()
            return actions.press(one, said.id, Key.HEARD)

    race(send, hear)
    before = len([each for each in pocket.carried if each.to == "+821000000000"])
    assert before <= 1
    for minutes in (3, 12, 50, 70):
        with later(minutes=minutes):
            making.aired(pocket)
    assert len([each for each in pocket.carried if each.to == "+821000000000"]) == before
    assert making.standing(said)[person_of(one)] == "heard"


def two_villages(ground: Ground) -> Announcement:
    """An announcement for both villages that the first listener hears."""
    second = actions.open_village(ground.owner, ground.organisation, "옆마을 (예시)", key=key())
    for by in (ground.head, ground.listeners[0]):
        making.join(by, second.id)
    actions.appoint(ground.owner, second.id, person_of(ground.head), Office.HEAD, key=key())
    villages = frozenset({ground.village.id, second.id})
    draft = making.written(ground, villages=villages)
    return actions.send_announcement(ground.head, draft.id, villages, key=key())


def test_who_leaves_one_of_two_villages_hears_it_for_the_other(ground: Ground) -> None:
    phoned(ground)
    one, pocket = ground.listeners[0], outside.Pocket()
    with later():
        said = two_villages(ground)
    with later(minutes=1):
        making.aired(pocket)
        told = len(pocket.carried)
        actions.leave_village(one, ground.village.id)
        assert making.standing(said)[person_of(one)] == "waiting"
    with later(minutes=12):
        making.aired(pocket)
    assert [each.route for each in pocket.carried[told:]] == [Route.VOICE] * 2
    with later(minutes=13):
        (other,) = queries.memberships(person_of(one))
        actions.leave_village(one, other.village.id)
    assert making.standing(said)[person_of(one)] == "left"


def test_nothing_is_said_in_the_name_of_who_holds_the_office_no_more(ground: Ground) -> None:
    with later():
        said = making.sent(ground, repeats="FREQ=DAILY;COUNT=5")
    with later(minutes=1):
        making.aired()
        (office,) = [one for one in queries.offices(ground.village.id) if one.tenure.office is Office.HEAD]
        actions.end_office(ground.owner, office.id, key=key())
    with later(days=1, minutes=1):
        assert making.aired() == 0
    found = queries.announcement(said.id)
    assert found.state is AnnouncementState.ENDED
    assert len(found.airings) == 1  # what was said stays
    assert set(making.standing(said).values()) == {"expired"}


def test_what_was_urgent_and_found_no_second_person_is_a_draft_again(ground: Ground) -> None:
    with later():
        said = making.sent(ground, kind=Kind.URGENT)
    with later(minutes=119):
        assert actions.lapse_asked(BY) == 0
    with later(minutes=120):
        with pytest.raises(NotWritten):
            actions.agree_announcement(ground.deputy, said.id, key=key())
        assert actions.lapse_asked(BY) == 1
        assert queries.waiting_for_second(ground.deputy) == ()
        again = actions.send_announcement(ground.head, said.id, frozenset({ground.village.id}), key=key())
        assert again.state is AnnouncementState.ASKED
        agreed = actions.agree_announcement(ground.deputy, said.id, key=key())
        assert agreed.state is AnnouncementState.SENT


def test_who_left_is_forgotten_when_what_they_were_told_is(ground: Ground) -> None:
    leaving, staying = ground.listeners
    with later():
        making.sent(ground)
    with later(minutes=1):
        making.aired()
        actions.leave_village(leaving, ground.village.id)
        assert queries.export_of(person_of(leaving))["villages"]
    with later(days=181):
        while actions.forget_announcements(BY):
            pass
        assert models.Listener.objects.filter(person_id=person_of(leaving)).count() == 1  # what they were told is kept
    with later(days=190):
        while actions.forget_announcements(BY):
            pass
        assert not models.Listener.objects.filter(person_id=person_of(leaving)).exists()
        assert len(queries.memberships(person_of(staying))) == 1


def test_a_paused_channel_holds_it_and_the_ladder_waits(ground: Ground) -> None:
    """What the channel may not carry is no try: nobody is called because of a text that nobody got."""
    said, pocket = queued(ground), outside.Pocket()
    with later(minutes=2), tx.durable():
        channels.pause_channel(folk.steward(), ground.channel, "잠시")
    with later(minutes=12):
        making.aired(pocket)
    assert pocket.carried == []
    assert [way for way, _ in making.ways(said, ground.listeners[0])] == ["push", "text"]
