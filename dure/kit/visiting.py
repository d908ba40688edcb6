"""A browser for tests of pages: somebody who is logged in, a form with its key, what a page says.

    answer = browser(ground.head).post(reverse("broadcast:write"), form(words="..."))
    assert "..." in text(browser(), "broadcast:home")

The key is a new one for each form, as a page gives it; a test that sends the same form twice keeps the form.
"""

from http import HTTPStatus

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from dure.base import ids
from dure.base.actors import Actor
from dure.kit import faces


def browser(by: Actor | None = None) -> Client:
    """Of this person, logged in; of nobody in particular without one."""
    client = Client()
    if by is not None and by.person is not None:
        client.force_login(get_user_model().objects.get(pk=by.person))
    return client


def form(**said: object) -> dict[str, object]:
    """What is sent, with a key of its own."""
    return {faces.KEY_FIELD: ids.new().hex, **said}


def text(client: Client, name: str, *args: object) -> str:
    """The page of this name, which must open."""
    answer = client.get(reverse(name, args=args))
    if answer.status_code != HTTPStatus.OK:
        raise AssertionError(f"{name} answers {answer.status_code}")
    return answer.content.decode()
