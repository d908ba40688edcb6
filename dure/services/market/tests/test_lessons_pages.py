"""Pages of the lessons and of tutoring, through the client."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from dure.base import clock
from dure.base.refusals import Refusal
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import faces
from dure.kit import models as kit_models
from dure.services.market import actions, queries
from dure.services.market.documents import book as papers
from dure.services.market.models import tutoring as tables
from dure.services.market.pages import lesson_words, lessons
from dure.services.market.types import tutoring as types
from dure.services.market.types.lessons import Task

from .learning import School, key, see, see_all

pytestmark = pytest.mark.django_db


def client_of(by: Actor) -> Client:
    client = Client(headers={"accept-language": "ko"})
    client.force_login(get_user_model().objects.get(id=folk.id_of(by)))
    return client


def post(client: Client, address: str, *args: object, **fields: object) -> Any:
    return client.post(reverse(address, args=args), {"idempotency_key": key(), **fields})


def test_every_step_is_read_without_an_account_and_leads_on() -> None:
    client = Client(headers={"accept-language": "ko"})
    steps = queries.curriculum().steps
    address, seen = reverse("market:lesson", args=[steps[0].key]), []
    while address:
        page = client.get(address)
        assert page.status_code == 200
        step = page.context["step"]
        seen.append(step.key)
        text = page.content.decode().replace("\u2060", "")
        for said in (step.title, step.do, step.see, step.say, step.wrong):
            assert said in text, step.key
        after = page.context["found"].after
        address = reverse("market:lesson", args=[after.key]) if after else ""
        assert not after or f'rel="next" href="{address}"' in text
    assert seen == [step.key for step in steps]


def test_all_weeks_are_listed_and_an_unknown_step_is_not_found() -> None:
    client = Client(headers={"accept-language": "ko"})
    text = client.get(reverse("market:lessons")).content.decode()
    assert all(step.title in text for step in queries.curriculum().steps)
    assert client.get("/market/lessons/no-such-step/").status_code == 404


def test_a_page_asks_the_database_for_next_to_nothing(django_assert_max_num_queries: Any) -> None:
    client = Client()
    client.get(reverse("market:lessons"))
    with django_assert_max_num_queries(2):
        client.get(reverse("market:lesson", args=["send"]))


def test_practice_reaches_nobody_and_keeps_nothing() -> None:
    client = Client(headers={"accept-language": "ko"})
    before = kit_models.News.objects.count()
    page = client.post(reverse("market:practise"), {"text": "햇감자 들어왔습니다", "ad": "on"})
    assert page.status_code == 200
    assert "(광고)" in page.content.decode()
    assert "햇감자 들어왔습니다" in page.content.decode()
    assert kit_models.News.objects.count() == before
    assert client.post(reverse("market:practise"), {"text": ""}).status_code == 422
    assert client.post(reverse("market:practise"), {"text": "가" * 121}).status_code == 422


def test_what_is_written_in_practice_stays_text() -> None:
    page = Client().post(reverse("market:practise"), {"text": "<script>alert(1)</script>"})
    assert b"<script>alert" not in page.content


def test_my_course_shows_what_is_done_and_what_is_next(school: School) -> None:
    see(school.shop, Task.CHANNEL)
    client = client_of(school.owner)
    page = client.get(reverse("market:my_courses"), follow=True)
    assert page.context["done_count"] == 1
    assert page.context["next"]["task"] is Task.POSTER
    lesson = client.get(reverse("market:lesson", args=["open-channel"]))
    assert "우리 가게가 한 것을 확인했습니다" in lesson.content.decode()


def test_a_guest_is_sent_to_the_log_in() -> None:
    for name in ("market:my_courses", "market-desk:pupils", "market-desk:courses"):
        page = Client().get(reverse(name))
        assert page.status_code == 303, name
        assert "login" in page["Location"]


def test_a_question_travels_to_the_tutor_and_back(school: School) -> None:
    shop, tutor = client_of(school.owner), client_of(school.tutor)
    assert post(shop, "market:my_course", school.shop, text="언제 보내나요?").status_code == 303
    desk = tutor.get(reverse("market-desk:pupils")).content.decode()
    assert "질문 1개" in desk
    question = queries.pupil(school.tutor, school.enrolment).questions[0]
    post(tutor, "market-desk:answer", school.enrolment, question.id, text="화요일 아침입니다.")
    assert "화요일 아침입니다." in shop.get(reverse("market:my_course", args=[school.shop])).content.decode()
    again = post(tutor, "market-desk:answer", school.enrolment, question.id, text="수요일입니다.")
    assert again.status_code == 409


def test_a_tutor_plans_goes_and_writes(school: School) -> None:
    tutor = client_of(school.tutor)
    post(tutor, "market-desk:pupil", school.enrolment, on=clock.today().isoformat())
    wrong = post(tutor, "market-desk:pupil", school.enrolment, on=(clock.today() - timedelta(days=1)).isoformat())
    assert wrong.status_code == 422
    post(tutor, "market-desk:plan_weeks", school.enrolment, weekday=clock.today().weekday())
    assert tables.Visit.objects.count() == 8
    visit = queries.pupil(school.tutor, school.enrolment).visits[0]
    post(tutor, "market-desk:settle_visit", school.enrolment, visit.id, note="함께 붙였습니다.")
    later = queries.pupil(school.tutor, school.enrolment).visits[1]
    post(tutor, "market-desk:cancel_visit", school.enrolment, later.id)
    text = tutor.get(reverse("market-desk:pupil", args=[school.enrolment])).content.decode()
    assert "함께 붙였습니다." in text
    assert tables.Visit.objects.count() == 7


def test_a_steward_opens_names_and_reads(school: School) -> None:
    steward = client_of(school.steward)
    page = post(steward, "market-desk:courses", name="봄 과정", begins_on=clock.today().isoformat())
    assert page.status_code == 303
    assert steward.get(reverse("market-desk:courses")).status_code == 200
    other = folk.person("새강사", email="tutor@sample.invalid")
    post(steward, "market-desk:name_tutor", school.course, school.enrolment, email="tutor@sample.invalid")
    assert queries.pupils(other)
    text = steward.get(reverse("market-desk:course", args=[school.course])).content.decode()
    assert "새강사" in text
    assert "시상" in text


def test_the_certificate_is_a_tagged_paper_that_anybody_can_check(school: School) -> None:
    client = client_of(school.owner)
    address = reverse("market:lesson_certificate", args=[school.enrolment])
    assert client.get(address).status_code == 409
    see_all(school.shop)
    paper = client.get(address)
    assert paper.content.startswith(b"%PDF-1.7")
    code = queries.certificate(school.owner, school.enrolment).code
    assert "예시 두부집" in Client().get(reverse("market:check_certificate", args=[code])).content.decode()
    assert Client().get(reverse("market:check_certificate", args=["NOPE"])).status_code == 404


def test_the_figures_are_read_with_one_press(school: School) -> None:
    client = client_of(school.owner)
    assert client.get(reverse("market:my_figures", args=[school.shop])).status_code == 200
    post(client, "market:my_figures", school.shop)
    assert [one.task for one in queries.done_of(school.shop)] == [Task.FIGURES]


def test_the_book_is_made_once_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []

    def make(*given: object) -> bytes:
        made.append(given)
        return b"%PDF-1.7 sample"

    monkeypatch.setattr(papers, "book_pdf", make)
    lessons._book.cache_clear()
    for _ in range(2):
        page = Client().get(reverse("market:lesson_book"))
        assert page["Content-Type"] == "application/pdf"
    lessons._book.cache_clear()
    assert len(made) == 1


def test_each_shop_without_a_course_may_join_one(school: School) -> None:
    made, owner = folk.organisation(folk.person("새가게"), name="새 가게")
    client = client_of(owner)
    assert "이 과정에 들어가기" in client.get(reverse("market:my_course", args=[made])).content.decode()
    post(client, "market:enrol", made, school.course)
    assert queries.learning(owner, made).course
    with time_machine.travel(clock.now() + timedelta(days=100), tick=False):
        assert actions.enrol(
            owner, actions.open_course(school.steward, "가을", clock.today(), key=key()), made, key=key()
        )


def test_every_refusal_has_its_words() -> None:
    refusals = [kind for kind in vars(types).values() if isinstance(kind, type) and issubclass(kind, Refusal)]
    assert faces.without_words([kind for kind in refusals if kind is not Refusal], lesson_words.SAYS) == []
