"""A browser that may be woken is kept while it gives a sign of life, and a page of ours gives it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from dure.base import clock
from dure.foundations.channels import actions, models
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import system

from . import making

SCRIPT = Path(__file__).parents[1] / "static" / "channels" / "inbox.js"


def test_the_inbox_says_that_its_browser_is_there() -> None:
    assert f'"{reverse("channels:push_heartbeat")}"' in SCRIPT.read_text(encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "kept"), [(90, 1), (401, 0)])
def test_a_browser_that_only_rings_is_kept_for_a_year(days: int, kept: int) -> None:
    models.PushSubscription.objects.create(
        person_id=making.id_of(folk.person()),
        endpoint="https://push.example.org/one",
        endpoint_hash=bytes(32),
        p256dh=bytes(65),
        auth=bytes(16),
        heard_at=clock.now() - timedelta(days=days),
    )
    actions.prune_subscriptions(system("test"), clock.now())
    assert models.PushSubscription.objects.count() == kept
