"""The year of the markets at a reduced size."""

from dataclasses import replace

import pytest
from django.conf import settings

from dure.foundations.places import demo as county
from dure.kit.importing import Silent
from dure.services.market.commands import year as command
from dure.services.market.demo import year


@pytest.mark.django_db
def test_a_small_year_reconciles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DURE", replace(settings.DURE, demo=True))
    county.load()
    done = command.play(year.Size(markets=2, channels=6, friends=60, seed=7), (4, 60), Silent())
    assert done.wrong == []
    assert done.told["friends"] == 60
    assert done.told["messages written"] == 24
    assert done.told["deliveries"] == done.told["deliveries owed"] == 240
    assert done.told["info: delivered"] == 180
    assert done.told["by inbox: delivered"] == 180 + done.told["ad: delivered"]
    assert done.told["ad: delivered"] + done.told["ad: barred, no_ad_consent"] == 60
    assert done.told["ad: delivered"] > 0
    assert done.told["coupons taken"] == 30, "ten in each association, and one for each friend of a shop"
    assert done.told["coupons expired"] == done.told["never given in"] + done.told["undone"] > 0
    assert done.told["used without a line"] > 0
