"""The page on which people say where messages reach them; and what the sample town would have sent."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from dure.base.actors import Actor
from dure.foundations.channels import actions, models, providers, queries, tasks
from dure.foundations.channels.pages import sampling
from dure.foundations.channels.rules import dealing
from dure.foundations.channels.rules import ways as rules
from dure.foundations.people.models import Person
from dure.foundations.people.tests import making as folk
from dure.kit import tx

from . import sending_world as worlds
from .proving import NUMBER, me, number_of, other_than
from .sending_world import Pocket

pytestmark = pytest.mark.django_db
POSTED = ("ways_mail", "ways_number", "ways_again", "ways_code", "ways_drop", "ways_aloud", "ways_lost")


@pytest.fixture
def by() -> Actor:
    return folk.person()


@pytest.fixture
def line(by: Actor) -> Client:
    client = Client(headers={"host": "localhost", "accept-language": "ko"})
    client.force_login(Person.objects.get(id=me(by)))
    return client


@pytest.fixture
def pocket() -> Iterator[Pocket]:
    dealer = Pocket()
    with providers.played_by(dealer):
        yield dealer


def post(line: Client, name: str, **said: str) -> Any:
    return line.post(reverse(f"channels:{name}"), said)


def asked_of(by: Actor) -> models.NumberAsk:
    return models.NumberAsk.objects.get(person=me(by))


@pytest.mark.usefixtures("pocket")
def test_a_number_is_asked_proved_and_dropped_on_one_page(line: Client, by: Actor) -> None:
    assert "인증번호 받기" in line.get(reverse("channels:notifications")).content.decode()
    assert post(line, "ways_number", number="010-0000-5678").status_code == 303
    page = line.get(reverse("channels:notifications")).content.decode()
    assert "010-0000-5678" in page
    code = queries.code_of(asked_of(by).id)
    assert code not in page
    wrong = post(line, "ways_code", code=other_than(code))
    assert wrong.status_code == 422
    assert "4번 더" in wrong.content.decode()
    assert asked_of(by).tries == 1, "counted, although it was refused"
    assert post(line, "ways_code", code=code).status_code == 303
    assert number_of(by) == NUMBER
    assert post(line, "ways_aloud", yes="1").status_code == 303
    assert queries.reachable(by).aloud
    assert post(line, "ways_drop").status_code == 303
    assert number_of(by) == ""


@pytest.mark.usefixtures("pocket")
def test_after_the_last_try_a_new_code_has_to_be_asked_for(line: Client, by: Actor) -> None:
    post(line, "ways_number", number=NUMBER)
    code = other_than(queries.code_of(asked_of(by).id))
    said = [post(line, "ways_code", code=code).content.decode() for _ in range(rules.TRIES_MAX + 1)]
    assert all("새 인증번호를 받아 주세요" in one for one in said[-2:])
    again = post(line, "ways_again")
    assert again.status_code == 429, "not twice within a minute"
    assert "잠시" in again.content.decode() or "다시" in again.content.decode()


@pytest.mark.usefixtures("pocket")
def test_a_new_code_is_on_its_way_without_a_word_about_the_empty_field(line: Client, by: Actor) -> None:
    with worlds.at() as standing:
        post(line, "ways_number", number=NUMBER)
        first = asked_of(by).id
        turned_back = post(line, "ways_again")
        assert (turned_back.status_code, asked_of(by).id) == (429, first)
        assert "필수" not in turned_back.content.decode(), "nobody types a code to get one"
        standing.move(seconds=rules.GAP_SECONDS + 1)
        again = post(line, "ways_again")
    assert again.status_code == 303
    assert asked_of(by).id != first


@pytest.mark.parametrize(
    ("number", "words"),
    [("02-123-4567", "휴대전화 번호"), ("+1 202 555 0100", "한국 번호"), ("", "필수"), ("0" * 30, "24")],
)
@pytest.mark.usefixtures("pocket")
def test_what_is_no_number_is_said_at_its_field_and_kept(line: Client, number: str, words: str) -> None:
    answer = post(line, "ways_number", number=number)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_number_error"' in page or words in page
    assert f'value="{number}"' in page or not number


def test_where_nobody_carries_texts_the_page_says_so(line: Client, by: Actor) -> None:
    with providers.played_by(Pocket(routes=frozenset())):
        assert "문자를 보내 주는 곳이 없습니다" in line.get(reverse("channels:notifications")).content.decode()
        assert post(line, "ways_number", number=NUMBER).status_code == 503
    assert not models.NumberAsk.objects.exists()


def test_asking_leaves_a_job_without_number_or_code(line: Client, by: Actor, pocket: Pocket) -> None:
    post(line, "ways_number", number=NUMBER)
    job = ProcrastinateJob.objects.get(task_name="channels.carry_code")
    assert job.args == {"ask": str(asked_of(by).id)}
    assert tasks.carry_code(**job.args) == "accepted"
    assert len(pocket.carried) == 1


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_text_with_the_code_fits_into_one_short_message(by: Actor, pocket: Pocket, language: str) -> None:
    Person.objects.filter(id=me(by)).update(language=language)
    with tx.durable():
        asked = actions.ask_number(by, NUMBER)
    tasks.carry_code(str(asked.id))
    text = dealing.korean_only(dealing.plain(pocket.carried[0].content))
    assert text is not None
    assert queries.code_of(asked.id) in text
    assert dealing.sms_bytes(text) <= dealing.SMS_BYTES_MAX


def test_a_number_that_cannot_be_read_any_more_is_asked_for_anew(line: Client, by: Actor, pocket: Pocket) -> None:
    post(line, "ways_number", number=NUMBER)
    models.NumberAsk.objects.update(sealed=b"\x01" + b"0" * 40)
    page = line.get(reverse("channels:notifications"))
    assert page.status_code == 200
    assert "인증번호 받기" in page.content.decode()
    assert tasks.carry_code(str(asked_of(by).id)) == "over"


def test_mail_is_a_switch(line: Client, by: Actor, pocket: Pocket) -> None:
    assert post(line, "ways_mail", yes="1").status_code == 303
    assert queries.reachable(by).mail
    assert "이메일 그만 받기" in line.get(reverse("channels:notifications")).content.decode()
    assert post(line, "ways_mail", yes="0").status_code == 303
    assert not queries.reachable(by).mail


@pytest.mark.parametrize("name", POSTED)
def test_a_stranger_is_sent_to_the_log_in_and_a_look_changes_nothing(name: str) -> None:
    stranger = Client(headers={"host": "localhost"})
    answer = stranger.post(reverse(f"channels:{name}"), {"number": NUMBER, "code": "123456", "yes": "1"})
    assert answer.status_code in (302, 303)
    assert "/accounts/" in answer["Location"] or "login" in answer["Location"]
    assert stranger.get(reverse(f"channels:{name}")).status_code == 405
    assert not models.NumberAsk.objects.exists()


def test_the_sample_texts_are_no_page_of_a_real_town(line: Client, settings: Any) -> None:
    settings.DURE = replace(settings.DURE, demo=False)
    with pytest.raises(Http404):
        sampling.texts(RequestFactory().get("/"))
