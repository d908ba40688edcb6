"""What happens before Django: read the settings, start the embedded database where no other is named."""

import contextlib
import os
from pathlib import Path

import psutil

from dure.kit import database, flags, logins, roles
from dure.kit.settings import BadSetting
from dure.site import config, parties


def database_url() -> str:
    """The URL of this party's running database; starts the embedded one when DATABASE_URL names no other."""
    settings = config.read()
    if settings.database_url:
        return settings.database_url
    server = database.start(settings.embedded)
    return logins.own_database(server, parties.DATABASES[settings.role], parties.LOGINS[settings.role])


def keeper_url() -> str:
    """The URL of the database for who may also make databases: of the embedded server's own user, for measurements."""
    server = database.url_of(config.read().embedded)
    return database.ensure_database(server, parties.DATABASES[parties.IDENTITY]) if server else database_url()


def prepare(*, counting: bool = False, any_party: bool = False) -> None:
    """Make Django ready in this process. Until `let_go`, it works as the owner of the tables: it may migrate and repair.

    `counting`: its figures and those of its children stand in /metrics, beside those of other processes. `any_party`: what
    follows is for whichever party this process is; everything else is for the identity party, which is the platform.
    """
    settings = config.read()
    if settings.role != parties.IDENTITY and not any_party:
        raise BadSetting(f"DURE_ROLE={settings.role}: only the identity party has what this command works with")
    if counting:
        _share_figures(settings.var / "metrics")
    os.environ["DATABASE_URL"] = database_url()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.site.settings")
    import django

    django.setup()
    if unknown := flags.undeclared():
        raise BadSetting(f"DURE_FLAGS: nobody knows {', '.join(unknown)}; known are {', '.join(flags.declared())}")


def settle() -> None:
    """Make Django ready without any database: for what stands beside an installation."""
    os.environ.setdefault("DATABASE_URL", config.read().database_url or "postgresql://nobody@127.0.0.1:1/none")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.site.settings")
    import django

    django.setup()


def _share_figures(directory: Path) -> None:
    """Let this process and its children count together. Before Django: the library asks when it is imported.

    Files of processes that are gone are removed: their counts start again, which Prometheus expects.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for path in directory.glob("*.db"):
        with contextlib.suppress(ValueError, FileNotFoundError):
            if not psutil.pid_exists(int(path.stem.rpartition("_")[2])):
                path.unlink()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(directory)


def let_go() -> None:
    """Close every connection to the database: a child that is forked now opens its own, and takes the lesser role."""
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    roles.take(settings.DURE.database_role)
