"""Who has no account: asked before anything else, called until it was heard or the head's list has them, and gone with a key."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.people.tests import making as folk
from dure.kit.twins import Server
from dure.kit.visiting import browser, form, text
from dure.services.broadcast import actions, models, queries
from dure.services.broadcast.actions.forgetting import KEPT
from dure.services.broadcast.rules import households as rules
from dure.services.broadcast.rules import ladder
from dure.services.broadcast.types import HouseholdState, Kind, ReachId, SaidNo, Standing, Taken

from . import making
from .homing import HOUR, LAND_LINE, NAME, OTHER, Exchange, entered, minutes, picked_up, rounds, standing, state
from .making import BY, Ground, key, later
from .telephoning import Phone
from .test_voicing import voiced

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("031-123-4567", "+82311234567"),
        ("02 123 4567", "+8221234567"),
        ("(02)1234-5678", "+82212345678"),
        ("010-1234-5678", "+821012345678"),
        ("+82 31 123 4567", "+82311234567"),
        ("070-1234-5678", "+827012345678"),
    ],
)
def test_numbers_as_people_write_them(said: str, number: str) -> None:
    assert rules.clean_number(said) == number


@pytest.mark.parametrize(
    "said", ["", "123", "119", "112", "1588-0000", "+1 212 555 0100", "031-12-4567", "０３１1234567", "060-700-1234"]
)
def test_no_other_numbers(said: str) -> None:
    with pytest.raises(BadValue):
        rules.clean_number(said)


@given(st.integers(0, 5), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis sets the zone
def test_they_are_asked_by_day_three_times_and_no_more(asks: int, now: datetime) -> None:
    at = rules.asked_at(asks, now)
    assert (at is None) is (asks >= rules.ASKS_MAX)
    if at is not None:
        assert not ladder.is_night(at, rules.ZONE)
        assert at >= now


def test_nothing_is_said_before_they_said_yes(ground: Ground, exchange: Exchange, gateway: Server) -> None:
    with later():
        entered(ground)
        making.sent(ground)
    minutes(exchange, 1, 90, 10)
    assert [one.number for one in exchange.placed] == ["+82311234567"]
    with later(minutes=91):
        phone = picked_up(exchange, gateway)
        assert "솔내리" in phone.said
        assert phone.plays == []
        phone.press("", "5", "")  # silence, and a key that means nothing
        assert phone.then == "hang_up"
        assert state() is HouseholdState.ASKED
    assert models.HouseholdReach.objects.count() == 0


def test_who_says_yes_is_called_and_who_says_no_is_not_asked_again(
    ground: Ground, exchange: Exchange, gateway: Server
) -> None:
    with later():
        entered(ground)
        rounds(exchange)
        picked_up(exchange, gateway).press("9")
        assert state() is HouseholdState.REFUSED
        with pytest.raises(SaidNo):
            entered(ground)
        entered(ground, "이예시", OTHER)
    with later(days=rules.NO_LASTS.days + 1):
        assert entered(ground).state is HouseholdState.ASKED


def test_who_is_not_reached_is_asked_three_times(ground: Ground, exchange: Exchange) -> None:
    with later():
        entered(ground)
    minutes(exchange, 0, 5 * 24 * HOUR, 6 * HOUR)
    assert len(exchange.placed) == rules.ASKS_MAX
    assert state() is HouseholdState.LAPSED


def test_who_missed_the_question_calls_back_and_says_yes(ground: Ground, exchange: Exchange, gateway: Server) -> None:
    with later():
        entered(ground)
        rounds(exchange)
        phone = Phone("+82311234567", gateway).ring()
        assert "1번" in phone.said
        phone.press("1")
        assert state() is HouseholdState.LISTENING
        assert "솔내리" not in Phone("+82311234568", gateway).ring().said


def test_it_is_called_hears_and_is_counted(listens: Ground, exchange: Exchange, gateway: Server) -> None:
    with later():
        said = making.sent(listens)
        voiced(said)
    minutes(exchange, 1, 12)
    assert len(exchange.placed) == 1
    with later(minutes=13):
        phone = picked_up(exchange, gateway)
        assert str(said.id) in phone.plays[0]
        made = queries.spoken_form(said.id)
        assert made is not None
        phone.press("3", played=made.timing.begins + made.timing.once * 0.9)  # once more: somebody is there
        assert standing() is Standing.HEARD
        counted = queries.counted(listens.head, said.id)
        assert (counted.listeners, counted.heard) == (4, 1)
    minutes(exchange, 14, 120, 5)
    assert len(exchange.placed) == 1


def test_the_key_is_enough_and_half_of_it_is_not(listens: Ground, exchange: Exchange, gateway: Server) -> None:
    with later():
        voiced(making.sent(listens))
    minutes(exchange, 1, 2)
    with later(minutes=3):
        picked_up(exchange, gateway).hang_up(played=3.0)
        assert standing() is Standing.WAITING
    minutes(exchange, 32, 33)
    assert len(exchange.placed) == 2
    with later(minutes=34):
        picked_up(exchange, gateway).press("1")
        assert standing() is Standing.HEARD


def test_who_picks_nothing_up_is_on_the_heads_list(listens: Ground, exchange: Exchange) -> None:
    with later():
        making.sent(listens)
    minutes(exchange, 1, 60)
    assert len(exchange.placed) == 2
    assert standing() is Standing.TO_VISIT
    with later(minutes=61):
        line = next(one for one in queries.to_visit(listens.head, listens.village.id) if one.name)
        assert (line.name, line.number, line.person) == (NAME, "+82311234567", None)
        actions.note_visit(listens.head, line.id, visited=True)
        assert standing() is Standing.VISITED
        with pytest.raises(NotAllowed):
            actions.note_visit(listens.listeners[0], ReachId(line.id), visited=False)


def test_a_gateway_that_is_down_is_asked_again_for_the_same_call(listens: Ground, exchange: Exchange) -> None:
    with later():
        making.sent(listens)
    exchange.says = Taken.NOT_NOW
    minutes(exchange, 1, 5)
    assert len(exchange.placed) > 2
    assert len({one.name for one in exchange.placed}) == 1
    exchange.says = Taken.YES
    minutes(exchange, 6, 9)
    assert models.Ring.objects.filter(reach__isnull=False, placed_at__isnull=False).count() == 1
    assert len({one.name for one in exchange.placed}) == 1


def test_a_gateway_that_stays_down_keeps_nobody_from_the_list(listens: Ground, exchange: Exchange) -> None:
    with later():
        making.sent(listens)
    exchange.says = Taken.NOT_NOW
    minutes(exchange, 1, 65)
    assert standing() is Standing.TO_VISIT


def test_at_night_only_what_is_urgent_rings(listens: Ground, exchange: Exchange) -> None:
    with later(hours=11):  # eleven at night
        making.sent(listens)
        urgent = making.sent(listens, kind=Kind.URGENT)
        actions.agree_announcement(listens.deputy, urgent.id, key=key())
    minutes(exchange, 11 * HOUR + 1, 11 * HOUR + 10)
    about = set(models.Ring.objects.filter(reach__isnull=False).values_list("reach__airing__announcement", flat=True))
    assert about == {urgent.id}


@pytest.mark.parametrize("how", ["ended", "taken out", "left"])
def test_what_is_over_rings_no_more(listens: Ground, exchange: Exchange, gateway: Server, how: str) -> None:
    with later():
        said = making.sent(listens)
    minutes(exchange, 1, 2)
    with later(minutes=3):
        if how == "ended":
            actions.end_announcement(listens.head, said.id)
        elif how == "taken out":
            actions.take_household_out(listens.head, queries.households(listens.head, listens.village.id)[0].id)
        else:
            picked_up(exchange, gateway).press("9", "9")
    minutes(exchange, 4, 120, 5)
    assert len(exchange.placed) == 1
    assert standing() in (Standing.EXPIRED, Standing.LEFT)


def test_a_land_line_calls_back_and_hears_thirty_days(listens: Ground, exchange: Exchange, gateway: Server) -> None:
    with later():
        said = making.sent(listens)
        voiced(said)
    minutes(exchange, 1, 2)
    with later(minutes=3):
        phone = Phone("+82311234567", gateway).ring()
        assert str(said.id) in phone.plays[0]
        phone.press("1")
        assert standing() is Standing.HEARD
        Phone("+82311234567", gateway).ring().press("9", "9")
        assert "솔내리" not in Phone("+82311234567", gateway).ring().said
    assert state() is HouseholdState.LEFT


def test_one_nine_is_asked_once_more_and_changes_nothing_alone(
    listens: Ground, exchange: Exchange, gateway: Server
) -> None:
    with later():
        making.sent(listens)
    minutes(exchange, 1, 2)
    with later(minutes=3):
        phone = picked_up(exchange, gateway).press("9")
        assert "9번" in phone.said
        phone.hang_up()
        assert (state(), standing()) == (HouseholdState.LISTENING, Standing.WAITING)
        assert Phone("+82311234567", gateway).ring().press("9", "5").then == "keys"
        assert state() is HouseholdState.LISTENING


def test_a_number_in_two_villages_is_called_once(listens: Ground, exchange: Exchange, gateway: Server) -> None:
    with later(minutes=-HOUR):
        second = actions.open_village(listens.owner, listens.organisation, "옆마을 (예시)", key=key())
        making.join(listens.head, second.id)
        making.appointed(listens.owner, second.id, listens.head)
        actions.enter_household(listens.head, second.id, NAME, LAND_LINE, key=key())
    with later(minutes=3 - HOUR):  # not while the first call may still be on the line
        rounds(exchange)
        picked_up(exchange, gateway).press("1")
    exchange.placed.clear()
    with later():
        making.sent(listens, villages=frozenset({listens.village.id, second.id}))
    minutes(exchange, 1, 3)
    assert len(exchange.placed) == 1


def test_who_may_enter_and_take_out(ground: Ground) -> None:
    with later():
        for by in (ground.head, ground.deputy, ground.owner):
            actions.enter_household(
                by,
                ground.village.id,
                NAME,
                f"031-123-{4000 + len(queries.households(ground.head, ground.village.id))}",
                key=key(),
            )
        made = queries.households(ground.head, ground.village.id)[0]
        for by in (ground.listeners[0], folk.person("남")):
            with pytest.raises(NotAllowed):
                actions.enter_household(by, ground.village.id, NAME, LAND_LINE, key=key())
            with pytest.raises(NotAllowed):
                actions.take_household_out(by, made.id)
            with pytest.raises(NotAllowed):
                queries.households(by, ground.village.id)
        with pytest.raises(BadValue):
            entered(ground, NAME, made.number)


def test_who_listens_with_an_account_is_not_entered_a_second_time(ground: Ground) -> None:
    with later():
        making.numbered(ground.listeners[0], "+821012340003")
        with pytest.raises(BadValue):
            entered(ground, NAME, "010-1234-0003")


def test_name_and_number_are_sealed_and_forgotten(listens: Ground, exchange: Exchange) -> None:
    kept = repr(list(models.Household.objects.values()))
    assert NAME not in kept
    assert "311234567" not in kept
    with later():
        making.sent(listens)
    minutes(exchange, 1, 2)
    with later(minutes=5):
        actions.take_household_out(listens.head, queries.households(listens.head, listens.village.id)[0].id)
        actions.forget_calls(BY)
        assert models.Household.objects.count() == 1
    with making.at(making.NOON + KEPT + timedelta(days=10)):
        actions.forget_calls(BY)
        assert (models.Household.objects.count(), models.HouseholdReach.objects.count()) == (0, 0)


def test_the_list_of_visits_shows_the_number_to_call(listens: Ground, exchange: Exchange) -> None:
    with later():
        making.sent(listens)
    minutes(exchange, 1, 60)
    page = text(browser(listens.head), "broadcast:visits", listens.village.code)
    assert NAME in page
    assert "tel:+82311234567" in page
    assert "031-123-4567" in page


def test_the_page_enters_shows_and_takes_out(ground: Ground) -> None:
    by, page = browser(ground.head), reverse("broadcast:households", args=[ground.village.code])
    assert by.post(page, form(name=NAME, telephone="119")).status_code == 422
    assert by.post(page, form(name=NAME, telephone=LAND_LINE)).status_code == 303
    assert NAME in text(by, "broadcast:households", ground.village.code)
    row = models.Household.objects.get()
    out = reverse("broadcast:take_household_out", args=[ground.village.code, row.id])
    assert browser(ground.listeners[0]).get(page).status_code == 403
    assert browser(ground.listeners[0]).post(out).status_code == 403
    assert by.post(out).status_code == 303
    assert state() is HouseholdState.LEFT
