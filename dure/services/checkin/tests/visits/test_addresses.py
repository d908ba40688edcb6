"""Every address of the visit party, asked by nobody in particular: there is nobody else there."""

import pytest
from django.test import Client

from dure.services.checkin.tests.every_address import SHUT, addresses, statuses

pytestmark = pytest.mark.django_db
OF_PERSONS = ("account", "login", "admin", "/me/", "/desk/", "metrics")


def test_no_address_knows_persons_breaks_or_takes_a_form_without_its_token() -> None:
    everything = addresses()
    assert len(everything) >= 12
    assert not [one for one in everything if any(word in one for word in OF_PERSONS)]
    assert {
        one: said for one, said in statuses(Client(), "get", everything).items() if said >= 500 and said != 503
    } == {}
    written = statuses(Client(enforce_csrf_checks=True), "post", everything)
    assert {one: said for one, said in written.items() if said not in SHUT} == {}
