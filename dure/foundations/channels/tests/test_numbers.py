"""Mobile numbers and the codes that prove them."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from dure.base.actors import Actor, system
from dure.base.refusals import BadValue, TooOften
from dure.foundations.channels import actions, commands, models, providers, queries, tasks
from dure.foundations.channels.pages.words import SAYS
from dure.foundations.channels.rules import ways as rules
from dure.foundations.channels.types import (
    AttemptState,
    Carried,
    CodeOver,
    CodesSpent,
    Outcome,
    Route,
)
from dure.foundations.people.tests import making as folk
from dure.kit import faces, tx

from . import sending_world as worlds
from .proving import NUMBER, ask, me, number_of, other_than, prove
from .sending_world import Pocket

BY = system("test")


@pytest.fixture
def standing(db: None) -> Iterator[worlds.Clock]:
    with worlds.at() as clock_:
        yield clock_


# Numbers


@pytest.mark.parametrize(
    "said",
    ["010-0000-5678", "01000005678", "+82 10 0000 5678", "+82-010-0000-5678", "0082 10 0000 5678", "010.0000.5678"],
)
def test_a_number_is_kept_in_one_form_however_it_is_written(said: str) -> None:
    assert rules.clean_number(said) == NUMBER


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        *(
            (one, "mobile_number")
            for one in ("", "02-123-4567", "1588-0000", "010-000-567", "010-0000-56789", "전화", "٠١٠00005678")
        ),
        *((one, "foreign_number") for one in ("+1 202 555 0100", "0081 90 0000 0000")),
    ],
)
def test_what_takes_no_text_message_is_refused_with_its_reason(said: str, reason: str) -> None:
    with pytest.raises(BadValue) as no:
        rules.clean_number(said)
    assert (no.value.field, no.value.reason) == ("number", reason)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_number_or_refused_by_name(said: str) -> None:
    try:
        number = rules.clean_number(said)
    except BadValue:
        return
    assert rules.clean_number(rules.written(number)) == number == rules.clean_number(number)


# Codes


def test_a_code_proves_a_number_once_and_is_kept_nowhere(standing: worlds.Clock) -> None:
    by = folk.person()
    asked = ask(by)
    code = queries.code_of(asked)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM channels_number_ask a")
        (stored,) = cursor.fetchone()
    assert code not in stored
    assert "5678" not in stored, "the number is sealed"
    assert prove(by, f"{code[:3]} {code[3:]}")
    assert number_of(by) == NUMBER
    assert queries.reachable(by).asked is None
    with pytest.raises(CodeOver):
        prove(by, code)


def test_a_wrong_code_costs_a_try_and_the_fifth_ends_it(standing: worlds.Clock) -> None:
    by = folk.person()
    code = queries.code_of(ask(by))
    for left in range(rules.TRIES_MAX - 1, -1, -1):
        with tx.durable():
            assert actions.prove_number(by, other_than(code)).tries_left == left
    with pytest.raises(CodeOver):
        prove(by, code)
    assert number_of(by) == ""


def test_a_code_is_good_for_minutes_and_only_the_last_one(standing: worlds.Clock) -> None:
    by = folk.person()
    first = queries.code_of(ask(by))
    standing.move(seconds=rules.GAP_SECONDS + 1)
    second = queries.code_of(ask(by))
    if first != second:
        assert not prove(by, first)
    standing.at += rules.CODE_LIVES
    with pytest.raises(CodeOver):
        prove(by, second)


@pytest.mark.parametrize("said", ["", "12345", "1234567", "abcdef", "１２３４５６", "<b>1"])
def test_what_is_no_code_costs_nothing(standing: worlds.Clock, said: str) -> None:
    by = folk.person()
    ask(by)
    with pytest.raises(BadValue):
        prove(by, said)
    assert models.NumberAsk.objects.get().tries == 0


def test_nobody_proves_with_the_code_of_another(standing: worlds.Clock) -> None:
    one, other = folk.person(), folk.person()
    code = queries.code_of(ask(one))
    with pytest.raises(CodeOver):
        prove(other, code)


def test_codes_are_asked_for_now_and_then_only(standing: worlds.Clock) -> None:
    by = folk.person()
    ask(by)
    with pytest.raises(TooOften):
        ask(by)
    for number in range(rules.ASKS_A_DAY - 1):
        standing.move(seconds=rules.GAP_SECONDS + 1)
        ask(by, f"+82100000111{number}")
    standing.move(seconds=rules.GAP_SECONDS + 1)
    with pytest.raises(TooOften):
        ask(by)


def test_a_number_is_not_made_to_ring_by_many(standing: worlds.Clock) -> None:
    for _ in range(rules.CODES_A_DAY):
        ask(folk.person())
    ask(folk.person())
    for _ in range(2):
        with pytest.raises(TooOften):
            ask(folk.person())
    standing.move(seconds=rules.LATE_SECONDS + 1)
    ask(folk.person())
    with pytest.raises(TooOften):
        ask(folk.person())


def asks(by: Actor, times: int, standing: worlds.Clock) -> int:
    """How many of so many codes to the number they got."""
    got = 0
    for _ in range(times):
        with suppress(TooOften):
            ask(by)
            got += 1
        standing.move(seconds=rules.GAP_SECONDS + 1)
    return got


@pytest.mark.parametrize(("strangers", "left"), [(1, 4), (2, 2), (4, 2), (5, 1)])
def test_strangers_with_a_few_accounts_keep_nobody_from_their_number(
    standing: worlds.Clock, strangers: int, left: int
) -> None:
    """Who names it the first time finds room that is kept for them; then there is one an hour, for each of them twice a day."""
    for _ in range(strangers):
        asks(folk.person(), rules.ASKS_OF_A_NUMBER, standing)
    owner = folk.person()
    standing.move(hours=1)
    assert asks(owner, rules.ASKS_OF_A_NUMBER, standing) == left
    assert prove(owner, queries.code_of(models.NumberAsk.objects.get(person=me(owner)).id))


def test_a_few_accounts_do_not_take_every_hour(standing: worlds.Clock) -> None:
    crowd = [folk.person() for _ in range(5)]
    for one in crowd:
        asks(one, rules.ASKS_OF_A_NUMBER, standing)
    got = 0
    for _ in range(14):
        standing.move(hours=1)
        got += sum(asks(one, 1, standing) for one in crowd)
    assert got == 3 * rules.LATE_OF_A_PERSON, "two of them had all four of theirs before"
    standing.move(hours=1)
    assert asks(folk.person(), 1, standing) == 1


def test_who_has_a_number_proves_it_again_however_often_others_named_it(standing: worlds.Clock) -> None:
    owner = folk.person()
    ask(owner)
    assert prove(owner, queries.code_of(models.NumberAsk.objects.get().id))
    for _ in range(rules.CODES_A_DAY):
        ask(folk.person())
    standing.move(seconds=rules.GAP_SECONDS + 1)
    for _ in range(2):
        ask(owner)
        standing.move(seconds=rules.GAP_SECONDS + 1)


def test_the_place_pays_for_so_many_codes_a_day(standing: worlds.Clock) -> None:
    ours = replace(settings.DURE, codes_a_day=5, dealer_prices=(("sms", 10),))
    with override_settings(DURE=ours):
        for number in range(5):
            ask(folk.person(), f"+82100000222{number}")
        said = next(one for one in commands.diagnoses() if one.subject == "codes")
        assert (said.level, said.found) == ("warning", "5 of 5 codes of today were asked for, at most 50 won a day")
        with pytest.raises(CodesSpent) as spent:
            ask(folk.person())
        assert 0 < spent.value.retry_seconds <= rules.DAY_SECONDS
        standing.move(hours=22)
        with pytest.raises(CodesSpent) as spent:
            ask(folk.person())
        with translation.override("en"):
            assert faces.says(spent.value, SAYS).todo == "Please try again in 2 hours."
        standing.move(hours=2, seconds=1)
        ask(folk.person())
        assert next(one for one in commands.diagnoses() if one.subject == "codes").level == "ok"


# The text message


def test_the_code_goes_to_the_number_by_the_dealer_and_by_no_queue(standing: worlds.Clock) -> None:
    by, pocket = folk.person(), Pocket()
    asked = ask(by)
    with providers.played_by(pocket):
        assert tasks.carry_code(str(asked)) == AttemptState.ACCEPTED
    (carried,) = pocket.carried
    assert (carried.to, carried.route, carried.key) == (NUMBER, Route.SMS, asked.hex)
    assert queries.code_of(asked) in str(carried.content)
    found = queries.reachable(by).asked
    assert found is not None
    assert found.carried is Carried.TAKEN


def test_who_gives_no_answer_is_asked_again_under_the_same_key(standing: worlds.Clock) -> None:
    asked, answers = ask(folk.person()), iter((worlds.loses, worlds.accepts))
    pocket = Pocket(answer=lambda one: next(answers)(one))
    with providers.played_by(pocket):
        assert tasks.carry_code(str(asked)) == "later"
        assert tasks.carry_code(str(asked), tries=1) == AttemptState.ACCEPTED
    assert [one.again for one in pocket.carried] == [False, True]
    assert set(pocket.seen.values()) == {2}


def test_a_message_that_could_not_be_sent_is_said_on_the_page(standing: worlds.Clock) -> None:
    by = folk.person()
    asked = ask(by)
    refuses = Pocket(answer=lambda one: Outcome(key=one.key, state=AttemptState.FAILED, code="3010"))
    with providers.played_by(refuses):
        tasks.carry_code(str(asked))
    found = queries.reachable(by).asked
    assert found is not None
    assert found.carried is Carried.FAILED


def test_what_was_taken_back_is_not_sent(standing: worlds.Clock) -> None:
    by, pocket = folk.person(), Pocket()
    asked = ask(by)
    with tx.durable():
        actions.drop_number(by)
    with providers.played_by(pocket):
        assert tasks.carry_code(str(asked)) == "over"
    assert not pocket.carried
