"""What happens before Django: read the settings, start the embedded database where no other is named."""

import os

from dure.kit import database, roles
from dure.site import config


def database_url() -> str:
    """The URL of the running database; starts the embedded one when DATABASE_URL names no other."""
    settings = config.read()
    if settings.database_url:
        return settings.database_url
    server = database.start(settings.var / "pg")
    return database.ensure_database(server, "dure")


def prepare() -> None:
    """Make Django ready in this process. Until `let_go`, it works as the owner of the tables: it may migrate and repair."""
    os.environ["DATABASE_URL"] = database_url()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.site.settings")
    import django

    django.setup()


def let_go() -> None:
    """Close every connection to the database: a child that is forked now opens its own, and takes the lesser role."""
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    roles.take(settings.DURE.database_role)
