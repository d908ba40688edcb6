"""A database and a log-in of its own on the embedded server, for each of several parties that must not read one another.

The log-in owns its database and nothing else, may neither make databases nor roles, and nobody but the owner may connect. Behind
the socket of the embedded server there are no passwords: who runs the server's user is all parties at once.
"""

from urllib.parse import quote

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal

from dure.kit import database, roles

_LOGIN = SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION")
_APP_ROLE = SQL("CREATE ROLE {} NOLOGIN")
# What an older version made as the server's own user becomes the log-in's: tables with what hangs on them, free sequences, views,
# functions, types; not what extensions brought. Tables made from now on are open to the role that serves, as before.
_ADOPT = """
DO $adopt$
DECLARE one record; login text := {login};
BEGIN
  FOR one IN
    SELECT c.oid::regclass::text AS name,
           CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END AS kind
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                      AND d.deptype IN ('e', 'a', 'i') AND (d.deptype = 'e' OR c.relkind = 'S'))
  LOOP
    EXECUTE format('ALTER %s %s OWNER TO %I', one.kind, one.name, login);
  END LOOP;
  FOR one IN
    SELECT p.oid::regprocedure::text AS name,
           CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END AS kind
    FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  LOOP
    EXECUTE format('ALTER %s %s OWNER TO %I', one.kind, one.name, login);
  END LOOP;
  FOR one IN
    SELECT t.oid::regtype::text AS name FROM pg_type t
    WHERE t.typnamespace = 'public'::regnamespace AND (t.typtype IN ('e', 'd') OR (t.typtype = 'c' AND
          EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')))
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
  LOOP
    EXECUTE format('ALTER TYPE %s OWNER TO %I', one.name, login);
  END LOOP;
  EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}',
                 login);
  EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}', login);
END $adopt$
"""


def own_database(server_url: str, name: str, login: str) -> str:
    """Make the database `name` and its log-in where they are missing; answers the URL with which the log-in connects."""
    with psycopg.connect(server_url, autocommit=True) as keeper:
        at = keeper.info
        if _owner(keeper, name) != login:
            _ensure_role(keeper, _LOGIN.format(Identifier(login)))
            _ensure_role(keeper, _APP_ROLE.format(Identifier(roles.APP_ROLE)))
            keeper.execute(SQL("GRANT {} TO {}").format(Identifier(roles.APP_ROLE), Identifier(login)))
            ours = database.ensure_database(server_url, name)
            with psycopg.connect(ours) as inside:  # one transaction: all of it is handed over, or nothing
                inside.execute(SQL(_ADOPT).format(login=Literal(login), app=Identifier(roles.APP_ROLE)))
                inside.execute(SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(Identifier(name)))
                inside.execute(SQL("ALTER DATABASE {} OWNER TO {}").format(Identifier(name), Identifier(login)))
            for common in ("postgres", "template1"):
                keeper.execute(SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(Identifier(common)))
        return f"postgresql://{login}@/{name}?host={quote(at.host, safe='')}&port={at.port}"


def _owner(keeper: psycopg.Connection[tuple[str]], name: str) -> str | None:
    row = keeper.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name]).fetchone()
    return row[0] if row else None


def _ensure_role(keeper: psycopg.Connection[tuple[str]], make: Composed) -> None:
    """Two processes at once are both content."""
    try:
        keeper.execute(make)
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        return
