"""The number of a village in place of a second person: never in the clear, tried a few times, changed by whoever appoints."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.kit.visiting import browser, form, text
from dure.services.broadcast import actions, models, queries
from dure.services.broadcast.rules import numbers
from dure.services.broadcast.types import (
    Agreed,
    Announcement,
    AnnouncementState,
    Kind,
    NotWritten,
    NumberLocked,
    NumberMissing,
    NumberWrong,
    VillageId,
)

from . import making
from .making import Ground, key, later

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "395172", "395173"
NOW = datetime(2026, 5, 11, tzinfo=UTC)


def numbered(ground: Ground, number: str = NUMBER) -> None:
    actions.set_village_number(ground.owner, ground.village.id, number, key=key())


def asked(ground: Ground) -> Announcement:
    return making.sent(ground, kind=Kind.URGENT)


def agree(ground: Ground, said: Announcement, number: str, name: str = "") -> Announcement:
    given_now = {ground.village.id: number}
    return actions.agree_by_number(ground.head, said.id, given_now, key=name or key())


@given(st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_plain_numbers_are_refused(number: str) -> None:
    steps = {int(b) - int(a) for a, b in pairwise(number)}
    if len(steps) == 1 or number[:3] == number[3:]:
        with pytest.raises(BadValue):
            numbers.check_number(number)
    else:
        assert numbers.check_number(f" {number[:3]} {number[3:]}") == number


@pytest.mark.parametrize("number", ["", "12345", "1234567", "12345a", "１２３４５７", "-12345"])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(BadValue):
        numbers.check_number(number)


@given(st.integers(0, 20))
def test_nobody_tries_more_than_a_few_times_an_hour(tries: int) -> None:
    wrong, until, done = 0, None, 0
    for _ in range(tries):
        try:
            numbers.demand_open(until, NOW)
        except NumberLocked:
            continue
        done += 1
        wrong, until = numbers.after_wrong(wrong, NOW)
    assert done == min(tries, numbers.WRONG_MAX)


def test_the_head_alone_sends_what_is_urgent_by_the_number(ground: Ground) -> None:
    numbered(ground)
    with later():
        said = asked(ground)
        sent = agree(ground, said, f" {NUMBER[:3]} {NUMBER[3:]} ", "once")
        assert (sent.state, sent.agreed) == (AnnouncementState.SENT, Agreed.PIN)
        assert agree(ground, said, NUMBER, "once").state is AnnouncementState.SENT
        assert len(sent.airings) == 1
    with later(minutes=1):
        assert making.aired()


def test_a_wrong_number_is_counted_and_locks(ground: Ground) -> None:
    numbered(ground)
    with later():
        said = asked(ground)
        for left in (4, 3, 2, 1, 0):
            with pytest.raises(NumberWrong) as wrong:
                agree(ground, said, OTHER)
            assert wrong.value.left == left
        with pytest.raises(NumberLocked):
            agree(ground, said, NUMBER)  # the right one, too
        assert queries.announcement(said.id).state is AnnouncementState.ASKED
    with later(minutes=61):
        assert agree(ground, said, NUMBER).state is AnnouncementState.SENT
        assert models.VillageNumber.objects.get().wrong == 0


def test_another_number_opens_what_was_locked(ground: Ground) -> None:
    numbered(ground)
    with later():
        said = asked(ground)
        for _ in range(numbers.WRONG_MAX):
            with pytest.raises(NumberWrong):
                agree(ground, said, OTHER)
        numbered(ground, OTHER)
        assert agree(ground, said, OTHER).state is AnnouncementState.SENT


def test_each_village_has_a_number_of_its_own(ground: Ground) -> None:
    numbered(ground)
    with later(days=-1):
        second = actions.open_village(ground.owner, ground.organisation, "옆마을 (예시)", key=key())
        making.join(ground.head, second.id)
        making.appointed(ground.owner, second.id, ground.head)
    both = frozenset({ground.village.id, second.id})
    with later():
        draft = making.written(ground, kind=Kind.URGENT, villages=both)
        actions.send_announcement(ground.head, draft.id, both, key=key())
        with pytest.raises(NumberMissing):
            actions.agree_by_number(ground.head, draft.id, dict.fromkeys(both, NUMBER), key=key())
        actions.set_village_number(ground.owner, second.id, OTHER, key=key())
        with pytest.raises(NumberWrong):
            actions.agree_by_number(ground.head, draft.id, dict.fromkeys(both, NUMBER), key=key())
        right: dict[VillageId, str] = {ground.village.id: NUMBER, second.id: OTHER}
        assert actions.agree_by_number(ground.head, draft.id, right, key=key()).agreed is Agreed.PIN


def test_who_may_not_speak_tries_no_number(ground: Ground) -> None:
    numbered(ground)
    with later():
        said = asked(ground)
        for by in (ground.listeners[0], ground.owner):
            with pytest.raises((NotAllowed, NotFound)):
                actions.agree_by_number(by, said.id, {ground.village.id: NUMBER}, key=key())
        notice = making.sent(ground)
        actions.take_back(ground.head, notice.id)
        with pytest.raises(NotWritten):
            agree(ground, notice, NUMBER)
        assert models.VillageNumber.objects.get().wrong == 0


def test_the_number_stands_nowhere(ground: Ground) -> None:
    numbered(ground)
    assert NUMBER not in models.VillageNumber.objects.get().secret


def test_pages_set_and_use_it(ground: Ground) -> None:
    owner, head = browser(ground.owner), browser(ground.head)
    desk = reverse("broadcast-desk:set_number", args=[ground.village.code])
    assert owner.post(desk, form(number="123456")).status_code == 422
    assert owner.post(desk, form(number=NUMBER)).status_code == 303
    assert head.post(desk, form(number=OTHER)).status_code == 403
    with making.at(clock.now() - timedelta(minutes=1)):
        said = asked(ground)
    page = text(head, "broadcast:look", said.id)
    field = f"number-{ground.village.id}"
    assert field in page
    use = reverse("broadcast:by_number", args=[said.id])
    assert head.post(use, form(**{field: OTHER})).status_code == 403
    assert head.post(use, form(**{field: NUMBER})).status_code == 303
    assert queries.announcement(said.id).state is AnnouncementState.SENT
