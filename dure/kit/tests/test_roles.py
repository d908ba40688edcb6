"""The role of the serving processes: made at migration, taken on every connection, explained where it cannot be."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from dure.kit import roles


@pytest.fixture
def as_plain(db):
    """Connected as somebody who may not make roles and was not given ours. Gone with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE test_plain_user")
        cursor.execute("SET LOCAL SESSION AUTHORIZATION test_plain_user")


def test_the_owner_can_take_the_role(db) -> None:
    assert roles.trouble() is None


def test_a_user_without_the_role_is_told_what_to_ask_for(as_plain) -> None:
    trouble = roles.trouble()
    assert trouble is not None
    assert trouble.todo == "GRANT dure_app TO test_plain_user;"


def test_a_migration_by_such_a_user_says_what_to_ask_for(as_plain) -> None:
    with pytest.raises(roles.RoleOutOfReach) as refusal:
        roles.make(connection)
    assert "GRANT dure_app TO test_plain_user" in str(refusal.value)


def test_making_it_again_changes_nothing(db) -> None:
    roles.make(connection)
    roles.make(connection)
    assert roles.trouble() is None


@pytest.mark.parametrize(("role", "worked_as"), [(roles.APP_ROLE, roles.APP_ROLE), ("", "postgres")])
def test_every_connection_opened_later_works_in_the_role(transactional_db, role, worked_as) -> None:
    """In a process of its own, as the role stays for its life; plain libpq, as every pool comes down to it."""
    script = (
        "import os, sys, psycopg; from dure.kit import roles\n"
        f"roles.take({role!r})\n"
        "print(psycopg.connect(sys.argv[1]).execute('SELECT current_user').fetchone()[0])"
    )
    given = connection.get_connection_params()
    url = f"host={given['host']} dbname={given['dbname']} user={given['user']} port={given.get('port') or 5432}"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "dure.site.settings"}
    done = subprocess.run([sys.executable, "-c", script, url], capture_output=True, text=True, env=env, check=True)
    assert done.stdout.strip() == worked_as
