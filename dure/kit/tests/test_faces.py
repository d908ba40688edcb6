"""Words and status for refusals; keys of forms; the way back after a post."""

from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation
from django_htmx.middleware import HtmxDetails

from dure.base.refusals import BadValue, Busy, Interrupted, KeyReused, NotAllowed, NotFound, Refusal, TooOften
from dure.kit import faces


class AlreadyLent(Refusal):
    """A refusal of a house of this test."""

    tool: str
    times: int


class BorrowForm(forms.Form):
    tool = forms.CharField()


SAYS: faces.Says = {AlreadyLent: faces.Say("{tool:은/는} 이미 나갔어요 ({times}번째).", "내일 다시 와 주세요.")}


def asked(method: str = "get", path: str = "/shed/", htmx: bool = False, **more: Any) -> HttpRequest:
    request: Any = getattr(RequestFactory(), method)(path, headers={"HX-Request": "true"} if htmx else None, **more)
    request.user, request.htmx = AnonymousUser(), HtmxDetails(request)
    request._messages = CookieStorage(request)
    return request  # type: ignore[no-any-return]  # the factory answers the request it was asked for


def known_person(request: HttpRequest) -> HttpRequest:
    request.user = type("Known", (), {"is_authenticated": True, "pk": 1, "__str__": lambda self: "지우"})()
    return request


def answered(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """What the middleware answers to a page that refuses."""
    answer = faces.RefusalMiddleware(lambda _: HttpResponse()).process_exception(request, refusal)
    assert answer is not None
    return answer


def test_words_come_with_what_the_refusal_carries() -> None:
    spoken = faces.says(AlreadyLent(tool="사다리", times=1204), SAYS)
    assert (spoken.text, spoken.todo, spoken.status) == (
        "사다리는 이미 나갔어요 (1,204번째).",
        "내일 다시 와 주세요.",
        409,
    )


def test_a_refusal_without_words_still_says_that_nothing_happened() -> None:
    with translation.override("ko"):
        spoken = faces.says(AlreadyLent(tool="사다리", times=1))
    assert (spoken.text, spoken.status) == ("지금은 할 수 없습니다. 바뀐 것은 없습니다.", 409)
    assert faces.without_words([AlreadyLent, NotFound, BadValue]) == ["AlreadyLent"]
    assert faces.without_words([AlreadyLent], SAYS) == []


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (NotAllowed(needs="steward"), 403),
        (NotFound(what="box"), 404),
        (KeyReused(key="k"), 422),
        (BadValue(field="tool", reason="never heard of"), 422),
        (TooOften(retry_seconds=60), 429),
        (Busy(retry_seconds=3), 503),
        (Interrupted(retry_seconds=2), 503),
    ],
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_each_common_refusal_has_its_status_and_words(refusal: Refusal, status: int, language: str) -> None:
    with translation.override(language):
        answer = answered(known_person(asked()), refusal)
        text = faces.says(refusal).text
    assert answer.status_code == status
    assert text in answer.content.decode()
    assert answer.get("Retry-After") == (str(refusal.values()["retry_seconds"]) if status in (429, 503) else None)


def test_htmx_gets_a_notice_in_its_place() -> None:
    answer = answered(known_person(asked("post", htmx=True)), Busy(retry_seconds=3))
    assert (answer["HX-Retarget"], answer["HX-Reswap"], answer.status_code) == ("#notices", "innerHTML", 503)
    assert b"<html" not in answer.content


def test_who_is_not_logged_in_is_asked_to_log_in_and_comes_back() -> None:
    answer = answered(asked(path="/shed/?q=1"), NotAllowed(needs="person"))
    assert (answer.status_code, answer["Location"]) == (303, "/accounts/login/?next=%2Fshed%2F%3Fq%3D1")
    posted = asked("post", htmx=True)
    posted.META["HTTP_REFERER"] = "http://testserver/shed/ladder/"
    assert answered(posted, NotAllowed(needs="person"))["HX-Redirect"].endswith(
        "next=http%3A%2F%2Ftestserver%2Fshed%2Fladder%2F"
    )


def test_bugs_are_not_answered() -> None:
    assert faces.RefusalMiddleware(lambda _: HttpResponse()).process_exception(asked(), ValueError()) is None


def test_a_form_keeps_what_was_typed_and_says_why() -> None:
    form = BorrowForm({"tool": "사다리"})
    assert form.is_valid()
    with faces.refusals_on(form, SAYS):
        raise AlreadyLent(tool="사다리", times=2)
    assert form.non_field_errors() == ["사다리는 이미 나갔어요 (2번째). 내일 다시 와 주세요."]
    assert form["tool"].value() == "사다리"


def test_a_bad_value_belongs_to_its_field_and_any_other_to_the_form() -> None:
    form = BorrowForm({"tool": "사다리"})
    with faces.refusals_on(form):
        raise BadValue(field="tool", reason="taken")
    with faces.refusals_on(form):
        raise BadValue(field="owner", reason="taken")
    assert len(form.errors["tool"]) == 1
    assert len(form.non_field_errors()) == 1


def test_a_bug_in_a_form_is_no_refusal() -> None:
    with pytest.raises(ZeroDivisionError), faces.refusals_on(BorrowForm({})):
        1 / 0  # noqa: B018 - the point is that it raises


def test_the_key_comes_from_the_form_or_the_header() -> None:
    assert faces.form_key(asked("post", data={"idempotency_key": "a"})) == "a"
    assert faces.form_key(asked("post", HTTP_IDEMPOTENCY_KEY="b")) == "b"
    for data in ({}, {"idempotency_key": "x" * 256}):
        with pytest.raises(BadValue):
            faces.form_key(asked("post", data=data))


@pytest.mark.parametrize(("htmx", "header"), [(False, "Location"), (True, "HX-Redirect")])
def test_after_a_post_one_goes_on_with_a_notice(htmx: bool, header: str) -> None:
    request = asked("post", htmx=htmx)
    answer = faces.hx_redirect(request, "home", toast="저장했어요.")
    assert (answer[header], answer.status_code) == ("/", 200 if htmx else 303)
    assert [str(message) for message in request._messages] == ["저장했어요."]  # type: ignore[attr-defined]  # its type is wider than what the test made


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "gallery", "no-such-page"]
)
def test_the_way_back_never_leads_elsewhere(address: str) -> None:
    assert faces.back_address(asked("post", data={"next": address})) == "/"
