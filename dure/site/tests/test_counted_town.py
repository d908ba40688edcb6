"""The sample town, told as news and counted, agrees with the ledger and with giving to the won."""

import pytest
from django.db import connection

from dure.foundations.impact import queries as impact
from dure.kit import delivery
from dure.site import sample
from dure.site.wiring import wiring


@pytest.mark.django_db(transaction=True)
def test_the_figures_of_the_sample_town_are_those_of_its_books() -> None:
    sample.load()
    delivery.run_until_idle(wiring)
    figures = {one.indicator.id: one for one in impact.figures()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM kit_news GROUP BY kind")
        told = dict(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM kit_delivery WHERE state <> 'done' AND reaction LIKE '%counting%'")
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT sum(amount) FROM giving_gift WHERE state = 'given'")
        given = cursor.fetchone()[0]
    assert figures["causes_proposed"].value == told["giving.CauseProposed"]
    assert figures["boxes_opened"].value == told["giving.BoxOpened"]
    assert figures["won_given"].value == given
    assert figures["people_taking_part"].n > 0 or figures["people_taking_part"].hidden
    assert impact.differences() == ()
