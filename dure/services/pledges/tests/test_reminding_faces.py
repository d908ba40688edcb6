"""At which hour one is reminded: chosen by its person alone, on a page or over the API, undone, forgotten."""

import pytest
from django.urls import reverse

from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.channels import actions as channels
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.kit.visiting import browser, form, text
from dure.services.pledges import actions, models, queries, tasks
from dure.services.pledges.rules import reminding as rules
from dure.services.pledges.types import WrongStep

from . import making
from .making import BY, Ground, key, person_of
from .test_reminding import LETTER, channel, early, joined_titles, reminded
from .test_telling import greeted, open_channel

__all__ = ["channel", "early"]  # fixtures


def test_ones_own_word_for_a_project_goes_before_the_one_for_all(ground: Ground) -> None:
    by, pledge = ground.people[0], making.joined(ground.people[0], ground.project)
    actions.set_reminder(by, 9, key=key())
    for hour, own in ((20, True), (None, True)):
        [one] = actions.set_reminder_of(by, pledge.id, hour, key=key()).projects
        assert (one.hour, one.own) == (hour, own)
    [one] = actions.drop_reminder_of(by, pledge.id, key=key()).projects
    assert (one.hour, one.own) == (9, False)
    models.Project.objects.filter(id=ground.project.id).update(window_start=600)
    [one] = queries.reminders(by).projects
    assert one.hour is None  # at nine it cannot be proved
    with pytest.raises(BadValue):
        actions.set_reminder_of(by, pledge.id, 9, key=key())
    for wrong in (7, 21, -1, 24):
        with pytest.raises(BadValue):
            actions.set_reminder(by, wrong, key=key())
    assert actions.set_reminder(by, None, key=key()).hour is None


def test_each_chooses_for_what_is_their_own_and_goes_on(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project)
    for who in (ground.people[1], ground.leader, ground.stewards[0]):
        with pytest.raises(NotAllowed):
            actions.set_reminder_of(who, pledge.id, 9, key=key())
        with pytest.raises(NotAllowed):
            actions.drop_reminder_of(who, pledge.id, key=key())
    with pytest.raises(NotAllowed):
        actions.remind(by, LETTER, joined_titles)
    with making.on_day(ground, 2):
        actions.leave(by, pledge.id, key=key())
        with pytest.raises(WrongStep):
            actions.set_reminder_of(by, pledge.id, 9, key=key())


def test_a_closed_account_is_forgotten_and_so_is_what_is_over(early: tuple[Ground, list[Actor]]) -> None:
    ground, people = early
    me = queries.my_pledges(person_of(people[0]))[0]
    actions.set_reminder_of(people[0], me.id, 10, key=key())
    said = list(queries.export_of(person_of(people[0]))["reminders"])  # type: ignore[call-overload]  # an iterator
    assert [(one["project"], one["hour"]) for one in said] == [(None, 9), (ground.project.title, 10)]
    with making.on_day(ground, 1, 545):
        assert len(reminded()) == 2  # of the first one it is not ten yet
        assert actions.sweep_reminders(BY) == 0
        actions.leave(people[0], me.id, key=key())
    with making.on_day(ground, 1 + rules.KEEP_DAYS + 1):
        assert tasks.sweep_reminders(0) == 3  # two reminders, and the hour of what was left
    assert [actions.forget_reminders(BY, person_of(people[0])) for _ in range(2)] == [1, 0]


def test_the_hour_is_chosen_on_a_page_and_undone(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project)
    mine = browser(by)
    address = reverse("pledges:reminder", args=[pledge.id])
    assert address in text(mine, "pledges:pledge", pledge.id)
    change = reverse("pledges:change_reminder", args=[pledge.id, "one"])
    assert mine.post(change, form(hour="9")).status_code == 303
    page = text(mine, "pledges:reminder", pledge.id)
    undo = reverse("pledges:undo_reminder", args=[pledge.id, "one", "never"])
    assert undo in page
    assert [one.hour for one in queries.reminders(by).projects] == [9]
    assert mine.post(undo, form()).status_code == 303
    assert [one.hour for one in queries.reminders(by).projects] == [None]
    everywhere = reverse("pledges:change_reminder", args=[pledge.id, "all"])
    assert mine.post(everywhere, form(hour="20")).status_code == 303
    assert mine.post(change, form(hour="all")).status_code == 303
    [one] = queries.reminders(by).projects
    assert (one.hour, one.own) == (20, False)
    for wrong in ("", "21", "x", "9.5", "-1"):
        assert mine.post(change, form(hour=wrong)).status_code == 422
    stranger = browser(ground.people[1])
    assert stranger.get(address).status_code == stranger.post(change, form(hour="9")).status_code == 403


def test_the_page_says_whether_a_message_can_come(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project)
    assert not queries.reminders(by).reach
    place = open_channel()
    page = text(browser(by), "pledges:reminder", pledge.id)
    assert reverse("channels:channel", args=["pledges"]) in page
    greeted(by)
    assert queries.reminders(by).reach
    with tx.durable():
        channels.leave(by, place)
    assert not queries.reminders(by).reach
