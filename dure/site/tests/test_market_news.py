"""What follows for markets and shops from news of people."""

import pytest

from dure.foundations.people.types import AccountClosed, OrganisationRevoked
from dure.kit.outbox import kind_of
from dure.site.wiring import wiring


@pytest.mark.parametrize(
    ("news", "reaction"),
    [
        (OrganisationRevoked, "end_association"),
        (OrganisationRevoked, "return_credit"),
        (AccountClosed, "forget_holder"),
    ],
)
def test_news_of_people_reaches_the_market(news: type, reaction: str) -> None:
    assert any(name.endswith(reaction) for name in wiring.names(kind_of(news)))
