"""The authority's database: its tables fit, and no platform is in it."""

import pytest
from django.apps import apps
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_money_and_no_messages_are_here() -> None:
    labels = {one.label for one in apps.get_app_configs()}
    assert not {"ledger", "channels", "giving", "market", "checkin_identity", "checkin_visits"} & labels
