"""The twins a demo brings along: on their own ports again after a restart, never in the way, never outside of a demo."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from dure.kit.settings import BadSetting
from dure.kit.twins import Server, line_at
from dure.site import config
from dure.site.cli import practising
from dure.site.config import Config

NAMES = (
    *("DURE_TOSS_SECRET_KEY", "DURE_TOSS_URL", "DURE_TOSS_ACCOUNTS", "DURE_TOSS_BILLING_PAGE"),
    *("DURE_KAKAOPAY_SECRET_KEY", "DURE_KAKAOPAY_URL"),
    *("DURE_SOLAPI_KEY", "DURE_SOLAPI_SECRET", "DURE_SOLAPI_SENDER", "DURE_SOLAPI_HOOK_SECRET", "DURE_SOLAPI_URL"),
    *("DURE_TELEPHONE_SECRET", "DURE_TELEPHONE_NUMBER", "DURE_TELEPHONE_URL"),
    *("DURE_WEATHER_KEY", "DURE_WEATHER_URL", "DURE_WEATHER_FIELDS", "DURE_DISASTER_KEY", "DURE_DISASTER_URL"),
)


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    for name in NAMES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return config.read({"DURE_VAR": str(tmp_path), "DURE_ENV_FILE": "", "DURE_DEMO": "1"})


@contextmanager
def brought(town: Config, host: str = "127.0.0.1") -> Iterator[dict[str, practising.Practice]]:
    said: list[str] = []
    found = practising.bring(town, host, 8000, said.append)
    try:
        yield {one.name: one for one in found}
    finally:
        for one in found:
            one.line.close()


def port(one: practising.Practice) -> int:
    return int(one.line.getsockname()[1])


def test_the_settings_of_the_demo_name_the_twins_and_hold(town: Config) -> None:
    with brought(town) as twins:
        assert set(twins) == {"toss", "kakaopay", "solapi", "telephone", "weather"}
        assert os.environ["DURE_TOSS_URL"] == twins["toss"].origin
        assert os.environ["DURE_TOSS_ACCOUNTS"] == "1"
        assert os.environ["DURE_TOSS_BILLING_PAGE"] == f"{twins['toss'].origin}/billing"
        assert twins["toss"].hooks == "http://127.0.0.1:8000/pay/hooks/toss/"
        assert twins["solapi"].hooks == "http://127.0.0.1:8000/channels/hooks/solapi/"
        assert twins["telephone"].hooks == "http://127.0.0.1:8000/broadcast/calls/"
        said = {name: os.environ[name] for name in NAMES}
        read = config.read({"DURE_VAR": str(town.var), "DURE_ENV_FILE": "", "DURE_DEMO": "1", **said})
        assert (read.kakaopay_url, read.toss_accounts) == (twins["kakaopay"].origin, True)
        assert (read.telephone_url, read.telephone_number) == (twins["telephone"].origin, practising.CALLED)
        assert (read.solapi_url, read.solapi_key) == (twins["solapi"].origin, "demo")


def test_a_second_start_has_the_ports_of_the_first(town: Config) -> None:
    with brought(town) as twins:
        before = {name: port(one) for name, one in twins.items()}
    for name in NAMES:
        del os.environ[name]
    with brought(town) as twins:
        assert {name: port(one) for name, one in twins.items()} == before


def test_a_port_that_is_taken_is_left_alone(town: Config) -> None:
    with closing(line_at(0)) as squatter:
        taken = squatter.getsockname()[1]
        (town.var / "twins").mkdir(parents=True)
        (town.var / "twins" / "ports.json").write_text(json.dumps({"toss": taken, "kakaopay": "much"}))
        with brought(town) as twins:
            assert set(twins) == {"toss", "kakaopay", "solapi", "telephone", "weather"}
            assert port(twins["toss"]) != taken


def test_without_any_port_the_demo_goes_on_without(town: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_free(number: int) -> socket.socket:
        raise OSError("taken")

    monkeypatch.setattr(practising, "line_at", none_free)
    said: list[str] = []
    assert practising.bring(town, "127.0.0.1", 8000, said.append) == ()
    assert len(said) == 5
    assert "DURE_TOSS_URL" not in os.environ


def test_a_provider_that_is_set_up_is_left_alone(town: Config) -> None:
    with brought(replace(town, toss_secret_key="test_sk_of_a_shop")) as twins:
        assert set(twins) == {"kakaopay", "solapi", "telephone", "weather"}
        assert "DURE_TOSS_URL" not in os.environ


def test_who_serves_the_network_has_the_sandbox_only(town: Config) -> None:
    with brought(town, "0.0.0.0") as twins:  # noqa: S104 - compared, not bound
        assert twins == {}


@pytest.mark.parametrize("also", [{}, {"DURE_SANDBOX_PAYMENTS": "0"}])
def test_outside_of_a_demo_a_twin_takes_no_payment(tmp_path: Path, also: dict[str, str]) -> None:
    """Gifts that no money stands behind would be counted among real ones."""
    said = {"DURE_VAR": str(tmp_path), "DURE_ENV_FILE": "", "DURE_TOSS_URL": "http://127.0.0.1:8100"}
    with pytest.raises(BadSetting, match="moves no money"):
        config.read(said | {"DURE_TOSS_SECRET_KEY": "test_sk_twin"} | also)


def test_books_nobody_can_read_are_put_aside(town: Config) -> None:
    with brought(town) as twins:
        one = twins["toss"]
        one.books.write_bytes(b'{"payments": 7}')
        twin = practising.opened(one)
        with Server(twin, one.line) as server:
            assert "아직 결제가 없습니다" in httpx.get(f"{server.origin}/", trust_env=False).text
        assert list(one.books.parent.glob("toss.*.aside"))


def test_a_twin_ends_when_it_is_told(town: Config) -> None:
    with brought(town) as twins:
        server = Server(practising.opened(twins["kakaopay"]), twins["kakaopay"].line)
        serving = threading.Thread(target=server.serve)
        serving.start()
        server.end()
        serving.join(timeout=10)
        assert not serving.is_alive()
