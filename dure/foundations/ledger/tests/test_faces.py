"""What stewards see of the book, and what it does by itself."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dure.base import clock
from dure.foundations.ledger import actions, queries, tasks
from dure.foundations.people.models import Person
from dure.kit import tx

from .conftest import BY, NOW, single


@pytest.fixture
def steward(client, db):
    client.force_login(Person.objects.create_superuser("steward@example.org", "long enough 1", name="Steward"))
    return client


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_admin_shows_accounts_transfers_and_chain(steward, bank, box, language) -> None:
    gift = actions.post(BY, single(bank, box, 12_345)).transfers[0]
    actions.seal(BY)
    said = {"Accept-Language": language}
    accounts = steward.get(reverse("admin:ledger_account_changelist"), headers=said).content.decode()
    assert "box:test" in accounts
    assert ("12,345원" if language == "ko" else "₩12,345") in accounts
    assert ("보유액" if language == "ko" else "holds") in accounts.lower()
    for search in ("", str(gift.id), "box:test", str(box), "nothing at all"):
        page = steward.get(reverse("admin:ledger_transfer_changelist"), {"q": search}, headers=said)
        assert page.status_code == 200
        assert ("box:test" in page.content.decode().split("<tbody", 1)[-1]) == (search != "nothing at all")
    for search in ("", str(gift.id), "nothing"):
        assert steward.get(reverse("admin:ledger_chainlink_changelist"), {"q": search}).status_code == 200
    assert queries.head().hash.hex() in steward.get(reverse("admin:ledger_chainlink_changelist")).content.decode()


def test_nothing_can_be_changed_in_the_admin_not_even_by_a_superuser(steward, bank, box) -> None:
    gift = actions.post(BY, single(bank, box, 5)).transfers[0]
    page = reverse("admin:ledger_transfer_change", args=[gift.id])
    assert steward.get(page).status_code == 200
    assert steward.post(page, {"amount": 6}).status_code == 403
    assert steward.post(reverse("admin:ledger_transfer_delete", args=[gift.id]), {"post": "yes"}).status_code == 403
    assert steward.get(reverse("admin:ledger_transfer_add")).status_code == 403
    assert queries.transfer(gift.id).amount.minor == 5


@pytest.mark.django_db(transaction=True)
def test_the_tasks_seal_and_expire(bank, box) -> None:
    with tx.durable():
        actions.post(BY, single(bank, box, 5))
        actions.pend(BY, single(bank, box, 7), expires_at=NOW + timedelta(hours=1))
    assert clock.now() > NOW + timedelta(hours=1) or pytest.fail("the clock of this machine is wrong")
    tasks.expire(0)
    tasks.seal(0)
    assert queries.balance(box).credits_pending == 0
    assert (queries.verify_chain().sealed, queries.verify_chain().unsealed) == (3, 0)
    tasks.seal(0)
    assert queries.verify() == ()
