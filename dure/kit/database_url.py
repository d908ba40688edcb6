"""What DATABASE_URL says, for every connection alike: Django's, the hot rooms', the courier's, the queue's.

It may name several hosts (`host1,host2`, with `target_session_attrs=read-write`): each connection then asks them in that
order and takes the first that accepts writes, so that all of them follow a fail-over by connecting again.
"""

from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from dure.kit.settings import BadSetting

SCHEMES = ("postgresql://", "postgres://")
WRITABLE = ("read-write", "primary")
# A machine that vanishes says no goodbye. So long (about 11 s) until its silence counts as an end; the URL may say otherwise.
PATIENCE = {
    "connect_timeout": "5",  # seconds, for each host
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",  # milliseconds
}
_PLACE = ("dbname", "user", "password", "host", "port")


def parse(url: str) -> dict[str, str]:
    """The parameters in `url`. Raises BadSetting."""
    if not url.startswith(SCHEMES):
        raise BadSetting("DATABASE_URL: give postgresql://user:password@host:port/name")
    try:
        found = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError as error:
        raise BadSetting(f"DATABASE_URL: {str(error).strip()}") from None
    if "options" in found:
        raise BadSetting("DATABASE_URL: put what options says into the variable PGOPTIONS; Dure adds its role there")
    hosts, ports = hosts_of(found), found.get("port", "").split(",")
    if len(ports) not in (1, len(hosts)):
        raise BadSetting(
            f"DATABASE_URL: names {len(hosts)} hosts and {len(ports)} ports; give one port, or one for each"
        )
    return found


def hosts_of(found: dict[str, str]) -> list[str]:
    """The hosts of parsed parameters, in their order."""
    return found.get("host", "").split(",")


def finds_the_writable(found: dict[str, str]) -> bool:
    """Whether connections go on to the next host until one accepts writes."""
    return found.get("target_session_attrs") in WRITABLE


def settings_of(url: str, *, embedded: Path) -> dict[str, Any]:
    """Django's settings for the database at `url`; without one, for the embedded server in `embedded`."""
    found = parse(url) if url else {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": found.get("dbname") or "dure",
        "USER": found.get("user") or "postgres",
        "PASSWORD": found.get("password") or "",
        "HOST": found.get("host") or str(embedded),
        "PORT": found.get("port") or "",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": PATIENCE | {name: value for name, value in found.items() if name not in _PLACE},
        "TEST": {"NAME": None},
    }


def parameters(alias: str = "default") -> dict[str, Any]:
    """What a connection beside Django's needs to reach the same database the same way."""
    given = connections[alias].get_connection_params()
    return {name: value for name, value in given.items() if name in _known() and value not in (None, "")}


@cache
def _known() -> frozenset[str]:
    """The parameters that the client library knows; what else Django hands over is for Django's driver."""
    return frozenset(each.keyword.decode() for each in psycopg.pq.Conninfo.get_defaults())
