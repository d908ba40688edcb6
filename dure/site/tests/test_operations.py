"""What machines ask: ready, and figures. Strangers get no figures."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from dure.base import clock
from dure.foundations.ledger.tests.paying import a_box, a_payer, paid
from dure.foundations.ledger.tests.test_owed import refused
from dure.foundations.ledger.tests.test_reconciling import one_difference
from dure.foundations.ledger.tests.test_refunds import give_back
from dure.site import operations

STRANGER = "203.0.113.9"


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "_migrated", False)


@pytest.fixture
def lost_database() -> Iterator[None]:
    """The database cannot be reached."""
    connection.close()
    port = connection.settings_dict["PORT"]
    connection.settings_dict["PORT"] = "1"
    yield
    connection.close()
    connection.settings_dict["PORT"] = port


@pytest.mark.django_db
def test_ready_when_the_tables_fit() -> None:
    answer = Client().get("/ready", REMOTE_ADDR=STRANGER)
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_not_ready_while_migrations_wait() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'kit')"
        )
    answer = Client().get("/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "why": ["migrations"]})


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("lost_database")
def test_not_ready_without_a_database() -> None:
    answer = Client().get("/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "why": ["database"]})


@pytest.mark.django_db
def test_they_are_for_reading() -> None:
    for address in ("/ready", "/metrics"):
        assert Client(enforce_csrf_checks=True).post(address).status_code in (403, 405)


@pytest.mark.django_db
def test_figures_are_for_this_machine_or_for_the_token(settings: LazySettings) -> None:
    assert Client().get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 200
    assert Client().get("/metrics", REMOTE_ADDR=STRANGER).status_code == 403
    # behind a proxy on this machine everybody seems to come from here
    assert Client().get("/metrics", headers={"X-Forwarded-For": STRANGER}).status_code == 403
    settings.DURE = replace(settings.DURE, metrics_token="t" * 20)
    for said, status in (("Bearer " + "t" * 20, 200), ("Bearer wrong", 403), ("Bearer ㅌ", 403)):
        answer = Client().get("/metrics", REMOTE_ADDR=STRANGER, headers={"Authorization": said})
        assert answer.status_code == status


@pytest.mark.django_db
def test_figures_say_what_waits_and_what_was_given_up() -> None:
    text = Client().get("/metrics").content.decode()
    for name in ("dure_outbox_waiting", "dure_outbox_dead", "dure_outbox_lag_seconds", "dure_database_connections"):
        assert f"# HELP {name} " in text
    assert "dure_outbox_waiting 0.0" in text


@pytest.mark.django_db
def test_money_that_is_not_where_it_belongs_is_a_figure() -> None:
    """What wakes somebody: open differences, won that are owed, money and refunds that wait too long."""

    def figures() -> dict[str, float]:
        lines = Client().get("/metrics").content.decode().splitlines()
        return {
            name: float(value)
            for name, value in (one.split() for one in lines if one.startswith("dure_") and "{" not in one)
        }

    before = figures()
    names = (
        "dure_differences_open",
        "dure_payments_stuck",
        "dure_refunds_stuck",
        "dure_won_owed",
        "dure_settlements_waiting",
    )
    assert [before[name] for name in names] == [0] * len(names)
    one_difference()
    refused(3_000)
    give_back(paid(a_payer(), a_box("box:stuck")), 1_000)
    long_ago = clock.now() - timedelta(hours=2)
    waits = paid(a_payer())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_refund SET asked_at = %s WHERE state = 'asked'", [long_ago])
        cursor.execute("UPDATE ledger_payment SET captured_at = %s WHERE id = %s", [long_ago, waits.id])
    after = figures()
    assert [after[name] for name in names] == [1, 1, 1, 3_000, 0]
