"""The database role that serving processes take: it may use every table and may not change the past.

Migrations run as the owner of the tables; `serve` and `worker` take the role `dure_app` on each of their connections
(setting DURE_DATABASE_ROLE; empty switches it off). The ledger takes UPDATE, DELETE and TRUNCATE away from that role.
"""

import os
from dataclasses import dataclass

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from dure.base.refusals import Refusal

APP_ROLE = "dure_app"
RAISED = "P0001"  # what RAISE EXCEPTION says when it says nothing else

MAKE_ROLE = """
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dure_app') THEN
    BEGIN
      CREATE ROLE dure_app NOLOGIN;
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of this server was faster
      WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'the database user % may not create the role dure_app', current_user
        USING HINT = format('Ask whoever runs the database for: CREATE ROLE dure_app NOLOGIN; '
                            'GRANT dure_app TO %I;  then migrate again.', current_user);
    END;
  END IF;
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    BEGIN
      EXECUTE format('GRANT dure_app TO %I', current_user);
    EXCEPTION WHEN insufficient_privilege THEN
      IF NOT pg_has_role(current_user, 'dure_app', 'MEMBER') THEN
        RAISE EXCEPTION 'the database user % may not take the role dure_app', current_user
        USING HINT = format('Ask whoever runs the database for: GRANT dure_app TO %I;  then migrate again.',
                            current_user);
      END IF;
    END;
  END IF;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO dure_app', current_schema());
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO dure_app', current_schema());
  EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO dure_app', current_schema());
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO dure_app',
                 current_schema());
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO dure_app',
                 current_schema());
END $$;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM dure_app;
"""


def take(role: str) -> None:
    """Every connection this process and its children open from now on, through whichever pool, works in `role`."""
    if role:
        os.environ["PGOPTIONS"] = f"{os.environ.get('PGOPTIONS', '')} -c role={role}".strip()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why servers could not work in the role, and what to do about it."""

    found: str
    todo: str


class RoleOutOfReach(Refusal):
    """The database does not let this user make or take the role. `todo` is what to ask its keeper for."""

    found: str
    todo: str

    def __str__(self) -> str:
        return f"{self.found}. {self.todo}"


def make(connection: BaseDatabaseWrapper) -> None:
    """Make the role and give it its rights, as the owner of the tables. Raises RoleOutOfReach."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(MAKE_ROLE)
    except DatabaseError as error:
        said = getattr(error.__cause__, "diag", None)
        if said is None or said.sqlstate != RAISED:
            raise
        raise RoleOutOfReach(found=f"{said.message_primary}", todo=f"{said.message_hint}") from error


def trouble(role: str = APP_ROLE) -> Trouble | None:
    """Why the user of this connection cannot serve in `role`; None when it can."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role])
        user, exists = cursor.fetchone()
        if not exists:
            todo = "run dure migrate" if role == APP_ROLE else f"set DURE_DATABASE_ROLE={APP_ROLE}, or make it"
            return Trouble(f"the role {role} does not exist", todo)
        cursor.execute("SELECT pg_has_role(session_user, %s, 'SET')", [role])
        if not cursor.fetchone()[0]:
            return Trouble(f"the database user {user} may not take the role {role}", f"GRANT {role} TO {user};")
    return None
