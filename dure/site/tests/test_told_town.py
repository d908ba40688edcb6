"""The sample town, told as news: its figures agree with its books, and its open boxes are on the map."""

import pytest
from django.db import connection, transaction
from django.test import Client

from dure.base import clock, ids
from dure.foundations.impact import queries as impact
from dure.foundations.places import queries as places
from dure.kit import delivery
from dure.kit.verify import silent
from dure.services.giving import queries as giving
from dure.services.giving.types import BoxClosed, BoxId, CauseFilter, CauseState
from dure.site import mapping, rooms, sample
from dure.site.wiring import wiring


def rows(question: str) -> dict[object, object]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return dict(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_figures_and_map_of_the_sample_town_are_those_of_its_books(client: Client) -> None:
    sample.load()
    delivery.run_until_idle(wiring)
    undone = "SELECT reaction, last_error FROM kit_delivery WHERE state <> 'done' AND reaction LIKE 'dure.site.%'"
    assert rows(undone) == {}

    checks = rooms.verify_checks()
    assert {check.name for check in checks} >= {"giving.gifts", "giving.steps", "ledger.chain"}
    assert [found for check in checks for found in check.run(silent)] == []

    figures = {one.indicator.id: one for one in impact.figures()}
    told = rows("SELECT kind, count(*) FROM kit_news GROUP BY kind")
    given = rows("SELECT state, sum(amount) FROM giving_gift GROUP BY state")
    assert figures["causes_proposed"].value == told["giving.CauseProposed"]
    assert figures["boxes_opened"].value == told["giving.BoxOpened"]
    assert figures["won_given"].value == given["given"]
    assert figures["people_taking_part"].n > 0 or figures["people_taking_part"].hidden
    assert impact.differences() == ()

    opened = {one.id: one.title for one in giving.page(CauseFilter(states=(CauseState.OPEN,))).cards}
    assert opened
    assert rows("SELECT ref, name FROM places_point WHERE kind = 'box'") == opened
    text = client.get("/map/?in=99010&show=box").content.decode()
    box, title = next(iter(opened.items()))
    assert title in text
    assert f"/giving/{giving.code_of(box)}/" in text
    for _ in range(2):  # told twice
        with transaction.atomic():
            mapping.box_ended(BoxClosed(BoxId(box), 0, clock.now()), ids.new())
    assert places.point_of("box", box) is None
