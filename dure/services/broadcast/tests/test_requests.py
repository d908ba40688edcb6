"""A child asks for a parent: the head's yes and the parent's own 1 are both needed, and nobody learns anything by asking."""

from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dure.base.actors import Actor
from dure.base.refusals import BadValue, NotAllowed, NotFound, TooOften
from dure.foundations.people.tests import making as folk
from dure.kit.testing import Meet, race
from dure.kit.twins import Server
from dure.kit.visiting import browser, form, text
from dure.services.broadcast import actions, models, queries
from dure.services.broadcast.actions.requests import ASKS_PER_DAY_MAX
from dure.services.broadcast.rules import requests as rules
from dure.services.broadcast.types import (
    AskedLately,
    AsksTooMany,
    HouseholdState,
    NotWritten,
    ParentRequest,
    RequestStanding,
    RequestState,
    SaidNo,
)

from . import making
from .homing import LAND_LINE, NAME, Exchange, entered, minutes, picked_up, rounds
from .making import BY, NOON, Ground, key, later

pytestmark = pytest.mark.django_db
DAY = 24 * 60


@pytest.fixture
def child(ground: Ground) -> Actor:
    return folk.person("자녀")


def asked(ground: Ground, by: Actor, number: str = LAND_LINE, name: str = NAME) -> ParentRequest:
    return actions.ask_for_parent(by, ground.village.id, name, number, key=key())


def standing(ground: Ground, by: Actor) -> RequestStanding:
    return queries.requests_of(by, ground.village.id)[0].standing


def agree(ground: Ground, one: ParentRequest, by: Actor | None = None) -> ParentRequest:
    return actions.agree_request(by or ground.head, one.id, key=key())


def test_the_head_agrees_the_parent_says_yes_and_only_then_hears(
    ground: Ground, child: Actor, exchange: Exchange, gateway: Server
) -> None:
    with later():
        one = asked(ground, child)
        rounds(exchange)
        assert (exchange.placed, standing(ground, child)) == ([], RequestStanding.WAITING)
        assert agree(ground, one).standing is RequestStanding.CALLING
        making.sent(ground)
        rounds(exchange)
    minutes(exchange, 1, 20, 5)
    assert len(exchange.placed) == 1  # the question alone
    assert models.HouseholdReach.objects.count() == 0
    with later(minutes=21):
        picked_up(exchange, gateway).press("1")
        assert standing(ground, child) is RequestStanding.HEARING
        with pytest.raises(NotWritten):
            actions.withdraw_request(child, one.id)  # it is the parent's by now
    assert models.Household.objects.get().state == HouseholdState.LISTENING


@pytest.mark.parametrize(
    ("keys", "ends"), [(("9",), RequestStanding.SAID_NO), (("1", "9"), RequestStanding.HEARING)], ids=["no", "yes"]
)
def test_the_parents_word_is_what_counts(
    ground: Ground, child: Actor, exchange: Exchange, gateway: Server, keys: tuple[str, ...], ends: RequestStanding
) -> None:
    with later():
        agree(ground, asked(ground, child))
        rounds(exchange)
        picked_up(exchange, gateway).press(*keys[:1])
        assert standing(ground, child) is ends


def test_who_is_not_reached_is_told_so_and_may_be_asked_again(
    ground: Ground, child: Actor, exchange: Exchange, gateway: Server
) -> None:
    with later():
        agree(ground, asked(ground, child))
    minutes(exchange, 0, 5 * DAY, 6 * 60)
    with later(days=5):
        assert standing(ground, child) is RequestStanding.NOT_REACHED
        assert asked(ground, child).standing is RequestStanding.WAITING


def test_the_heads_no_is_told_and_lasts_a_month(ground: Ground, child: Actor, exchange: Exchange) -> None:
    with later():
        one = asked(ground, child)
        actions.refuse_request(ground.deputy, one.id)
        actions.refuse_request(ground.deputy, one.id)
        rounds(exchange)
        assert (exchange.placed, standing(ground, child)) == ([], RequestStanding.REFUSED)
        with pytest.raises(AskedLately):
            asked(ground, child)
        with pytest.raises(NotWritten):
            agree(ground, one)
    with later(days=rules.NO_LASTS.days + 1):
        assert asked(ground, child).standing is RequestStanding.WAITING


def test_what_nobody_looks_at_lapses_also_when_nothing_of_ours_ran(ground: Ground, child: Actor) -> None:
    with later():
        one = asked(ground, child)
    with later(days=rules.LASTS.days):
        assert standing(ground, child) is RequestStanding.LAPSED
        assert queries.requests_to(ground.head, ground.village.id) == ()
        with pytest.raises(NotWritten):
            agree(ground, one)
        again = asked(ground, child)  # it stands in nobody's way
        assert again.standing is RequestStanding.WAITING
        assert actions.lapse_requests(BY) == 0
        assert models.ParentRequest.objects.get(id=one.id).state == RequestState.LAPSED
    with later(days=2 * rules.LASTS.days + 1):
        assert actions.lapse_requests(BY) == 1
    with later(days=90):
        assert actions.lapse_requests(BY) == 2
        assert models.ParentRequest.objects.count() == 0


def test_withdrawn_nobody_is_called(ground: Ground, child: Actor, exchange: Exchange) -> None:
    with later():
        waiting = asked(ground, child)
        actions.withdraw_request(child, waiting.id)
        actions.withdraw_request(child, waiting.id)
        with pytest.raises(NotWritten):
            agree(ground, waiting)
        called = agree(ground, asked(ground, child))
        actions.withdraw_request(child, called.id)
        rounds(exchange)
        assert exchange.placed == []
        assert models.Household.objects.get().state == HouseholdState.LEFT
        assert standing(ground, child) is RequestStanding.WITHDRAWN


def test_withdrawing_takes_nobody_out_whom_the_head_entered(ground: Ground, child: Actor, exchange: Exchange) -> None:
    with later():
        one = asked(ground, child)
        entered(ground)
    with later(minutes=1):
        agree(ground, one)
        actions.withdraw_request(child, one.id)
        assert models.Household.objects.get().state == HouseholdState.ASKED


def test_asking_tells_nothing_of_a_number(ground: Ground, child: Actor, exchange: Exchange, gateway: Server) -> None:
    with later():
        making.numbered(ground.listeners[0], "+821012340003")
        entered(ground)
        rounds(exchange)
        picked_up(exchange, gateway).press("9")
        answers = [asked(ground, child, number).standing for number in (LAND_LINE, "010-1234-0003", "031-123-9999")]
        assert set(answers) == {RequestStanding.WAITING}
        first = queries.requests_to(ground.head, ground.village.id)[0]
        with pytest.raises(SaidNo):
            agree(ground, first)
        assert standing(ground, child) is RequestStanding.WAITING


def test_so_many_and_no_more(ground: Ground, child: Actor) -> None:
    with later():
        for number in range(rules.WAITING_MAX):
            asked(ground, child, f"031-123-400{number}")
        with pytest.raises(BadValue):
            asked(ground, child, "031-123-4000")
        with pytest.raises(AsksTooMany):
            asked(ground, child, "031-123-4009")
        asked(ground, folk.person("다른 자녀"), "031-123-4000")  # a brother's is his own
        with pytest.raises(TooOften):
            asked_over_and_over(ground, child)


def asked_over_and_over(ground: Ground, child: Actor) -> None:
    for _once in range(ASKS_PER_DAY_MAX):
        actions.withdraw_request(child, queries.requests_of(child, ground.village.id)[0].id)
        asked(ground, child, "031-123-4009")


def test_who_may_what(ground: Ground, child: Actor) -> None:
    with later():
        one = asked(ground, child)
        for by in (ground.listeners[0], child, folk.person("남")):
            with pytest.raises(NotAllowed):
                agree(ground, one, by)
            with pytest.raises(NotAllowed):
                actions.refuse_request(by, one.id)
            with pytest.raises(NotAllowed):
                queries.requests_to(by, ground.village.id)
        for by in (ground.head, ground.listeners[0]):
            with pytest.raises(NotFound):
                actions.withdraw_request(by, one.id)
        assert queries.requests_of(ground.head, ground.village.id) == ()
        assert agree(ground, one, ground.owner).standing is RequestStanding.CALLING


def test_agreed_and_withdrawn_at_once_is_one_of_both(real_ground: Ground) -> None:
    child = folk.person("자녀")
    with later():
        one = asked(real_ground, child)

    def agrees(meet: Meet) -> object:
        with later():
            meet()
            try:
                return agree(real_ground, one).standing
            except NotWritten:
                return "late"

    def withdraws(meet: Meet) -> object:
        with later():
            meet()
            actions.withdraw_request(child, one.id)
            return "withdrawn"

    race(agrees, withdraws)
    assert standing(real_ground, child) is RequestStanding.WITHDRAWN
    assert not models.Household.objects.filter(ended_at__isnull=True).exists()


test_agreed_and_withdrawn_at_once_is_one_of_both = pytest.mark.django_db(transaction=True)(
    test_agreed_and_withdrawn_at_once_is_one_of_both
)


def test_name_and_number_are_sealed_exported_and_gone_with_the_account(ground: Ground, child: Actor) -> None:
    with later():
        asked(ground, child)
        kept = repr(list(models.ParentRequest.objects.values()))
        assert NAME not in kept
        assert "311234567" not in kept
        person = making.person_of(child)
        assert NAME in repr(queries.export_of(person))
        actions.let_person_go(BY, person)
        assert models.ParentRequest.objects.count() == 0


@given(st.sampled_from(list(RequestState)), st.sampled_from([None, *HouseholdState]), st.integers(0, 30))
def test_every_request_stands_somewhere_and_ends(state: RequestState, parent: Any, days: int) -> None:
    now = NOON + rules.LASTS * days / 14
    standing = rules.standing_of(state, parent, NOON, now)
    assert standing is not RequestStanding.WAITING or now < rules.lapses_at(NOON)
    if rules.may_withdraw(standing):
        assert parent in (None, HouseholdState.ASKED) or state is RequestState.WAITING


def test_the_pages_ask_show_how_far_it_is_and_answer(ground: Ground, child: Actor) -> None:
    by, head = browser(child), browser(ground.head)
    page = reverse("broadcast:parent", args=[ground.village.code])
    assert page in text(by, "broadcast:village", ground.village.code)
    assert by.post(page, form(name=NAME, telephone="119")).status_code == 422
    assert by.post(page, form(name=NAME, telephone=LAND_LINE)).status_code == 303
    assert "마을에서 보고 있습니다" in text(by, "broadcast:parent", ground.village.code)
    assert NAME not in text(browser(ground.listeners[0]), "broadcast:parent", ground.village.code)
    one = models.ParentRequest.objects.get()
    shown = text(head, "broadcast:households", ground.village.code)
    assert NAME in shown
    assert "자녀" in shown
    assert "1건" in text(head, "broadcast:studio")
    yes = reverse("broadcast:agree_request", args=[ground.village.code, one.id])
    assert by.post(yes, form()).status_code == 403
    assert head.post(yes, form()).status_code == 303
    assert "전화로 여쭙는 중입니다" in text(by, "broadcast:parent", ground.village.code)
    back = reverse("broadcast:withdraw_request", args=[ground.village.code, one.id])
    assert browser(ground.listeners[0]).post(back).status_code == 404
    assert by.post(back).status_code == 303
    assert "신청을 거두었습니다" in text(by, "broadcast:parent", ground.village.code)
    assert by.post(page, form(name=NAME, telephone="031-123-8888")).status_code == 303
    other = models.ParentRequest.objects.latest("asked_at")
    no = reverse("broadcast:refuse_request", args=[ground.village.code, other.id])
    assert head.post(no).status_code == 303
    assert "마을에서 받지 않았습니다" in text(by, "broadcast:parent", ground.village.code)
