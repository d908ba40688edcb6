"""What the table of bank accounts tells to somebody who has only the table."""

import pytest
from django.db import connection

from dure.foundations.people import actions, queries
from dure.kit import tx

from . import making


@pytest.mark.django_db
def test_a_copy_of_the_table_tells_no_bank_number() -> None:
    organisation, owner = making.organisation(making.person())
    with tx.durable():
        actions.set_bank_account(owner, organisation, bank_code="004", number="110-222-333444", holder="이웃")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(people_bank_account)::text, sealed_number FROM people_bank_account")
        text, sealed = cursor.fetchone()
    assert "222333444" not in text
    assert b"222333444" not in bytes(sealed)
    account = queries.bank_account(owner, organisation, whole=True)
    assert account is not None
    assert account.number == "110222333444"
