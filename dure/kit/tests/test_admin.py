"""Dead letters in the admin: a steward sees them first and replays them; nobody edits anything."""

import pytest
from django.test import Client

from dure.base import clock, ids
from dure.kit import models

DELIVERIES = "/admin/kit/delivery/"


@pytest.fixture
def dead(db) -> models.Delivery:
    now = clock.now()
    news = models.News.objects.create(id=ids.new(), kind="shed.ToolLent", body={}, at=now, fanned_out=True)
    models.Delivery.objects.create(news=news, reaction="shed.thank", state="done", next_at=now, done_at=now)
    return models.Delivery.objects.create(
        news=news, reaction="shed.count", state="dead", attempts=12, next_at=now, last_error="ZeroDivisionError"
    )


@pytest.fixture
def steward(client: Client, django_user_model) -> Client:
    client.force_login(django_user_model.objects.create_superuser("s@example.org", "x" * 12, name="Steward"))
    return client


def test_a_steward_sees_dead_letters_first_and_replays_them(steward: Client, dead: models.Delivery) -> None:
    page = steward.get(DELIVERIES).content.decode()
    assert page.index("shed.count") < page.index("shed.thank")
    assert "ZeroDivisionError" in page
    asked = {"action": "replay", "_selected_action": [str(row.id) for row in models.Delivery.objects.all()]}
    answer = steward.post(DELIVERIES, asked, follow=True)
    assert "1" in str(next(iter(answer.context["messages"])))
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("waiting", 0)
    assert models.Delivery.objects.get(reaction="shed.thank").state == "done"


def test_news_and_deliveries_are_looked_at_and_not_edited(steward: Client, dead: models.Delivery) -> None:
    for address in (f"{DELIVERIES}{dead.id}/change/", f"/admin/kit/news/{dead.news_id}/change/"):
        page = steward.get(address)
        assert page.status_code == 200
        assert b'name="_save"' not in page.content
        assert steward.post(address, {"state": "done"}).status_code == 403
    assert steward.get(f"{DELIVERIES}add/").status_code == 403


def test_staff_without_the_right_does_not_replay(client: Client, dead: models.Delivery, django_user_model) -> None:
    client.force_login(django_user_model.objects.create_user("v@example.org", "x" * 12, name="V", is_staff=True))
    client.post(DELIVERIES, {"action": "replay", "_selected_action": [str(dead.id)]})
    dead.refresh_from_db()
    assert dead.state == "dead"
