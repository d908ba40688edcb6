"""News is delivered when its transaction commits, each reaction once."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import transaction

from dure.kit import delivery, models, outbox


@dataclass(frozen=True, slots=True)
class Told:
    word: str


@pytest.mark.django_db(transaction=True)
def test_a_reaction_runs_once_and_sees_the_news() -> None:
    heard: list[str] = []

    def hear(news: Told, news_id: UUID) -> None:
        heard.append(news.word)

    wiring = outbox.Wiring()
    wiring.on(Told, hear)
    with transaction.atomic():
        outbox.emit(Told(word="hello"))
    delivery.run_until_idle(wiring)
    delivery.run_until_idle(wiring)
    assert heard == ["hello"]
    assert models.Delivery.objects.get().state == models.DeliveryState.DONE
