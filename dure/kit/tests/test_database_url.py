"""What DATABASE_URL says reaches every connection; what it must not say is refused with a sentence."""

from pathlib import Path

import pytest
from django.db import connections

from dure.kit import database_url
from dure.kit.settings import BadSetting

TWO = "postgresql://dure:secret@one,two:5433/town?target_session_attrs=read-write&sslmode=require&connect_timeout=2"


def test_all_that_the_url_says_reaches_django_and_every_connection_beside_it() -> None:
    settings = database_url.settings_of(TWO.replace("two:5433", "two"), embedded=Path("/nowhere"))
    assert (settings["HOST"], settings["NAME"], settings["USER"], settings["PASSWORD"]) == (
        "one,two",
        "town",
        "dure",
        "secret",
    )
    connections.settings["there"] = connections.settings["default"] | settings
    try:
        found = database_url.parameters("there")
    finally:
        del connections["there"]
        del connections.settings["there"]
    expected = {"host": "one,two", "dbname": "town", "sslmode": "require", "target_session_attrs": "read-write"}
    assert expected.items() <= found.items()
    assert found["connect_timeout"] == "2", "the URL wins over our patience"
    assert found["tcp_user_timeout"] == database_url.PATIENCE["tcp_user_timeout"], "a machine that vanished is given up"


def test_without_a_url_it_is_the_embedded_one() -> None:
    settings = database_url.settings_of("", embedded=Path("/var/dure/pg"))
    assert (settings["HOST"], settings["NAME"], settings["USER"]) == ("/var/dure/pg", "dure", "postgres")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://x/y", "postgresql://user"),
        ("postgresql://x/y?sslmod=require", "sslmod"),
        ("postgresql://x/y?options=-csearch_path%3Dz", "PGOPTIONS"),
        ("postgresql://one:1,two:2,three:3/y?port=1,2", "2 ports"),
    ],
)
def test_what_it_must_not_say_is_refused(url: str, why: str) -> None:
    with pytest.raises(BadSetting, match=why):
        database_url.parse(url)


def test_which_url_finds_the_server_that_leads() -> None:
    assert database_url.finds_the_writable(database_url.parse(TWO.replace("two:5433", "two")))
    assert not database_url.finds_the_writable(database_url.parse("postgresql://one,two/y"))
    assert not database_url.finds_the_writable(database_url.parse("postgresql://one,two/y?target_session_attrs=any"))
