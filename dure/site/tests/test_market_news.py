"""What follows for markets, shops and places that scan from news of people."""

import pytest

from dure.foundations.people.types import AccountClosed, OrganisationRevoked
from dure.kit.outbox import kind_of
from dure.site.wiring import wiring


@pytest.mark.parametrize(
    ("news", "reaction"),
    [
        (OrganisationRevoked, "end_association"),
        (OrganisationRevoked, "return_credit"),
        (OrganisationRevoked, "revoke_places"),
        (AccountClosed, "forget_holder"),
    ],
)
def test_news_of_people_reaches_whom_it_concerns(news: type, reaction: str) -> None:
    assert any(name.endswith(reaction) for name in wiring.names(kind_of(news)))
