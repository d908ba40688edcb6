"""Every address of check-in at the identity party, asked by everybody who is not meant."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from dure.base import clock
from dure.base.actors import Actor
from dure.foundations.people.tests import making as folk
from dure.services.checkin.models.identity import tables
from dure.services.checkin.tests.every_address import SHUT, addresses, statuses

pytestmark = pytest.mark.django_db
DESK, PLACES = "/desk/checkin/", "/checkin/"
VENUE, SCANNER = UUID(int=71), UUID(int=72)
KNOWN = {"venue": str(VENUE), "scanner": str(SCANNER)}
OTHERS: dict[str, Callable[[], Actor | None]] = {
    "nobody": lambda: None,
    "a citizen": folk.person,
    "an auditor": folk.auditor,
    "another owner": lambda: folk.verified_organisation(folk.person("다른 이"))[1],
}


def client(by: Actor | None, *, enforce_csrf_checks: bool = False) -> Client:
    found = Client(enforce_csrf_checks=enforce_csrf_checks)
    if by is not None:
        found.force_login(get_user_model().objects.get(id=folk.id_of(by)), backend=settings.AUTHENTICATION_BACKENDS[0])
    return found


@pytest.fixture(autouse=True)
def place() -> None:
    organisation, _owner = folk.verified_organisation(folk.person("주인"))
    now = clock.now()
    tables.AskedVenue.objects.create(
        id=VENUE, organisation=organisation, name="가람 예시 빵집", challenge=False, asked_at=now
    )
    tables.AskedScanner.objects.create(id=SCANNER, venue_id=VENUE, asked_at=now)


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_sees_or_changes_a_place_and_its_scanners(who: str) -> None:
    by = client(OTHERS[who]())
    everything = addresses(KNOWN, DESK)
    assert len(everything) >= 5
    own = {DESK} if who == "another owner" else set()  # their own places, and a form for one more
    written = statuses(by, "post", everything)
    assert {one: said for one, said in written.items() if said not in SHUT and one not in own} == {}
    read = statuses(by, "get", everything)
    assert {one for one, said in read.items() if said not in SHUT} <= own
    assert tables.AskedVenue.objects.get().revoked is tables.AskedScanner.objects.get().revoked is False


def test_no_address_breaks_and_none_takes_a_form_without_its_token() -> None:
    everything = addresses(KNOWN, DESK, PLACES)
    _organisation, owner = folk.verified_organisation(folk.person("또 다른 이"))
    broken = statuses(client(owner), "get", everything)
    assert {one: said for one, said in broken.items() if said >= 500 and said != 503} == {}
    written = statuses(client(owner, enforce_csrf_checks=True), "post", everything)
    assert {one: said for one, said in written.items() if said not in SHUT} == {}
    assert not tables.AskedVenue.objects.filter(revoked=True).exists()
